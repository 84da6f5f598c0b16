"""The `MarketData` port over kept prices."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import structlog
from cachetools import LRUCache

from forethought.adapters.marketdata.indicators import SPAN_US, WARM_UP_BARS, Window, compute
from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.clock import Clock
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.prices import Interval, PriceStore
from forethought.application.single_flight import SingleFlight
from forethought.domain.errors import Unavailable
from forethought.domain.market import Bar, Indicators
from forethought.domain.quality import is_stale

log = structlog.get_logger(__name__)

INTERVALS: Final = (Interval.FIVE_MINUTES, Interval.HOUR, Interval.DAY)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_FRESH_MS: Final = 1_000.0
_WHOLE_MS: Final = 60_000.0
_TAIL: Final = 4
PATIENCE_S: Final = 0.2
"""An answer is due in half a second; without prices it is worse, but it is one."""
_ASSETS: Final = 256
"""Whose bars are kept at hand: 640 weigh some 170 KB."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The last bars of an asset, and what follows from them."""

    interval: Interval
    bars: tuple[Bar, ...]
    indicators: Indicators


@dataclass(frozen=True, slots=True)
class _Known:
    """What was known of an asset at a moment."""

    moment: datetime
    """A whole second."""
    asked_ms: float
    whole_ms: float
    """When its bars were read anew."""
    held: _Held | None = None
    """`None` when the store had nothing by that moment."""


