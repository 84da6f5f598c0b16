"""Prices in RedisTimeSeries: one series for each ticker, price and interval.

Minutes are `price:{ticker}:close` and so on; the server makes the series of 5 minutes, hours and days from them by
compaction rules. What the server was found to do (RedisTimeSeries 1.12, tests/contract/test_prices.py):

- A compacted bar is written when the first minute after it comes. Reads ask for `LATEST`, which adds the one under way.
- A minute that comes late, or again, corrects the bars it lies in, those that were written before too.
- A compacted series cannot be compacted further, and a rule takes nothing from before it was made. So bars of 5
  minutes or an hour that are written directly are rolled up into the longer ones by this class.
- A bar that is written directly into a compacted series is replaced when the minutes of its time are compacted. Of a
  vendor's bar and a rolled-up one the last written stays: write the shorter interval first. Two processes that write
  bars of one ticker and day at the same time can leave a longer bar without the last of them, until the next write.
- A series forgets what is older than its *newest* bar minus its retention, and refuses to take it.

Buckets are UTC days. One UTC day holds one session of exchanges from London to New York (whose late trading reaches
past midnight in winter), of Tokyo, and of coins. Sessions that begin before midnight UTC (Sydney, Auckland, US futures)
are cut in two: write daily bars of such instruments directly. Splits, too, take effect at midnight UTC.

In a cluster source and destination of a rule would have to share a slot (`price:{BTC}:close`), which the names that
stand fast do not: there no rules are made and minutes are rolled up as 5-minute bars are. No command touches two keys.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import structlog
from redis.exceptions import ResponseError

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.prices import Interval, PriceBatch, Split
from forethought.domain.errors import StoreUnavailable
from forethought.domain.market import Bar

log = structlog.get_logger(__name__)

RETENTION: Final[Mapping[Interval, timedelta]] = MappingProxyType(
    {
        Interval.MINUTE: timedelta(days=30),
        Interval.FIVE_MINUTES: timedelta(days=365),
        Interval.HOUR: timedelta(days=5 * 365),
        Interval.DAY: timedelta(days=20 * 365),
    }
)
"""How long bars are kept.

A ticker that trades round the clock takes 6.7 MB when all is full (measured, benchmarks/prices.py): 1.5 MB of minutes,
3.5 of 5 minutes, 1.5 of hours, 0.25 of days. Three years of daily bars of a US share alone take 41 kB.
"""
_CHUNK_BYTES: Final = 2048
"""Some 300 samples. A late bar costs the rewriting of its chunk, and an empty series holds one."""
_AGGREGATORS: Final = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
_TYPES: Final = tuple(_AGGREGATORS)
_MADD_BARS: Final = 2_000
_TRIP_BARS: Final = 10_000
"""Bars in one round trip: some 2 MB."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_NO_KEY: Final = "key does not exist"
_NO_SERIES: Final = "not a TSDB key"
"""What TS.MADD says of a key that does not exist."""
_TOO_OLD: Final = "older than retention"
_MADE_ALREADY: Final = ("key already exists", "already has a src rule")


