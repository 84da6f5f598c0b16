"""Somebody who sends news."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from forethought.domain.errors import Unavailable
from forethought.domain.news import RawArticle, Refused


class ProviderUnavailable(Unavailable):
    """A provider does not answer, or asks us to wait."""

    code = "provider_unavailable"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page of news."""

    items: Sequence[RawArticle]
    refused: Sequence[Refused]
    """What could not be understood."""
    cursor: str
    """Where the next call goes on: opaque, and small. It is kept only after `items` are on disk."""
    more: bool = False
    """Whether the next page is there already."""


@dataclass(frozen=True, slots=True)
class Configured:
    """One provider of the configuration."""

    name: str
    provider: "NewsProvider | None"
    """`None` when it is off."""
    off: str | None = None
    """Why, for people: "FORETHOUGHT_NEWSAPI_KEY is not set"."""
    every_s: float = 60.0
    """Time between two fetches when nothing more is waiting."""
    options: tuple[str, ...] = field(default=())
    """What is set, without secrets, for people."""


class NewsProvider(Protocol):
    """One feed of one provider."""

    @property
    def name(self) -> str:
        """Name it: `reuters`."""
        ...

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read what came after a cursor; with `None` what the provider has lately. Items may come again.

        Raises:
            ProviderUnavailable: it does not answer, answers nonsense, refuses our key, or asks us to wait.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
