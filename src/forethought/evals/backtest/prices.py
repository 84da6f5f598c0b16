"""Prices as they came to be: what decisions are held against, never what they are made from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from forethought.adapters.marketdata.calendars import calendar_of
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.domain.errors import ConfigurationError

Floats = npt.NDArray[np.float64]
Micros = npt.NDArray[np.int64]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_EVER: Final = datetime(2200, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_OPEN_BEFORE_MIDNIGHT: Final = frozenset({"XASX", "XNZE"})
"""Exchanges whose session of a day opens before that day begins in UTC: a daily bar would be filled in the past."""
_TIME_COLUMNS: Final = ("ts", "date", "datetime", "timestamp", "time", "open_time", "opened_at")


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The bars of one asset, oldest first, adjusted for splits and dividends so that ratios are returns.

    A daily bar begins at midnight UTC, hours before its session does: an entry at its open is never too early, and a
    decision between midnight and the opening waits for the session after.
    """

    asset: str
    opened_us: Micros
    open: Floats
    close: Floats
    bar: timedelta

    @property
    def daily(self) -> bool:
        """Whether a bar is a session."""
        return self.bar >= _DAY

    @property
    def perpetual(self) -> bool:
        """Whether it is taken as a perpetual future of a coin, which pays funding: bars of less than a day, 24/7."""
        return not self.daily and calendar_of(self.asset) == "24/7"

    def entry(self, moment: datetime) -> int | None:
        """Return the first bar that begins strictly after a moment; `None` outside the prices.

        A moment before the first bar has none either: the market was open then, and nobody knows at what price.
        """
        at = (moment - _EPOCH) // _US
        i = int(np.searchsorted(self.opened_us, at, side="right"))
        return i if 0 < i < len(self.opened_us) else None

    def bars_in(self, span: timedelta) -> int:
        """Count the bars in a span of time, at least 1."""
        return max(1, span // self.bar)

    def whole(self, first: int, bars: int) -> bool:
        """Tell whether that many bars from the first on are there; sessions may have days between them."""
        last = first + bars - 1
        if last >= len(self.opened_us):
            return False
        missing = int(self.opened_us[last] - self.opened_us[first]) != (bars - 1) * (self.bar // _US)
        return self.daily or not missing


async def read_prices(files: Sequence[PriceFile], assets: Iterable[str]) -> dict[str, Prices]:
    """Read the prices of assets.

    Raises:
        ConfigurationError: a file cannot be read, an asset has no prices, or its exchange opens before midnight UTC.
    """
    source = FileMarketData(files)
    found: dict[str, Prices] = {}
    for asset in sorted(set(assets)):
        bars = await source.bars(asset, as_of=_EVER, count=1 << 40)
        if len(bars) < 2:  # noqa: PLR2004 - a distance needs two
            raise ConfigurationError(f"--prices: no file has prices of {asset}")
        opened = np.array([(each.opened_at - _EPOCH) // _US for each in bars], dtype=np.int64)
        lengths, counts = np.unique(np.diff(opened), return_counts=True)
        length = int(lengths[np.argmax(counts)]) * _US
        prices = Prices(asset, opened, _column(b.open for b in bars), _column(b.close for b in bars), length)
        if prices.daily and calendar_of(asset) in _OPEN_BEFORE_MIDNIGHT:
            raise ConfigurationError(f"daily bars of {asset} cannot be used: its exchange opens before midnight UTC")
        found[asset] = prices
    return found


def _column(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def cut_off(file: PriceFile, until: datetime, folder: Path) -> PriceFile:
    """Write a copy of a price file without any bar that had not closed by a moment.

    Raises:
        ConfigurationError: no bar is left, or its times are numbers.
    """
    frame = pd.read_csv(file.path) if file.path.suffix.lower() == ".csv" else pd.read_parquet(file.path)
    names = {str(name).strip().lower(): name for name in frame.columns}
    column = frame[next(names[name] for name in _TIME_COLUMNS if name in names)]
    if pd.api.types.is_numeric_dtype(column):
        raise ConfigurationError(f"{file.path.name}: times as numbers cannot be cut off; write them as dates")
    opened = pd.to_datetime(column, utc=True)
    # The most frequent distance of times that differ: a file may hold several assets.
    length = pd.Series(opened.unique()).sort_values().diff().mode()[0]
    left = frame[opened + length <= until]
    if left.empty:
        raise ConfigurationError(f"{file.path.name} has no prices before {until.isoformat()}")
    path = folder / f"{file.path.stem}-{until:%Y%m%dT%H%M%S}.parquet"
    left.to_parquet(path)
    return PriceFile(path, file.asset, length.to_pytimedelta())
