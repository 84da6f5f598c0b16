"""Who waits for a deliberation, alone or beside others, and what he gets."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.fakes.headlines import GOLD_AGAIN, GOLD_UP, VOLCANO
from tests.fakes.office import listen, metric, start_lost, told, until, waiting
from tests.fakes.teacher import Teacher
from tests.integration.conftest import World
from tests.integration.deliberations.conftest import CUT, FED, Reader

from forethought.application.ports.analysts import Case, Deliberation, Early, PanelFailed
from forethought.domain.decision import Decision, Signal


@dataclass
class Hesitant(Teacher):
    """Two of its roles are done in time; the third when the test releases it."""

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        if early is not None:
            decision = Decision(Signal.SELL, 0.5, "two of three", {self.name: self.version})
            await early(Deliberation(decision, 0.01, 1.0, partial="risk_assessment: timeout", panel="panel@1"))
        return await super().deliberate(case, timeout_s=timeout_s)


async def test_who_waits_and_joins_gets_the_answer_of_the_panel_and_pays_nothing(office):
    teacher = Teacher(released=asyncio.Event())
    world = await office.opens(teacher)

    answers = await two_who_wait(world)

    assert [(a["path"], a["upgrade"]["joined"], a["cost_usd"]) for a in answers] == [
        ("analysts", False, 0.02),
        ("analysts", True, 0.0),
    ]
    assert answers[0]["decision"] == answers[1]["decision"]


async def test_a_story_is_charged_once_also_to_who_waits(office):
    world = await office.opens(Teacher(released=asyncio.Event()))
    heard = listen(world, "upgrade")

    answers = await two_who_wait(world)

    assert await told(heard, by=world) == []
    after = [await world.read(answer) for answer in answers]
    assert [each["cost_usd"] for each in after] == [0.02, 0.0]
    assert after == answers


async def two_who_wait(world: World) -> list[dict[str, Any]]:
    """Ask twice about one story before its panel is released."""
    first = asyncio.create_task(world.decide(GOLD_UP, agents="wait"))
    await until(lambda: world.teacher.cases)
    second = asyncio.create_task(world.decide(GOLD_AGAIN, agents="wait"))
    await until(lambda: metric(world, "joined"))
    assert world.teacher.released is not None
    world.teacher.released.set()
    return [await first, await second]


async def test_who_cannot_wait_for_all_gets_those_who_are_done_and_then_the_rest(office):
    world = await office.opens(Hesitant(released=asyncio.Event()))

    answer = await world.decide(VOLCANO, agents="wait", deadline_ms=1_000)
    world.teacher.released.set()
    after = await world.upgraded(answer)

    assert (answer["path"], answer["decision"]["reasoning"], answer["decision"]["signal"]) == (
        "analysts",
        "two of three",
        -1,
    )
    assert answer["fallback"] == {"reason": "partial", "by": "panel@1", "missing": "risk_assessment: timeout"}
    assert (answer["upgrade"]["pending"], answer["cost_usd"]) == (True, 0.01)
    assert (after["decision"]["signal"], after["upgrade"]["changed"], after["cost_usd"]) == (1, True, 0.02)
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]


async def test_who_joins_late_and_cannot_wait_gets_those_who_are_done_too(office):
    world = await office.opens(Hesitant(released=asyncio.Event()))
    first = await world.decide(GOLD_UP)
    await until(lambda: world.teacher.cases)

    answer = await world.decide(GOLD_AGAIN, agents="wait", deadline_ms=1_000)
    world.teacher.released.set()

    assert (answer["path"], answer["decision"]["reasoning"], answer["cost_usd"]) == ("analysts", "two of three", 0.0)
    decisions = [(await world.upgraded(each))["decision"] for each in (first, answer)]
    assert [each["reasoning"] for each in decisions] == ["the panel says so"] * 2


async def test_who_waits_hears_at_once_that_the_panel_failed(office):
    """No second try for him: the interim answer says why, and that nothing is to come."""
    teacher = Teacher(failure=PanelFailed("two of three roles failed"))
    world = await office.opens(teacher)

    answer = await world.decide(VOLCANO, agents="wait")

    assert (answer["path"], answer["fallback"]["reason"], answer["upgrade"]["pending"]) == (
        "interim",
        "panel_failed",
        False,
    )
    assert len(teacher.cases) == 1


async def test_who_waits_goes_before_a_full_queue(office):
    teacher = Teacher(released=asyncio.Event())
    world = await office.opens(teacher, slots=1, queue_limit=4)
    await world.decide("Company 0 reports", asset="A0")
    await until(lambda: teacher.cases)
    behind = [await world.decide(f"Company {n} reports", asset=f"A{n}") for n in range(1, 6)]

    who_waits = asyncio.create_task(world.decide(VOLCANO, agents="wait"))
    await until(lambda: waiting(world))
    teacher.released.set()
    answer = await who_waits

    assert [each["upgrade"]["shed"] for each in behind] == [False] * 3 + [True] * 2
    assert (answer["path"], teacher.cases[1].news) == ("analysts", VOLCANO)


async def test_a_background_story_goes_first_once_somebody_waits_for_it(office):
    teacher = Teacher(released=asyncio.Event())
    world = await office.opens(teacher, slots=1)
    await world.decide("Company 0 reports", asset="A0")
    await until(lambda: teacher.cases)
    answers = [await world.decide(f"Company {n} reports", asset=f"A{n}") for n in range(1, 4)]

    who_waits = asyncio.create_task(world.decide("Company 3 reports", asset="A3", agents="wait"))
    await until(lambda: waiting(world))
    teacher.released.set()
    answer = await who_waits

    assert [case.asset for case in teacher.cases[:2]] == ["A0", "A3"]
    assert answer["upgrade"]["job_id"] == answers[2]["upgrade"]["job_id"]
    assert (await world.upgraded(answers[2]))["decision"] == answer["decision"]
    await world.upgraded(answers[0])
    await world.upgraded(answers[1])
    assert len(teacher.cases) == 4


async def test_a_queue_that_is_full_of_those_who_wait_sheds_too_and_says_so(office):
    teacher = Teacher(released=asyncio.Event())
    world = await office.opens(teacher, slots=1, queue_limit=1)
    waits = [asyncio.create_task(world.decide(f"Company {n} reports", asset=f"A{n}", agents="wait")) for n in (1, 2)]
    await until(lambda: metric(world, "queued") == 2)

    answer = await world.decide(VOLCANO, agents="wait")
    teacher.released.set()

    assert (answer["path"], answer["upgrade"]) == (
        "interim",
        {"pending": False, "job_id": None, "joined": False, "shed": True},
    )
    assert metric(world, "shed") == 1
    assert {each["path"] for each in await asyncio.gather(*waits)} == {"analysts"}


async def test_a_story_that_ends_while_one_joins_gives_its_result_at_once(office):
    """Its worker is still telling the others: one of them has died with its answer unwritten."""
    teacher = Teacher(signal=-1)
    world = await office.opens(teacher)
    job = await start_lost(world, CUT[8][1], asset="SPX")
    await until(lambda: metric(world, "done"))

    answer = await world.decide(CUT[11][1], **FED)  # memory refuses it

    assert (answer["path"], answer["decision"]["signal"], answer["upgrade"]) == (
        "analysts",
        -1,
        {"pending": False, "job_id": job.job_id, "joined": True, "shed": False},
    )
    assert (answer["cost_usd"], len(teacher.cases)) == (0.0, 1)


async def test_who_was_answered_before_his_question_was_queued_is_upgraded_too(office):
    """So many at once that deadlines come first: all have their answer in time, and their upgrade later."""
    desk = await office.opens(Reader(delay_s=0.3))

    answers = await asyncio.gather(*(desk.decide(CUT[i % len(CUT)][1], asset="SPX", deadline_ms=60) for i in range(60)))
    after = [await desk.upgraded(each) for each in answers]

    assert any(each["upgrade"]["pending"] and each["upgrade"]["job_id"] is None for each in answers)
    assert {each["decision"]["signal"] for each in after} == {1}
