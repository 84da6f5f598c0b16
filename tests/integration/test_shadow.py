"""Answers from memory are checked by the analysts: what they contradict is revoked, and all is counted."""

import asyncio
from dataclasses import replace

import pytest
from tests.fakes.office import is_idle, listen, until
from tests.integration.conftest import World

from forethought.application.shadow import Shadow
from forethought.domain.learning import Lesson

GOLD = "Gold rises 0.3 percent as the dollar weakens"
GOLD_AGAIN = "Gold climbs 0.3% on weaker dollar"


@pytest.fixture
def checked(world: World) -> World:
    """A service that checks every answer from memory that it may."""
    world.service.decide._shadow = Shadow(world.service.parts, share=1.0, draw=lambda: 0.0)
    return world


async def drained(world: World) -> None:
    """Wait until what was drawn is queued, and everything queued is done."""
    await world.service.drain()
    await until(lambda: is_idle(world))
    await until(lambda: _no_checks(world))


async def _no_checks(world: World) -> bool:
    return not await world.service.store.ask("XLEN", world.service.keys.tasks_shadow)


async def shadow_of(world: World) -> dict:
    (scope,) = await world.service.status.quality()
    return scope["shadow"]


async def lessons(world: World) -> list[Lesson]:
    parts = world.service.parts
    scope = next(iter(await parts.evidence.all()))
    return list((await parts.lessons.since(scope, None)).lessons)


async def test_an_answer_that_the_analysts_confirm_stands_and_is_counted(checked):
    await checked.insert(GOLD, 1, decision_id="X")
    heard = listen(checked, "upgrade")

    answer = await checked.decide(GOLD_AGAIN)
    await drained(checked)

    assert (answer["path"], len(checked.teacher.cases)) == ("precedent", 1)
    assert heard.queue.empty()
    assert await checked.read(answer) == answer
    counted = (await shadow_of(checked))["precedent"]
    assert (counted["n"], counted["wrong"]["k"], counted["opposite"]["k"]) == (1, 0, 0)
    assert (await checked.decide(GOLD, agents="never"))["path"] == "exact"


async def test_a_verdict_of_a_check_is_remembered_and_learned(checked):
    await checked.insert(GOLD, 1, decision_id="X")

    answer = await checked.decide(GOLD_AGAIN)
    await drained(checked)

    assert (await checked.decide(GOLD_AGAIN, agents="never"))["path"] == "exact"
    assert [lesson.decision_id for lesson in await lessons(checked)] == ["X", answer["decision_id"]]


async def test_a_precedent_that_the_analysts_contradict_is_revoked_with_all_that_leans_on_it(checked):
    await checked.insert(GOLD, 1, decision_id="X")
    earlier = await checked.decide(GOLD_AGAIN, agents="never")
    checked.teacher.signal = -1
    heard = listen(checked, "upgrade")

    answer = await checked.decide(GOLD_AGAIN)
    await drained(checked)

    after = await checked.read(answer)
    assert (after["decision"]["signal"], after["upgrade"]["by"], after["cost_usd"]) == (-1, "panel", 0.0)
    assert [(await checked.read(each))["revoked"]["of"] for each in (earlier, answer)] == ["X", "X"]
    assert [event[1]["decision_id"] for event in _all(heard)] == [answer["decision_id"]]
    assert (await checked.decide(GOLD_AGAIN, agents="never"))["decision"]["signal"] == -1
    counted = (await shadow_of(checked))["precedent"]
    assert (counted["n"], counted["wrong"]["k"], counted["opposite"]["k"]) == (1, 1, 1)
    assert [lesson.decision_id for lesson in await lessons(checked)] == [answer["decision_id"]]


def _all(heard) -> list:
    return [heard.queue.get_nowait() for _ in range(heard.queue.qsize())]


async def test_an_exact_answer_that_the_analysts_contradict_is_replaced_by_theirs(checked):
    await checked.insert(GOLD, 1, decision_id="X")
    checked.teacher.signal = 0
    checked.later(minutes=1)

    answer = await checked.decide(GOLD)
    await drained(checked)

    assert answer["path"] == "exact"
    assert (await checked.decide(GOLD, agents="never"))["decision"]["signal"] == 0
    assert await checked.service.parts.memories["taught"].decisions.count() == 1


async def test_who_forbids_the_analysts_is_never_checked(checked):
    await checked.insert(GOLD, 1)

    for _ in range(5):
        await checked.decide(GOLD, agents="never")
    await drained(checked)

    assert checked.teacher.cases == []
    assert (await checked.service.parts.labelling.hour()).calls == 0


async def test_a_scope_whose_teacher_cannot_be_asked_is_never_checked(checked):
    await checked.insert(GOLD, 1, strategy="default", asset="BTC")
    parts = replace(checked.service.parts, teachers=frozenset())
    checked.service.decide._shadow = Shadow(parts, share=1.0, draw=lambda: 0.0)

    answer = await checked.decide(GOLD, strategy="default", asset="BTC")
    await drained(checked)

    assert (answer["path"], checked.teacher.cases) == ("exact", [])


async def test_a_spent_budget_queues_nothing(checked):
    await checked.insert(GOLD, 1)
    parts = checked.service.parts
    await parts.labelling.claim()
    await parts.labelling.paid(parts.clock.now(), cost_usd=100.0)

    await checked.decide(GOLD)
    await drained(checked)

    assert checked.teacher.cases == []
    assert (await parts.labelling.hour()).calls == 1


async def test_an_unlucky_draw_queues_nothing(checked):
    await checked.insert(GOLD, 1)
    checked.service.decide._shadow = Shadow(checked.service.parts, share=0.05, draw=lambda: 0.999)

    await checked.decide(GOLD)
    await drained(checked)

    assert checked.teacher.cases == []


async def test_a_check_that_fails_changes_nothing_and_is_not_tried_again(checked):
    await checked.insert(GOLD, 1)
    checked.teacher.failure = TimeoutError()

    answer = await checked.decide(GOLD)
    await drained(checked)

    assert (len(checked.teacher.cases), await checked.read(answer)) == (1, answer)
    assert (await checked.service.parts.tasks.depths()).dead == 0
    assert await checked.service.parts.labelling.checked() == {}


async def test_what_the_checks_found_is_in_the_metrics_of_every_process(checked):
    await checked.insert(GOLD, 1)
    checked.teacher.signal = -1
    await checked.decide(GOLD)
    await drained(checked)

    await checked.service.status.measure()

    labels = {"strategy": "taught", "asset": "XAU", "path": "exact", "of": "opposite"}
    value = checked.service.metrics.registry.get_sample_value
    found = [value("forethought_checked_ratio", labels | {"bound": bound}) for bound in ("low", "point", "high")]
    assert found == pytest.approx([0.2065, 1.0, 1.0], abs=1e-4)
    assert value("forethought_labelling_budget_used_ratio", {"of": "calls"}) == pytest.approx(1 / 120)
    assert value("forethought_checked_total", {"path": "exact", "outcome": "opposite"}) == 1


async def test_a_check_costs_its_caller_no_time(checked):
    """The answer is there while the analysts have not begun."""
    await checked.insert(GOLD, 1)
    checked.teacher.released = asyncio.Event()

    answer = await checked.decide(GOLD)
    await until(lambda: checked.teacher.cases)

    assert answer["upgrade"] == {"pending": False, "job_id": None}
    checked.teacher.released.set()
    await drained(checked)
