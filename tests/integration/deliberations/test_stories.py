"""One story is thought through once, whoever tells it and however often."""

import asyncio
from collections import Counter
from datetime import timedelta

from tests.fakes.headlines import GOLD_AGAIN, GOLD_UP
from tests.fakes.office import metric, until
from tests.fakes.teacher import Teacher
from tests.integration.conftest import NOW
from tests.integration.deliberations.conftest import CONTRARY, CUT, FED, Reader


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
        await world.decide(GOLD_UP),
        await world.decide(GOLD_UP, as_of=then.isoformat()),
        await world.decide(GOLD_UP, as_of=then.isoformat()),
        await world.decide(GOLD_AGAIN),
    ]
    await until(lambda: len(teacher.cases) >= 2)
    teacher.released.set()
    for answer in answers:
        await world.upgraded(answer)

    assert sorted(case.as_of for case in teacher.cases) == [then, NOW]
    assert [answer["upgrade"]["joined"] for answer in answers] == [False, False, True, True]


async def test_a_question_with_another_context_is_another_story(office):
    """The same news beside another context may mean something else: who joined would get an answer without it."""
    teacher = Teacher(released=asyncio.Event())
    desk = await office.opens(teacher)
    context = [{"text": "Mines in South Africa are on strike."}]

    plain = await desk.decide(GOLD_UP)
    beside = [await desk.decide(text, context=context) for text in (GOLD_UP, GOLD_AGAIN)]
    teacher.released.set()
    after = [await desk.upgraded(each) for each in (plain, *beside)]

    assert [each["upgrade"]["joined"] for each in after] == [False, False, True]
    assert sorted(case.context for case in teacher.cases) == [(), ("Mines in South Africa are on strike.",)]