class StoredMarketData:
    """Implements `MarketData` over a `PriceStore`; what that does not hold, another one is asked.

    Of several intervals the shortest speaks, unless a longer one has a bar that began after the shortest ended: a file
    of daily prices goes on where a recording of 5-minute ones stopped. Bars are adjusted for splits, not for dividends.

    Indicators are those as of the last whole second, and are asked for once a second at most and asset: what is written
    is seen within one second. Then one round trip brings the last four bars; when they continue those known, they are
    appended. Otherwise, and once a minute, the whole warm-up is read instead, in one round trip too. So a correction of
    a bar further back than four is seen within a minute. A second round trip is needed when the last four bars turn out
    not to continue what is known (a correction, a split, another interval).

    A store that fails, or does not answer within the patience, raises nothing: for a second the last known indicators
    serve on, if they are not stale, and nobody waits for it again. An answer that comes late serves the next question.
    """

    def __init__(
        self,
        store: PriceStore,
        calendar: TradingCalendar,
        clock: Clock,
        *,
        fallback: MarketData,
        intervals: Sequence[Interval] = INTERVALS,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Set up; nothing is read yet.

        Args:
            store: Bars that are kept.
            calendar: Tells whether the last close is stale: see `is_stale`.
            clock: Its timer says how old what is known is.
            fallback: Asked where the store knows nothing fresh.
            intervals: Those to speak of, shortest first.
            patience_s: How long the store is waited for.
        """
        self._store = store
        self._calendar = calendar
        self._clock = clock
        self._fallback = fallback
        self._intervals = tuple(intervals)
        self._patience_s = patience_s
        self._known: LRUCache[str, _Known] = LRUCache(_ASSETS)
        self._flights: SingleFlight[_Known] = SingleFlight()
        self._up = True
        self._away_until_ms = float("-inf")
        self._lists: SingleFlight[None] = SingleFlight()
        self._tickers: frozenset[str] = frozenset()
        self._tickers_ms = float("-inf")

    async def bars(self, asset: str, *, as_of: datetime, count: int) -> Sequence[Bar]:
        """Return the last `count` closed bars of the interval that speaks; empty for an unknown asset."""
        symbol, moment = asset.upper(), _aware(as_of)
        if count <= 0:
            return ()
        try:
            async with asyncio.timeout(self._patience_s):
                _, bars = await self._read(symbol, moment, lambda _: count)
        except (Unavailable, TimeoutError) as error:
            self._note(error)
            bars = ()
        return bars or await self._fallback.bars(asset, as_of=as_of, count=count)

    async def indicators(self, asset: str, *, as_of: datetime) -> Indicators | None:
        """Return the indicators of the last closed bar, or `None` when nothing fresh is known."""
        symbol, at = asset.upper(), _aware(as_of)
        held = (await self._at(symbol, at.replace(microsecond=0))).held
        if held is None or self._stale(symbol, held, at):
            return await self._fallback.indicators(asset, as_of=as_of)
        return held.indicators

    def _stale(self, symbol: str, held: _Held, at: datetime) -> bool:
        known_at, length = held.indicators.at, held.interval.length
        session, next_open = self._calendar.session(symbol, at), self._calendar.next_open(symbol, known_at)
        return is_stale(known_at, at, length=length, session=session, next_open=next_open)

    async def _at(self, symbol: str, moment: datetime) -> _Known:
        """Return what is known at a whole second: from memory for a second, else asked."""
        known, now_ms = self._known.get(symbol), self._clock.monotonic_ms()
        if known is not None and known.moment == moment and now_ms - known.asked_ms < _FRESH_MS:
            return known
        before = known if known is not None and known.moment <= moment else None
        if now_ms < self._away_until_ms:  # one caller a second waits for a store that is away
            return replace(before or _Known(moment, now_ms, now_ms), moment=moment)
        try:
            async with asyncio.timeout(self._patience_s):
                found, _ = await self._flights.run((symbol, moment), lambda: self._ask(symbol, moment, before, now_ms))
        except (Unavailable, TimeoutError) as error:
            self._note(error)
            self._away_until_ms = now_ms + _FRESH_MS
            return self._keep(symbol, replace(before or _Known(moment, now_ms, now_ms), moment=moment, asked_ms=now_ms))
        self._note(None)
        return found

    async def _is_held(self, symbol: str, now_ms: float) -> bool:
        """Tell whether the store has prices of a symbol at all: one question a second for all symbols together."""
        if now_ms - self._tickers_ms >= _FRESH_MS:
            await self._lists.run("", lambda: self._list(now_ms))
        return symbol in self._tickers

    async def _list(self, now_ms: float) -> None:
        self._tickers = frozenset(await self._store.tickers())
        self._tickers_ms = now_ms

    def _keep(self, symbol: str, found: _Known) -> _Known:
        """Remember it, unless something of a later moment is known."""
        if (known := self._known.get(symbol)) is None or known.moment <= found.moment:
            self._known[symbol] = found
        return found

    async def _ask(self, symbol: str, moment: datetime, before: _Known | None, now_ms: float) -> _Known:
        if (before is None or before.held is None) and not await self._is_held(symbol, now_ms):
            return _Known(moment, now_ms, now_ms)
        return self._keep(symbol, await self._found(symbol, moment, before, now_ms))

    async def _found(self, symbol: str, moment: datetime, before: _Known | None, now_ms: float) -> _Known:
        held = None if before is None or now_ms - before.whole_ms >= _WHOLE_MS else before.held
        if before is None or held is None or moment - before.moment > (_TAIL - 2) * held.interval.length:
            return await self._whole(symbol, moment, now_ms, before)
        interval, tail = await self._read(symbol, moment, lambda _: _TAIL)
        bars = _continued(held.bars, tail) if interval is held.interval else None
        if bars is None:
            return await self._whole(symbol, moment, now_ms, None)
        if len(bars) > len(held.bars):
            bars = bars[-_window_bars(held.interval) :]
            held = _Held(held.interval, bars, _indicators(bars, held.interval))
        return _Known(moment, now_ms, before.whole_ms, held)

    async def _whole(self, symbol: str, moment: datetime, now_ms: float, before: _Known | None) -> _Known:
        """Read the warm-up: of the interval that spoke before, else of all of them."""
        spoke = None if before is None or before.held is None else before.held.interval
        interval, bars = await self._read(
            symbol, moment, lambda each: _window_bars(each) if spoke in {None, each} else _TAIL
        )
        if interval is None:
            return _Known(moment, now_ms, now_ms)
        if spoke not in {None, interval}:
            return await self._whole(symbol, moment, now_ms, None)
        return _Known(moment, now_ms, now_ms, _Held(interval, bars, _indicators(bars, interval)))

    async def _read(
        self, symbol: str, moment: datetime, count: Callable[[Interval], int]
    ) -> tuple[Interval | None, tuple[Bar, ...]]:
        """Read the last bars that had closed by a moment, of the interval that speaks; all in one turn of the loop."""
        found = await asyncio.gather(
            *(
                self._store.read(symbol, each, end=moment - each.length + _US, count=count(each))
                for each in self._intervals
            )
        )
        speaks: Interval | None = None
        last: tuple[Bar, ...] = ()
        for interval, bars in zip(self._intervals, found, strict=True):
            if bars and (speaks is None or bars[-1].opened_at >= last[-1].opened_at + speaks.length):
                speaks, last = interval, tuple(bars)
        return speaks, last

    def _note(self, error: Exception | None) -> None:
        if self._up != (error is None):
            self._up = error is None
            log.warning("prices.state", up=self._up, reason=None if error is None else str(error) or "timed out")


def _continued(known: tuple[Bar, ...], tail: tuple[Bar, ...]) -> tuple[Bar, ...] | None:
    """Append what is new in the last bars; `None` when they do not overlap, or differ where they do."""
    new = tuple(bar for bar in tail if bar.opened_at > known[-1].opened_at)
    old = tail[: len(tail) - len(new)]
    return known + new if old and known[-len(old) :] == old else None


def _window_bars(interval: Interval) -> int:
    """Bars that the indicators look back: the warm-up, and two days for the figures of a day."""
    return max(WARM_UP_BARS, timedelta(microseconds=SPAN_US) // interval.length + 1)


def _indicators(bars: Sequence[Bar], interval: Interval) -> Indicators:
    window = Window(
        opened_us=np.array([(bar.opened_at - _EPOCH) // _US for bar in bars], dtype=np.int64),
        high=np.array([bar.high for bar in bars]),
        low=np.array([bar.low for bar in bars]),
        close=np.array([bar.close for bar in bars]),
    )
    return compute(window, at=bars[-1].opened_at + interval.length)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
