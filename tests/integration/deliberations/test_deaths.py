"""A story is told to all who asked, and nothing that dies or fails in between changes that."""

import asyncio

from tests.fakes.headlines import GOLD_UP, VOLCANO
from tests.fakes.office import is_idle, listen, metric, start_lost, told, until
from tests.fakes.teacher import Teacher
from tests.integration.deliberations.conftest import CUT, FED

from forethought.domain.errors import Unavailable


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


async def test_a_worker_that_is_stopped_finishes_what_it_has_in_hand(office):
    teacher = Teacher(delay_s=0.3)
    desk, worker = await office.opens(), await office.opens(teacher, grace_s=20)
    answer = await desk.decide(GOLD_UP)
    await until(lambda: teacher.cases)

    await office.closes(worker)

    assert (await desk.read(answer))["upgrade"]["by"] == "panel"
