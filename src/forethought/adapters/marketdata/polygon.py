"""Prices from Polygon, now Massive: aggregates as traded, and its table of splits."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from forethought.adapters.marketdata.symbols import Traded, read_ticker
from forethought.adapters.marketdata.vendor import EASTERN, VendorHttp, bar_of, batch_of, midnight, spans_days, split_of
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar
from forethought.domain.news.gazetteer import InstrumentKind

BASE_URL: Final = "https://api.polygon.io"
FREE_CALLS_PER_MIN: Final = 5
_SPANS: Final[Mapping[Interval, str]] = {
    Interval.MINUTE: "1/minute",
    Interval.FIVE_MINUTES: "5/minute",
    Interval.HOUR: "1/hour",
    Interval.DAY: "1/day",
}
_PAGE_ROWS: Final = "50000"
_MOST_PAGES: Final = 40
"""Two million bars: twenty years of minutes. A vendor that pages on and on is not followed further."""
_FIELDS: Final = ("o", "h", "l", "c", "v")
_LATEST_MS: Final = 4_102_444_800_000  # the year 2100


class Polygon:
    """Implements `PriceSource`.

    Minute and hour bars of shares include trading before and after hours, as Polygon counts them; hours begin at the
    full hour.

    Args:
        key: Sent as a header only.
        calls_per_min: What the plan allows.
        base_url: Of another host that speaks the same protocol.
    """

    name = "polygon"

    def __init__(self, key: str, *, calls_per_min: float = FREE_CALLS_PER_MIN, base_url: str = BASE_URL) -> None:
        self._vendor = VendorHttp(
            self.name, base_url=base_url, calls_per_min=calls_per_min, headers={"Authorization": f"Bearer {key}"}
        )

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        """See the port."""
        instrument = read_ticker(ticker)
        symbol = None if instrument is None else _symbol(instrument)
        if instrument is None or symbol is None:
            raise SourceUnavailable(f"{self.name}: has no {ticker[:32]!r}")
        rows = await self._pages(
            f"/v2/aggs/ticker/{symbol}/range/{_SPANS[interval]}/{_range(interval, start, end)}",
            {"adjusted": "false", "sort": "asc", "limit": _PAGE_ROWS},
        )
        is_share = instrument.kind is InstrumentKind.STOCK
        splits = await self._splits(symbol, start) if is_share and spans_days(start, end) else []
        whole_days = interval is Interval.DAY
        bars = await asyncio.to_thread(lambda: [_bar(row, whole_days=whole_days, eastern=is_share) for row in rows])
        return batch_of(ticker, interval, bars, start=start, end=end, splits=splits, source=self.name)

    async def close(self) -> None:
        """See the port."""
        await self._vendor.close()

    async def _splits(self, symbol: str, start: datetime) -> list[Split | None]:
        rows = await self._pages(
            "/v3/reference/splits",
            {"ticker": symbol, "execution_date.gte": start.date().isoformat(), "limit": "1000"},
        )
        return [_split(row, symbol) for row in rows]

    async def _pages(self, path: str, params: Mapping[str, str]) -> list[object]:
        rows: list[object] = []
        more: Mapping[str, str] | None = params
        for _ in range(_MOST_PAGES):
            page = await self._vendor.get(path, more)
            if page.get("status") not in {"OK", "DELAYED"}:
                raise SourceUnavailable(f"{self.name}: did not answer the request")
            found = page.get("results") or []
            if not isinstance(found, list):
                raise SourceUnavailable(f"{self.name}: answered in a form that is not known")
            rows += found
            if not page.get("next_url"):
                return rows
            path, more = self._next(page["next_url"]), None
        raise SourceUnavailable(f"{self.name}: has more than {_MOST_PAGES} pages of it; ask for less time")

    def _next(self, address: object) -> str:
        """Return the address of the next page if it is the vendor's own: our key goes there."""
        here = self._vendor.base_url
        try:
            url = httpx.URL(str(address))
        except httpx.InvalidURL:
            url = httpx.URL("")
        if (url.scheme, url.host, url.port) != (here.scheme, here.host, here.port):
            raise SourceUnavailable(f"{self.name}: its next page lies on another host")
        return str(url)


def _symbol(instrument: Traded) -> str | None:
    match instrument.kind:
        case InstrumentKind.STOCK:
            return instrument.base
        case InstrumentKind.CRYPTO:
            return f"X:{instrument.base}{instrument.quote}"
        case InstrumentKind.FX:
            return f"C:{instrument.base}{instrument.quote}"
        case InstrumentKind.INDEX:
            return f"I:{instrument.base}"
    return None


def _range(interval: Interval, start: datetime, end: datetime) -> str:
    """Return the range as Polygon takes it: dates for whole days, else milliseconds; both ends belong to it."""
    last = end - timedelta(milliseconds=1)
    if interval is Interval.DAY:
        return f"{start.astimezone(UTC).date()}/{last.astimezone(UTC).date()}"
    return f"{int(start.timestamp() * 1000)}/{int(last.timestamp() * 1000)}"


def _bar(row: object, *, whole_days: bool, eastern: bool) -> Bar | None:
    if not isinstance(row, dict):
        return None
    at_ms = row.get("t")
    if not isinstance(at_ms, int) or not 0 < at_ms < _LATEST_MS:
        return None
    opened_at = datetime.fromtimestamp(at_ms / 1000, UTC)
    if whole_days:  # a share's day opens at midnight in New York
        opened_at = midnight(opened_at.astimezone(EASTERN).date() if eastern else opened_at.date())
    return bar_of(opened_at, [row.get(name) for name in _FIELDS])


def _split(row: object, symbol: str) -> Split | None:
    if not isinstance(row, dict) or row.get("ticker") != symbol:
        return None
    try:
        ratio = float(row["split_to"]) / float(row["split_from"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return split_of(row.get("execution_date"), ratio)