class RedisPriceStore:
    """Implements `PriceStore`.

    A bar is five samples in five keys. A crash between them leaves a torn bar: reads leave it out, and writing it again
    completes it.
    """

    def __init__(self, store: Store, keys: Keys, *, retention: Mapping[Interval, timedelta] = RETENTION) -> None:
        """Set up; nothing is asked yet.

        Args:
            store: Where.
            keys: Names.
            retention: For every interval; a change takes effect with the next write of a ticker in a new process.
        """
        self._store = store
        self._keys = keys
        self._retention = retention
        self._made: set[tuple[str, Interval]] = set()

    async def write(self, batch: PriceBatch) -> int:
        """See the port. On disk when it returns; what the retention does not allow is not counted."""
        ticker, interval = batch.ticker, batch.interval
        if not batch.bars and not batch.splits:
            return 0
        if batch.splits:
            fields = [part for split in batch.splits for part in (split.on.isoformat(), repr(split.ratio))]
            await self._store.write([("HSET", self._keys.splits(ticker), *fields)], settled=False)
        taken = 0
        for start in range(0, len(batch.bars), _TRIP_BARS):
            await self._make(ticker, interval)
            taken += await self._write_bars(ticker, interval, batch.bars[start : start + _TRIP_BARS])
        await self._store.write([self._held(ticker)])  # WAITAOF waits for all that was written before, too
        return taken

    async def read(
        self, ticker: str, interval: Interval, *, start: datetime | None = None, end: datetime | None = None, count: int
    ) -> Sequence[Bar]:
        """See the port. One round trip; `count` bars cost some 200 bytes each on the wire."""
        first = 0 if start is None else max(0, _ceil_ms(start))
        last = "+" if end is None else _ceil_ms(end) - 1
        if count <= 0 or (isinstance(last, int) and last < first):
            return ()
        # One more: `LATEST` may put a bar under way before one that was written directly and is newer.
        how = (first, last, "LATEST", "COUNT", count + 1)
        asked = [self._store.ask("TS.REVRANGE", self._keys.price(ticker, each, interval), *how) for each in _TYPES]
        try:
            *replies, splits = await asyncio.gather(*asked, self._store.ask("HGETALL", self._keys.splits(ticker)))
        except StoreUnavailable as error:
            if _says(error.__cause__, _NO_KEY):
                return ()
            raise
        return _adjusted(_bars(replies, count), _splits(splits))

    async def splits(self, ticker: str) -> Sequence[Split]:
        """See the port."""
        return _splits(await self._store.ask("HGETALL", self._keys.splits(ticker)))

    async def tickers(self) -> Sequence[str]:
        """See the port."""
        return sorted(ticker.decode() for ticker in await self._store.ask("SMEMBERS", self._keys.price_tickers))

    async def _make(self, ticker: str, interval: Interval) -> None:
        """Make the series of an interval and of the longer ones, and the rules between them. Safe to repeat."""
        if (ticker, interval) in self._made:
            return
        intervals = [interval, *_longer(interval)]
        commands = [self._held(ticker)]
        for each in intervals:
            keep_ms = self._retention[each] // _MS
            labels = [] if each is Interval.MINUTE else ["interval", each.value]
            for type_ in _TYPES:
                key = self._keys.price(ticker, type_, each)
                how = ("RETENTION", keep_ms, "CHUNK_SIZE", _CHUNK_BYTES, "DUPLICATE_POLICY", "LAST")
                commands.append(("TS.CREATE", key, *how, "LABELS", "ticker", ticker, "type", type_, *labels))
                commands.append(("TS.ALTER", key, "RETENTION", keep_ms))
        commands += [] if self._rolls_up(interval) else self._rules(ticker)
        done = await asyncio.gather(*(self._store.ask(*command) for command in commands), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException) and not _says(outcome.__cause__, *_MADE_ALREADY):
                raise outcome
        self._made.add((ticker, interval))

    def _rules(self, ticker: str) -> list[Command]:
        return [
            (
                "TS.CREATERULE",
                self._keys.price(ticker, type_, Interval.MINUTE),
                self._keys.price(ticker, type_, longer),
                "AGGREGATION",
                aggregator,
                longer.length // _MS,
            )
            for longer in _longer(Interval.MINUTE)
            for type_, aggregator in _AGGREGATORS.items()
        ]

    def _rolls_up(self, interval: Interval) -> bool:
        """Tell whether longer bars are this class's work rather than the server's."""
        return interval is not Interval.MINUTE or self._store.is_cluster

    def _held(self, ticker: str) -> Command:
        return ("SADD", self._keys.price_tickers, ticker)

    async def _write_bars(self, ticker: str, interval: Interval, bars: Sequence[Bar]) -> int:
        times = [round(bar.opened_at.timestamp() * 1000) for bar in bars]
        columns = {type_: [getattr(bar, type_) for bar in bars] for type_ in _TYPES}
        taken = await self._add(ticker, interval, times, columns)
        if times and self._rolls_up(interval):
            await asyncio.gather(
                *(self._roll_up(ticker, interval, longer, times[0], times[-1]) for longer in _longer(interval))
            )
        return taken

    async def _add(
        self, ticker: str, interval: Interval, times: Sequence[int], columns: Mapping[str, Sequence[float]]
    ) -> int:
        """Write samples; return how many bars were taken. Series that somebody deleted are made again, once.

        Raises:
            StoreUnavailable: samples were refused for another reason than their age; some may have been written.
        """
        commands = list(self._madds(ticker, interval, times, columns))
        replies = await self._store.write(commands, settled=False)
        if any(_says(each, _NO_SERIES) for reply in replies for each in reply):
            self._made = {made for made in self._made if made[0] != ticker}
            await self._make(ticker, interval)
            replies = await self._store.write(commands, settled=False)
        refused = (each for reply in replies for each in reply if isinstance(each, Exception))
        if (other := next((each for each in refused if not _says(each, _TOO_OLD)), None)) is not None:
            raise StoreUnavailable(f"Redis refused prices of {ticker}: {other}") from other
        return sum(isinstance(each, int) for reply in replies[:: len(_TYPES)] for each in reply)

    def _madds(
        self, ticker: str, interval: Interval, times: Sequence[int], columns: Mapping[str, Sequence[float]]
    ) -> Iterator[Command]:
        """One command for each key and so many bars, the five keys in turn.

        As bytes: redis-py takes half as long for them.
        """
        at = [b"%d" % each for each in times]
        written = {type_: [repr(each).encode() for each in columns[type_]] for type_ in _TYPES}
        for start in range(0, len(times), _MADD_BARS):
            part = slice(start, start + _MADD_BARS)
            for type_ in _TYPES:
                key = self._keys.price(ticker, type_, interval).encode()
                args: list[Any] = ["TS.MADD"]
                for when, value in zip(at[part], written[type_][part], strict=True):
                    args += (key, when, value)
                yield tuple(args)

    async def _roll_up(self, ticker: str, interval: Interval, longer: Interval, first_ms: int, last_ms: int) -> None:
        """Make the longer bars in which bars were written anew, from all that is kept of the shorter ones."""
        bucket_ms = longer.length // _MS
        span = (first_ms - first_ms % bucket_ms, last_ms - last_ms % bucket_ms + bucket_ms - 1)
        replies = await asyncio.gather(
            *(
                self._store.ask(
                    *("TS.RANGE", self._keys.price(ticker, type_, interval), *span),
                    *("LATEST", "AGGREGATION", aggregator, bucket_ms),
                )
                for type_, aggregator in _AGGREGATORS.items()
            )
        )
        bars = _bars(replies, None)
        columns = {type_: [getattr(bar, type_) for bar in bars] for type_ in _TYPES}
        await self._add(ticker, longer, [round(bar.opened_at.timestamp() * 1000) for bar in bars], columns)


