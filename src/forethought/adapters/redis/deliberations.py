"""The asker's side of the queue: look at the board, start or join a story, wait for what comes of it."""

import asyncio
from typing import Any

from forethought.adapters.redis.behind import WriteBehind
from forethought.adapters.redis.boards import Boards
from forethought.adapters.redis.jobs import Jobs, Joined, Progress
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.store import Command, Store
from forethought.adapters.redis.task_signals import TaskSignals
from forethought.adapters.redis.task_streams import Lane, Start, TaskStreams
from forethought.application.ports.deliberations import Board, Job, Settled, Wording
from forethought.domain.decision import Scope

_LOOK_S = 0.4
"""A signal may be lost: so who waits for a result looks for himself this often."""
_NOTES_S = 0.02
_NOTES_MAX = 10_000


class RedisDeliberations:
    """Implements `Deliberations`.

    A submission is four keys, changed one after the other: the note that a job has set out, the job, its story on the
    board, its entry on the stream. Whoever dies in between leaves either a job that nobody knows, which expires, or a
    story on the board, which a worker sends on (`RedisTasks.take`). Accepted means on the append-only file as the
    server keeps it: with `appendfsync always`, as the embedded one does, on disk.
    """

    def __init__(self, store: Store, keys: Keys, *, limit: int) -> None:
        """Make one end of the queue.

        Args:
            store: Where.
            keys: Key names.
            limit: Background jobs that may be queued or in hand; of those somebody waits for there may be a tenth more,
                of answers to be checked a tenth.
        """
        self._store = store
        self._jobs = Jobs(store, keys)
        self._boards = Boards(store, keys)
        self._streams = TaskStreams(store, keys)
        self._signals = TaskSignals(store, keys)
        self._limits = {
            Lane.BACKGROUND: limit,
            Lane.WAITING: limit + limit // 10 + 1,
            Lane.SHADOW: limit // 10 + 1,
        }
        # Behind the answer: a note that stays too long has a job sent on twice, and the copy is dropped.
        self._arrived: WriteBehind[Start] = WriteBehind(
            store, lambda _, start: self._streams.arrived(start), what="tasks", limit=_NOTES_MAX, every_s=_NOTES_S
        )

    async def close(self) -> None:
        """Write what is still to be written, and end the connection that listens."""
        await self._arrived.drain()
        await self._signals.close()

    async def board(self, scope: Scope) -> Board:
        """See the port."""
        return await self._boards.read(scope_tag(scope))

    async def start(self, job: Job, wording: Wording, *, seen: Board) -> bool | None:
        """See the port."""
        tag = scope_tag(job.scope)
        start = Start(job.job_id, tag, Lane.BACKGROUND if job.answer_by is None else Lane.WAITING)
        if self._boards.is_outdated(tag, seen):
            return False
        if await self._streams.length(start.lane) >= self._limits[start.lane]:
            return None
        opening = self._boards.open(tag, job.job_id, wording, seen=seen)
        reply = await self._one_after_the_other([self._streams.set_out(start), *self._jobs.put(job)], opening)
        if not self._boards.opened(tag, job.job_id, wording, seen=seen, reply=int(reply)):
            await self._store.write([self._jobs.remove(job.job_id), self._streams.arrived(start)], settled=False)
            return False
        return await self._enqueue(start)

    async def _one_after_the_other(self, first: list[Command], last: Command) -> Any:
        """Send commands, and return the reply to the last: in one piece where that keeps them in order."""
        if self._store.is_cluster:  # its nodes do not wait for each other
            await self._store.write(first, settled=False)
            first = []
        return (await self._store.write([*first, last], settled=False))[-1]

    async def _enqueue(self, start: Start) -> bool | None:
        if not await self._streams.append(start, limit=self._limits[start.lane]):
            if await self._jobs.withdraw(start.job_id):
                await self._boards.close(start.tag, start.job_id)
                self._arrived.put(start.job_id, start)
                return None
            # Somebody has joined meanwhile and was promised a result, so the queue grows beyond its limit by one.
            await self._streams.append(start, limit=None)
        self._arrived.put(start.job_id, start)
        return True

    async def check(self, job: Job) -> bool:
        """See the port. Whoever dies in between leaves a job that nobody knows, which expires."""
        start = Start(job.job_id, scope_tag(job.scope), Lane.SHADOW)
        await self._store.write(self._jobs.put(job), settled=False)
        if await self._streams.append(start, limit=self._limits[Lane.SHADOW]):
            return True
        await self._store.write([self._jobs.remove(job.job_id)], settled=False)
        return False

    async def join(self, job: Job, wording: Wording, *, job_id: str) -> bool | Settled:
        """See the port."""
        tag = scope_tag(job.scope)
        joined = await self._jobs.join(job_id, job.decision_id, answer_by=job.answer_by)
        if isinstance(joined, Settled) or joined is Joined.GONE:
            await self._boards.close(tag, job_id)
            return joined if isinstance(joined, Settled) else False
        await self._boards.add(tag, job_id, wording)
        if joined is Joined.HURRIED:
            # A copy among those somebody waits for; the first entry that is taken does the work. When they are too
            # many already, it keeps its place in the background.
            await self._streams.append(Start(job_id, tag, Lane.WAITING), limit=self._limits[Lane.WAITING])
        return True

    async def result(self, job_id: str, *, timeout_s: float) -> Settled | None:
        """See the port."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_s
        with self._signals.of(job_id) as signal:
            while True:
                progress, settled = await self._jobs.outcome(job_id)
                left_s = end - loop.time()
                final = settled is not None and not settled.early
                if final or progress is Progress.GONE or left_s <= 0:
                    return settled
                await self._signals.wait(signal, timeout_s=min(left_s, _LOOK_S))
