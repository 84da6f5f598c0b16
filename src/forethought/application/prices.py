"""Prices come in, are checked, kept and told."""

import asyncio
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.clock import Clock
from forethought.application.ports.events import Events
from forethought.application.ports.prices import Interval, PriceBatch, PriceStore, Split
from forethought.application.survey import Survey
from forethought.domain.errors import InvalidAsset
from forethought.domain.market import Bar, MarketState, Session
from forethought.domain.quality import Code, Finding, Missing, is_stale, sift, split_refusal, suspicions
from forethought.domain.regime import words
from forethought.domain.strategy import ASSET_PATTERN

log = structlog.get_logger(__name__)

_BEFORE: Final = 64
"""Bars that a new one is compared with."""
_SLOTS: Final = 20_000
"""Missing bars that are counted in one batch; a hostile one may have a gap of a century between any two."""
_SLOTS_A_GAP: Final = 1_000
_TICKER: Final = re.compile(ASSET_PATTERN)
_DAY_ENDS: Final = timedelta(hours=20)
"""Sydney, Auckland and US futures open after this, and before the UTC day that their session counts as."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    bars: int
    splits: Sequence[Split]
    refused: Sequence[Finding]
    suspicious: Sequence[Finding]
    """These were written."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at kept bars found."""

    bars: int
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Regime:
    """The state of a market, in numbers and in words."""

    state: MarketState
    words: str


class Prices:
    """What can be done with prices. Methods raise `StoreUnavailable`, and `InvalidAsset` for a malformed ticker."""

    def __init__(
        self, store: PriceStore, survey: Survey, calendar: TradingCalendar, clock: Clock, events: Events
    ) -> None:
        self._store = store
        self._survey = survey
        self._calendar = calendar
        self._clock = clock
        self._events = events

    async def write(self, batch: PriceBatch) -> Written:
        """Keep what can be kept, durably, and tell a bar that is news (`price`).

        A bar is news when none is newer and it is not stale: an import of history is told to nobody. A split that the
        price contradicts is refused. Gaps are looked for only where the calendar is known.
        """
        batch = replace(batch, ticker=check_ticker(batch.ticker))
        now, length = self._clock.now(), batch.interval.length
        bars, refused = sift(batch.bars, length=length, now=now)
        before, newest = await self._known(batch, bars)
        traded = [*before, *bars]
        wrong = [split_refusal(split.on, split.ratio, traded) for split in batch.splits]
        splits = [split for split, why in zip(batch.splits, wrong, strict=True) if why is None]
        days = [split.on for split in (*splits, *await self._store.splits(batch.ticker))] if bars else []
        missing = missing_bars(self._calendar, batch.ticker, length)
        suspicious = suspicions(bars, before=before, split_days=days, length=length, missing=missing)
        refused += [finding for finding in wrong if finding is not None]
        taken = await self._store.write(replace(batch, bars=bars, splits=splits))
        if taken < len(bars):
            detail = f"{len(bars) - taken} bars are older than what is kept"
            refused += [Finding(Code.NOT_KEPT, bars[0].opened_at, detail)] * (len(bars) - taken)
        if bars and (newest is None or bars[-1].opened_at > newest.opened_at or _corrects(bars[-1], newest)):
            self._tell(batch, bars[-1], now)
        if refused or suspicious:
            counts = Counter(finding.code.value for finding in (*refused, *suspicious))
            log.warning("prices.findings", ticker=batch.ticker, source=batch.source, **counts)
        return Written(taken, splits, refused, suspicious)

    async def read(
        self, ticker: str, interval: Interval, *, start: datetime | None = None, end: datetime | None = None, count: int
    ) -> Sequence[Bar]:
        """Return bars as `PriceStore.read` does; the last one may still be under way."""
        return await self._store.read(check_ticker(ticker), interval, start=start, end=end, count=count)

    async def splits(self, ticker: str) -> Sequence[Split]:
        """Return the known splits, oldest first."""
        return await self._store.splits(check_ticker(ticker))

    async def tickers(self) -> Sequence[str]:
        """Return what is held."""
        return await self._store.tickers()

    async def regime(self, ticker: str, at: datetime | None = None) -> Regime | None:
        """Return the indicators of the last closed bar and the regime in words; `None` when no price is fresh."""
        state = await self._survey(check_ticker(ticker), self._clock.now() if at is None else at)
        return None if state is None else Regime(state, words(state))

    async def check(self, ticker: str, interval: Interval, *, count: int) -> Checked:
        """Look for what is suspicious about the last `count` bars that are held.

        They are adjusted here, so a split that is kept but never happened shows as the jump that adjusting it made.
        """
        symbol = check_ticker(ticker)
        bars = await self._store.read(symbol, interval, count=count)
        if not bars:
            return Checked(0, ())
        length, now = interval.length, self._clock.now()
        missing = missing_bars(self._calendar, symbol, length)
        found = suspicions(bars, before=(), split_days=(), length=length, missing=missing)
        if self._stale(symbol, bars[-1], length, now):
            found.append(Finding(Code.STALE, bars[-1].opened_at, "the last bar: the market has traded since"))
        return Checked(len(bars), found)

    async def _known(self, batch: PriceBatch, bars: Sequence[Bar]) -> tuple[Sequence[Bar], Bar | None]:
        """Return the bars before a batch, and the newest one."""
        if not bars:
            return (), None
        before, newest = await asyncio.gather(
            self._store.read(batch.ticker, batch.interval, end=bars[0].opened_at, count=_BEFORE),
            self._store.read(batch.ticker, batch.interval, count=1),
        )
        return before, next(iter(newest), None)

    def _tell(self, batch: PriceBatch, bar: Bar, now: datetime) -> None:
        length = batch.interval.length
        if self._stale(batch.ticker, bar, length, now):
            return
        told = {
            "interval": batch.interval.value,
            "opened_at": bar.opened_at.isoformat(),
            "open": bar.open,
            "high": bar.high,
            "low": bar.low,
            "close": bar.close,
            "volume": bar.volume,
            "closed": bar.opened_at + length <= now,
            "source": batch.source,
        }
        self._events.publish("price", batch.ticker, told)

    def _stale(self, ticker: str, bar: Bar, length: timedelta, now: datetime) -> bool:
        known_at = bar.opened_at + length
        session, next_open = self._calendar.session(ticker, now), self._calendar.next_open(ticker, known_at)
        return is_stale(known_at, now, length=length, session=session, next_open=next_open)


