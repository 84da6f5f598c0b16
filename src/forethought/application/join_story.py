"""Queue a situation for the analysts, or join the deliberation of the same story: five reports, one deliberation."""

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

from cachetools import LRUCache

from forethought.application.assess import facts_of
from forethought.application.ports.deliberations import Board, Deliberations, Job, Settled, Story, Wording
from forethought.application.ports.metrics import Metrics
from forethought.domain.decision import Scope
from forethought.domain.errors import Overloaded
from forethought.domain.similarity import cosine
from forethought.domain.story import joins

_ATTEMPTS = 64
"""Each failed one means that an asker in another process changed the board first."""
_JUDGED = 65_536


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a question to the analysts."""

    job_id: str | None
    """Whose result will answer it; `None` when the queue was full."""
    joined: bool = False
    """It is about a story that was under way already."""
    settled: Settled | None = None
    """The story has just ended; this is its result."""


LATE = Submission(None)
"""The deadline came before it was known."""


class JoinStory:
    """The single flight across wordings and processes."""

    def __init__(self, deliberations: Deliberations, metrics: Metrics) -> None:
        self._deliberations = deliberations
        self._metrics = metrics
        # Of those who would start a story at once only one can: here they take turns. Joining needs no turn.
        self._turns: WeakValueDictionary[Scope, asyncio.Lock] = WeakValueDictionary()
        self._judged: LRUCache[tuple[str, tuple[str, ...]], bool] = LRUCache(_JUDGED)

    async def __call__(self, job: Job, wording: Wording) -> Submission:
        """Join a story that is told by this wording too, or start a new one.

        Raises:
            StoreUnavailable: the store does not answer.
            Overloaded: too many askers at once.
        """
        for _ in range(_ATTEMPTS):
            found = await self._look(job, wording)
            if isinstance(found, Story):
                joined = await self._deliberations.join(job, wording, job_id=found.job_id)
                if joined is False:
                    continue  # it ended just now
                self._metrics.deliberation("joined")
                return Submission(found.job_id, joined=True, settled=joined if isinstance(joined, Settled) else None)
            if found is not None:
                return found
        raise Overloaded("too many questions about this asset at once")

    async def _look(self, job: Job, wording: Wording) -> Story | Submission | None:
        """Find the story to join, or start one; `None` when the board changed meanwhile."""
        if (story := self._find(await self._deliberations.board(job.scope), wording, job.scope.asset)) is not None:
            return story
        async with self._turns.setdefault(job.scope, asyncio.Lock()):
            board = await self._deliberations.board(job.scope)
            if (story := self._find(board, wording, job.scope.asset)) is not None:
                return story
            started = await self._deliberations.start(job, wording, seen=board)
        if started is False:
            return None
        self._metrics.deliberation("queued" if started else "shed")
        return Submission(job.job_id if started else None)

    def _find(self, board: Board, wording: Wording, asset: str) -> Story | None:
        for story in board.stories:
            if any(told.sha == wording.sha for told in story.wordings):
                return story
        if not wording.text:
            return None
        return next((story for story in board.stories if self._tells(wording, story, asset)), None)

    def _tells(self, wording: Wording, story: Story, asset: str) -> bool:
        told = [each for each in story.wordings if each.text]
        if not told or told[0].context != wording.context:
            return False
        key = (wording.sha, tuple(each.sha for each in told))
        if (known := self._judged.get(key)) is None:
            similarities = [
                None if wording.vector is None or each.vector is None else cosine(wording.vector, each.vector)
                for each in told
            ]
            known = joins(facts_of(wording.text, asset), [facts_of(each.text, asset) for each in told], similarities)
            self._judged[key] = known
        return known
