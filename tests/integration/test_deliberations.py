"""One story is thought through once, told to all who asked, and nothing that dies in between changes that."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.fakes.office import Office, is_idle, listen, metric, start_lost, told, until, waiting
from tests.fakes.teacher import Teacher
from tests.integration.conftest import NOW, World

from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.analysts import Case, Deliberation, Early, PanelFailed
from forethought.application.upgrade import give_up, upgrade
from forethought.domain.decision import Decision, Signal
from forethought.domain.errors import Unavailable

CUT = (
    ("Bloomberg", "*FED CUTS BENCHMARK RATE BY 25 BASIS POINTS TO 4.00%-4.25%"),
    ("Bloomberg", "Fed Lowers Interest Rates by a Quarter Point"),
    ("Bloomberg", "Fed Lowers Rates by 25 Basis Points as Labor Market Cools"),
    ("Reuters", "FED CUTS RATES BY 25 BASIS POINTS"),
    ("Reuters", "Federal Reserve cuts interest rates by a quarter percentage point, as expected"),
    (
        "Reuters",
        "WASHINGTON, Sept 17 (Reuters) - The Federal Reserve cut interest rates by a quarter of a point on Wednesday.",
    ),
    ("AP", "Federal Reserve cuts its key interest rate by a quarter-point"),
    ("AP", "Fed reduces its key rate by a quarter-point, citing a weaker job market"),
    ("WSJ", "Fed Trims Rates by Quarter Point"),
    ("WSJ", "The Federal Reserve lowered its benchmark rate by 0.25 percentage point."),
    ("NewsAPI", "BREAKING: Fed delivers 25bps rate cut"),
    ("NewsAPI", "Powell's Fed cuts interest rates by a quarter point"),
)
"""One event, as five providers tell it."""
CONTRARY = ("Fed raises interest rates by a quarter point", "Fed holds interest rates steady")
FED = {"asset": "SPX", "deadline_ms": 20_000}
"""A deadline that 200 callers at once in one process on a busy machine can keep."""

GOLD = "Gold rises 0.3 percent as the dollar weakens"
GOLD_AGAIN = "Gold climbs 0.3% on weaker dollar"
VOLCANO = "A volcano in Iceland has closed two airports"


@dataclass
class Reader(Teacher):
    """Buys a cut, and nothing else."""

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        found = await super().deliberate(case, timeout_s=timeout_s, early=early)
        is_cut = case.news in {text for _, text in CUT}
        return replace(found, decision=replace(found.decision, signal=Signal.BUY if is_cut else Signal.SELL))


@dataclass
class Gatekept(Teacher):
    """Thinks about each moment until the test lets it end; of earlier ones it says sell."""

    gates: defaultdict[datetime, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        found = await super().deliberate(case, timeout_s=timeout_s, early=early)
        await self.gates[case.as_of].wait()
        signal = Signal.SELL if case.as_of < NOW else Signal.BUY
        return replace(found, decision=replace(found.decision, signal=signal))


@dataclass
class Hesitant(Teacher):
    """Two of its roles are done in time; the third when the test releases it."""

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        if early is not None:
            decision = Decision(Signal.SELL, 0.5, "two of three", {self.name: self.version})
            await early(Deliberation(decision, 0.01, 1.0, partial="risk_assessment: timeout", panel="panel@1"))
        return await super().deliberate(case, timeout_s=timeout_s)


@pytest.fixture
async def office(
    redis_server: str, redis_client: Redis, key_prefix: str, encoder: MiniLmEmbedder, tmp_path: Path
) -> AsyncIterator[Office]:
    """Nobody in it yet; the time is `NOW` until the test turns it."""
    office = Office(tmp_path, redis_server, key_prefix, encoder, VirtualClock(NOW))
    yield office
    for stack in office.closing.values():
        await stack.aclose()
    for name in await redis_client.execute_command("FT._LIST"):
        if name.startswith(key_prefix.encode()):
            await redis_client.execute_command("FT.DROPINDEX", name)


# --- one story, one deliberation ------------------------------------------------------------------------------------


async def test_two_hundred_reports_of_one_event_cause_at_most_three_deliberations(office):
    """Five providers in twelve wordings; and what contradicts them in the same second is thought through by itself."""
    teacher = Reader(released=asyncio.Event())
    world = await office.opens(teacher)
    asked = [CUT[i % len(CUT)] for i in range(200)] + [("Reuters", text) for text in CONTRARY * 3]

    answers = await asyncio.gather(*(world.decide(text, provider=who, **FED) for who, text in asked))
    await until(lambda: len(teacher.cases) >= 3)
    teacher.released.set()
    after = [await world.upgraded(answer) for answer in answers]

    cuts = [case.news for case in teacher.cases if case.news not in CONTRARY]
    assert len(cuts) <= 3, cuts
    assert Counter(case.news for case in teacher.cases if case.news in CONTRARY) == dict.fromkeys(CONTRARY, 1)
    assert {each["path"] for each in answers} == {"interim"}
    assert [each["decision"]["signal"] for each in after] == [1] * 200 + [-1] * 6
    assert round(sum(each["cost_usd"] for each in after), 6) == round(0.02 * len(teacher.cases), 6)
    assert metric(world, "joined") == len(answers) - len(teacher.cases)


async def test_two_services_join_each_others_stories(office):
    teachers = Reader(released=asyncio.Event()), Reader(released=asyncio.Event())
    worlds = [await office.opens(each) for each in teachers]

    answers = [await worlds[i % 2].decide(text, **FED) for i, (_, text) in enumerate(CUT)]
    for teacher in teachers:
        teacher.released.set()
    after = [await worlds[i % 2].upgraded(answer) for i, answer in enumerate(answers)]

    thought = sum(len(teacher.cases) for teacher in teachers)
    assert thought <= 3
    assert {each["decision"]["signal"] for each in after} == {1}
    assert [each["upgrade"]["joined"] for each in after].count(False) == thought
    for world in worlds:
        await world.service.drain()  # an answer is written behind its sending
    assert [await worlds[1 - i % 2].read(answer) for i, answer in enumerate(answers)] == after


async def test_two_services_that_are_asked_at_once_think_once(office):
    teachers = Reader(released=asyncio.Event()), Reader(released=asyncio.Event())
    worlds = [await office.opens(each) for each in teachers]

    answers = await asyncio.gather(*(worlds[i % 2].decide(CUT[0][1], **FED) for i in range(20)))
    for teacher in teachers:
        teacher.released.set()
    await asyncio.gather(*(worlds[i % 2].upgraded(answer) for i, answer in enumerate(answers)))

    assert sum(len(teacher.cases) for teacher in teachers) == 1
    assert len({answer["upgrade"]["job_id"] for answer in answers}) == 1


async def test_a_question_about_another_moment_joins_no_story(office):
    """What is known now must not answer what was asked about then, nor the other way round."""
    teacher = Teacher(released=asyncio.Event())
    world = await office.opens(teacher)
    then = NOW - timedelta(days=1)

    answers = [
        await world.decide(GOLD),
        await world.decide(GOLD, as_of=then.isoformat()),
        await world.decide(GOLD, as_of=then.isoformat()),
        await world.decide(GOLD_AGAIN),
    ]
    await until(lambda: len(teacher.cases) >= 2)
    teacher.released.set()
    for answer in answers:
        await world.upgraded(answer)

    assert sorted(case.as_of for case in teacher.cases) == [then, NOW]
    assert [answer["upgrade"]["joined"] for answer in answers] == [False, False, True, True]


# --- who waits ------------------------------------------------------------------------------------------------------


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
    first = asyncio.create_task(world.decide(GOLD, agents="wait"))
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
    first = await world.decide(GOLD)
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


# --- older and newer ------------------------------------------------------------------------------------------------


async def test_an_older_deliberation_that_ends_later_changes_no_newer_one(office):
    teacher = Gatekept()
    world = await office.opens(teacher)
    then = NOW - timedelta(minutes=10)
    old, new = await world.decide(GOLD, as_of=then.isoformat()), await world.decide(GOLD)

    teacher.gates[NOW].set()
    await world.upgraded(new)
    teacher.gates[then].set()
    after = await world.upgraded(old)

    again = await world.decide(GOLD)
    assert (after["decision"]["signal"], (await world.read(new))["decision"]["signal"]) == (-1, 1)
    assert (again["path"], again["decision"]["signal"], again["cache"]["age_s"]) == ("exact", 1, 0.0)


async def test_a_late_result_replaces_no_later_upgrade_of_an_answer(office):
    world = await office.opens(Teacher())
    answer = await world.decide(VOLCANO, agents="never")
    parts, id_ = world.service.parts, answer["decision_id"]
    newer, older = (Decision(signal, 0.9, "so", {"panel": "1"}) for signal in (Signal.BUY, Signal.SELL))

    told = [
        await upgrade(parts, id_, newer, by="panel", decided_at=NOW),
        await upgrade(parts, id_, older, by="panel", decided_at=NOW - timedelta(seconds=1)),
    ]
    await give_up(parts, id_, reason="timeout")

    after = await world.read(answer)
    assert (told, after["decision"]["signal"], after["upgrade"].get("failed")) == ([True, False], 1, None)


async def test_inserted_truth_outranks_a_deliberation_that_ends_later(office):
    world = await office.opens(Teacher(released=asyncio.Event()))
    answer = await world.decide(GOLD)
    world.later(minutes=1)

    await world.insert(GOLD, -1, decision_id=answer["decision_id"])
    world.teacher.released.set()
    await until(lambda: metric(world, "done"))
    await until(lambda: is_idle(world))

    after, again = await world.read(answer), await world.decide(GOLD)
    assert (after["decision"]["signal"], after["upgrade"]["by"]) == (-1, "inserted")
    assert (again["path"], again["decision"]["signal"]) == ("exact", -1)


async def test_an_upgrade_that_comes_before_its_answer_is_in_it(office):
    """Two processes write them, in whatever order."""
    asker, worker = await office.opens(), await office.opens(Teacher())
    answer = await asker.decide(VOLCANO, agents="never")
    decision = Decision(Signal.SELL, 0.7, "ash", {"panel": "1"})
    first = asyncio.create_task(upgrade(worker.service.parts, "FIRST", decision, by="panel", decided_at=NOW))
    await until(lambda: worker.service.store.ask("EXISTS", worker.service.keys.upgrade("FIRST")))

    asker.service.parts.answers.record("FIRST", {**answer, "decision_id": "FIRST"})
    await upgrade(worker.service.parts, answer["decision_id"], decision, by="panel", decided_at=NOW)
    await first

    before, after = await asker.service.explain("FIRST"), await asker.read(answer)
    assert before == {**after, "decision_id": "FIRST"}
    assert (after["decision"]["signal"], after["upgrade"]["previous"]["decision"]) == (-1, answer["decision"])


# --- who dies -------------------------------------------------------------------------------------------------------


async def test_the_upgrade_is_heard_in_the_service_that_was_asked(office):
    asker, worker = await office.opens(), await office.opens(Teacher())
    heard = listen(asker, "upgrade")

    answer = await asker.decide(VOLCANO)
    after = await asker.upgraded(answer)

    assert await told(heard, by=worker) == [after]
    assert (after["decision"]["reasoning"], after["upgrade"]["previous"]["decision"]) == (
        "the panel says so",
        answer["decision"],
    )


async def test_a_job_whose_worker_dies_is_taken_over_and_told_once(office):
    asker = await office.opens()
    dead, alive = Teacher(hangs=True), Teacher()
    doomed = await office.opens(dead)
    heard = listen(asker, "upgrade")
    answer = await asker.decide(VOLCANO)
    await until(lambda: dead.cases)

    await office.closes(doomed)
    heir = await office.opens(alive)
    after = await asker.upgraded(answer)

    assert (after["decision"]["reasoning"], after["cost_usd"]) == ("the panel says so", 0.02)
    assert await told(heard, by=heir) == [after]
    assert len(alive.cases) == 1


async def test_a_worker_that_dies_while_it_tells_leaves_only_the_telling(office):
    """The result is settled: nobody thinks again, and who was told already is told the same."""
    asker, doomed = await office.opens(), await office.opens(Teacher(released=asyncio.Event()))
    await start_lost(doomed, CUT[8][1], asset="SPX")
    await until(lambda: doomed.teacher.cases)
    answer = await asker.decide(CUT[11][1], **FED)
    doomed.teacher.released.set()
    before = await asker.upgraded(answer)

    await office.closes(doomed)
    was_over = await is_idle(asker)
    heir = await office.opens(Teacher())
    await until(lambda: is_idle(asker))

    assert (was_over, heir.teacher.cases) == (False, [])
    after = await asker.read(answer)
    assert (after["decision"], after["upgrade"]["joined"], after["cost_usd"]) == (before["decision"], True, 0.0)


async def test_a_failure_that_passes_is_tried_again(office):
    teacher = Teacher(failure=Unavailable("no answer"))
    world = await office.opens(teacher)
    answer = await world.decide(VOLCANO)
    await until(lambda: metric(world, "retried"))

    teacher.failure = None
    after = await world.upgraded(answer)

    assert (after["decision"]["reasoning"], len(teacher.cases)) == ("the panel says so", 2)
    assert (metric(world, "done"), metric(world, "failed")) == (1, 0)


async def test_a_job_that_ends_every_attempt_goes_to_the_dead_letters_and_its_holder_is_told(office):
    teacher = Teacher(failure=KeyError("defect"))
    world = await office.opens(teacher, attempts=2)

    after = await world.upgraded(await world.decide(VOLCANO))
    await until(lambda: is_idle(world))

    assert (after["path"], after["upgrade"]["failed"], len(teacher.cases)) == ("interim", "too_many_attempts", 2)
    assert ((await world.service.parts.tasks.depths()).dead, metric(world, "dead")) == (1, 1)
    assert (await world.service.status.counts())["decisions"] == 0


async def test_a_question_with_another_context_is_another_story(office):
    """The same news beside another context may mean something else: who joined would get an answer without it."""
    teacher = Teacher(released=asyncio.Event())
    desk = await office.opens(teacher)
    context = [{"text": "Mines in South Africa are on strike."}]

    plain = await desk.decide(GOLD)
    beside = [await desk.decide(text, context=context) for text in (GOLD, GOLD_AGAIN)]
    teacher.released.set()
    after = [await desk.upgraded(each) for each in (plain, *beside)]

    assert [each["upgrade"]["joined"] for each in after] == [False, False, True]
    assert sorted(case.context for case in teacher.cases) == [(), ("Mines in South Africa are on strike.",)]


async def test_who_was_answered_before_his_question_was_queued_is_upgraded_too(office):
    """So many at once that deadlines come first: all have their answer in time, and their upgrade later."""
    desk = await office.opens(Reader(delay_s=0.3))

    answers = await asyncio.gather(*(desk.decide(CUT[i % len(CUT)][1], asset="SPX", deadline_ms=60) for i in range(60)))
    after = [await desk.upgraded(each) for each in answers]

    assert any(each["upgrade"]["pending"] and each["upgrade"]["job_id"] is None for each in answers)
    assert {each["decision"]["signal"] for each in after} == {1}


async def test_a_worker_that_is_stopped_finishes_what_it_has_in_hand(office):
    teacher = Teacher(delay_s=0.3)
    desk, worker = await office.opens(), await office.opens(teacher, grace_s=20)
    answer = await desk.decide(GOLD)
    await until(lambda: teacher.cases)

    await office.closes(worker)

    assert (await desk.read(answer))["upgrade"]["by"] == "panel"