def _longer(interval: Interval) -> list[Interval]:
    return [each for each in Interval if each.length > interval.length]


def _ceil_ms(at: datetime) -> int:
    return -((_EPOCH - at) // _MS)


def _says(error: object, *texts: str) -> bool:
    return isinstance(error, ResponseError) and any(text in str(error) for text in texts)


def _bars(replies: Sequence[Any], count: int | None) -> list[Bar]:
    """Join five series; the last `count` bars that all of them have, oldest first."""
    # `LATEST` comes first in a reversed range, and where a bar was written directly, too, it stands for what is right.
    series = [{at: float(value) for at, value in reversed(reply)} for reply in replies]
    times = sorted(series[0].keys() & series[1].keys() & series[2].keys() & series[3].keys() & series[4].keys())
    if count is not None:
        times = times[-count:]
    return [Bar(datetime.fromtimestamp(at / 1000, UTC), *(each[at] for each in series)) for at in times]


def _splits(fields: Mapping[bytes, bytes]) -> list[Split]:
    """Read the splits, oldest first; what is damaged is left out, and said."""
    found = []
    for on, ratio in fields.items():
        try:
            split = Split(date.fromisoformat(on.decode()), float(ratio))
        except ValueError:
            split = None
        if split is not None and math.isfinite(split.ratio) and split.ratio > 0:
            found.append(split)
        else:
            log.warning("prices.damaged_split", on=on[:40], ratio=ratio[:40])
    return sorted(found, key=lambda split: split.on)


def _adjusted(bars: list[Bar], splits: Sequence[Split]) -> list[Bar]:
    """Divide the prices before each split that the last bar has seen, and multiply the volumes."""
    if not bars:
        return bars
    first, last = bars[0].opened_at.date(), bars[-1].opened_at.date()
    due = [split for split in splits if first < split.on <= last]
    if not due:
        return bars
    return [_before(bar, math.prod(split.ratio for split in due if bar.opened_at.date() < split.on)) for bar in bars]


def _before(bar: Bar, ratio: float) -> Bar:
    if ratio == 1:
        return bar
    prices = (bar.open / ratio, bar.high / ratio, bar.low / ratio, bar.close / ratio)
    return Bar(bar.opened_at, *prices, bar.volume * ratio)
