"""What the ladder gives the analysts to do, and what becomes of the answer when they are done, late or failing."""

import asyncio
from datetime import timedelta

import pytest
from tests.fakes.headlines import GOLD_AGAIN, GOLD_UP, VOLCANO
from tests.fakes.office import metric
from tests.integration.conftest import NOW

from forethought.domain.errors import Unavailable
from forethought.settings import AnalystSettings


async def test_the_analysts_work_on_after_the_answer_and_upgrade_it(world):
    world.teacher.signal = -1

    answer = await world.decide(VOLCANO)
    assert (answer["path"], answer["upgrade"]["pending"]) == ("interim", True)
    after = await world.upgraded(answer)

    assert (after["decision"]["signal"], after["decision"]["reasoning"]) == (-1, "the panel says so")
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]
    assert (after["upgrade"]["previous"]["path"], after["upgrade"]["by"], after["cost_usd"]) == (
        "interim",
        "panel",
        0.02,
    )


async def test_what_the_analysts_conclude_answers_the_next_question_from_memory(world):
    """They fill both caches: the text exactly, its paraphrase by vector, its components without embedding."""
    await world.upgraded(await world.decide(GOLD_UP))
    world.embedder.asked.clear()

    exact, precedent = await world.decide(GOLD_UP), await world.decide(GOLD_AGAIN)

    assert (exact["path"], precedent["path"]) == ("exact", "precedent")
    assert world.embedder.asked == [GOLD_AGAIN]
    assert len(world.teacher.cases) == 1


async def test_what_the_analysts_conclude_was_not_known_before_they_concluded(world):
    world.teacher.released = asyncio.Event()
    answer = await world.decide(GOLD_UP)
    world.later(minutes=1)
    world.teacher.released.set()
    await world.upgraded(answer)

    before = await world.decide(GOLD_UP, agents="never", as_of=(NOW + timedelta(seconds=59)).isoformat())
    after = await world.decide(GOLD_UP, agents="never", as_of=(NOW + timedelta(seconds=61)).isoformat())

    assert (before["path"], after["path"]) == ("interim", "exact")


async def test_never_means_no_deliberation_now_or_later(world):
    answer = await world.decide(VOLCANO, agents="never")
    await world.decide(GOLD_UP)  # and whoever allows it gets one

    assert answer["upgrade"] == {"pending": False, "job_id": None}
    assert [case.news for case in world.teacher.cases] in ([], [GOLD_UP])


async def test_who_waits_gets_the_answer_of_the_analysts(world):
    answer = await world.decide(VOLCANO, agents="wait")

    assert (answer["path"], answer["decision"]["reasoning"]) == ("analysts", "the panel says so")
    assert (answer["fallback"], answer["cost_usd"], answer["cache"]["hit"]) == (None, 0.02, False)
    assert (answer["upgrade"]["pending"], answer["upgrade"]["joined"]) == (False, False)


async def test_analysts_see_the_whole_case(world):
    await world.decide(VOLCANO, agents="wait", context=[{"text": "Airlines are fully booked."}])

    (case,) = world.teacher.cases
    assert (case.asset, case.strategy, case.news, case.as_of) == ("XAU", "taught", VOLCANO, NOW)
    assert (case.context, case.instruction) == (
        ("Airlines are fully booked.",),
        "Judge what this means for the price over the next day.",
    )


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("fails", "unavailable"),
        ("hangs", "analysts_late"),
        ("is slow", "analysts_late"),
        ("has a defect", "analysts_late"),
    ],
)
async def test_whatever_befalls_the_analysts_there_is_an_interim_answer_in_time(world, trouble, reason):
    world.teacher.hangs = trouble == "hangs"
    world.teacher.delay_s = 30 if trouble == "is slow" else 0
    failures = {"fails": Unavailable("no answer"), "has a defect": KeyError("defect")}
    world.teacher.failure = failures.get(trouble)

    answer = await world.decide(VOLCANO, agents="wait", deadline_ms=500)

    assert (answer["path"], answer["fallback"]["reason"]) == ("interim", reason)
    assert answer["latency_ms"]["total"] <= 500


async def test_analysts_that_are_late_still_upgrade_the_answer(world):
    world.teacher.released = asyncio.Event()
    answer = await world.decide(VOLCANO, agents="wait", deadline_ms=100)

    world.teacher.released.set()

    assert (answer["path"], answer["upgrade"]["pending"]) == ("interim", True)
    assert (await world.upgraded(answer))["decision"]["reasoning"] == "the panel says so"


async def test_an_answer_whose_analysts_failed_waits_no_longer(world):
    world.teacher.failure = Unavailable("no answer")

    after = await world.upgraded(await world.decide(VOLCANO))

    assert (after["path"], after["upgrade"]["pending"], after["upgrade"]["failed"]) == ("interim", False, "unavailable")
    assert metric(world, "failed") == 1
    assert (await world.service.status.counts())["decisions"] == 0


async def test_the_same_situation_asked_at_once_is_worked_out_once(world):
    world.teacher.released = asyncio.Event()

    answers = await asyncio.gather(*(world.decide(VOLCANO) for _ in range(8)))
    world.teacher.released.set()
    after = [await world.upgraded(answer) for answer in answers]

    assert world.embedder.asked.count(VOLCANO) == 1
    assert len(world.teacher.cases) == 1
    assert len({answer["decision_id"] for answer in answers}) == 8
    assert {each["decision"]["reasoning"] for each in after} == {"the panel says so"}


@pytest.mark.parametrize("analysts", [AnalystSettings(slots=1, queue_limit=3, grace_s=0)])
async def test_a_full_queue_sheds_and_says_so(world):
    world.teacher.released = asyncio.Event()

    answers = [await world.decide(f"Shares of company {n} rise {n} percent", asset=f"A{n}") for n in range(1, 7)]

    told = [(a["upgrade"]["pending"], a["upgrade"]["job_id"] is None, a["upgrade"]["shed"]) for a in answers]
    assert told == [(True, False, False)] * 3 + [(False, True, True)] * 3
    assert metric(world, "shed") == 3
    world.teacher.released.set()
    await world.upgraded(answers[2])