def check_ticker(ticker: str) -> str:
    """Return a ticker in upper case.

    Raises:
        InvalidAsset: it is malformed.
    """
    symbol = ticker.strip().upper()
    if not _TICKER.fullmatch(symbol):
        raise InvalidAsset(f"ticker must match {ASSET_PATTERN}, got {ticker[:40]!r}", field="ticker")
    return symbol


def missing_bars(calendar: TradingCalendar, ticker: str, length: timedelta) -> Missing:
    """Make the function that counts the bars which a market should have given.

    Bars at whose opening the market trades; of daily bars, days on which it trades before 20:00 UTC. It stops at 1,000
    looks for a gap and 20,000 in all, so it counts too few rather than too long.
    """
    left = _SLOTS
    daily = length >= timedelta(days=1)

    def missing(first: datetime, last: datetime) -> int:
        nonlocal left
        count, looks, at = 0, 0, first
        while at < last and looks < min(left, _SLOTS_A_GAP):
            looks += 1
            trades = calendar.session(ticker, at) is Session.OPEN
            opens = None if trades else calendar.next_open(ticker, at)
            count += trades or (daily and opens is not None and opens < at + _DAY_ENDS)
            if opens is None and not trades:
                break  # nothing is known of this market
            ahead = 1 if opens is None else max(1, math.floor((opens - at) / length))
            at += ahead * length
        left -= looks
        return count

    return missing


def _corrects(bar: Bar, known: Bar) -> bool:
    return bar.opened_at == known.opened_at and bar != known
