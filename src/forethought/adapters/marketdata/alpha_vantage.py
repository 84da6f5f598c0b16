"""Prices from Alpha Vantage: time series as traded."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final

from cachetools import TTLCache

from forethought.adapters.marketdata.symbols import Traded, read_ticker
from forethought.adapters.marketdata.vendor import EASTERN, VendorHttp, bar_of, batch_of, midnight, spans_days, split_of
from forethought.application.ports.clock import Clock
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar
from forethought.domain.news.gazetteer import InstrumentKind

BASE_URL: Final = "https://www.alphavantage.co"
FREE_CALLS_PER_MIN: Final = 5
_INTERVALS: Final[Mapping[Interval, str]] = {
    Interval.MINUTE: "1min",
    Interval.FIVE_MINUTES: "5min",
    Interval.HOUR: "60min",
}
_ZONES: Final[Mapping[str, tzinfo]] = MappingProxyType({"US/Eastern": EASTERN, "UTC": UTC})
_COMPACT_POINTS: Final = 100
"""What `outputsize=compact` returns, the latest."""
_RECENT: Final = timedelta(days=28)
"""The full series without a month goes back 30 days."""
_SPLITS_TTL_S: Final = 3_600.0
_FIELDS: Final = ("1. open", "2. high", "3. low", "4. close")


class AlphaVantage:
    """Implements `PriceSource`: shares, and coins by the day.

    Errors come as HTTP 200 with a text that may quote the key, so the text is never passed on. Hours are counted from
    the full hour, regular trading only. Intraday series do not tell of splits: for these the daily series is asked too,
    at most once an hour, where days lie between the bars.

    Args:
        key: Goes into the address, as there is no other way; that is never logged.
        clock: Chooses the shortest series that reaches far enough.
        calls_per_min: What the plan allows; the free one has a limit for the day too (25), which only they count.
        base_url: Of another host that speaks the same protocol.
    """

    name = "alpha_vantage"

    def __init__(
        self, key: str, *, clock: Clock, calls_per_min: float = FREE_CALLS_PER_MIN, base_url: str = BASE_URL
    ) -> None:
        self._vendor = VendorHttp(self.name, base_url=base_url, calls_per_min=calls_per_min)
        self._key = key
        self._clock = clock
        self._daily: TTLCache[str, dict[str, Any]] = TTLCache(256, _SPLITS_TTL_S)

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        """See the port."""
        instrument = read_ticker(ticker)
        wanted = None if instrument is None else self._questions(instrument, interval, start, end)
        if instrument is None or wanted is None:
            raise SourceUnavailable(f"{self.name}: has no {interval.value} bars of {ticker[:32]!r}")
        bars: list[Bar | None] = []
        splits: list[Split | None] = []
        for question in wanted:
            rows, zone = self._series(await self._ask(question))
            bars += await asyncio.to_thread(_bars, rows, zone, whole_days=interval is Interval.DAY)
            if interval is Interval.DAY:
                splits += _splits(rows)
        if interval is not Interval.DAY and spans_days(start, end):
            splits = _splits(await self._days(instrument.base, start))
        return batch_of(ticker, interval, bars, start=start, end=end, splits=splits, source=self.name)

    async def close(self) -> None:
        """See the port."""
        await self._vendor.close()

    def _questions(
        self, instrument: Traded, interval: Interval, start: datetime, end: datetime
    ) -> list[dict[str, str]] | None:
        """Return what to ask for; `None` when there is no such series."""
        if interval is Interval.DAY and instrument.kind is InstrumentKind.CRYPTO:
            return [
                {"function": "DIGITAL_CURRENCY_DAILY", "symbol": instrument.base, "market": instrument.quote},
            ]
        if instrument.kind is not InstrumentKind.STOCK:
            return None
        if interval is Interval.DAY:
            return [self._daily_question(instrument.base, start)]
        series = {
            "function": "TIME_SERIES_INTRADAY",
            "symbol": instrument.base,
            "interval": _INTERVALS[interval],
            "adjusted": "false",
            "extended_hours": "false",
        }
        since = self._clock.now() - start
        if since <= _COMPACT_POINTS * interval.length:
            return [series | {"outputsize": "compact"}]
        if since <= _RECENT:
            return [series | {"outputsize": "full"}]
        return [series | {"outputsize": "full", "month": month} for month in _months(start, end)]

    def _daily_question(self, symbol: str, start: datetime) -> dict[str, str]:
        size = "compact" if self._clock.now() - start <= timedelta(days=_COMPACT_POINTS) else "full"
        return {"function": "TIME_SERIES_DAILY_ADJUSTED", "symbol": symbol, "outputsize": size}

    async def _days(self, symbol: str, start: datetime) -> dict[str, Any]:
        question = self._daily_question(symbol, start)
        key = f"{symbol} {question['outputsize']}"
        if (known := self._daily.get(key)) is None:
            known, _ = self._series(await self._ask(question))
            self._daily[key] = known
        return known

    async def _ask(self, question: Mapping[str, str]) -> dict[str, Any]:
        found = await self._vendor.get("/query", {**question, "datatype": "json", "apikey": self._key})
        if "Error Message" in found:
            raise SourceUnavailable(f"{self.name}: did not understand the request; has it this ticker?")
        if "Note" in found or "Information" in found:  # both are used for limits, keys, and what the plan lacks
            raise SourceUnavailable(f"{self.name}: answers with a note on limits, key or plan", retry_after_s=60.0)
        return found

    def _series(self, found: Mapping[str, Any]) -> tuple[dict[str, Any], tzinfo]:
        """Return the rows and their zone."""
        meta = found.get("Meta Data")
        rows = next((value for name, value in found.items() if name.startswith("Time Series")), None)
        if not isinstance(meta, dict) or not isinstance(rows, dict):
            raise SourceUnavailable(f"{self.name}: answered in a form that is not known")
        named = next((value for name, value in meta.items() if name.endswith(". Time Zone")), None)
        if not isinstance(named, str) or (zone := _ZONES.get(named)) is None:
            raise SourceUnavailable(f"{self.name}: names no time zone that is known")
        return rows, zone


def _months(start: datetime, end: datetime) -> Iterator[str]:
    """Name the months, in New York, that a range touches: `2025-03`."""
    at, last = start.astimezone(EASTERN).replace(day=1), end.astimezone(EASTERN)
    while (at.year, at.month) <= (last.year, last.month):
        yield f"{at:%Y-%m}"
        at = (at + timedelta(days=32)).replace(day=1)


def _bars(rows: Mapping[str, Any], zone: tzinfo, *, whole_days: bool) -> list[Bar | None]:
    return [_bar(text, row, zone, whole_days=whole_days) for text, row in rows.items()]


def _bar(text: str, row: object, zone: tzinfo, *, whole_days: bool) -> Bar | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not isinstance(row, dict) or at.tzinfo is not None:
        return None
    opened_at = midnight(at.date()) if whole_days else at.replace(tzinfo=zone).astimezone(UTC)
    volume = next((value for name, value in row.items() if str(name).endswith(". volume")), None)
    return bar_of(opened_at, [*(row.get(name) for name in _FIELDS), volume])


def _splits(rows: Mapping[str, Any]) -> list[Split | None]:
    """Read the days whose split coefficient is not 1; a series that has none knows no splits."""
    told = {day: row.get("8. split coefficient") for day, row in rows.items() if isinstance(row, dict)}
    found = [(day, split_of(day, ratio)) for day, ratio in told.items() if ratio is not None]
    return [split for _, split in found if split is None or split.ratio != 1.0]
