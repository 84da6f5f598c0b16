"""What was spent, on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from forethought.adapters.redis import spending as module
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.spending import RedisSpending
from forethought.adapters.redis.store import Store
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.spending import DaySpend
from forethought.domain.opinion import Usage

CALL = Usage(1, 1_200, 80, 0.25)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))


@pytest.fixture
def new_spending(store: Store, keys: Keys, clock: VirtualClock) -> Callable[[], RedisSpending]:
    """Count into the same days: each is what another process would have."""
    return lambda: RedisSpending(store, keys, clock)


@pytest.fixture
def spending(new_spending) -> RedisSpending:
    return new_spending()


async def test_nothing_is_spent_on_a_new_day(spending):
    assert (await spending.today("first"), await spending.days(latest=7)) == (0.0, [])


async def test_costs_are_counted_by_provider_and_known_here_at_once(spending):
    for n in range(1, 4):
        await spending.add("first", CALL)
        assert await spending.today("first") == 0.25 * n
    await spending.add("second:with:colons", Usage(1, 10, 5, 0.5))

    assert [await spending.today(name) for name in ("first", "second:with:colons", "third")] == [0.75, 0.5, 0.0]
    assert await spending.days(latest=1) == [
        DaySpend("2026-11-22", {"first": Usage(3, 3_600, 240, 0.75), "second:with:colons": Usage(1, 10, 5, 0.5)})
    ]


async def test_a_model_without_a_price_is_counted_too(spending):
    await spending.add("local", Usage(1, 100, 10))

    assert (await spending.days(latest=1))[0].by_provider == {"local": Usage(1, 100, 10, 0.0)}


async def test_what_processes_spend_at_once_all_counts(new_spending):
    processes = [new_spending() for _ in range(3)]

    await asyncio.gather(*(each.add("first", CALL) for each in processes for _ in range(20)))

    assert (await new_spending().days(latest=1))[0].by_provider == {"first": Usage(60, 72_000, 4_800, 15.0)}
    assert await new_spending().today("first") == 15.0


async def test_what_others_spend_is_known_when_the_known_is_old(spending, new_spending, monkeypatch):
    await spending.today("first")
    await new_spending().add("first", CALL)

    monkeypatch.setattr(module, "_FRESH_MS", 1e9)
    young = await spending.today("first")
    monkeypatch.setattr(module, "_FRESH_MS", -1.0)

    assert (young, await spending.today("first")) == (0.0, 0.25)


async def test_a_new_day_begins_with_nothing(spending, clock):
    await spending.today("first")
    await spending.add("first", CALL)

    clock.time += timedelta(minutes=2)

    assert await spending.today("first") == 0.0


async def test_the_latest_days_come_newest_first_over_gaps(spending, clock):
    for day in (200, 60, 1, 0):
        clock.time = datetime(2026, 11, 22, tzinfo=UTC) - timedelta(days=day)
        await spending.add("first", Usage(day + 1))

    days = [(each.day, each.by_provider["first"].calls) for each in await spending.days(latest=3)]

    assert days == [("2026-11-22", 1), ("2026-11-21", 2), ("2026-09-23", 61)]
    assert [each.day for each in await spending.days(latest=9)][-1] == "2026-05-06"


async def test_a_day_is_kept_for_more_than_a_year(spending, redis_client, keys):
    await spending.add("first", CALL)

    assert timedelta(days=366).total_seconds() < await redis_client.ttl(keys.spend("2026-11-22"))
