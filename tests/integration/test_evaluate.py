"""The periodic evaluation on a real Redis."""

from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs
from tests.fakes.lessons import lesson

from forethought.application.evaluate import Evaluate
from forethought.domain.decision import Scope, Signal, Times
from forethought.domain.learning import Foretold

HOUR = timedelta(hours=1)


async def taught(world, *, wrong, right):
    """Let a scope have a reflex and lessons; return the scope."""
    strategy = world.service.parts.strategies.get("taught")
    scope = Scope(strategy.name, strategy.version, "XAU", strategy.teacher)
    lessons, at = world.service.parts.lessons, world.clock.now()
    for signal in [Signal.SELL] * wrong + [Signal.BUY] * right:
        told = Foretold(Signal.BUY, (), answered=True)
        await lessons.add(scope, replace(lesson("x", signal), foretold=told, times=Times(at, at)))
    await lessons.publish(scope, version=1, model=b"")
    return scope


def a_gauge(world, of, bound="point", window="day"):
    labels = {"strategy": "taught", "asset": "XAU", "window": window, "of": of, "bound": bound}
    return world.service.metrics.registry.get_sample_value("forethought_evaluation_ratio", labels)


async def test_figures_are_shown_and_whoever_listens_hears_of_a_broken_budget(world):
    await taught(world, wrong=10, right=30)
    listener = world.service.hub.join()
    listener.wanted = frozenset({("alert", None)})

    with capture_logs() as logs:
        await Evaluate(world.service.parts, every=HOUR).once()

    assert a_gauge(world, "wrong") == 0.25
    assert 0.13 < a_gauge(world, "wrong", "low") < 0.25 < a_gauge(world, "wrong", "high") < 0.41
    assert a_gauge(world, "answered", window="latest") == 1
    assert [entry["window"] for entry in logs if entry["event"] == "evaluation.over_budget"] == ["day", "latest"]
    type_, heard = listener.queue.get_nowait()
    assert (type_, heard["what"], heard["answered_n"]) == ("alert", "evaluation", 40)


async def test_what_keeps_the_budget_alerts_nobody(world):
    await taught(world, wrong=0, right=30)

    with capture_logs() as logs:
        await Evaluate(world.service.parts, every=HOUR).once()

    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("evaluation", "info")] * 2


async def test_one_process_at_a_time_evaluates_and_not_before_its_time(world):
    await taught(world, wrong=0, right=1)
    first, second = (Evaluate(world.service.parts, every=HOUR) for _ in range(2))

    assert await first.turn()
    assert not await first.turn()
    assert not await second.turn()


async def test_a_scope_of_a_former_strategy_version_is_left_out(world):
    scope = await taught(world, wrong=0, right=1)
    former = replace(scope, strategy_version="0")
    await world.service.parts.lessons.publish(former, version=1, model=b"")

    assert list(await Evaluate(world.service.parts, every=HOUR).once()) == [scope]


async def test_evaluating_embeds_nothing_and_does_not_hinder_fitting(world):
    scope = await taught(world, wrong=0, right=5)
    world.embedder.asked.clear()

    await Evaluate(world.service.parts, every=HOUR).turn()

    assert world.embedder.asked == []
    assert await world.service.parts.lessons.claim(scope, owner="a trainer", for_s=1)
