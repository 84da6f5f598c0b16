"""What is published, how fast, and how much of it is wrong."""

import re
from enum import StrEnum
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

PROVIDERS: Final = ("reuters", "bloomberg", "wsj", "ft", "ap")


class Malformed(StrEnum):
    """How an item is wrong."""

    NO_DATE = "no_date"
    NO_TITLE = "no_title"
    BROKEN_ENTITY = "broken_entity"
    """RSS: the document is no well-formed XML; JSON: broken mark-up in the body."""
    BAD_CHARSET = "bad_charset"
    """RSS: bytes of another charset than the document's; JSON: text that was read by the wrong charset before."""
    SCRIPT = "script"
    """A script in the title."""
    HUGE = "huge"
    """An absurdly long body."""


class Fault(StrEnum):
    """How an answer is wrong."""

    RATE_LIMIT = "rate_limit"
    """429 with `Retry-After`."""
    SERVER_ERROR = "server_error"
    """500 at once."""
    SLOW = "slow"
    """The answer comes after `Options.slow_s`."""
    EXPIRED = "expired"
    """Reuters' token ends before its time; elsewhere nothing happens."""
    CUT = "cut"
    """The connection ends in the middle of the body."""


Names = TypeVar("Names", bound=StrEnum)


class Options(BaseModel):
    """What one can set. Shares are fractions."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rate: float = Field(default=100.0, ge=1, le=10_000)
    """Items per minute, of all providers together; repeated and malformed ones count."""
    seed: int = 7
    speed: float = Field(default=1.0, ge=0.01, le=1_000)
    """How many times faster than in life a story goes on: by it the delays between its reports are divided."""
    count: int | None = Field(default=None, ge=1)
    """Publish this many items, then stay silent."""
    duration_s: float | None = Field(default=None, gt=0)
    """Publish for so long, then stay silent."""
    updates: float = Field(default=0.05, ge=0, le=1)
    """Of the reports, those that are told again with more to say."""
    corrections: float = Field(default=0.03, ge=0, le=1)
    """Of the reports, those whose figure turns out wrong."""
    retractions: float = Field(default=0.01, ge=0, le=1)
    """Of the reports, those that are taken back."""
    contradictions: float = Field(default=0.02, ge=0, le=1)
    """Of the stories, those of which one provider says the opposite."""
    duplicates: float = Field(default=0.02, ge=0, le=1)
    """Of the items, those that came before: half of them under their old id, half under a new one."""
    malformed: dict[Malformed, float] = Field(default_factory=dict)
    """Of the items, those that are wrong, by how."""
    faults: dict[Fault, float] = Field(default_factory=dict)
    """Of the answers to requests for news, those that fail, by how."""
    slow_s: float = Field(default=3.0, ge=0, le=600)
    retry_after_s: int = Field(default=1, ge=0, le=3_600)
    token_s: float = Field(default=300.0, gt=0)
    """How long a token of Reuters is good for."""
    apart_s: float = Field(default=10.0, ge=1)
    """A version stands so long at least, at any speed: RSS shows only the last one."""
    window_s: float = Field(default=600.0, ge=0)
    """What was published so lately stays in the RSS feeds."""
    window_items: int = Field(default=100, ge=1)
    """An RSS feed shows so many items, were they ever so old."""

    @field_validator("malformed", "faults")
    @classmethod
    def _shares(cls, shares: dict[Names, float]) -> dict[Names, float]:
        if any(share < 0 for share in shares.values()) or sum(shares.values()) > 1:
            raise ValueError("expected shares of at least 0 that add up to 1 at most")
        return shares


_NAMED: Final = re.compile(r"(\w+)=(\d*\.?\d+)")


def shares(text: str, kinds: type[Names]) -> dict[Names, float]:
    """Read `0.03`, a share that is divided evenly, or `cut=0.01,slow=0.02`.

    Raises:
        ValueError: it is neither, or names what there is not.
    """
    if re.fullmatch(r"\d*\.?\d+", text):
        return dict.fromkeys(kinds, float(text) / len(kinds))
    found: dict[Names, float] = {}
    for part in text.split(","):
        match = _NAMED.fullmatch(part.strip())
        if match is None or match[1] not in list(kinds):
            raise ValueError(f"expected a share such as 0.03, or {next(iter(kinds))}=0.03 and so on, found {part!r}")
        found[kinds(match[1])] = float(match[2])
    return found
