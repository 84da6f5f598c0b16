"""The queue on a real Redis, against the promises of its two ports."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.fakes.entries import NOON, SCOPE
from tests.fakes.queue import DONE, NOTHING_LEFT, a_deliberation, a_job, a_wording, submit, take

from forethought.adapters.redis import deliberations as asker_module, tasks as worker_module
from forethought.adapters.redis.keys import scope_tag
from forethought.adapters.redis.task_streams import Lane, Start
from forethought.adapters.redis.tasks import RedisTasks
from forethought.application.ports.deliberations import Board, Settled, Wording
from forethought.application.ports.tasks import Depths
from forethought.domain.decision import Scope

OTHER = Scope("mine", "1", "BTC", "panel")
SOON = NOON + timedelta(seconds=8)


@pytest.fixture
def worker(ends) -> RedisTasks:
    return ends.worker("first")


@pytest.fixture(autouse=True)
def hasty(monkeypatch) -> None:
    """Idle workers look again at once, so that a test of what is not there takes no second."""
    monkeypatch.setattr(worker_module, "_IDLE_S", 0.01)


def told(board: Board) -> dict[str, set[str]]:
    return {story.job_id: {wording.text for wording in story.wordings} for story in board.stories}


async def test_a_new_scope_has_an_empty_board(asker):
    assert await asker.board(SCOPE) == Board(0, ())


@pytest.mark.parametrize("vector", [True, False])
async def test_other_processes_see_a_story_with_its_wordings(asker, ends, vector):
    first, second = a_wording("gold rises", vector=vector), a_wording("gold is up", vector=vector)
    job = a_job()
    await submit(asker, job, first)
    assert await asker.join(a_job(), second, job_id=job.job_id) is True

    (story,) = (await ends.asker().board(SCOPE)).stories

    found = {wording.sha: wording for wording in story.wordings}
    assert (story.job_id, found.keys()) == (job.job_id, {first.sha, second.sha})
    for wording in (first, second):
        assert found[wording.sha].text == wording.text
        assert (
            np.array_equal(found[wording.sha].vector, wording.vector) if vector else found[wording.sha].vector is None
        )


async def test_an_unchanged_board_is_not_read_again(asker, redis_client, keys):
    await submit(asker, a_job(), a_wording())
    board = await asker.board(SCOPE)
    await redis_client.hset(keys.stories(scope_tag(SCOPE)), "J9", 1)  # by nobody of us: the version stays

    assert await asker.board(SCOPE) is board


async def test_scopes_have_boards_of_their_own(asker):
    await submit(asker, a_job(), a_wording())

    assert (await asker.board(OTHER)).stories == ()


async def test_a_story_starts_only_on_the_board_that_was_seen(asker, ends, redis_client, keys):
    seen = await asker.board(SCOPE)
    first, second, third = a_job(), a_job(), a_job()
    assert await ends.asker().start(first, a_wording("a"), seen=seen) is True

    assert await asker.start(second, a_wording("b"), seen=seen) is False
    assert await asker.start(third, a_wording("c"), seen=await asker.board(SCOPE)) is True

    assert told(await asker.board(SCOPE)) == {first.job_id: {"a"}, third.job_id: {"c"}}
    assert not await redis_client.exists(keys.job(second.job_id))
    assert await ends.left() == {"entries": 2, "starting": 0, "boards": 1}


async def test_a_board_that_was_emptied_is_not_taken_for_an_earlier_one(asker, worker):
    job = a_job()
    await submit(asker, job, a_wording())
    seen = await asker.board(SCOPE)
    (task,) = await take(worker)
    await worker.settle(task, DONE)
    await worker.finish(task)
    await submit(asker, a_job(), a_wording())

    assert await asker.start(a_job(), a_wording("b"), seen=seen) is False


async def test_of_askers_of_one_story_one_starts_and_the_others_join(ends, worker):
    askers, jobs = [ends.asker() for _ in range(3)], [a_job() for _ in range(30)]

    ids = await asyncio.gather(*(submit(askers[i % 3], job, a_wording()) for i, job in enumerate(jobs)))

    (task,) = await take(worker)
    assert set(ids) == {task.job.job_id}
    await worker.settle(task, DONE)
    waiting = await worker.waiting(task)
    assert waiting[0] == task.job.decision_id
    assert sorted(waiting) == sorted(job.decision_id for job in jobs)


async def test_what_is_too_much_is_shed_and_leaves_nothing(ends, redis_client, keys):
    asker, shed = ends.asker(limit=2), a_job()
    for text in ("a", "b"):
        assert await submit(asker, a_job(), a_wording(text))

    assert await submit(asker, shed, a_wording("c")) is None

    assert {len(await redis_client.keys(keys.job("*"))), len((await asker.board(SCOPE)).stories)} == {2}
    assert await ends.left() == {"entries": 2, "starting": 0, "boards": 1}


async def test_the_limit_holds_when_many_ask_at_once(ends):
    asker = ends.asker(limit=5)

    scopes = [replace(SCOPE, asset=f"A{i}") for i in range(20)]
    ids = await asyncio.gather(*(submit(asker, a_job(scope=scope), a_wording()) for scope in scopes))

    assert sum(each is not None for each in ids) == 5
    assert await ends.left() == {"entries": 5, "starting": 0, "boards": 5}


async def test_a_caller_who_waits_is_taken_when_the_background_is_full(ends, worker):
    asker, hurried = ends.asker(limit=1), a_job(answer_by=SOON)
    await submit(asker, a_job(), a_wording("a"))

    assert await submit(asker, hurried, a_wording("b")) == hurried.job_id
    assert (await take(worker))[0].job == hurried


async def test_who_joined_a_story_that_would_be_shed_is_not_let_down(ends, worker):
    """The queue fills up between the look at it and the entry, and somebody joins just then."""
    asker, job, tag = ends.asker(limit=1), a_job(), scope_tag(SCOPE)
    start = Start(job.job_id, tag, Lane.BACKGROUND)
    opening = asker._boards.open(tag, job.job_id, a_wording(), seen=await asker.board(SCOPE))
    await asker._one_after_the_other([asker._streams.set_out(start), *asker._jobs.put(job)], opening)
    await submit(asker, a_job(scope=OTHER), a_wording())
    assert await submit(ends.asker(), a_job(), a_wording()) == job.job_id

    assert await asker._enqueue(start) is True

    assert job.job_id in {task.job.job_id for task in await take(worker, 2)}
    assert (await ends.left())["starting"] == 0


async def test_nobody_joins_a_settled_story(asker, ends, worker):
    job = a_job()
    await submit(asker, job, a_wording())
    (task,) = await take(worker)
    await worker.settle(task, DONE)

    late = a_job()
    assert await ends.asker().join(late, a_wording("late"), job_id=job.job_id) == DONE
    assert late.decision_id not in await worker.waiting(task)
    assert (await ends.asker().board(SCOPE)).stories == ()


async def test_a_story_whose_job_is_gone_is_taken_off_by_who_wants_to_join(asker, redis_client, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    await redis_client.unlink(keys.job(job.job_id))

    assert await asker.join(a_job(), a_wording(), job_id=job.job_id) is False
    assert (await asker.board(SCOPE)).stories == ()


async def test_a_much_told_story_is_joined_without_growing_its_board(asker, worker):
    job = a_job()
    await submit(asker, job, a_wording())
    others = [a_job() for _ in range(40)]
    for each in others:
        await asker.join(each, a_wording(each.job_id), job_id=job.job_id)

    (story,) = (await asker.board(SCOPE)).stories
    (task,) = await take(worker)
    assert (len(story.wordings), len(await worker.waiting(task))) == (32, 41)


async def test_a_job_and_its_result_arrive_as_they_were(asker, ends, worker):
    job = a_job(answer_by=SOON, location="EU")
    await submit(asker, job, a_wording())
    (task,) = await take(worker)
    assert (task.job, task.attempt, task.settled) == (job, 1, None)

    assert await worker.settle(task, Settled(a_deliberation(-1))) is True

    assert await ends.asker().result(job.job_id, timeout_s=5) == Settled(a_deliberation(-1))


async def test_a_failure_arrives_with_its_reason(asker, worker):
    job = a_job()
    await submit(asker, job, a_wording())
    (task,) = await take(worker)
    await worker.settle(task, Settled(None, "timeout"))

    assert await asker.result(job.job_id, timeout_s=5) == Settled(None, "timeout")


async def test_who_waits_hears_first_of_the_early_result(asker, worker):
    job = a_job(answer_by=SOON)
    await submit(asker, job, a_wording())
    waits = asyncio.create_task(asker.result(job.job_id, timeout_s=20))
    (task,) = await take(worker)

    await worker.early(task, a_deliberation())
    assert await waits == Settled(a_deliberation(), early=True)

    await worker.settle(task, Settled(None, "budget_spent"))
    assert await asker.result(job.job_id, timeout_s=20) == Settled(None, "budget_spent")


async def test_there_may_be_no_result_in_time_and_none_for_an_unknown_job(asker):
    job = a_job()
    await submit(asker, job, a_wording())

    assert await asker.result(job.job_id, timeout_s=0.01) is None
    assert await asker.result("unknown", timeout_s=1_000) is None


async def test_who_waits_is_woken_by_other_processes(asker, ends, worker, monkeypatch):
    monkeypatch.setattr(asker_module, "_LOOK_S", 1_000)
    jobs = [a_job() for _ in range(5)]
    for job in jobs:
        await submit(asker, job, a_wording(job.job_id))
    waits = [asyncio.create_task(ends.asker().result(job.job_id, timeout_s=2_000)) for job in jobs]

    for task in await take(worker, 5):
        await worker.settle(task, DONE)

    assert await asyncio.gather(*waits) == [DONE] * 5


async def test_a_result_is_found_though_its_signal_was_lost(asker, worker, redis_client, keys, monkeypatch):
    monkeypatch.setattr(asker_module, "_LOOK_S", 0.01)
    job = a_job()
    await submit(asker, job, a_wording())
    waits = asyncio.create_task(asker.result(job.job_id, timeout_s=20))
    await take(worker)

    await redis_client.hset(keys.job(job.job_id), mapping={"state": "failed", "result": '{"found":null,"reason":"x"}'})

    assert await waits == Settled(None, "x")


async def test_signals_are_heard_again_after_the_connection_was_cut(asker, worker, redis_client, monkeypatch):
    monkeypatch.setattr(asker_module, "_LOOK_S", 1_000)
    job = a_job()
    await submit(asker, job, a_wording())
    waits = asyncio.create_task(asker.result(job.job_id, timeout_s=2_000))
    (task,) = await take(worker)
    async with asyncio.timeout(20):
        while not asker._signals._hears:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
        await redis_client.client_kill_filter(_type="pubsub")
        while asker._signals._hears:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)

        await worker.settle(task, DONE)

        assert await waits == DONE


async def test_an_idle_worker_is_woken_by_a_new_job(asker, worker, monkeypatch):
    monkeypatch.setattr(worker_module, "_IDLE_S", 1_000)
    idle = asyncio.create_task(take(worker))
    async with asyncio.timeout(20):
        while not worker._signals._hears:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
        job = a_job()
        await submit(asker, job, a_wording())

        assert [task.job for task in await idle] == [job]


async def test_callers_who_wait_go_first_and_have_places_of_their_own(asker, worker):
    background = [a_job() for _ in range(5)]
    hurried = [a_job(answer_by=SOON) for _ in range(2)]
    for job in (*background, *hurried):
        await submit(asker, job, a_wording(job.job_id))

    assert [task.job for task in await worker.take(5, reserve=2)] == [*hurried, background[0]]
    assert list(await worker.take(2, reserve=2)) == []
    assert [task.job for task in await worker.take(3, reserve=2)] == [background[1]]


async def test_a_story_that_somebody_waits_for_goes_first_and_is_done_once(asker, worker, ends):
    others, job = [a_job(), a_job()], a_job()
    for each in (*others, job):
        await submit(asker, each, a_wording(each.job_id))
    for minutes in (2, 1, 3):
        hurried = a_job(answer_by=SOON + timedelta(minutes=minutes))
        assert await asker.join(hurried, a_wording("again"), job_id=job.job_id) is True

    (task,) = await take(worker)
    assert task.job == replace(job, answer_by=SOON + timedelta(minutes=1))
    rest = await take(ends.worker("second"), 2)
    assert list(await ends.worker("third").take(5, reserve=0)) == []

    for holder, each in ((worker, task), (ends.worker("second"), rest[0]), (ends.worker("second"), rest[1])):
        assert await holder.settle(each, DONE) is True
        await holder.finish(each)
    assert await ends.left() == NOTHING_LEFT


async def test_a_finished_task_leaves_nothing_but_its_result(asker, worker, redis_client, keys, ends):
    job = a_job()
    await submit(asker, job, a_wording())
    (task,) = await take(worker)

    await worker.finish(task)  # not settled yet: nothing happens
    assert (await ends.left())["entries"] == 1

    await worker.settle(task, DONE)
    await worker.finish(task)
    assert await ends.left() == NOTHING_LEFT
    assert (await redis_client.xpending(keys.tasks, "agents"))["pending"] == 0
    assert await asker.result(job.job_id, timeout_s=0) == DONE
    assert 0 < await redis_client.ttl(keys.job(job.job_id)) <= 3_600


async def test_settling_again_after_an_unheard_answer_says_the_same(asker, worker):
    await submit(asker, a_job(), a_wording())
    (task,) = await take(worker)

    assert [await worker.settle(task, DONE), await worker.settle(task, DONE)] == [True, True]


async def test_depths_count_what_waits(asker, worker):
    for answer_by in (None, None, SOON):
        job = a_job(answer_by=answer_by)
        await submit(asker, job, a_wording(job.job_id))
    await asyncio.sleep(0.01)

    depths = await worker.depths()

    assert replace(depths, oldest_s=0) == Depths(background=2, waiting=1, dead=0, oldest_s=0)
    assert 0.01 <= depths.oldest_s < 60
    (task,) = await take(worker)
    await worker.bury(task, reason="timeout")
    assert replace(await worker.depths(), oldest_s=0) == Depths(background=2, waiting=0, dead=1, oldest_s=0)


async def test_an_empty_queue_has_no_depth(worker):
    assert await worker.depths() == Depths(0, 0, 0, 0.0)


async def test_a_dead_letter_says_what_it_was_about(asker, worker, redis_client, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    (task,) = await take(worker)

    await worker.bury(task, reason="timeout")

    ((_, letter),) = await redis_client.xrange(keys.tasks_dead)
    assert {**letter, b"payload": b""} == {
        b"job_id": job.job_id.encode(),
        b"reason": b"timeout",
        b"attempts": b"1",
        b"payload": b"",
    }
    assert b"Gold rises" in letter[b"payload"]


async def test_many_stories_at_once_are_all_taken(ends, worker):
    asker, jobs = ends.asker(limit=1_000), [a_job() for _ in range(60)]

    ids = await asyncio.gather(*(submit(asker, job, a_wording(job.job_id)) for job in jobs))

    assert ids == [job.job_id for job in jobs]
    assert told(await ends.asker().board(SCOPE)) == {job.job_id: {job.job_id} for job in jobs}
    assert {task.job.job_id for task in await worker.take(1_000, reserve=0)} == set(ids)


async def test_wordings_that_cannot_be_read_are_passed_over(asker, ends, redis_client, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    damaged = {f"{job.job_id}|{i}": raw for i, raw in enumerate(("no json", "[]", '{"sha": 1}', b"\xff"))}
    await redis_client.hset(keys.stories(scope_tag(SCOPE)), mapping={**damaged, b"\xff|x": 1, "J9": 1})

    assert told(await ends.asker().board(SCOPE)) == {job.job_id: {"gold rises"}}


async def test_an_events_prompt_joins_by_its_name_only(asker, ends):
    job, table = a_job(), Wording("f" * 64, "", None)
    await submit(asker, job, table)

    assert await submit(ends.asker(), a_job(), table) == job.job_id
