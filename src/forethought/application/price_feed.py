"""Keep prices coming: the past once, then each bar as it closes, while the markets are open."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.clock import Clock
from forethought.application.ports.prices import Interval, PriceBatch, PriceSource
from forethought.application.prices import Prices
from forethought.domain.errors import Unavailable
from forethought.domain.market import Bar, Session

log = structlog.get_logger(__name__)

_CHUNK_BARS = 20_000
"""At most so many bars of a backfill are held at once, were the market always open."""
_AFTER_CLOSE = timedelta(minutes=20)
"""The last bars of a session come late: free plans are 15 minutes behind."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 30.0, 900.0


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one request."""

    ticker: str
    interval: Interval
    written: int = 0
    dropped: int = 0
    """Bars that are not closed yet, or opened while the market was closed."""
    source: str | None = None
    """Who answered; `None` when nobody did."""
    newest: Bar | None = None
    """Of those written."""
    missed: timedelta = timedelta(0)
    """Time after the last stored bar that was not asked for, because it is too long: a backfill fills it."""
    failed: str | None = None
    """Code of the failure. What was written before it stays."""
    detail: str = ""
    retry_after_s: float | None = None


@dataclass(slots=True)
class _Rest:
    """A ticker that is left alone for a while."""

    failures: int
    until_ms: float


class PriceFeed:
    """Writes prices of several tickers; what is new is checked and told by `Prices`.

    Args:
        prices: Where bars go; resumed from the last one that is held.
        source: Who is asked.
        calendar: Markets that it knows to be closed are not asked about.
        clock: Says which bars have closed.
        interval: Of the bars that are kept fresh.
        reach: How far back a round may go; a longer gap is left and said (`Refreshed.missed`).
    """

    def __init__(
        self,
        *,
        prices: Prices,
        source: PriceSource,
        calendar: TradingCalendar,
        clock: Clock,
        interval: Interval = Interval.MINUTE,
        reach: timedelta = timedelta(days=5),
    ) -> None:
        self._prices = prices
        self._source = source
        self._calendar = calendar
        self._clock = clock
        self._interval = interval
        self._reach = reach
        self._resting: dict[str, _Rest] = {}

    async def backfill(self, ticker: str, interval: Interval, days: int) -> Refreshed:
        """Write the last `days` days, oldest first; bars that are there already are replaced.

        It ends at the first failure, and the result says which; asked again it begins anew.
        """
        now = self._clock.now()
        done = Refreshed(ticker, interval)
        for start, end in _chunks(now - timedelta(days=days), now, interval):
            part = await self._copy(ticker, interval, start, end)
            done = replace(
                part,
                written=done.written + part.written,
                dropped=done.dropped + part.dropped,
                source=part.source or done.source,
                newest=part.newest or done.newest,
            )
            if part.failed is not None:
                break
        return done

    async def round(self, tickers: Sequence[str]) -> list[Refreshed]:
        """Ask once for what is new of each ticker whose market trades, or has just closed, and that is not resting."""
        return [await self._refresh(ticker) for ticker in tickers if self._is_due(ticker)]

    async def run(
        self, tickers: Sequence[str], *, every_s: float = 60.0, told: Callable[[Refreshed], None] | None = None
    ) -> None:
        """Go round until cancelled.

        Args:
            tickers: The more important first.
            every_s: From the end of a round to the beginning of the next.
            told: Hears what became of each request, for metrics.
        """
        while True:
            try:
                for done in await self.round(tickers):
                    if told is not None:
                        told(done)
            except Exception:  # the edge of the loop: a defect must not end the feed
                log.exception("prices.defect")
            await asyncio.sleep(every_s)

    def _is_due(self, ticker: str) -> bool:
        rest = self._resting.get(ticker)
        if rest is not None and self._clock.monotonic_ms() < rest.until_ms:
            return False
        now = self._clock.now()
        return any(self._calendar.session(ticker, at) is not Session.CLOSED for at in (now, now - _AFTER_CLOSE))

    async def _refresh(self, ticker: str) -> Refreshed:
        now = self._clock.now()
        earliest = now - self._reach
        try:
            held = await self._prices.read(ticker, self._interval, count=1)
        except Unavailable as error:
            return self._failed(Refreshed(ticker, self._interval), error)
        last = held[-1].opened_at if held else None
        start = earliest if last is None else max(last, earliest)
        done = await self._copy(ticker, self._interval, start, now)
        if last is not None and start > last:
            done = replace(done, missed=start - last)
            log.warning("prices.gap", ticker=ticker, after=last.isoformat(), until=start.isoformat())
        if done.failed is None:
            self._resting.pop(ticker, None)
        return done

    async def _copy(self, ticker: str, interval: Interval, start: datetime, end: datetime) -> Refreshed:
        """Fetch and write one range."""
        done = Refreshed(ticker, interval)
        try:
            batch = await self._source.bars(ticker, interval, start=start, end=end)
            bars = [bar for bar in batch.bars if self._counts(ticker, interval, bar)]
            done = replace(done, source=batch.source, dropped=len(batch.bars) - len(bars))
            if bars or batch.splits:
                written = await self._prices.write(PriceBatch(ticker, interval, bars, batch.splits, batch.source))
                done = replace(done, written=written.bars, newest=bars[-1] if bars else None)
        except Unavailable as error:
            return self._failed(done, error)
        return done

    def _counts(self, ticker: str, interval: Interval, bar: Bar) -> bool:
        """Tell whether a bar has closed, and opened in a session; days open at midnight, whatever the session."""
        if bar.opened_at + interval.length > self._clock.now():
            return False
        if interval is Interval.DAY:
            return True
        last = bar.opened_at + interval.length - timedelta(seconds=1)  # an hour from 9:00 holds an opening at 9:30
        return any(self._calendar.session(ticker, at) is not Session.CLOSED for at in (bar.opened_at, last))

    def _failed(self, done: Refreshed, error: Unavailable) -> Refreshed:
        """Leave the ticker alone, twice as long each time."""
        known = self._resting.get(done.ticker)
        failures = 1 if known is None else known.failures + 1
        wanted: float | None = getattr(error, "retry_after_s", None)
        pause_s = max(wanted or 0.0, min(_FIRST_PAUSE_S * 2 ** min(failures - 1, 10), _LONGEST_PAUSE_S))
        self._resting[done.ticker] = _Rest(failures, self._clock.monotonic_ms() + pause_s * 1000)
        log.warning("prices.not_refreshed", ticker=done.ticker, reason=str(error), pause_s=pause_s)
        return replace(done, failed=error.code, detail=str(error), retry_after_s=pause_s)


def _chunks(start: datetime, end: datetime, interval: Interval) -> Iterator[tuple[datetime, datetime]]:
    length = _CHUNK_BARS * interval.length
    while start < end:
        yield start, min(start + length, end)
        start += length
