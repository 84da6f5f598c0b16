"""What a decision cache forgets of a revoked decision, and what stands again, on a real Redis."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from tests.contract.conftest import SPACE
from tests.fakes.entries import NOON, SCOPE, a_decision, an_entry, unit

from forethought.adapters.redis import schema
from forethought.application.ports.decision_cache import Made, Withdrawn
from forethought.domain.decision import Times
from forethought.domain.entry import Entry

TTL_S = 600


def version(decision_id: str, hours: float, signal: int = 1, sha: str = "a" * 64) -> Entry:
    at = NOON + timedelta(hours=hours)
    return an_entry(sha, decision_id=decision_id, decision=a_decision(signal), times=Times(at, at))


async def stored(cache, *entries: Entry) -> None:
    for entry in entries:
        await cache.store([entry], ttl_s=TTL_S)


async def current(cache, sha: str = "a" * 64) -> str | None:
    found = await cache.recall(sha, as_of=None)
    return None if found is None else found.decision_id


async def test_a_withdrawn_decision_is_neither_recalled_nor_retrieved(cache, new_cache):
    await stored(cache, version("X", 0), version("Y", 0, sha="b" * 64))
    await cache.nearest(unit(1), scope=SCOPE, k=8, as_of=None)

    withdrawn = await cache.withdraw("X")

    assert withdrawn == Withdrawn(1, ())
    for each in (cache, new_cache()):
        assert (await current(each), await current(each, "b" * 64)) == (None, "Y")
        near = await each.nearest(unit(1), scope=SCOPE, k=8, as_of=None)
        assert [c.entry.decision_id for c in near] == ["Y"]


async def test_what_stood_before_stands_again(cache):
    before = version("W", -2, signal=-1)
    await stored(cache, version("V", -3), before, version("X", 0))

    withdrawn = await cache.withdraw("X")

    assert (withdrawn, await current(cache), await cache.count()) == (Withdrawn(1, ("W",)), "W", 2)
    (near,) = await cache.nearest(unit(1), scope=SCOPE, k=8, as_of=None)
    assert (near.entry.decision, near.entry.times) == (before.decision, before.times)


async def test_all_versions_of_a_withdrawn_decision_go(cache):
    await stored(cache, version("X", -3), version("W", -2), version("X", -1), version("X", 0))

    withdrawn = await cache.withdraw("X")

    assert (withdrawn, await current(cache), await cache.count()) == (Withdrawn(3, ("W",)), "W", 1)
    assert await cache.recall("a" * 64, as_of=NOON - timedelta(hours=2.5)) is None


async def test_a_former_version_goes_and_the_current_one_stays(cache):
    await stored(cache, version("X", -2), version("Y", 0))

    assert (await cache.withdraw("X"), await current(cache)) == (Withdrawn(1, ()), "Y")
    assert await cache.recall("a" * 64, as_of=NOON - timedelta(hours=1)) is None


async def test_what_stands_again_lives_no_longer_than_before(cache, store, keys):
    await cache.store([version("W", -2)], ttl_s=TTL_S)
    await cache.store([version("X", 0)], ttl_s=TTL_S)

    await cache.withdraw("X")

    assert 0 < await store.ask("TTL", keys.decision("a" * 64)) <= TTL_S


async def test_withdrawing_again_changes_nothing(cache):
    await stored(cache, version("W", -2), version("X", 0))
    await cache.withdraw("X")

    assert (await cache.withdraw("X"), await current(cache)) == (Withdrawn(0, ()), "W")


async def test_all_situations_of_a_decision_go(cache):
    await stored(cache, *(version("X", 0, sha=letter * 64) for letter in "abc"))

    assert (await cache.withdraw("X")).removed == 3
    assert await cache.count() == 0


async def test_an_id_is_matched_as_a_whole_and_by_case(cache):
    await stored(cache, *(version(id_, 0, sha=sha * 64) for id_, sha in (("X-1", "a"), ("X", "b"), ("x-1", "c"))))

    await cache.withdraw("X-1")

    assert [await current(cache, sha * 64) for sha in "abc"] == [None, "X", "x-1"]


async def test_a_writer_who_comes_meanwhile_is_not_undone(cache, new_cache):
    await stored(cache, version("W", -2), version("X", 0))

    await asyncio.gather(cache.withdraw("X"), *(new_cache().store([version("Y", n)], ttl_s=TTL_S) for n in (1, 2)))

    assert await current(cache) == "Y"
    assert await cache.made_of("X") == []


async def test_what_is_remembered_of_a_decision_is_told_with_its_scope(cache):
    btc = replace(SCOPE, asset="BTC")
    await stored(cache, version("X", 0), replace(version("X", 0, -1, sha="b" * 64), scope=btc, source="panel"))

    made = await cache.made_of("X")

    assert sorted(made, key=lambda each: each.scope.asset) == [
        Made(btc, a_decision(-1), "panel"),
        Made(SCOPE, a_decision(1), "wire"),
    ]


async def test_an_index_of_an_older_version_learns_to_find_decisions(cache, store, keys):
    """Indexes made before decisions could be revoked have no field for their ids."""
    index = keys.decision_index(SPACE.name)
    await stored(cache, version("X", 0))
    await store.ask("FT.DROPINDEX", index)
    old = ("space", "TAG", "scope", "TAG", "current", "TAG", "sha", "TAG", "decided_at", "NUMERIC", "SORTABLE")
    vector = ("vector", "VECTOR", "HNSW", 6, "TYPE", "FLOAT32", "DIM", SPACE.dim, "DISTANCE_METRIC", "COSINE")
    await store.ask("FT.CREATE", index, "ON", "HASH", "PREFIX", 1, keys.decision_prefix, "SCHEMA", *old, *vector)

    for _ in range(2):  # a second start alters nothing
        await schema.ensure_decision_index(store, keys, space=SPACE.name, dim=SPACE.dim, hnsw=schema.Hnsw())
        await schema.wait_until_indexed(store, index, timeout_s=20)

    assert (await cache.withdraw("X")).removed == 1
