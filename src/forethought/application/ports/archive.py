"""What was reported: articles with their versions, the stories that they tell, and the decisions that came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forethought.domain.news import Article
from forethought.domain.similarity import Vector


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as it is kept."""

    article: Article
    """Its latest version."""
    versions: tuple[str, ...]
    """Oldest first."""
    stories: tuple[str, ...]
    """Ids, one for each instrument."""
    decisions: tuple[str, ...]
    """Ids of the decisions that were asked for because of it."""
    retracted: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """One wording of a story."""

    article_id: str
    provider: str
    headline: str
    at: datetime
    """When we had it."""
    kind: str
    """`told`, `corrected` or `retracted`."""


@dataclass(frozen=True, slots=True)
class StoryHead:
    """A story that may be joined."""

    story_id: str
    asset: str
    text: str
    """Of its first wording."""
    vector: Vector
    """Of that wording."""
    begun_at: datetime
    wordings: tuple[str, ...] = ()
    """The texts of later wordings, the latest few."""


class Archive(Protocol):
    """Methods raise `StoreUnavailable`. Doing the same again changes nothing."""

    async def file(self, article: Article) -> Filed:
        """Keep an article, or another version of it; return how it stands now."""
        ...

    async def find(self, article_id: str) -> Filed | None:
        """Return a report by `Article.id`."""
        ...

    async def decided(self, article_id: str, decision_id: str) -> None:
        """Note that a decision came of a report."""
        ...

    async def retract(self, article_id: str) -> None:
        """Note that a report was taken back."""
        ...

    async def near(self, asset: str, vector: Vector, *, since: datetime, count: int) -> Sequence[StoryHead]:
        """Return the stories about an asset, begun since, whose first wording is nearest."""
        ...

    async def begin(self, story: StoryHead, telling: Telling) -> None:
        """Start a story."""
        ...

    async def tell(self, story_id: str, telling: Telling, *, text: str) -> None:
        """Add a wording, a correction or a retraction to a story."""
        ...

    async def head(self, story_id: str) -> StoryHead | None:
        """Return a story."""
        ...

    async def timeline(self, story_id: str) -> Sequence[Telling]:
        """Return how a story was told, oldest first; empty when it is not known (any more)."""
        ...

    async def stories(self, *, asset: str | None, count: int) -> Sequence[StoryHead]:
        """Return the latest stories."""
        ...
