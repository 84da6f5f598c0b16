"""What is left of the queue's promises when workers and askers die, entries come twice, and keys are damaged."""

import asyncio
import os
import random
import sys
import textwrap
from collections import Counter

import pytest
from tests.fakes.entries import NOON, SCOPE
from tests.fakes.queue import DONE, NOTHING_LEFT, Ends, a_deliberation, a_job, a_wording, submit, take

from forethought.adapters.redis import task_streams, tasks as worker_module
from forethought.adapters.redis.deliberations import RedisDeliberations
from forethought.adapters.redis.keys import scope_tag
from forethought.adapters.redis.task_streams import GROUP, Lane, Start
from forethought.application.ports.deliberations import Settled
from forethought.domain.errors import StoreUnavailable

STALE_S = 0.2
TAG = scope_tag(SCOPE)


@pytest.fixture(autouse=True)
def hasty(monkeypatch) -> None:
    """Nobody waits for what a healthy queue does only now and then."""
    monkeypatch.setattr(worker_module, "_IDLE_S", 0.01)
    monkeypatch.setattr(worker_module, "_SWEEP_S", 0.0)


async def close(worker, task, settled: Settled = DONE) -> bool:
    """Do what a worker does at the end; True when the result counts."""
    if task.settled is None and not await worker.settle(task, settled):
        return False
    await worker.finish(task)
    return task.settled is None


async def test_a_task_of_a_dead_worker_is_taken_over_and_its_late_result_does_not_count(asker, ends):
    job = a_job()
    await submit(asker, job, a_wording())
    dead, heir = ends.worker("dead", stale_s=STALE_S), ends.worker("heir", stale_s=STALE_S)
    (lost,) = await take(dead)

    (task,) = await take(heir)

    assert (task.job, task.attempt) == (job, 2)
    assert await dead.settle(lost, Settled(a_deliberation(-1))) is False
    await dead.early(lost, a_deliberation(-1))
    await dead.finish(lost)
    assert await asker.result(job.job_id, timeout_s=0) is None
    assert await close(heir, task)
    assert await asker.result(job.job_id, timeout_s=0) == DONE
    assert await ends.left() == NOTHING_LEFT


async def test_an_own_task_that_was_lost_and_came_again_is_settled_by_the_later_attempt(asker, ends):
    await submit(asker, a_job(), a_wording())
    worker = ends.worker("one", stale_s=STALE_S)
    (first,) = await take(worker)
    (second,) = await take(worker)

    assert [await worker.settle(first, DONE), await worker.settle(second, DONE)] == [False, True]


async def test_a_task_that_is_kept_is_not_taken_over(asker, ends):
    stale_s = 1.0  # the beats below may be late by as much
    await submit(asker, a_job(), a_wording())
    worker, other = ends.worker("one", stale_s=stale_s), ends.worker("other", stale_s=stale_s)
    (task,) = await take(worker)

    for _ in range(13):
        await asyncio.sleep(0.1)
        await worker.beat([task])
        assert list(await other.take(1, reserve=0)) == []

    assert await worker.settle(task, DONE) is True


async def test_who_lost_a_task_does_not_keep_it_from_being_taken_over_again(asker, ends):
    await submit(asker, a_job(), a_wording())
    slow, second, third = (ends.worker(name, stale_s=STALE_S) for name in ("slow", "second", "third"))
    (lost,) = await take(slow)
    await take(second)  # and dies

    async with asyncio.timeout(20):
        taken = []
        while not taken:
            await slow.beat([lost])
            taken = await third.take(1, reserve=0)

    assert taken[0].attempt == 3


async def test_who_dies_before_everybody_was_told_leaves_the_result_to_be_told_again(asker, ends):
    job, joined = a_job(), a_job()
    await submit(asker, job, a_wording())
    await submit(asker, joined, a_wording())
    dead, heir = ends.worker("dead", stale_s=STALE_S), ends.worker("heir", stale_s=STALE_S)
    (lost,) = await take(dead)
    await dead.settle(lost, DONE)

    (task,) = await take(heir)

    assert (task.job, task.settled) == (job, DONE)
    assert list(await heir.waiting(task)) == [job.decision_id, joined.decision_id]
    await heir.finish(task)
    assert await ends.left() == NOTHING_LEFT


async def test_a_copy_of_an_entry_is_dropped_while_the_job_is_in_hand_and_when_it_is_over(asker, ends):
    job = a_job()
    await submit(asker, job, a_wording())
    worker = ends.worker("one")
    (task,) = await take(worker)
    copy = Start(job.job_id, TAG, Lane.BACKGROUND)

    for _ in range(2):
        await worker._streams.append(copy, limit=None)
        assert list(await ends.worker("other").take(5, reserve=0)) == []
        assert (await ends.left())["entries"] == 1

    await close(worker, task)
    await worker._streams.append(copy, limit=None)
    assert list(await ends.worker("other").take(5, reserve=0)) == []
    assert await ends.left() == NOTHING_LEFT


