"""Prices from parquet and CSV files, as they were known at any moment."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from cachetools import LRUCache

from forethought.adapters.marketdata.indicators import SPAN_US, WARM_UP_BARS, Floats, Micros, Window, compute
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Bar, Indicators

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_TIME_COLUMNS: Final = ("ts", "date", "datetime", "timestamp", "time", "open_time", "opened_at")
_ASSET_COLUMNS: Final = ("ticker", "symbol", "asset")
_ADJUSTED_COLUMNS: Final = ("adjusted_close", "adj_close", "adj close")
_PRICES: Final = ("open", "high", "low", "close")
_EPOCH_UNITS: Final[tuple[tuple[float, Literal["s", "ms", "us", "ns"]], ...]] = (
    (1e11, "s"),
    (1e14, "ms"),
    (1e17, "us"),
    (float("inf"), "ns"),
)
"""Largest count read in each unit; seconds reach the year 5138."""
_CACHED_INDICATORS: Final = 4_096


@dataclass(frozen=True, slots=True)
class PriceFile:
    """A file of bars. Columns, in any case: a time, open, high, low, close, volume; perhaps ticker, adjusted_close.

    The time is when the bar opened, UTC unless it names a zone; whole days open at midnight UTC and are known at the
    next one, a few hours after the exchange has closed.
    """

    path: Path
    asset: str | None = None
    """The one symbol it serves. `None` serves every symbol of its column `ticker`, `symbol` or `asset`."""
    bar_length: timedelta | None = None
    """`None` takes the most frequent distance between two bars."""


@dataclass(frozen=True, slots=True)
class _Series:
    """The bars of one asset in time order; prices as traded, `factor` carries splits and dividends."""

    opened_us: Micros
    bar_us: int
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    factor: Floats
    """Adjusted close over close. Only ratios between two bars are used, see `_Series.rebased`."""

    def last_known(self, as_of_us: int) -> int:
        """Return the index of the last bar that has closed by a moment, -1 before the first. O(log n)."""
        return int(np.searchsorted(self.opened_us, as_of_us - self.bar_us, side="right")) - 1

    def rebased(self, start: int, last: int) -> Floats:
        """Return what each price from `start` to `last` is multiplied by to compare with the price at `last`.

        A vendor's adjusted close knows splits and dividends that came later. Rebased on the last known bar only those
        between the two bars remain: what was known then. The last bar keeps the price that was traded.
        """
        factor: Floats = self.factor[start : last + 1] / self.factor[last]
        return factor


class FileMarketData:
    """The `MarketData` port over files; without files it knows nothing.

    Files are read once, at the first question or by `warm`, in a thread. Nothing is returned before it was known: a bar
    is known from `opened_at` + bar length. Prices of earlier bars are adjusted for the splits and dividends between
    them and the last known bar, volumes are not adjusted.
    """

    def __init__(self, files: Sequence[PriceFile], *, max_staleness: timedelta | None = None) -> None:
        """Remember the files; nothing is read yet.

        Args:
            files: Later files replace earlier ones that serve the same symbol.
            max_staleness: Greatest age of the last close, at `as_of`, that `indicators` still speaks of; `None` allows
                three bars, and five days for daily and longer bars (a holiday weekend).
        """
        self._files = tuple(files)
        self._max_staleness = max_staleness
        self._loading = threading.Lock()
        self._series: dict[str, _Series] | None = None
        self._cache: LRUCache[tuple[str, int], Indicators] = LRUCache(_CACHED_INDICATORS)

    async def warm(self) -> None:
        """Read the files now.

        Raises:
            ConfigurationError: a file is missing, unreadable, or lacks columns.
        """
        await self._loaded()

    async def bars(self, asset: str, *, as_of: datetime, count: int) -> Sequence[Bar]:
        """Return the last `count` closed bars, oldest first; empty for an unknown asset."""
        series = (await self._loaded()).get(asset.upper())
        last = -1 if series is None else series.last_known(_micros(as_of))
        if series is None or last < 0 or count <= 0:
            return ()
        return _bars(series, max(0, last + 1 - count), last)

    async def indicators(self, asset: str, *, as_of: datetime) -> Indicators | None:
        """Return the indicators of the last closed bar, or `None` when there is none or it is stale. Cached per bar."""
        symbol = asset.upper()
        series = (await self._loaded()).get(symbol)
        if series is None:
            return None
        as_of_us = _micros(as_of)
        last = series.last_known(as_of_us)
        if last < 0 or as_of_us - int(series.opened_us[last]) - series.bar_us > self._staleness_us(series.bar_us):
            return None
        found = self._cache.get((symbol, last))
        if found is None:
            found = self._cache[symbol, last] = _indicators(series, last)
        return found

    def _staleness_us(self, bar_us: int) -> int:
        if self._max_staleness is not None:
            return self._max_staleness // _US
        return 5 * _DAY // _US if bar_us >= _DAY // _US else 3 * bar_us

    async def _loaded(self) -> dict[str, _Series]:
        if self._series is not None:
            return self._series
        return await asyncio.to_thread(self._load)

    def _load(self) -> dict[str, _Series]:
        with self._loading:
            if self._series is None:
                self._series = {symbol: series for file in self._files for symbol, series in _read(file).items()}
            return self._series


def _micros(at: datetime) -> int:
    """Count microseconds since 1970; a time without a zone is UTC."""
    return ((at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - _EPOCH) // _US


def _bars(series: _Series, start: int, last: int) -> list[Bar]:
    factor = series.rebased(start, last)
    columns = [(getattr(series, name)[start : last + 1] * factor).tolist() for name in _PRICES]
    volumes = series.volume[start : last + 1].tolist()
    times = [_EPOCH + us * _US for us in series.opened_us[start : last + 1].tolist()]
    return [Bar(*row) for row in zip(times, *columns, volumes, strict=True)]


def _indicators(series: _Series, last: int) -> Indicators:
    day_start = int(np.searchsorted(series.opened_us, series.opened_us[last] - SPAN_US))
    start = max(0, min(last + 1 - WARM_UP_BARS, day_start))
    factor = series.rebased(start, last)
    high, low, close = (prices[start : last + 1] * factor for prices in (series.high, series.low, series.close))
    known_us = int(series.opened_us[last]) + series.bar_us
    window = Window(opened_us=series.opened_us[start : last + 1], high=high, low=low, close=close)
    return compute(window, at=_EPOCH + known_us * _US)


def _read(file: PriceFile) -> dict[str, _Series]:
    """Read one file into one series a symbol, in upper case."""
    try:
        return dict(_parse(file))
    except (OSError, ValueError, TypeError, ArithmeticError, ImportError) as error:
        raise ConfigurationError(f"{file.path.name}: cannot be read as a table of bars: {error}") from error


def _parse(file: PriceFile) -> Iterator[tuple[str, _Series]]:
    frame = _frame(file.path)
    column = next((name for name in _ASSET_COLUMNS if name in frame), None)
    if file.asset is None:
        if column is None:
            raise ConfigurationError(f"{file.path.name}: no column ticker, symbol or asset; name the asset it serves")
        yield from ((str(name).upper(), _series(group, file)) for name, group in frame.groupby(column, sort=False))
    else:
        yield file.asset.upper(), _series(frame if column is None else _only(frame, column, file), file)


def _only(frame: pd.DataFrame, column: str, file: PriceFile) -> pd.DataFrame:
    """Keep the rows of the file's asset; the only symbol of a file may bear another name ("BTC" for "BTCUSDT")."""
    symbols = frame[column].astype(str).str.upper()
    if len(set(symbols)) == 1:
        return frame
    found = frame[symbols == str(file.asset).upper()]
    if found.empty:
        raise ConfigurationError(f"{file.path.name}: holds {', '.join(symbols.unique()[:10])}, not {file.asset}")
    return found


