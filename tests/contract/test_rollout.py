"""The state of roll-outs on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable

import pytest

from forethought.adapters.redis import rollout as module
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.rollout import RedisRollout
from forethought.adapters.redis.store import Store
from forethought.application.ports.rollout import Compared, Standing

PANEL = "panel"
SHADOWED = Standing(current="1", previous=None, candidate="2", share=0.25)


@pytest.fixture
def new_rollout(store: Store, keys: Keys) -> Callable[[], RedisRollout]:
    """Make roll-outs over the same state: each is what another process would have."""
    return lambda: RedisRollout(store, keys)


@pytest.fixture
def rollout(new_rollout) -> RedisRollout:
    return new_rollout()


async def test_a_panel_that_was_never_rolled_out_has_no_state(rollout):
    assert (await rollout.read(PANEL), await rollout.compared(PANEL)) == (Standing(), {})


@pytest.mark.parametrize(
    "standing", [Standing(), SHADOWED, Standing("2", "1"), Standing("1.3fa0c2", "1.0", "2", 1 / 3)], ids=str
)
async def test_what_is_written_is_read_here_and_elsewhere(rollout, new_rollout, standing):
    await rollout.read(PANEL)

    await rollout.write(PANEL, standing)

    assert [await rollout.read(PANEL), await new_rollout().read(PANEL)] == [standing] * 2


async def test_a_new_state_replaces_the_former_as_a_whole(rollout, new_rollout):
    await rollout.write(PANEL, SHADOWED)

    await rollout.write(PANEL, Standing(previous="1"))

    assert await new_rollout().read(PANEL) == Standing(previous="1")


async def test_what_others_write_is_known_when_the_known_is_old(rollout, new_rollout, monkeypatch):
    await rollout.read(PANEL)
    await new_rollout().write(PANEL, SHADOWED)

    monkeypatch.setattr(module, "_FRESH_S", 1e9)
    young = await rollout.read(PANEL)
    monkeypatch.setattr(module, "_FRESH_S", -1.0)

    assert (young, await rollout.read(PANEL)) == (Standing(), SHADOWED)


async def test_panels_share_no_state(rollout):
    await rollout.write(PANEL, SHADOWED)
    await rollout.count(PANEL, current="1", candidate="2", compared=Compared(n=1))

    assert (await rollout.read("other"), await rollout.compared("other")) == (Standing(), {})


async def test_comparisons_add_up_by_pair_of_versions(rollout, new_rollout):
    one = Compared(n=1, agreed=1, cost_usd=0.5, current_cost_usd=0.25, took_ms=1_500.5, current_took_ms=900.25)
    bad = Compared(n=1, opposite=1, took_ms=100.0)

    for each in (one, one, bad, Compared(failed=1, cost_usd=0.25)):
        await rollout.count(PANEL, current="1", candidate="2", compared=each)
    await rollout.count(PANEL, current="2", candidate="3|x:y", compared=bad)

    assert await new_rollout().compared(PANEL) == {
        ("1", "2"): Compared(3, 2, 1, 1, 1.25, 0.5, 3_101.0, 1_800.5),
        ("2", "3|x:y"): bad,
    }


async def test_a_comparison_of_nothing_counts_nothing(rollout):
    await rollout.count(PANEL, current="1", candidate="2", compared=Compared())

    assert await rollout.compared(PANEL) == {}


async def test_concurrent_comparisons_all_count(new_rollout):
    processes = [new_rollout() for _ in range(3)]

    await asyncio.gather(
        *(
            each.count(PANEL, current="1", candidate="2", compared=Compared(n=1, took_ms=0.5))
            for each in processes
            for _ in range(10)
        )
    )

    assert await new_rollout().compared(PANEL) == {("1", "2"): Compared(n=30, took_ms=15.0)}