async def test_a_copy_that_comes_long_after_the_end_tells_nobody_again(asker, ends):
    job = a_job()
    await submit(asker, job, a_wording())
    worker = ends.worker("one", stale_s=STALE_S)
    await close(worker, (await take(worker))[0])
    await asyncio.sleep(STALE_S)  # the lease has run out

    await worker._streams.append(Start(job.job_id, TAG, Lane.WAITING), limit=None)

    assert list(await worker.take(5, reserve=0)) == []
    assert await ends.left() == NOTHING_LEFT


async def test_what_somebody_waits_for_is_taken_over_into_the_reserved_places(asker, ends):
    hurried = a_job(answer_by=NOON)
    await submit(asker, a_job(), a_wording("a"))
    await submit(asker, hurried, a_wording("b"))
    await take(ends.worker("dead", stale_s=STALE_S), 2)

    (task,) = await take(ends.worker("heir", stale_s=STALE_S), reserve=1)

    assert task.job == hurried


async def test_an_entry_that_is_stale_while_its_lease_runs_is_left_where_it_is(asker, ends, monkeypatch):
    """Its holder read it long before it got the job; dropped, nothing would be left when he dies."""
    monkeypatch.setattr(worker_module, "_LEASE_FRAC", 3.0)
    await submit(asker, a_job(), a_wording())
    await take(ends.worker("dead", stale_s=STALE_S))

    (task,) = await take(ends.worker("heir", stale_s=STALE_S))

    assert task.attempt == 2


async def test_of_a_dead_worker_the_others_take_what_they_have_places_for(asker, ends):
    jobs = [a_job() for _ in range(25)]
    for job in jobs:
        await submit(asker, job, a_wording(job.job_id))
    await take(ends.worker("dead", stale_s=STALE_S), 25)
    await asyncio.sleep(STALE_S)
    heir = ends.worker("heir", stale_s=STALE_S)

    counts = [len(await heir.take(places, reserve=2)) for places in (2, 4, 40)]

    assert counts == [0, 2, 23]


async def start_without_entry(asker: RedisDeliberations, job, *, on_board: bool) -> None:
    """Do what `start` does until the asker dies."""
    commands = [asker._streams.set_out(Start(job.job_id, TAG, Lane.BACKGROUND)), *asker._jobs.put(job)]
    if on_board:
        commands.append(asker._boards.open(TAG, job.job_id, a_wording(), seen=await asker.board(SCOPE)))
    await asker._store.write(commands)


async def test_a_story_whose_asker_died_is_sent_on(asker, ends, monkeypatch):
    job, joined = a_job(), a_job()
    await start_without_entry(asker, job, on_board=True)
    await submit(ends.asker(), joined, a_wording())
    assert list(await ends.worker("one").take(1, reserve=0)) == []  # not yet: he may only be slow

    monkeypatch.setattr(worker_module, "_OVERDUE_S", 0.0)
    worker = ends.worker("two")
    (task,) = await take(worker)

    assert list(await worker.waiting(task)) == [job.decision_id, joined.decision_id]
    await close(worker, task)
    assert await ends.left() == NOTHING_LEFT


async def test_a_job_that_never_got_on_the_board_is_not_done(asker, ends, monkeypatch):
    monkeypatch.setattr(worker_module, "_OVERDUE_S", 0.0)
    await start_without_entry(asker, a_job(), on_board=False)

    assert list(await ends.worker("one").take(1, reserve=0)) == []
    assert await ends.left() == NOTHING_LEFT


@pytest.mark.parametrize("over", [{}, {"state": "done", "result": "{}"}])
async def test_a_story_that_is_over_is_swept_off_its_board(asker, ends, redis_client, monkeypatch, over):
    monkeypatch.setattr(worker_module, "_OVERDUE_S", 0.0)
    job, key = a_job(), ends.keys.job
    await start_without_entry(asker, job, on_board=True)
    await redis_client.unlink(key(job.job_id))
    if over:
        await redis_client.hset(key(job.job_id), mapping=over)

    assert list(await ends.worker("one").take(1, reserve=0)) == []
    assert await ends.left() == NOTHING_LEFT


async def test_an_asker_that_was_only_slow_has_his_job_done_once(asker, ends, monkeypatch):
    monkeypatch.setattr(worker_module, "_OVERDUE_S", 0.0)
    job = a_job()
    await start_without_entry(asker, job, on_board=True)
    worker = ends.worker("one")
    (task,) = await take(worker)

    assert await asker._enqueue(Start(job.job_id, TAG, Lane.BACKGROUND)) is True

    assert list(await ends.worker("two").take(5, reserve=0)) == []
    assert await close(worker, task)
    assert await ends.left() == NOTHING_LEFT


