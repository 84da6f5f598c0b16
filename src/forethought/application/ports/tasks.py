"""The other end of the queue: what a worker takes, keeps alive, and settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Job, Settled


@dataclass(frozen=True, slots=True)
class Task:
    """One job in a worker's hands."""

    job: Job
    entry: str
    """Its entry on the stream, opaque."""
    attempt: int
    """1 for the first."""
    settled: Settled | None = None
    """It was settled before, by a worker that died before it had told everybody: tell them, then `finish`."""


@dataclass(frozen=True, slots=True)
class Depths:
    """How much waits."""

    background: int
    waiting: int
    """For callers who wait."""
    dead: int
    oldest_s: float
    """Age of the oldest entry, 0 when there is none; answers to be checked do not count."""
    shadow: int = 0
    """Answers to be checked, which nobody waits for."""


class Tasks(Protocol):
    """A worker's view of the queue. A worker that stops beating loses its tasks to the others."""

    async def take(self, count: int, *, reserve: int) -> Sequence[Task]:
        """Take up to `count` tasks: of callers who wait first, then stale ones of dead workers, then new ones.

        Waits a little when there is nothing. The last `reserve` places are for callers who wait, and as many again for
        questions: answers to be checked (`Deliberations.check`) take only what is left then.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def beat(self, tasks: Sequence[Task]) -> None:
        """Keep tasks: they are being worked on.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def early(self, task: Task, found: Deliberation) -> None:
        """Tell those who wait what there is so far.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def settle(self, task: Task, settled: Settled) -> bool:
        """Store the result, durably; False when the task was lost to another worker, whose result counts.

        From now on nobody joins.

        Raises:
            StoreUnavailable: not confirmed.
        """
        ...

    async def waiting(self, task: Task) -> Sequence[str]:
        """Return the decisions that wait for it, the first and all that joined; complete once it is settled.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def finish(self, task: Task) -> None:
        """Everybody was told: wake those who wait, take the story off its board and acknowledge the entry.

        Raises:
            StoreUnavailable: the store does not answer; the entry comes again.
        """
        ...

    async def bury(self, task: Task, *, reason: str) -> None:
        """Put a copy on the dead-letter stream; `settle` and `finish` follow.

        Raises:
            StoreUnavailable: not confirmed.
        """
        ...

    async def depths(self) -> Depths:
        """Count what waits.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
