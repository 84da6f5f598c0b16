"""Answers and their upgrades on a real Redis, against the promises of the port."""

import asyncio
from collections.abc import Callable
from itertools import permutations

import pytest
from structlog.testing import capture_logs

from forethought.adapters.redis import behind, decision_log as module
from forethought.adapters.redis.decision_log import RedisDecisionLog
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.answers import change, decision_document, failure, merged, usage_document
from forethought.bootstrap.store import connect
from forethought.domain.decision import Decision, Signal
from forethought.domain.errors import StoreUnavailable
from forethought.domain.opinion import Usage
from forethought.settings import Settings

ID = "01JANSWER"
TTL_S = 60
EARLY, TRUTH = 1_790_000_000_000, (1 << 52) + 1_790_000_000_000


@pytest.fixture
def new_log(store: Store, keys: Keys) -> Callable[[], RedisDecisionLog]:
    """Make logs over the same answers: each is what another process would have."""
    return lambda: RedisDecisionLog(store, keys, ttl_s=TTL_S)


@pytest.fixture
def log(new_log) -> RedisDecisionLog:
    """A log."""
    return new_log()


def an_answer(reasoning: str = "at once") -> dict:
    return {
        "decision_id": ID,
        "decision": decision_document(Decision(Signal.NONE, 0.1, reasoning)),
        "path": "interim",
        "agreement_p": None,
        "upgrade": {"pending": True, "job_id": "01JJOB"},
        "cost_usd": 0.25,
        "usage": usage_document(Usage()),
    }


def a_change(signal: int = 1, reasoning: str = "on reflection") -> dict:
    return change(Decision(Signal(signal), 0.8, reasoning), at="2026-11-22T00:00:00+00:00", by="panel", cost_usd=0.5)


async def test_an_answer_is_readable_at_once_here_and_elsewhere_when_it_is_written(log, new_log):
    log.record(ID, an_answer())

    here = await log.read(ID)
    await log.drain()

    assert [here, await log.read(ID), await new_log().read(ID)] == [an_answer()] * 3


async def test_what_was_never_answered_is_none(log):
    assert await log.read("01JNOTHING") is None


async def test_the_latest_record_of_an_answer_stands(log, new_log):
    for n in range(3):
        log.record(ID, an_answer(f"version {n}"))
    await log.drain()

    assert await new_log().read(ID) == an_answer("version 2")


@pytest.mark.parametrize("upgraded_first", [True, False])
async def test_an_answer_and_its_upgrade_come_together_in_either_order(log, new_log, upgraded_first):
    """Another process may upgrade an answer that is still to be written here."""
    worker = new_log()
    if upgraded_first:
        assert await worker.upgrade(ID, a_change(), order=EARLY)
    log.record(ID, an_answer())
    if not upgraded_first:
        assert await worker.upgrade(ID, a_change(), order=EARLY)

    pending = await log.read(ID)
    await log.drain()

    assert [pending, await worker.read(ID)] == [merged(an_answer(), a_change())] * 2


async def test_an_upgrade_without_its_answer_is_not_an_answer(log):
    await log.upgrade(ID, a_change(), order=EARLY)

    assert await log.read(ID) is None


@pytest.mark.parametrize("orders", list(permutations([-1, EARLY, TRUTH, TRUTH + 1])))
async def test_the_upgrade_of_the_highest_order_stands_whichever_comes_first(log, new_log, orders):
    log.record(ID, an_answer())
    await log.drain()

    stood = [await new_log().upgrade(ID, a_change(reasoning=str(order)), order=order) for order in orders]

    assert stood == [order == max(orders[: n + 1]) for n, order in enumerate(orders)]
    assert await log.read(ID) == merged(an_answer(), a_change(reasoning=str(TRUTH + 1)))


