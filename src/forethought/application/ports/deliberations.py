"""The queue on which analysts work after the answer was given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forethought.application.ports.analysts import Case, Deliberation
from forethought.domain.situation import Situation


@dataclass(frozen=True, slots=True)
class Job:
    """One situation to be thought through."""

    job_id: str
    situation: Situation
    case: Case
    panel: str
    """Which analysts."""
    decision_id: str
    """Whose holder waits for the upgrade."""
    asked_at: datetime
    timeout_s: float
    joined: list[str] = field(default_factory=list)
    """Answers whose holders wait for it too: the same situation was asked again while it was thought through."""


Work = Callable[[Job], Awaitable[Deliberation]]
"""What a worker does with a job: deliberate, store, upgrade."""


class Deliberations(Protocol):
    """Bounded. The same situation under way is joined (`Job.joined`), not doubled."""

    def submit(self, job: Job) -> str | None:
        """Queue a job; return the id of the job that will answer it, or `None` when the queue is full (shed)."""
        ...

    async def result(self, job_id: str, *, timeout_s: float) -> Deliberation | None:
        """Wait for a job; `None` when it is not done in time or failed."""
        ...

    async def close(self) -> None:
        """Stop taking work and end what runs."""
        ...
