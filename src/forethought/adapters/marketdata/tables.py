"""Files of bars for import, read a piece at a time: what cannot be read of a row is refused, the rest goes on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from forethought.application.ports.prices import Interval, PriceBatch, Split
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Bar
from forethought.domain.quality import usual_ratio

_ROWS: Final = 65_536
_TIMES: Final = ("ts", "date", "datetime", "timestamp", "time", "open_time", "opened_at")
_TICKERS: Final = ("ticker", "symbol", "asset")
_SPLITS: Final = ("split_coefficient", "stock splits", "stock_splits", "splits", "split_ratio")
_ADJUSTED: Final = ("adjusted_close", "adj_close", "adj close", "adjclose")
_NUMBERS: Final = ("open", "high", "low", "close", "volume")
_EPOCH_UNITS: Final[tuple[tuple[float, str], ...]] = ((1e11, "s"), (1e14, "ms"), (1e17, "us"), (float("inf"), "ns"))
_BOM: Final = "\xef\xbb\xbf"
"""The UTF-8 byte order mark, as Latin-1 reads it."""
_MAX_TICKERS: Final = 1_000
"""In one file; each costs a dozen series."""
_CLEAR_JUMP: Final = 1.25
"""Of the adjusted over the traded close from one bar to the next; no dividend makes it."""
_MAX_SPLITS: Final = 100
"""Of one ticker in a piece of a file; more are an error in its column."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file."""

    rows: int
    batches: list[PriceBatch]
    refused: Counter[str]
    """Rows that were not understood, by code."""


@dataclass(slots=True)
class _State:
    """What is known of a file after some pieces."""

    interval: Interval | None
    factors: dict[str, float] = field(default_factory=dict)
    """By ticker, the last adjusted over traded close."""
    tickers: set[str] = field(default_factory=set)
    malformed: Counter[str] = field(default_factory=Counter)
    """Lines with too many or too few cells, since the last piece."""


def read_prices(path: Path, *, ticker: str | None = None, interval: Interval | None = None) -> Iterator[Piece]:
    """Yield the bars of a parquet or CSV file, prices as traded.

    Columns, in any case: a time, open, high, low, close, volume; perhaps ticker, and splits or an adjusted close from
    which splits are taken. Times are when a bar opened, UTC unless they name a zone; a daily bar belongs to the day
    that is written, whatever the zone.

    Args:
        path: The file.
        ticker: Whose prices they are; needed when no column says so, and otherwise takes only its rows.
        interval: Of all bars; `None` takes the most frequent distance between two.

    Raises:
        ConfigurationError: the file cannot be read, lacks columns, or its bars have a length that is not kept.
    """
    state, read = _State(interval), False
    try:
        for frame in _frames(path, state.malformed):
            read = True
            named = frame.rename(columns=lambda name: str(name).removeprefix(_BOM).strip().lower())
            piece = _piece(named, path, ticker, state)
            piece.refused.update(state.malformed)
            state.malformed.clear()
            yield piece
        if not read:
            raise ConfigurationError(f"{path.name}: holds no rows")
        if state.malformed:
            yield Piece(0, [], state.malformed)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error


def count_bars(path: Path) -> int | None:
    """Count rows where that costs little; `None` where it does not."""
    if path.suffix.lower() != ".parquet" or not path.is_file():
        return None
    try:
        return int(pyarrow.parquet.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error


def _frames(path: Path, malformed: Counter[str]) -> Iterator[pd.DataFrame]:
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file")
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(_ROWS):
            yield batch.to_pandas()
    elif suffix == ".csv":
        names = _open_csv(path, Counter()).schema.names
        for batch in _open_csv(path, malformed, names):
            yield batch.to_pandas()
    else:
        raise ConfigurationError(f"{path.name}: expected .parquet or .csv")


def _open_csv(path: Path, malformed: Counter[str], names: Sequence[str] = ()) -> pyarrow.csv.CSVStreamingReader:
    """Open a table of text; a line with too many or too few cells is counted and left out."""

    def skip(_: object) -> str:
        malformed["invalid_row"] += 1
        return "skip"

    return pyarrow.csv.open_csv(
        path,
        # What is looked at is ASCII, and as Latin-1 no byte is an error.
        read_options=pyarrow.csv.ReadOptions(encoding="latin1", use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=skip),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        ),
    )


def _piece(frame: pd.DataFrame, path: Path, ticker: str | None, state: _State) -> Piece:
    rows = len(frame)
    time, names = _columns(frame, path, ticker)
    refused: Counter[str] = Counter()
    if names is not None:
        frame = frame.assign(ticker=frame[names].astype("string").str.strip().str.upper())
        if ticker is not None:
            frame = frame[frame["ticker"] == ticker]
    else:
        frame = frame.assign(ticker=ticker)
    opened = _times(frame[time])
    interval = state.interval = state.interval or _most_frequent(opened, frame["ticker"], path)
    if interval is Interval.DAY:
        opened = _days(frame[time], opened)
    known = opened.notna() & frame["ticker"].notna()
    if bad := int((~known).sum()):
        refused["invalid_time"] += bad
    frame = frame.assign(opened=opened)[known].sort_values("opened", kind="stable")
    batches = [
        _batch(str(name), group, interval, state, source=path.name)
        for name, group in frame.groupby("ticker", sort=False)
        if len(group)
    ]
    state.tickers |= {batch.ticker for batch in batches}
    if len(state.tickers) > _MAX_TICKERS:
        raise ConfigurationError(f"{path.name}: more than {_MAX_TICKERS} tickers")
    return Piece(rows, batches, refused)


