"""Articles between their arrival and their analysis."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from forethought.domain.news import Article, Refused


class Arrival(StrEnum):
    """What became of an article that was put."""

    NEW = "new"
    DUPLICATE = "duplicate"
    """The same version of the same report was put before."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An article in the hands of one worker."""

    entry: str
    article: Article
    attempt: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the queue stands."""

    waiting: int
    in_work: int
    dead: int
    oldest_s: float
    """Age of the oldest that nobody has taken; 0 for none."""


class NewsQueue(Protocol):
    """At-least-once: an article is delivered until it is done or buried. Methods raise `StoreUnavailable`."""

    async def put(self, articles: Sequence[Article]) -> list[Arrival]:
        """Append what is new; on disk when this returns. Known or not, and appended or not, is one step."""
        ...

    async def refuse(self, refused: Sequence[Refused]) -> None:
        """Keep what was refused, for people; the oldest beyond some thousands go."""
        ...

    async def cursor(self, provider: str) -> str | None:
        """Return where a provider's next page begins."""
        ...

    async def advance(self, provider: str, cursor: str) -> None:
        """Keep a provider's cursor; on disk when this returns."""
        ...

    async def lead(self, provider: str, *, owner: str, for_s: float) -> bool:
        """Take the right to ask a provider, so that only one process does; true also when one has it already."""
        ...

    async def take(self, worker: str, *, count: int, wait_s: float, stale_s: float) -> list[Delivery]:
        """Take articles over that other workers have held for `stale_s`, then new ones; wait while there is nothing."""
        ...

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        """Drop articles that were worked on."""
        ...

    async def bury(self, delivery: Delivery, *, code: str, detail: str) -> None:
        """Put an article among the dead letters."""
        ...

    async def dead(self, *, count: int) -> list[tuple[Delivery, str]]:
        """Return the newest dead letters and why."""
        ...

    async def backlog(self) -> Backlog:
        """Count."""
        ...