async def test_of_upgrades_at_once_one_of_the_highest_order_stands(log, new_log):
    log.record(ID, an_answer())

    await asyncio.gather(
        *(new_log().upgrade(ID, a_change(reasoning=f"{n}"), order=EARLY + n % 7) for n in range(30)),
    )

    assert int((await log.read(ID))["decision"]["reasoning"]) % 7 == 6


async def test_an_upgrade_of_the_same_order_replaces_it(log):
    """The same result is told again by whoever takes over from a dead worker."""
    log.record(ID, an_answer())
    await log.upgrade(ID, a_change(1), order=EARLY)

    assert await log.upgrade(ID, a_change(-1), order=EARLY)

    assert await log.read(ID) == merged(an_answer(), a_change(-1))


async def test_a_failure_says_so_and_gives_way_to_a_decision(log):
    given_up = failure(at="2026-11-22T00:00:00+00:00", reason="timeout")
    log.record(ID, an_answer())

    await log.upgrade(ID, given_up, order=-1)
    failed = await log.read(ID)
    await log.upgrade(ID, a_change(), order=EARLY)

    assert failed["upgrade"]["failed"] == "timeout"
    assert await log.read(ID) == merged(an_answer(), a_change())


async def test_both_are_kept_for_a_bounded_time(log, redis_client, keys):
    log.record(ID, an_answer())
    await log.upgrade(ID, a_change(), order=EARLY)
    await log.drain()

    for key in (keys.answer(ID), keys.upgrade(ID)):
        assert 0 < await redis_client.ttl(key) <= TTL_S


@pytest.mark.parametrize("damaged", [b"", b"{", b"[1]", b'"text"', b"{}"])
async def test_a_damaged_answer_counts_as_none(log, redis_client, keys, damaged):
    await redis_client.set(keys.answer(ID), damaged)
    await log.upgrade(ID, a_change(), order=EARLY)

    assert await log.read(ID) is None


async def test_an_answer_that_is_no_json_does_not_hold_up_the_others(log, new_log):
    log.record("01JWRONG", {"decision": object()})
    log.record(ID, an_answer())

    with capture_logs() as logs:
        await log.drain()

    assert await new_log().read(ID) == an_answer()
    assert [(each["event"], each["key"]) for each in logs] == [("redis.unwritable", "01JWRONG")]


async def test_what_is_recorded_while_the_store_is_away_is_written_later_but_for_the_oldest(
    tmp_path, keys, monkeypatch
):
    monkeypatch.setattr(module, "_MAX_PENDING", 3)
    monkeypatch.setattr(behind, "_AGAIN_S", 0.01)
    server = EmbeddedRedis(tmp_path)
    await server.start()
    store = Store(connect(Settings(), server.url))
    log, ids = RedisDecisionLog(store, keys, ttl_s=TTL_S), [f"01J{n}" for n in range(5)]

    await server.stop()
    with capture_logs() as logs:
        for id_ in ids:
            log.record(id_, {**an_answer(), "decision_id": id_})
        away = await log.read(ids[-1])
        with pytest.raises(StoreUnavailable):
            await log.read(ids[0])
        with pytest.raises(StoreUnavailable):
            await log.upgrade(ids[-1], a_change(), order=EARLY)
        await server.start()
        await log.drain()
    other = RedisDecisionLog(store, keys, ttl_s=TTL_S)
    kept = [id_ for id_ in ids if await other.read(id_) is not None]
    await store.close()
    await server.stop()

    assert (away["decision_id"], kept) == (ids[-1], ids[2:])
    assert [each["count"] for each in logs if each["event"] == "redis.lost"] == [2]


async def test_more_answers_than_one_batch_are_all_written(log, new_log, monkeypatch):
    monkeypatch.setattr(behind, "_BATCH", 7)
    for n in range(30):
        log.record(f"01J{n}", {**an_answer(), "decision_id": f"01J{n}"})

    await log.drain()

    found = [await new_log().read(f"01J{n}") for n in range(30)]
    assert [each["decision_id"] for each in found] == [f"01J{n}" for n in range(30)]