@pytest.mark.parametrize("entry", [{"foo": "bar"}, {"job": "J1"}, {"job": "", "scope": TAG}, {b"\xff": b"\xfe"}])
async def test_foreign_entries_go_to_the_dead_letters(asker, ends, redis_client, keys, entry):
    await redis_client.xadd(keys.tasks, entry)
    job = a_job()
    await submit(asker, job, a_wording())
    worker = ends.worker("one")

    assert [task.job for task in await worker.take(5, reserve=0)] == [job]
    assert (await worker.depths()).dead == 1
    assert (await ends.left())["entries"] == 1


@pytest.mark.parametrize("damage", [{"payload": "{"}, {"payload": '{"job_id": 1}'}, {"answer_by_ms": "soon"}])
async def test_a_job_that_cannot_be_read_is_buried_and_who_waits_is_told(asker, ends, redis_client, keys, damage):
    job = a_job()
    await submit(asker, job, a_wording())
    await redis_client.hset(keys.job(job.job_id), mapping=damage)

    assert list(await ends.worker("one").take(1, reserve=0)) == []

    assert await asker.result(job.job_id, timeout_s=5) == Settled(None, "damaged")
    ((_, letter),) = await redis_client.xrange(keys.tasks_dead)
    assert (letter[b"job_id"], letter[b"reason"]) == (job.job_id.encode(), b"damaged")
    assert await ends.left() == NOTHING_LEFT


@pytest.mark.parametrize("state", [None, "strange"])
async def test_a_job_that_is_none_of_ours_is_buried(asker, ends, redis_client, keys, state):
    job = a_job()
    await submit(asker, job, a_wording())
    if state is None:
        await redis_client.set(keys.job(job.job_id), "a string")
    else:
        await redis_client.hset(keys.job(job.job_id), "state", state)

    worker = ends.worker("one")
    assert list(await worker.take(1, reserve=0)) == []

    assert (await worker.depths()).dead == 1
    assert await ends.left() == NOTHING_LEFT


