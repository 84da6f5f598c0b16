"""The ledger on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable

import pytest
from tests.fakes.entries import SCOPE

from forethought.adapters.redis import evidence as module
from forethought.adapters.redis.evidence import RedisEvidenceLedger
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.domain.agreement import NO_EVIDENCE, Evidence, Tally
from forethought.domain.decision import Scope
from forethought.domain.errors import StoreUnavailable

BAND = "precedent|text|strong|high|1"


@pytest.fixture
def new_ledger(store: Store, keys: Keys) -> Callable[[], RedisEvidenceLedger]:
    """Make ledgers over the same counts: each is what another process would have."""
    return lambda: RedisEvidenceLedger(store, keys)


@pytest.fixture
def ledger(new_ledger) -> RedisEvidenceLedger:
    """A ledger."""
    return new_ledger()


async def count(ledger: RedisEvidenceLedger, *outcomes: str, scope: Scope = SCOPE, answered: bool = True) -> None:
    for outcome in outcomes:
        wrong, opposite = outcome != "right", outcome == "opposite"
        await ledger.add(scope, BAND, answered=answered, wrong=wrong, opposite=opposite)


async def test_nothing_is_known_of_a_new_scope(ledger):
    assert await ledger.read(SCOPE) == NO_EVIDENCE


async def test_predictions_are_counted_by_band_and_those_that_were_answered(ledger, new_ledger):
    await count(ledger, "right", "wrong", "opposite")
    await count(ledger, "wrong", answered=False)

    expected = Evidence(Tally(3, 2, 1), {BAND: Tally(4, 3, 1)})
    assert [await ledger.read(SCOPE), await new_ledger().read(SCOPE)] == [expected] * 2


@pytest.mark.parametrize(
    "other",
    [
        Scope("default", "1", "BTC", "inserted"),
        Scope("default", "2", "XAU", "inserted"),
        Scope("default", "1", "XAU", "panel"),
    ],
)
async def test_scopes_share_no_evidence(ledger, other):
    await count(ledger, "right")

    assert await ledger.read(other) == NO_EVIDENCE


async def test_ones_own_counts_are_current_at_once(ledger):
    for n in range(1, 4):
        await count(ledger, "right")
        assert (await ledger.read(SCOPE)).answered == Tally(n)


async def test_concurrent_counts_all_arrive(ledger, new_ledger):
    ledgers = [ledger, new_ledger(), new_ledger()]

    await asyncio.gather(*(count(each, "right", "wrong") for each in ledgers for _ in range(5)))

    assert (await new_ledger().read(SCOPE)).answered == Tally(30, 15)


async def test_counts_of_other_processes_arrive_soon(ledger, new_ledger, monkeypatch):
    monkeypatch.setattr(module, "_FRESH_S", 0.0)
    await ledger.read(SCOPE)
    await count(new_ledger(), "right")

    async with asyncio.timeout(10):
        while (await ledger.read(SCOPE)).answered.n == 0:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)


async def test_a_refresh_under_way_does_not_hide_ones_own_count(ledger, monkeypatch):
    """What was read before the count must not be kept after it."""
    monkeypatch.setattr(module, "_FRESH_S", 0.0)
    await ledger.read(SCOPE)

    for n in range(1, 20):
        await ledger.read(SCOPE)  # starts a refresh
        await count(ledger, "right")
        await asyncio.sleep(0)
        assert (await ledger.read(SCOPE)).answered.n == n


async def test_old_counts_serve_on_while_the_store_is_away(ledger, store, monkeypatch):
    await count(ledger, "right")
    known = await ledger.read(SCOPE)
    monkeypatch.setattr(module, "_FRESH_S", 0.0)

    async def away(*command: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store, "ask", away)

    for _ in range(3):
        assert await ledger.read(SCOPE) == known
        await asyncio.sleep(0)


async def test_all_scopes_are_listed_by_name(ledger):
    await count(ledger, "right")
    await count(ledger, "wrong", scope=Scope("mine", "1", "EUR/USD", "inserted"))

    found = await ledger.all()

    assert {scope.name: each.answered for scope, each in found.items()} == {
        "default/XAU": Tally(1),
        "mine/EUR/USD": Tally(1, 1),
    }


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"strategy": None, "asset": None}, set()),
        ({"strategy": "default", "asset": None}, {"mine/XAU"}),
        ({"strategy": None, "asset": "XAU"}, {"default/BTC"}),
        ({"strategy": "mine", "asset": "BTC"}, {"default/XAU", "default/BTC", "mine/XAU"}),
    ],
)
async def test_forgetting_takes_the_scopes_that_match(ledger, wanted, left):
    for strategy, asset in (("default", "XAU"), ("default", "BTC"), ("mine", "XAU")):
        await count(ledger, "right", scope=Scope(strategy, "1", asset, "inserted"))

    removed = await ledger.forget(**wanted)

    assert ({scope.name for scope in await ledger.all()}, removed) == (left, 3 - len(left))
    assert (await ledger.read(SCOPE) == NO_EVIDENCE) == (SCOPE.name not in left)


async def test_foreign_and_damaged_hashes_are_passed_over(ledger, redis_client, keys):
    await count(ledger, "right")
    await redis_client.hset(keys.evidence(SCOPE), mapping={"nonsense": "1", "a|n": "many", b"\xff|n": "2"})
    await redis_client.hset(f"{keys.evidence_prefix}foreign", mapping={"scope": "not json", "x|n": 1})
    await redis_client.hset(f"{keys.evidence_prefix}bare", mapping={"x|n": 1})

    assert {scope.name: each.answered for scope, each in (await ledger.all()).items()} == {"default/XAU": Tally(1)}
    assert await ledger.forget(strategy="default", asset=None) == 1
