"""Answers to be checked on the queue: after all others, of no story, and bounded."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.fakes.queue import DONE, NOTHING_LEFT, Ends, a_job, a_wording, submit, take

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.deliberations import Job, Shown
from forethought.domain.decision import Path, Signal
from forethought.domain.learning import Foretold

SHOWN = Shown(Signal.SELL, Path.REFLEX, 0.125, ("X", "Y"), Foretold(Signal.BUY, (0.5, -1.25), answered=True))


@pytest.fixture
async def ends(store: Store, keys: Keys) -> AsyncIterator[Ends]:
    ends = Ends(store, keys)
    yield ends
    await ends.close()


def a_check(**changes) -> Job:
    return replace(a_job(**changes), shown=SHOWN)


async def test_a_check_comes_as_it_was_queued_and_leaves_nothing(ends):
    asker, worker, job = ends.asker(), ends.worker("W"), a_check()
    assert await asker.check(job)

    (task,) = await take(worker)
    await worker.settle(task, DONE)
    await worker.finish(task)

    assert (task.job, await worker.depths(), await ends.left()) == (job, await worker.depths(), NOTHING_LEFT)
    assert (await worker.depths()).shadow == 0


async def test_questions_go_before_checks_that_were_there_first(ends):
    asker, worker, check, asked = ends.asker(), ends.worker("W"), a_check(), a_job()
    await asker.check(check)
    await submit(asker, asked, a_wording())

    assert [task.job.job_id for task in await take(worker, 2)] == [asked.job_id, check.job_id]


async def test_checks_leave_places_for_callers_who_wait_and_for_questions(ends):
    asker, worker = ends.asker(), ends.worker("W")
    for _ in range(8):
        await asker.check(a_check())

    assert len(await worker.take(8, reserve=2)) == 4
    assert (await worker.depths()).shadow == 4


async def test_a_question_never_joins_a_check(ends):
    asker = ends.asker()
    check = a_check()
    await asker.check(check)

    assert (await asker.board(check.scope)).stories == ()


async def test_checks_beyond_the_limit_are_not_queued(ends):
    asker = ends.asker(limit=20)

    assert [await asker.check(a_check()) for _ in range(4)] == [True, True, True, False]


async def test_a_check_whose_worker_died_comes_again(ends):
    asker, job = ends.asker(), a_check()
    await asker.check(job)
    await take(ends.worker("DEAD", stale_s=0.05))

    (task,) = await take(ends.worker("W", stale_s=0.05))

    assert (task.job, task.attempt) == (job, 2)
