"""Prices from Yahoo by yfinance, an unofficial interface: no contract, no key, and it changes without notice.

yfinance is synchronous, speaks through curl_cffi (it poses as a browser) and keeps one session for the whole process;
it is imported with the first question. What Yahoo calls prices is adjusted for all splits up to today, also with
`auto_adjust=False` (yfinance issue 2611), so they are multiplied back by its own splits here.
"""

import asyncio
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cachetools import TTLCache

from forethought.adapters.marketdata.symbols import Traded, read_ticker
from forethought.adapters.marketdata.vendor import bar_of, batch_of, midnight, split_of
from forethought.application.ports.clock import Clock
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar
from forethought.domain.news.gazetteer import InstrumentKind

if TYPE_CHECKING:
    import pandas as pd

_BODY_LIMIT: Final = 32 << 20
_SPLITS_TTL_S: Final = 3_600.0
_INDICES: Final = MappingProxyType({"SPX": "^GSPC", "NDX": "^NDX", "DJI": "^DJI", "RUT": "^RUT", "VIX": "^VIX"})
_FUTURES: Final = MappingProxyType(
    {
        "XAU": "GC=F",
        "GOLD": "GC=F",
        "XAG": "SI=F",
        "SILVER": "SI=F",
        "XPT": "PL=F",
        "XPD": "PA=F",
        "OIL": "CL=F",
        "CRUDE": "CL=F",
        "WTI": "CL=F",
        "BRENT": "BZ=F",
        "COPPER": "HG=F",
        "NATGAS": "NG=F",
    }
)
"""Commodities are the front month's future there, not the spot price."""
_SLICES: Final[Mapping[Interval, timedelta]] = {Interval.MINUTE: timedelta(days=7)}
"""Longest range that Yahoo gives at once, where that is short."""
_COLUMNS: Final = ["Open", "High", "Low", "Close", "Volume"]


