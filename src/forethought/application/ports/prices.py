"""Prices that are kept, and those who send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from forethought.domain.errors import Unavailable
from forethought.domain.market import Bar


class SourceUnavailable(Unavailable):
    """A source of prices does not answer, has no such ticker, refuses our key, or asks us to wait."""

    code = "prices_unavailable"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Interval(StrEnum):
    """Length of a bar."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def length(self) -> timedelta:
        """Return it as a time."""
        return {
            Interval.MINUTE: timedelta(minutes=1),
            Interval.FIVE_MINUTES: timedelta(minutes=5),
            Interval.HOUR: timedelta(hours=1),
            Interval.DAY: timedelta(days=1),
        }[self]


@dataclass(frozen=True, slots=True)
class Split:
    """A split: prices before `on` are divided by `ratio`, volumes multiplied by it."""

    on: date
    """The first day that trades at the new price, in the exchange's zone."""
    ratio: float
    """New shares for an old one: 4.0 for four for one."""


@dataclass(frozen=True, slots=True)
class PriceBatch:
    """Bars of one instrument from one source, oldest first, prices as traded."""

    ticker: str
    interval: Interval
    bars: Sequence[Bar]
    splits: Sequence[Split]
    source: str


class PriceStore(Protocol):
    """Bars as traded, and the splits between them. Methods raise `StoreUnavailable`."""

    async def write(self, batch: PriceBatch) -> int:
        """Write bars; a bar that is there already is replaced. Longer bars follow by themselves. Return how many."""
        ...

    async def read(
        self, ticker: str, interval: Interval, *, start: datetime | None = None, end: datetime | None = None, count: int
    ) -> Sequence[Bar]:
        """Return the last `count` bars that opened in [start, end), oldest first.

        Prices are adjusted for the splits up to the last bar that is returned, never for later ones.
        """
        ...

    async def splits(self, ticker: str) -> Sequence[Split]:
        """Return the known splits, oldest first."""
        ...

    async def tickers(self) -> Sequence[str]:
        """Return what is held."""
        ...


class PriceSource(Protocol):
    """Somebody who sends prices."""

    @property
    def name(self) -> str:
        """Name it: `yahoo`."""
        ...

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        """Return bars that opened in [start, end), prices as traded.

        Raises:
            SourceUnavailable: see there.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