async def test_a_result_that_cannot_be_read_is_a_failure(asker, ends, redis_client, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    worker = ends.worker("one")
    await worker.settle((await take(worker))[0], DONE)
    await redis_client.hset(keys.job(job.job_id), "result", '{"found": {"decision": 1}}')

    assert await asker.result(job.job_id, timeout_s=5) == Settled(None, "damaged")
    assert await asker.join(a_job(), a_wording(), job_id=job.job_id) == Settled(None, "damaged")


async def test_an_entry_whose_job_has_expired_is_dropped_with_its_story(asker, ends, redis_client, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    await redis_client.unlink(keys.job(job.job_id))

    assert list(await ends.worker("one").take(1, reserve=0)) == []
    assert await ends.left() == NOTHING_LEFT


async def test_a_queue_that_was_deleted_is_made_anew(asker, ends, redis_client, keys):
    worker = ends.worker("one")
    await submit(asker, a_job(), a_wording("a"))
    await take(worker)
    await redis_client.unlink(keys.tasks)
    job = a_job()
    await submit(asker, job, a_wording("b"))

    assert [task.job for task in await take(worker)] == [job]


async def test_a_worker_that_comes_forgets_those_that_are_gone_but_not_what_they_held(
    asker, ends, redis_client, keys, monkeypatch
):
    await submit(asker, a_job(), a_wording())
    await take(ends.worker("holds"))
    await ends.worker("gone").take(1, reserve=0)
    monkeypatch.setattr(task_streams, "_FORGOTTEN_MS", -1)

    await ends.worker("new").take(1, reserve=0)

    names = {each["name"] for each in await redis_client.xinfo_consumers(keys.tasks, GROUP)}
    assert names == {b"holds", b"new"}


async def test_without_a_store_every_call_says_so(ends):
    asker, worker, job = ends.asker(), ends.worker("one"), a_job()
    await submit(asker, job, a_wording())
    board = await asker.board(SCOPE)
    (task,) = await take(worker)
    pool, ends.store.client.connection_pool = ends.store.client.connection_pool, Unreachable()

    calls = (
        lambda: asker.board(SCOPE),
        lambda: asker.start(a_job(), a_wording(), seen=board),
        lambda: asker.join(a_job(), a_wording(), job_id=job.job_id),
        lambda: asker.result(job.job_id, timeout_s=5),
        lambda: worker.take(1, reserve=0),
        lambda: worker.beat([task]),
        lambda: worker.early(task, a_deliberation()),
        lambda: worker.settle(task, DONE),
        lambda: worker.waiting(task),
        lambda: worker.finish(task),
        lambda: worker.bury(task, reason="x"),
        worker.depths,
    )
    try:
        for call in calls:
            with pytest.raises(StoreUnavailable):
                await call()
    finally:
        ends.store.client.connection_pool = pool


class Unreachable:
    """A pool of connections to a server that is not there."""

    async def get_connection(self) -> None:
        raise ConnectionRefusedError


class Fates:
    """Askers who race for a few stories and sometimes give up, and workers who die at any point of their work."""

    def __init__(self, ends: Ends, *, seed: int) -> None:
        self._ends = ends
        self._chance = random.Random(seed)  # noqa: S311 - repeatable
        self.promised: dict[str, str] = {}
        """Whose answer will come of which job."""
        self.told: Counter[str] = Counter()
        self.settled: Counter[str] = Counter()
        self.is_over = False

    def strike(self, chance: float = 0.15) -> bool:
        return self._chance.random() < chance

    async def ask(self, asker: RedisDeliberations) -> None:
        for _ in range(15):
            job, wording = a_job(), a_wording(f"story {self._chance.randrange(6)}")
            patience_s = self._chance.random() / 100 if self.strike() else None
            try:
                found = await asyncio.wait_for(submit(asker, job, wording), patience_s)
            except TimeoutError:
                continue
            if isinstance(found, str):
                self.promised[job.decision_id] = found
            await asyncio.sleep(self._chance.random() / 50)

    async def work(self, name: str) -> None:
        lives = 0
        while not self.is_over:
            lives += 1
            worker = self._ends.worker(f"{name}.{lives}", stale_s=STALE_S)
            while not self.is_over and not self.strike():
                tasks = await worker.take(3, reserve=0)
                if not all([await self._do(worker, task) for task in tasks[: self._chance.randrange(1, 4)]]):
                    break
            await worker.close()
            if self.strike(0.5):  # it dies with what it has read and not yet claimed
                await worker._streams.read(Lane.BACKGROUND, owner=f"{name}.{lives}", count=1)

    async def _do(self, worker, task) -> bool:
        """Do what a worker does with a task; False when it died over it."""
        if self.strike():
            return False
        if self.strike():
            copy = Start(task.job.job_id, TAG, self._chance.choice(list(Lane)))
            await worker._streams.append(copy, limit=None)
        if task.settled is None:
            if not await worker.settle(task, DONE):
                return True
            self.settled[task.job.job_id] += 1
        if self.strike():
            return False
        self.told.update(await worker.waiting(task))
        if self.strike():
            return False
        await worker.finish(task)
        return True

    async def are_done(self) -> bool:
        return self.promised.keys() <= self.told.keys() and await self._ends.left() == NOTHING_LEFT


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_dies_every_job_is_settled_once_and_everybody_is_told(ends, monkeypatch, seed):
    monkeypatch.setattr(worker_module, "_OVERDUE_S", STALE_S)
    fates = Fates(ends, seed=seed)
    workers = [asyncio.create_task(fates.work(name)) for name in "abcd"]

    await asyncio.gather(*(fates.ask(ends.asker()) for _ in range(4)))
    async with asyncio.timeout(60):
        while not await fates.are_done():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
    fates.is_over = True
    await asyncio.gather(*workers)

    assert set(fates.promised.values()) <= fates.settled.keys()
    assert set(fates.settled.values()) == {1}
    assert len(fates.promised) > 30


async def test_what_a_killed_process_held_is_done_by_another(asker, ends, redis_server, keys):
    job = a_job()
    await submit(asker, job, a_wording())
    program = textwrap.dedent(
        """
        import asyncio, os, sys
        from redis.asyncio import Redis
        from forethought.adapters.redis.keys import Keys
        from forethought.adapters.redis.store import Store
        from forethought.adapters.redis.tasks import RedisTasks

        async def main():
            client = Redis.from_url(sys.argv[1], protocol=3, socket_timeout=None)
            worker = RedisTasks(Store(client), Keys(sys.argv[2]), owner="killed", stale_s=0.2)
            while not (taken := await worker.take(1, reserve=0)):
                pass
            print(taken[0].job.job_id, flush=True)
            while True:
                await worker.beat(taken)
                await asyncio.sleep(0.02)

        asyncio.run(main())
        """
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, redis_server, keys.namespace), stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    try:
        assert (await process.stdout.readline()).decode().strip() == job.job_id
    finally:
        process.kill()
        await process.wait()

    heir = ends.worker("heir", stale_s=STALE_S)
    (task,) = await take(heir)

    assert (task.job, task.attempt) == (job, 2)
    assert await close(heir, task)
