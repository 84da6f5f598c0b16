"""The worker's side of the queue: take, keep, settle, tell, finish; and take over what dead workers held."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack

import structlog

from forethought.adapters.redis.boards import Boards
from forethought.adapters.redis.jobs import DAMAGED, Holder, Jobs, Progress, Standing, payload
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.task_signals import NEW, TaskSignals
from forethought.adapters.redis.task_streams import Entry, Lane, Start, TaskStreams
from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Settled
from forethought.application.ports.tasks import Depths, Task
from forethought.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_IDLE_S = 1.0
"""A signal may be lost: so an idle worker looks for himself this often."""
_SWEEP_S = 5.0
_OVERDUE_S = 5.0
"""Far longer than a submission takes; one that is only slow is sent on twice, and the copy is dropped."""
_LEASE_FRAC = 0.8
"""A lease ends before the entry counts as stale: who takes a stale entry over then always gets the job too."""
_LOOKS_FRAC = 0.25
"""How often stale entries are looked for, in parts of the time after which they are stale."""


class RedisTasks:
    """Implements `Tasks`.

    An entry says that a job is to be done; the job's hash says who does it. So an entry may come twice, to two workers
    or on two streams, and is still done once.
    """

    def __init__(self, store: Store, keys: Keys, *, owner: str, stale_s: float) -> None:
        """Make one worker's end of the queue.

        Args:
            store: Where.
            keys: Key names.
            owner: Name of this worker; no two living ones may share it.
            stale_s: A task that was not kept (`beat`) for so long is taken over by another worker.
        """
        self._store = store
        self._jobs = Jobs(store, keys)
        self._boards = Boards(store, keys)
        self._streams = TaskStreams(store, keys)
        self._signals = TaskSignals(store, keys)
        self._owner = owner
        self._stale_ms = max(1, round(stale_s * 1000))
        self._lease_ms = max(1, round(self._stale_ms * _LEASE_FRAC))
        self._looks_every_s = stale_s * _LOOKS_FRAC
        self._looks_at = dict.fromkeys(Lane, 0.0)
        self._sweeps_at = 0.0
        self._is_tidy = False
        self._open = ExitStack()
        self._news = self._open.enter_context(self._signals.of(NEW))

    async def close(self) -> None:
        """End the connection that listens. What is in hand is taken over by others when it is stale."""
        self._open.close()
        await self._signals.close()

    async def take(self, count: int, *, reserve: int) -> Sequence[Task]:
        """See the port. An idle worker hears of a new task at once, and looks for himself every second."""
        if not (taken := await self._take(count, reserve)):
            await self._signals.wait(self._news, timeout_s=_IDLE_S)
            taken = await self._take(count, reserve)
        return taken

    async def _take(self, count: int, reserve: int) -> list[Task]:
        taken: list[Task] = []
        try:
            await self._tend()
            await self._claim_all(await self._streams.read(Lane.WAITING, owner=self._owner, count=count), taken)
            await self._take_over(Lane.WAITING, count - len(taken), taken)
            await self._take_over(Lane.BACKGROUND, count - len(taken) - reserve, taken)
            if (places := count - len(taken) - reserve) > 0:
                found = await self._streams.read(Lane.BACKGROUND, owner=self._owner, count=places)
                await self._claim_all(found, taken)
            await self._take_over(Lane.SHADOW, count - len(taken) - 2 * reserve, taken)
            if (places := count - len(taken) - 2 * reserve) > 0:
                found = await self._streams.read(Lane.SHADOW, owner=self._owner, count=places)
                await self._claim_all(found, taken)
        except StoreUnavailable:
            if not taken:  # what was taken before the store went away is worked on
                raise
        return taken

    async def _take_over(self, lane: Lane, places: int, taken: list[Task]) -> None:
        now = time.monotonic()
        if places <= 0 or now < self._looks_at[lane]:
            return
        found = await self._streams.take_over(lane, owner=self._owner, count=places, idle_ms=self._stale_ms)
        if len(found) < places:  # else there may be more
            self._looks_at[lane] = now + self._looks_every_s
        await self._claim_all(found, taken)

    async def _claim_all(self, entries: Sequence[Entry], taken: list[Task]) -> None:
        found = await asyncio.gather(*(self._claim(entry) for entry in entries), return_exceptions=True)
        taken.extend(each for each in found if isinstance(each, Task))
        for each in found:
            if isinstance(each, BaseException):
                raise each

    async def _claim(self, entry: Entry) -> Task | None:
        """Turn an entry into a task, or drop it when there is nothing to do about it."""
        if not entry.job_id or not entry.tag:
            await self._bury_raw(entry, b"")
            return None
        claim = await self._jobs.claim(entry.job_id, owner=self._owner, entry=entry.name, lease_ms=self._lease_ms)
        if claim.standing is Standing.MINE and claim.job is not None:
            return Task(claim.job, entry.name, claim.attempt, claim.settled)
        if claim.standing is Standing.MINE:
            await self._jobs.settle(entry.job_id, Holder(self._owner, claim.attempt), Settled(None, DAMAGED))
            await self._bury_raw(entry, claim.payload)
        elif claim.standing is Standing.DAMAGED:
            await self._bury_raw(entry, b"")
        elif claim.standing is Standing.OVER:
            await self._let_go(entry.tag, entry.job_id, entry.name)
        elif claim.standing is Standing.ELSEWHERE:
            await self._streams.drop(entry.name)
        # Else a worker that was only slow keeps it: should it die, the entry is stale again.
        return None

    async def _bury_raw(self, entry: Entry, raw: bytes) -> None:
        log.warning("tasks.damaged", entry=entry.name, job_id=entry.job_id)
        fields = {f"entry:{name}": value for name, value in entry.raw.items()}
        await self._streams.bury({"job_id": entry.job_id, "reason": DAMAGED, "payload": raw, **fields})
        await self._let_go(entry.tag, entry.job_id, entry.name)

    async def _let_go(self, tag: str, job_id: str, entry: str) -> None:
        """Take a story off its board and its entry off the stream, in this order: the entry is what comes again."""
        if tag and job_id:
            await self._boards.close(tag, job_id)
        await self._streams.drop(entry)

    async def _tend(self) -> None:
        """Send on what an asker that died had started, and forget workers that are gone."""
        now = time.monotonic()
        if now < self._sweeps_at:
            return
        self._sweeps_at = now + _SWEEP_S
        for start in await self._streams.overdue(after_s=_OVERDUE_S):
            await self._send_on(start)
        if not self._is_tidy:
            await self._streams.tidy()
            self._is_tidy = True

    async def _send_on(self, start: Start) -> None:
        progress = await self._jobs.progress(start.job_id)
        if progress is Progress.QUEUED and await self._boards.has(start.tag, start.job_id):
            log.info("tasks.sent_on", job_id=start.job_id)
            await self._streams.append(start, limit=None)
        elif progress in {Progress.SETTLED, Progress.GONE}:
            await self._boards.close(start.tag, start.job_id)
        await self._store.write([self._streams.arrived(start)], settled=False)

    async def beat(self, tasks: Sequence[Task]) -> None:
        """See the port."""
        kept = await asyncio.gather(
            *(self._jobs.extend(each.job.job_id, self._as(each), lease_ms=self._lease_ms) for each in tasks)
        )
        # Of a lost task the entry too belongs to another: to keep it would hide that worker's death.
        mine = [each for each, is_mine in zip(tasks, kept, strict=True) if is_mine]
        await asyncio.gather(*(self._streams.keep(each.entry, owner=self._owner) for each in mine))

    def _as(self, task: Task) -> Holder:
        return Holder(self._owner, task.attempt)

    async def early(self, task: Task, found: Deliberation) -> None:
        """See the port."""
        await self._jobs.early(task.job.job_id, self._as(task), found)

    async def settle(self, task: Task, settled: Settled) -> bool:
        """See the port. Who waits for the result is woken now: telling the others may take longer than he has."""
        return await self._jobs.settle(task.job.job_id, self._as(task), settled)

    async def waiting(self, task: Task) -> Sequence[str]:
        """See the port."""
        first, all_ = task.job.decision_id, await self._jobs.waiters(task.job.job_id)
        return [first, *(each for each in all_ if each != first)]

    async def finish(self, task: Task) -> None:
        """See the port. Of a lost or unsettled task nothing is touched."""
        if await self._jobs.told(task.job.job_id, self._as(task)):
            await self._let_go(scope_tag(task.job.scope), task.job.job_id, task.entry)

    async def bury(self, task: Task, *, reason: str) -> None:
        """See the port."""
        job = task.job
        await self._streams.bury(
            {"job_id": job.job_id, "reason": reason, "attempts": task.attempt, "payload": payload(job)}
        )

    async def depths(self) -> Depths:
        """See the port."""
        return await self._streams.depths()