def _frame(path: Path) -> pd.DataFrame:
    """Read a table with lower-case column names and the times as `opened_us`."""
    frame = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    missing = [name for name in (*_PRICES, "volume") if name not in frame]
    time = next((name for name in _TIME_COLUMNS if name in frame), None)
    if missing or time is None:
        raise ConfigurationError(f"{path.name}: no column {', '.join(missing) or ' or '.join(_TIME_COLUMNS)}")
    return frame[frame[time].notna()].assign(opened_us=lambda known: _opened_us(known[time]))


def _opened_us(times: "pd.Series[Any]") -> Micros:
    """Turn times of any kind (text, dates, Unix times) into microseconds since 1970, UTC."""
    if pd.api.types.is_numeric_dtype(times):
        largest = float(pd.to_numeric(times).abs().max())
        unit = next(unit for limit, unit in _EPOCH_UNITS if largest < limit)
        parsed = pd.to_datetime(times, unit=unit, utc=True)
    else:
        parsed = pd.to_datetime(times, utc=True)
    return np.asarray(parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[us]").astype(np.int64))


def _series(group: pd.DataFrame, file: PriceFile) -> _Series:
    """Sort the bars of one asset, drop broken rows, and keep the last of two rows for one time."""
    numbers = group[[*_PRICES, "volume"]].astype(np.float64)
    adjusted = next((name for name in _ADJUSTED_COLUMNS if name in group), None)
    factor = group[adjusted].astype(np.float64) / numbers["close"] if adjusted else numbers["close"] * 0.0 + 1.0
    frame = numbers.assign(opened_us=group["opened_us"], factor=factor)
    finite = np.isfinite(frame.to_numpy(dtype=np.float64)).all(axis=1)
    positive = (frame[[*_PRICES, "factor"]].to_numpy() > 0).all(axis=1)
    frame = frame[finite & positive].drop_duplicates("opened_us", keep="last").sort_values("opened_us")
    opened: Micros = frame.pop("opened_us").to_numpy(dtype=np.int64)
    columns = {str(name): np.ascontiguousarray(values, dtype=np.float64) for name, values in frame.items()}
    return _Series(opened_us=opened, bar_us=_bar_us(opened, file), **columns)


def _bar_us(opened: Micros, file: PriceFile) -> int:
    if file.bar_length is not None:
        return file.bar_length // _US
    if len(opened) < 2:  # noqa: PLR2004 - a distance needs two
        raise ConfigurationError(f"{file.path.name}: fewer than two bars of an asset; say how long a bar is")
    lengths, counts = np.unique(np.diff(opened), return_counts=True)
    return int(lengths[np.argmax(counts)])
