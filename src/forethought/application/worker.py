"""The loop that works on the queue: takes tasks as places become free, keeps them alive, and stops in order."""

import asyncio
import contextlib

import structlog

from forethought.application.deliberate import Deliberate
from forethought.application.parts import Parts
from forethought.application.ports.tasks import Task
from forethought.application.ports.workers import Presence
from forethought.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_PAUSE_S = 0.5
"""Between tries while the store is away."""
_RESERVED_FRAC = 0.25
"""Share of the places that are kept for callers who wait."""


class Worker:
    """Up to `slots` deliberations at once."""

    def __init__(self, parts: Parts, deliberate: Deliberate, *, slots: int, stale_s: float, grace_s: float) -> None:
        self._parts = parts
        self._tasks = parts.tasks
        self._deliberate = deliberate
        self._name = parts.identifiers.new()
        self._slots = slots
        self._grace_s = grace_s
        self._beat_every_s = stale_s / 3
        self._running: dict[asyncio.Task[None], Task] = {}

    async def run(self) -> None:
        """Work until cancelled, then finish what is in hand within the grace.

        What is left is dropped: its lease runs out and another worker takes it.
        """
        beating = asyncio.create_task(self._beat(), name="worker-beat")
        try:
            while True:
                free = self._slots - len(self._running)
                if free == 0:
                    await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                    continue
                await self._fill(free)
        finally:
            if self._running and self._grace_s:
                await asyncio.wait(self._running, timeout=self._grace_s)
            for each in (beating, *self._running):
                each.cancel()
            await asyncio.gather(beating, *self._running, return_exceptions=True)
            with contextlib.suppress(StoreUnavailable):
                await self._parts.workers.leave(self._name)

    async def _fill(self, free: int) -> None:
        try:
            taken = await self._tasks.take(free, reserve=int(self._slots * _RESERVED_FRAC))
        except StoreUnavailable as error:
            log.warning("worker.no_store", reason=str(error))
            await asyncio.sleep(_PAUSE_S)
            return
        except Exception:  # the edge of the loop: what the queue holds must not end the worker
            log.exception("worker.defect")
            await asyncio.sleep(_PAUSE_S)
            return
        for task in taken:
            work = asyncio.create_task(self._one(task), name=f"task-{task.job.job_id}")
            self._running[work] = task
            work.add_done_callback(lambda done: self._running.pop(done, None))

    async def _one(self, task: Task) -> None:
        try:
            await self._deliberate(task)
        except StoreUnavailable as error:
            log.warning("worker.left", job_id=task.job.job_id, reason=str(error))
        except Exception:  # the edge of the loop: a defect must not end the others' work
            log.exception("worker.defect", job_id=task.job.job_id, attempt=task.attempt)

    async def _beat(self) -> None:
        panels = {name: panel.version for name, panel in self._parts.panels.items() if not panel.interim_only}
        while True:
            with contextlib.suppress(StoreUnavailable):
                if self._running:
                    await self._tasks.beat(list(self._running.values()))
                presence = Presence(self._name, panels, self._slots, len(self._running))
                await self._parts.workers.announce(presence, for_s=3 * self._beat_every_s + _PAUSE_S)
            await asyncio.sleep(self._beat_every_s)
