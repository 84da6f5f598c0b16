"""Provenance on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.fakes.entries import NOON, SCOPE

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.provenance import RedisProvenance
from forethought.adapters.redis.store import Store
from forethought.application.ports.provenance import Revocation
from forethought.domain.decision import Scope

OTHER = Scope("default", "1", "BTC", "inserted")
SOURCE = "01JSOURCE"


@pytest.fixture
def new_provenance(store: Store, keys: Keys) -> Callable[..., RedisProvenance]:
    """Make some over the same data: each is what another process would have."""
    return lambda limit=100, ttl_s=60: RedisProvenance(store, keys, ttl_s=ttl_s, limit=limit)


@pytest.fixture
def provenance(new_provenance) -> RedisProvenance:
    return new_provenance()


async def test_of_a_decision_that_answered_nothing_nothing_is_derived(provenance):
    assert (await provenance.derived(SOURCE), await provenance.revocation(SOURCE)) == ([], None)


async def test_an_answer_is_found_by_every_decision_that_it_leans_on(provenance, new_provenance):
    provenance.note("A1", ("X", "Y"))
    provenance.note("A2", ("X",))

    here = [set(await provenance.derived(source)) for source in ("X", "Y", "A1")]

    assert here == [{"A1", "A2"}, {"A1"}, set()]
    assert set(await new_provenance().derived("X")) == {"A1", "A2"}


async def test_what_was_noted_is_written_without_anybody_waiting(provenance, new_provenance):
    provenance.note("A1", (SOURCE,))

    async with asyncio.timeout(20):
        while not await new_provenance().derived(SOURCE):  # noqa: ASYNC110 - another process polls too
            await asyncio.sleep(0.005)


async def test_a_decision_is_not_derived_from_itself(provenance):
    provenance.note(SOURCE, (SOURCE, ""))

    assert await provenance.derived(SOURCE) == []


async def test_only_the_latest_answers_of_a_decision_are_kept(new_provenance):
    provenance = new_provenance(limit=3)
    for n in range(5):
        provenance.note(f"A{n}", (SOURCE,))
        await provenance.drain()

    assert await provenance.derived(SOURCE) == ["A4", "A3", "A2"]


async def test_notes_are_kept_no_longer_than_answers(provenance, store, keys):
    provenance.note("A1", (SOURCE,))
    await provenance.drain()

    assert 0 < await store.ask("TTL", keys.derived(SOURCE)) <= 60


async def test_many_answers_at_once_are_all_noted(new_provenance):
    one, two = new_provenance(limit=10_000), new_provenance(limit=10_000)
    for n in range(1_500):
        one.note(f"A{n}", (SOURCE,))
        two.note(f"B{n}", (SOURCE,))

    await asyncio.gather(one.drain(), two.drain())

    assert len(await one.derived(SOURCE)) == 3_000


async def test_a_revocation_is_read_here_and_elsewhere(provenance, new_provenance):
    revocation = Revocation(NOON, "the wire retracted “it”", (SCOPE,))

    stands = await provenance.revoke(SOURCE, revocation)

    assert [stands, await new_provenance().revocation(SOURCE)] == [revocation] * 2


async def test_the_first_revocation_stands_and_scopes_add_up(provenance):
    await provenance.revoke(SOURCE, Revocation(NOON, "first", (SCOPE,)))

    stands = await provenance.revoke(SOURCE, Revocation(NOON + timedelta(hours=1), "second", (OTHER,)))

    assert (stands.at, stands.reason, set(stands.scopes)) == (NOON, "first", {SCOPE, OTHER})


async def test_a_damaged_revocation_counts_as_none(provenance, store, keys):
    await store.ask("HSET", keys.revoked(SOURCE), "at", "yesterday", "reason", "x")

    assert await provenance.revocation(SOURCE) is None
