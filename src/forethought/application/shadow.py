"""Let the analysts check a sample of the answers from memory afterwards: the evidence on what was answered."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from forethought.application.parts import Parts
from forethought.application.ports.deliberations import Job, Shown
from forethought.domain.decision import AgentsMode, Path, Scope, Signal
from forethought.domain.errors import Unavailable
from forethought.domain.learning import Foretold
from forethought.domain.situation import Component
from forethought.domain.strategy import ErrorBudget

log = structlog.get_logger(__name__)

SHARE = 0.05
_THIN_N = 100
_THIN_MAX = 10.0
_LEAST = 0.5
"""The surest answers are checked half as often as the middling ones, never not at all: the weight stays bounded."""
_TIMEOUT_S = 30.0
_DRAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was sent, with what the analysts need to judge it anew."""

    decision_id: str
    text: str
    scope: Scope
    budget: ErrorBudget
    agents: AgentsMode
    path: Path
    signal: Signal
    agreement_p: float | None
    asked_at: datetime
    labelled_n: int
    """Answers in this scope whose truth was seen."""
    sources: tuple[str, ...] = ()
    """Decision ids of what it was derived from."""
    context: tuple[Component, ...] = ()
    tags: tuple[str, ...] = ()
    location: str | None = None
    foretold: Foretold | None = None


def chance(answered: Answered, *, share: float, pace: float) -> float:
    """Return how likely an answer is checked; the inverse is the weight of what the check finds.

    `share * thin * doubt * pace`, at most 1, where

    - thin = 100 / (n + 1) in [1, 10]: the fewer labelled answers in the scope, the more are checked;
    - doubt = 1/2 + (1 - agreement_p) / delta in [1/2, 3/2]: the nearer to the error budget, the more a label teaches;
      1 where no estimate is known;
    - pace: what is left of the hour's labelling budget (`Labelling.pace`), so that it is spent over the whole hour.
    """
    thin = min(_THIN_MAX, max(1.0, _THIN_N / (answered.labelled_n + 1)))
    doubt = 1.0
    if answered.agreement_p is not None:
        doubt = _LEAST + min(1.0, max(0.0, (1.0 - answered.agreement_p) / answered.budget.delta))
    return min(1.0, share * thin * doubt * pace)


class Shadow:
    """Draws by chance, within the labelling budget."""

    def __init__(self, parts: Parts, *, share: float = SHARE, draw: Callable[[], float] = random.random) -> None:
        """Make one.

        Args:
            parts: Of the service.
            share: Mean share of the answers from memory to check where evidence is not thin, in [0, 1].
            draw: Uniform in [0, 1).
        """
        self._parts = parts
        self._share = share
        self._draw = draw
        self._queueing: set[asyncio.Task[None]] = set()

    def consider(self, answered: Answered) -> None:
        """Have an answer checked, perhaps. Behind the answer: never blocks, never raises.

        `agents="never"` causes no deliberation, now or later; nor does a scope whose teacher cannot be asked.
        """
        if not answered.path.from_memory or answered.agents is AgentsMode.NEVER:
            return
        if answered.scope.teacher not in self._parts.teachers:
            return
        propensity = chance(answered, share=self._share, pace=self._parts.labelling.pace)
        if self._draw() >= propensity:
            return
        task = asyncio.create_task(self._queue(answered, propensity), name="shadow")
        self._queueing.add(task)
        task.add_done_callback(self._queueing.discard)

    async def drain(self) -> None:
        """Wait a little until what was drawn is queued."""
        if self._queueing:
            await asyncio.wait(self._queueing, timeout=_DRAIN_S)

    async def _queue(self, answered: Answered, propensity: float) -> None:
        parts = self._parts
        try:
            if not await parts.labelling.claim():
                return
            queued = await parts.deliberations.check(self._job(answered, propensity))
        except Unavailable as error:
            log.info("shadow.not_queued", decision_id=answered.decision_id, reason=str(error))
            return
        if not queued:
            log.info("shadow.shed", decision_id=answered.decision_id)

    def _job(self, answered: Answered, propensity: float) -> Job:
        return Job(
            job_id=self._parts.identifiers.new(),
            decision_id=answered.decision_id,
            text=answered.text,
            scope=answered.scope,
            context=answered.context,
            tags=answered.tags,
            location=answered.location,
            panel=answered.scope.teacher,
            asked_at=answered.asked_at,
            submitted_at=self._parts.clock.now(),
            timeout_s=_TIMEOUT_S,
            shown=Shown(answered.signal, answered.path, propensity, answered.sources, answered.foretold),
        )
