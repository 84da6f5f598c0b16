"""Jobs, wordings and deliberations for tests of the queue, and an asker that submits as the use case does."""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count

import numpy as np
from tests.fakes.entries import NOON, SCOPE, a_decision, unit

from forethought.adapters.redis.deliberations import RedisDeliberations
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.tasks import RedisTasks
from forethought.application.ports.deliberations import Job, Settled, Wording
from forethought.application.ports.tasks import Task
from forethought.domain.decision import Signal
from forethought.domain.opinion import Deliberation, Failure, Opinion, Provenance, Role, RoleReport, Usage, Verdict
from forethought.domain.situation import Component, ComponentType

_NUMBERS = count()


def a_job(**changes) -> Job:
    number = next(_NUMBERS)
    fields = {
        "job_id": f"J{number:05}",
        "decision_id": f"D{number:05}",
        "text": "Gold rises 0.3 %, Ünïcode 黄金 \x1f\u2028",
        "scope": SCOPE,
        "context": (Component(ComponentType.CONTEXT, "The Fed met."), Component(ComponentType.ROW, "x", "id")),
        "tags": ("fed", "rates"),
        "location": None,
        "panel": "panel",
        "asked_at": datetime(2026, 3, 2, 12, 0, 0, 123_457, tzinfo=UTC),
        "submitted_at": NOON,
        "timeout_s": 30.0,
    }
    return Job(**(fields | changes))


def a_wording(text: str = "gold rises", *, vector: bool = True) -> Wording:
    sha = f"{random.Random(text).getrandbits(256):064x}"  # noqa: S311 - a name
    numbers = np.random.default_rng(len(text)).normal(size=4)
    return Wording(sha, text, unit(*numbers) if vector else None)


def a_deliberation(signal: int = 1) -> Deliberation:
    """One with something in every field."""
    seen = Provenance("first", "m", "m-2026", 0.0, 7, "p1", simulated=True)
    opinion = Opinion(Role.NEWS_SENTIMENT, Signal.SELL, 1 / 3, "because “x”", ("gold rises", "0.3 %"))
    reports = (
        RoleReport(Role.NEWS_SENTIMENT, opinion, None, "", 812.25, Usage(1, 10, 5, 0.001), seen, 0),
        RoleReport(Role.RISK_ASSESSMENT, None, Failure.TIMEOUT, "after 1.5 s", 1500.0),
    )
    verdict = Verdict(Signal.NONE, 0.5, "two of three", "majority", 1 / 3)
    return Deliberation(
        a_decision(signal),
        0.0012,
        1500.5,
        reports,
        verdict,
        Usage(2, 20, 10, 0.0012),
        "risk_assessment: timeout",
        "panel@1.3fa0c2",
        ("instruction",),
    )


class Ends:
    """Both ends of one queue, as many as are wanted: each is what another process would have."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store = store
        self.keys = keys
        self._askers: list[RedisDeliberations] = []
        self._closing = AsyncExitStack()

    def asker(self, limit: int = 100) -> RedisDeliberations:
        asker = RedisDeliberations(self.store, self.keys, limit=limit)
        self._askers.append(asker)
        self._closing.push_async_callback(asker.close)
        return asker

    def worker(self, owner: str, *, stale_s: float = 60.0) -> RedisTasks:
        worker = RedisTasks(self.store, self.keys, owner=owner, stale_s=stale_s)
        self._closing.push_async_callback(worker.close)
        return worker

    async def left(self) -> dict[str, int]:
        """Count what a finished queue must not hold."""
        for asker in self._askers:
            await asker._arrived.drain()
        lengths = [await self.store.ask("XLEN", key) for key in (self.keys.tasks, self.keys.tasks_waiting)]
        return {
            "entries": sum(lengths),
            "starting": await self.store.ask("ZCARD", self.keys.tasks_starting),
            "boards": len(await self.store.scan(self.keys.stories("*"))),
        }

    async def close(self) -> None:
        await self._closing.aclose()


DONE = Settled(a_deliberation())


NOTHING_LEFT = {"entries": 0, "starting": 0, "boards": 0}


async def take(worker: RedisTasks, count: int = 1, *, reserve: int = 0) -> list[Task]:
    """Take exactly so many, however long it takes."""
    taken: list[Task] = []
    async with asyncio.timeout(20):
        while len(taken) < count:
            taken += await worker.take(count - len(taken), reserve=reserve)
    return taken


async def submit(deliberations: RedisDeliberations, job: Job, wording: Wording) -> str | Settled | None:
    """Join the story of the same sha, or start it: the id of the job that will answer, or `None` when it was shed."""
    while True:
        board = await deliberations.board(job.scope)
        for story in board.stories:
            if any(each.sha == wording.sha for each in story.wordings):
                joined = await deliberations.join(job, wording, job_id=story.job_id)
                if joined is not False:
                    return story.job_id if joined is True else joined
                break
        else:
            if (started := await deliberations.start(job, wording, seen=board)) is not False:
                return job.job_id if started else None