def _columns(frame: pd.DataFrame, path: Path, ticker: str | None) -> tuple[str, str | None]:
    time = next((name for name in _TIMES if name in frame), None)
    missing = [name for name in _NUMBERS if name not in frame]
    if missing or time is None:
        raise ConfigurationError(f"{path.name}: no column {', '.join(missing) or ' or '.join(_TIMES)}")
    names = next((name for name in _TICKERS if name in frame), None)
    if names is None and ticker is None:
        raise ConfigurationError(f"{path.name}: no column {' or '.join(_TICKERS)}; name the ticker")
    return time, names


def _times(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Read times of any kind as UTC; what is none is NaT. Compact days (20250301) are days, not seconds."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.to_datetime(column, utc=True)
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().sum() * 2 <= len(column):
        return pd.to_datetime(column.astype("string"), utc=True, errors="coerce", format="ISO8601")
    if numbers.between(19_000_101, 22_001_231).all():
        return pd.to_datetime(numbers.astype("int64").astype("string"), utc=True, errors="coerce", format="%Y%m%d")
    largest = float(numbers.abs().max())
    unit = next(unit for limit, unit in _EPOCH_UNITS if not largest >= limit)
    return pd.Series(pd.to_datetime(numbers, unit=unit, utc=True, errors="coerce"))  # type: ignore[call-overload]


def _days(column: "pd.Series[Any]", opened: "pd.Series[Any]") -> "pd.Series[Any]":
    """Take the day that is written: midnight in New York is that day, not 5 o'clock UTC."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return pd.Series(column.dt.tz_localize(None).dt.tz_localize("UTC"))
    if pd.api.types.is_numeric_dtype(column):
        return opened
    local = column.astype("string").str.replace(r"[ T]00:00(:00(\.0+)?)?([+-]\d\d:?\d\d|Z)?$", "", regex=True)
    days = pd.to_datetime(local, utc=True, errors="coerce", format="%Y-%m-%d")
    return days.where(days.notna(), opened)


def _most_frequent(opened: "pd.Series[Any]", tickers: "pd.Series[Any]", path: Path) -> Interval:
    distances = opened.groupby(tickers.fillna("")).apply(lambda times: times.sort_values().diff()).dropna()
    distances = distances[distances > pd.Timedelta(0)]
    if distances.empty:
        raise ConfigurationError(f"{path.name}: fewer than two bars of a ticker; say how long a bar is")
    length: timedelta = distances.mode().iloc[0].to_pytimedelta()
    found = next((each for each in Interval if each.length == length), None)
    if found is None:
        kept = ", ".join(each.value for each in Interval)
        raise ConfigurationError(f"{path.name}: bars are {length} apart; those of {kept} are kept")
    return found


def _batch(ticker: str, group: pd.DataFrame, interval: Interval, state: _State, *, source: str) -> PriceBatch:
    numbers = {name: pd.to_numeric(group[name], errors="coerce").to_numpy(dtype=np.float64) for name in _NUMBERS}
    opened = pd.DatetimeIndex(group["opened"]).to_pydatetime().tolist()
    bars = [Bar(*row) for row in zip(opened, *(numbers[name].tolist() for name in _NUMBERS), strict=True)]
    splits = _declared(group, bars)
    if splits is None:
        splits = _from_adjusted(ticker, group, numbers["close"], bars, state)
    return PriceBatch(ticker, interval, bars, splits[:_MAX_SPLITS], source)


def _declared(group: pd.DataFrame, bars: list[Bar]) -> list[Split] | None:
    """Return the splits of a column of them (0 and 1 are none); `None` without such a column."""
    column = next((name for name in _SPLITS if name in group), None)
    if column is None:
        return None
    ratios = pd.to_numeric(group[column], errors="coerce").fillna(1.0).to_numpy(dtype=np.float64)
    return [Split(bars[i].opened_at.date(), float(ratios[i])) for i in np.flatnonzero((ratios != 0) & (ratios != 1))]


def _from_adjusted(
    ticker: str, group: pd.DataFrame, close: "np.ndarray[Any, np.dtype[np.float64]]", bars: list[Bar], state: _State
) -> list[Split]:
    """Find the days on which the adjusted over the traded close jumps by a usual ratio; dividends make small steps."""
    column = next((name for name in _ADJUSTED if name in group), None)
    if column is None:
        return []
    found: list[Split] = []
    before = state.factors.get(ticker)
    adjusted = pd.to_numeric(group[column], errors="coerce").to_numpy(dtype=np.float64)
    for bar, one, other in zip(bars, adjusted.tolist(), close.tolist(), strict=True):
        if not (0 < one < float("inf") and 0 < other < float("inf")):
            continue
        factor = one / other
        jump = 1.0 if before is None else factor / before
        if max(jump, 1 / jump) > _CLEAR_JUMP and (ratio := usual_ratio(jump)) is not None:
            found.append(Split(bar.opened_at.date(), ratio))
        before = state.factors[ticker] = factor
    return found
