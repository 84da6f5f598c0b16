"""One report of one provider, before and after it was normalised."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a report is to the ones before it."""

    NEWS = "news"
    CORRECTION = "correction"
    """It says something else in place of a former report; a new version of a report under its own id is one too."""
    RETRACTION = "retraction"
    """It takes a former report back and says nothing instead."""


class Licence(StrEnum):
    """What may be kept and shown of an article."""

    FULL = "full"
    HEADLINE = "headline"
    """The body is not ours to keep."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ticker:
    """That an article is about an instrument."""

    symbol: str
    source: str
    """Who says so: `provider` or `gazetteer`."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """What a connector understood of one item. Nothing is repaired or guessed yet."""

    provider: str
    native_id: str | None
    headline: str
    published_at: datetime | None
    """As the provider says; without a zone where it names none and none is documented."""
    received_at: datetime
    """When we had it, UTC."""
    version: str = "1"
    """As the provider counts; a date of change or an ETag where it does not."""
    kind: Kind = Kind.NEWS
    corrects: str | None = None
    """Native id, of the same provider, of what is corrected or retracted; `None` for a new version of the same id."""
    body: str = ""
    """May hold mark-up."""
    language: str | None = None
    tickers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    url: str | None = None
    licence: Licence = Licence.UNKNOWN
    urgency: int = 3
    """From 1, a flash, to 5, for the archive; 3 where the provider does not say."""


@dataclass(frozen=True, slots=True)
class Article:
    """A report as the rest of the system knows it: plain text, known times, known language."""

    provider: str
    native_id: str
    version: str
    kind: Kind
    corrects: str | None
    """Native id of what is corrected or retracted: never `None` unless `kind` is `news`."""
    headline: str
    body: str
    """Plain text; empty where there is none or the licence keeps it from us."""
    body_sha: str
    """sha256 of headline and body, normalised: equal for equal words."""
    language: str
    """ISO 639-1."""
    tickers: tuple[Ticker, ...]
    topics: tuple[str, ...]
    published_at: datetime
    """UTC."""
    received_at: datetime
    """UTC; never before this may the article be used."""
    url: str | None = None
    licence: Licence = Licence.UNKNOWN
    urgency: int = 3

    @property
    def id(self) -> str:
        """Name the report, whatever its version: `reuters:tag:2026:1`."""
        return f"{self.provider}:{self.native_id}"

    @property
    def target(self) -> str:
        """Name the report that this one speaks of: itself, or what it corrects or retracts."""
        return f"{self.provider}:{self.corrects or self.native_id}"


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot be used, and why. The feed goes on."""

    provider: str
    native_id: str | None
    code: str
    """Stable: `no_date`, `no_timezone`, `future_date`, `no_headline`, `too_long`, `bad_encoding`, `bad_item`,
    `unsupported_language`, `hostile_markup`, `bad_id`."""
    detail: str
    received_at: datetime
