"""Deliberations in this process: a bounded queue and some workers. What was queued is lost with the process."""

import asyncio
import contextlib

import structlog

from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Job, Work
from forethought.domain.errors import ForethoughtError

log = structlog.get_logger(__name__)

_KEPT = 1_024
"""How many finished jobs can still be asked for their result."""


class InProcessDeliberations:
    """Implements `Deliberations`."""

    def __init__(self, work: Work, *, workers: int, queue_limit: int) -> None:
        self._work = work
        self._workers = workers
        self._queue: asyncio.Queue[Job] = asyncio.Queue(queue_limit)
        self._done: dict[str, asyncio.Future[Deliberation | None]] = {}
        self._under_way: dict[str, Job] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def submit(self, job: Job) -> str | None:
        """See the port."""
        situation = job.situation.sha("")
        if (running := self._under_way.get(situation)) is not None:
            running.joined.append(job.decision_id)
            return running.job_id
        try:
            self._queue.put_nowait(job)
        except asyncio.QueueFull:
            return None
        self._under_way[situation] = job
        self._done[job.job_id] = asyncio.get_running_loop().create_future()
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._run()) for _ in range(self._workers)]
        return job.job_id

    async def result(self, job_id: str, *, timeout_s: float) -> Deliberation | None:
        """See the port."""
        future = self._done.get(job_id)
        if future is None:
            return None
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(future), timeout_s)
        return None

    async def _run(self) -> None:
        while True:
            job = await self._queue.get()
            found: Deliberation | None = None
            try:
                found = await self._work(job)
            except (ForethoughtError, TimeoutError) as error:
                log.warning("deliberation.failed", job_id=job.job_id, reason=str(error) or type(error).__name__)
            except Exception:
                log.exception("deliberation.failed", job_id=job.job_id)
            finally:
                self._finish(job, found)

    def _finish(self, job: Job, found: Deliberation | None) -> None:
        self._under_way.pop(job.situation.sha(""), None)
        future = self._done[job.job_id]
        if not future.done():
            future.set_result(found)
        while len(self._done) > _KEPT:
            oldest = next(iter(self._done))
            if not self._done[oldest].done():
                break
            del self._done[oldest]

    async def close(self) -> None:
        """See the port."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