class Yahoo:
    """Implements `PriceSource`. One question at a time, in a thread; regular trading hours.

    Yahoo keeps minutes for 30 days, five minutes for 60, hours for 730; beyond that it refuses.

    Args:
        clock: Splits are asked for up to its time.
        session: What yfinance takes as one: a `curl_cffi.requests.Session`. Its own, with a limit on what is received,
            where `None`.
        timeout_s: For one question, cookies and splits included. A thread cannot be stopped: one that hangs makes the
            next questions fail until it is done.
    """

    name = "yahoo"

    def __init__(self, *, clock: Clock, session: object | None = None, timeout_s: float = 60.0) -> None:
        self._clock = clock
        self._session = session
        self._timeout_s = timeout_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="yahoo")
        self._later: TTLCache[tuple[str, date], list[Split | None]] = TTLCache(256, _SPLITS_TTL_S)

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        """See the port."""
        instrument = read_ticker(ticker)
        symbol = None if instrument is None else _symbol(instrument)
        if symbol is None:
            raise SourceUnavailable(f"{self.name}: has no {ticker[:32]!r}")
        asking = asyncio.get_running_loop().run_in_executor(self._thread, self._read, symbol, interval, start, end)
        try:
            async with asyncio.timeout(self._timeout_s):
                bars, splits = await asking
        except TimeoutError:
            raise SourceUnavailable(f"{self.name}: did not answer within {self._timeout_s:g} s") from None
        return batch_of(ticker, interval, bars, start=start, end=end, splits=splits, source=self.name)

    async def close(self) -> None:
        """See the port; a question under way is left to its end."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._session is not None and (end := getattr(self._session, "close", None)) is not None:
            end()

    def _read(
        self, symbol: str, interval: Interval, start: datetime, end: datetime
    ) -> tuple[list[Bar | None], list[Split | None]]:
        """Ask, in the thread.

        Raises:
            SourceUnavailable: whatever goes wrong.
        """
        from yfinance.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
            YFPricesMissingError,
            YFRateLimitError,
            YFTickerMissingError,
        )

        try:
            asked = [self._history(symbol, interval, *each) for each in _slices(interval, start, end)]
            frames = [frame for frame in asked if frame is not None]
            splits = self._splits(symbol, start)
            for frame in frames:  # the day's own may be newer than what was kept
                splits += [each for each in splits_of(frame) if each not in splits]
            bars = [bar for frame in frames for bar in as_traded(frame, splits, whole_days=interval is Interval.DAY)]
        except YFRateLimitError:
            raise SourceUnavailable(f"{self.name}: asks us to wait", retry_after_s=300.0) from None
        except YFPricesMissingError:
            raise SourceUnavailable(f"{self.name}: refuses this ticker, interval or range") from None
        except YFTickerMissingError:
            raise SourceUnavailable(f"{self.name}: has no {symbol}") from None
        except Exception as error:  # noqa: BLE001 - what Yahoo sends is anything, and yfinance fails anyhow
            raise SourceUnavailable(
                f"{self.name}: answered in a form that is not known ({type(error).__name__})"
            ) from None
        return bars, splits

    def _history(self, symbol: str, interval: Interval, start: datetime, end: datetime) -> "pd.DataFrame | None":
        """Return a table; `None` when nothing traded."""
        import yfinance  # type: ignore[import-untyped]  # noqa: PLC0415 - a second, and an extra

        # 1.7 calls what pandas 3.1 deprecates. A filter, not `catch_warnings`: that one is not safe in threads.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"yfinance\.")
        yfinance.config.debug.hide_exceptions = False  # else an error is an empty table
        if self._session is None:
            self._session = _bounded_session()
        asked: tuple[date, date] | tuple[datetime, datetime] = (start, end)
        if interval is Interval.DAY:
            asked = (
                start.astimezone(UTC).date(),
                (end - timedelta(microseconds=1)).astimezone(UTC).date() + timedelta(1),
            )
        listed = yfinance.Ticker(symbol, session=self._session)
        try:
            frame: pd.DataFrame = listed.history(
                start=asked[0], end=asked[1], interval=interval.value, auto_adjust=False, actions=True, timeout=20
            )
        except yfinance.exceptions.YFPricesMissingError as error:
            if error.yahoo_reason is None:
                return None
            raise
        return frame

    def _splits(self, symbol: str, start: datetime) -> list[Split | None]:
        """Return the splits since a day, also those after the bars that are asked for."""
        key = (symbol, start.date())
        if (known := self._later.get(key)) is None:
            days = self._history(symbol, Interval.DAY, start, self._clock.now() + timedelta(days=1))
            self._later[key] = known = [] if days is None else splits_of(days)
        return list(known)


def as_traded(frame: "pd.DataFrame", splits: Sequence[Split | None], *, whole_days: bool) -> Iterator[Bar | None]:
    """Turn a table of yfinance (index in the exchange's zone) into bars, and take Yahoo's split adjustment out.

    A price before a split was divided by its ratio, and the volume multiplied; both are undone for every split after
    the bar's day.
    """
    known = [split for split in splits if split is not None]
    for opened_at, *values in frame[_COLUMNS].itertuples(name=None):
        day = opened_at.date()
        ratio = prod(split.ratio for split in known if split.on > day)
        at = midnight(day) if whole_days else opened_at.to_pydatetime().astimezone(UTC)
        yield bar_of(at, [*(price * ratio for price in values[:4]), values[4] / ratio])


def splits_of(frame: "pd.DataFrame") -> list[Split | None]:
    """Read the splits in a table of yfinance."""
    if "Stock Splits" not in frame:
        return []
    column: Any = frame["Stock Splits"]
    return [split_of(at.date().isoformat(), ratio) for at, ratio in column[column != 0].items()]


def _symbol(instrument: Traded) -> str | None:
    match instrument.kind:
        case InstrumentKind.STOCK:
            head, _, tail = instrument.base.rpartition(".")
            return f"{head}-{tail}" if head and tail in {"A", "B", "C"} else instrument.base  # classes: BRK-B
        case InstrumentKind.CRYPTO:
            return f"{instrument.base}-{instrument.quote}"
        case InstrumentKind.FX:
            return f"{instrument.base}{instrument.quote}=X"
        case InstrumentKind.INDEX:
            return _INDICES.get(instrument.base)
        case InstrumentKind.COMMODITY:
            return _FUTURES.get(instrument.base)
    return None


def _slices(interval: Interval, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    longest = _SLICES.get(interval, end - start)
    while start < end:
        yield start, min(start + longest, end)
        start += longest


def _bounded_session() -> object:
    from curl_cffi import CurlOpt  # noqa: PLC0415 - comes with yfinance
    from curl_cffi.requests import Session  # noqa: PLC0415

    return Session(impersonate="chrome", curl_options={CurlOpt.MAXFILESIZE_LARGE: _BODY_LIMIT})
