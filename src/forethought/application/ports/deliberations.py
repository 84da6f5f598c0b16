"""The queue on which analysts work after the answer was given, shared by all processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forethought.application.ports.analysts import Deliberation
from forethought.domain.decision import Path, Scope, Signal
from forethought.domain.learning import Foretold
from forethought.domain.similarity import Vector
from forethought.domain.situation import Component


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer from memory that the analysts check afterwards."""

    signal: Signal
    path: Path
    propensity: float
    """Its chance of being checked, in (0, 1]; the inverse is its weight (Horvitz and Thompson 1952)."""
    sources: tuple[str, ...] = ()
    """Decision ids of what it was derived from."""
    foretold: Foretold | None = None
    """What the reflex had said of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One situation to be thought through. The worker reads it anew, so this holds only what was said."""

    job_id: str
    decision_id: str
    """Whose holder waits for the upgrade first; others join (`Deliberations.join`)."""
    text: str
    scope: Scope
    context: tuple[Component, ...]
    tags: tuple[str, ...]
    location: str | None
    panel: str
    """Which analysts."""
    asked_at: datetime
    """The moment that was asked about."""
    submitted_at: datetime
    timeout_s: float
    """How long analysts may work on it."""
    answer_by: datetime | None = None
    """When somebody who waits wants what there is by then; such a job goes before all others."""
    detail: str = ""
    """What is told beside the news: analysts read it, and it identifies nothing."""
    shown: Shown | None = None
    """What is checked; such a job goes after all others, and belongs to no story."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which a story under way was told."""

    sha: str
    """Names the situation, without embedding model (`Situation.sha("")`)."""
    text: str
    """The cleaned news; empty for an events prompt, which joins by `sha` only."""
    vector: Vector | None
    """Of the cleaned news; `None` when it could not be encoded in time."""
    context: str = ""
    """Names what is known beside the news; wordings with another context are another story."""


@dataclass(frozen=True, slots=True)
class Story:
    """A deliberation under way, and every wording that has joined it."""

    job_id: str
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The stories under way in one scope."""

    version: int
    """Changes with every change of the board."""
    stories: Sequence[Story]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a job."""

    found: Deliberation | None
    """The result; one from fewer roles says so (`partial`). `None` when it failed."""
    reason: str | None = None
    """Code of the failure."""
    early: bool = False
    """The analysts are still at work: this is what those who are done come to."""


class Deliberations(Protocol):
    """Bounded and durable: what was accepted is worked on at least once and counted once, whatever dies.

    The calls of one submission are `board`, then `start` or `join`.
    """

    async def board(self, scope: Scope) -> Board:
        """Return the stories under way.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def start(self, job: Job, wording: Wording, *, seen: Board) -> bool | None:
        """Queue a job as a new story.

        Returns:
            True when it is queued; `None` when the queue is full and it was shed; False when the board has changed
            since it was seen: look again.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def join(self, job: Job, wording: Wording, *, job_id: str) -> bool | Settled:
        """Join a story under way: `job.decision_id` is told its result too.

        A job with `answer_by` makes the story go before all others.

        Returns:
            True when joined; its result when it has just ended; False when it is not there any more: look again.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def check(self, job: Job) -> bool:
        """Queue a job that checks an answer (`job.shown`): after all others, joined by nobody.

        Returns:
            False when too many are queued.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def result(self, job_id: str, *, timeout_s: float) -> Settled | None:
        """Wait for a job; when the time is over return its early partial result, or `None` when there is none.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
