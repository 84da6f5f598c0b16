"""The labelling budget on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.fakes.entries import NOON, SCOPE

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.labelling import RedisLabelling
from forethought.adapters.redis.store import Store
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.labelling import Checked, Hour
from forethought.domain.decision import Path, Scope

OTHER = Scope("default", "1", "BTC", "panel")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def new_labelling(store: Store, keys: Keys, clock: VirtualClock) -> Callable[..., RedisLabelling]:
    """Make some over the same budget: each is what another process would have."""
    return lambda calls=10, usd=1.0: RedisLabelling(store, keys, clock, calls_per_hour=calls, usd_per_hour=usd)


async def claimed(*ends: RedisLabelling, tries: int = 30) -> int:
    return sum(await asyncio.gather(*(ends[n % len(ends)].claim() for n in range(tries))))


async def test_all_processes_together_claim_no_more_than_the_calls_of_an_hour(new_labelling, clock):
    ends = new_labelling(), new_labelling()
    await ends[0].claim()
    await ends[0].paid(clock.now(), cost_usd=0.001)

    assert await claimed(*ends) == 9
    assert await claimed(*ends) == 0


async def test_the_next_hour_has_a_budget_of_its_own(new_labelling, clock):
    labelling = new_labelling(calls=2)
    assert await claimed(labelling) == 2

    clock.time += timedelta(hours=1)

    assert await claimed(labelling) == 2


async def test_while_no_cost_is_known_some_calls_only_are_under_way(new_labelling, clock):
    labelling = new_labelling(calls=100)
    assert await claimed(labelling) == 5

    await labelling.paid(clock.now(), cost_usd=0.0)

    assert await claimed(labelling) == 30


async def test_what_is_under_way_counts_as_much_as_the_mean_of_the_hour(new_labelling, clock):
    labelling = new_labelling(calls=100, usd=1.0)
    await labelling.claim()
    await labelling.paid(clock.now(), cost_usd=0.25)

    assert await claimed(labelling) == 3
    assert await labelling.hour() == Hour(4, 100, 0.25, 1.0)


async def test_a_dearer_call_than_thought_ends_the_hour(new_labelling, clock):
    labelling = new_labelling(calls=100, usd=1.0)
    await labelling.claim()
    await labelling.paid(clock.now(), cost_usd=5.0)

    assert await claimed(labelling) == 0


@pytest.mark.parametrize(("calls", "usd"), [(0, 1.0), (10, 0.0)])
async def test_without_a_budget_nothing_is_claimed_nor_drawn(new_labelling, calls, usd):
    labelling = new_labelling(calls=calls, usd=usd)

    assert (labelling.pace, await labelling.claim()) == (0.0, False)


async def test_the_pace_follows_what_is_left_of_budget_and_hour(new_labelling, clock):
    labelling = new_labelling(calls=4)
    paces = [labelling.pace]
    for _ in range(4):
        await labelling.claim()
        paces.append(labelling.pace)
    clock.time += timedelta(minutes=45)
    spent = labelling.pace
    clock.time += timedelta(minutes=15)

    assert paces == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert (spent, labelling.pace) == (0.0, 1.0)


async def test_checks_add_up_by_scope_and_path(new_labelling):
    one, two = new_labelling(), new_labelling()
    await one.count(SCOPE, Path.EXACT, wrong=False, opposite=False)
    await two.count(SCOPE, Path.EXACT, wrong=True, opposite=False)
    await two.count(SCOPE, Path.REFLEX, wrong=True, opposite=True)
    await two.count(OTHER, Path.REFLEX, wrong=False, opposite=False)

    assert await new_labelling().checked() == {
        SCOPE: {Path.EXACT: Checked(2, 1, 0), Path.REFLEX: Checked(1, 1, 1)},
        OTHER: {Path.REFLEX: Checked(1, 0, 0)},
    }


@pytest.mark.parametrize(
    ("forgotten", "left"),
    [({"strategy": None, "asset": "BTC"}, {SCOPE}), ({"strategy": "default", "asset": None}, set())],
)
async def test_the_counts_of_a_scope_can_be_forgotten(new_labelling, forgotten, left):
    labelling = new_labelling()
    for scope in (SCOPE, OTHER):
        await labelling.count(scope, Path.EXACT, wrong=False, opposite=False)

    await labelling.forget(**forgotten)

    assert set(await labelling.checked()) == left
