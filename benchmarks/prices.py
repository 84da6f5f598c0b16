"""Prices: rows imported and points written a second, beside raw TS.MADD; what a question costs; memory of a ticker.

    .venv/bin/python benchmarks/prices.py

It starts a Redis of its own that flushes every write, as the service's does. Files are taken from
../shared/data/prices; without them bars are made up. `raw` is the floor: the same points into five series without
rules, by TS.MADD in the same pipelines, settled once at the end. It flatters us where points are regular in time,
which compresses well, and where the machine does nothing else.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData
from forethought.adapters.marketdata.stored import StoredMarketData
from forethought.adapters.marketdata.tables import read_prices
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RETENTION, RedisPriceStore
from forethought.adapters.redis.schema import check_durability
from forethought.adapters.redis.store import Store
from forethought.adapters.system.clock import SystemClock
from forethought.adapters.system.hub import Hub
from forethought.application.ports.prices import Interval, PriceBatch
from forethought.application.prices import Prices
from forethought.application.survey import Survey
from forethought.bootstrap.store import connect
from forethought.domain.market import Bar
from forethought.settings import Settings

SHARED = Path(__file__).parents[2] / "shared" / "data" / "prices"
STOCKS, BTC = "us_stocks_daily_2022_2024.parquet", "btcusdt_5m_2025-02-15_2025-06-04.parquet"
TYPES = ("open", "high", "low", "close", "volume")
START = datetime(2024, 1, 1, tzinfo=UTC)


def walk(count: int, length: timedelta, start: datetime = START) -> list[Bar]:
    """Make a random walk in cents, as prices are."""
    random = np.random.default_rng(1)
    close = np.round(60_000 * np.exp(np.cumsum(random.normal(0, 0.0005, count))), 2)
    spread = np.round(random.uniform(0, 50, count), 2)
    columns = (close, close + spread, close - spread, close, np.round(random.uniform(1, 500, count), 3))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Bar(start + i * length, *row) for i, row in enumerate(rows)]


async def raw(store: Store, name: str, bars: Sequence[Bar]) -> float:
    """Write the same points without anything around it; return seconds."""
    for type_ in TYPES:
        await store.ask("TS.CREATE", f"raw:{name}:{type_}", "DUPLICATE_POLICY", "LAST", "CHUNK_SIZE", 2048)
    began = time.perf_counter()
    times = [round(bar.opened_at.timestamp() * 1000) for bar in bars]
    for start in range(0, len(bars), 10_000):
        commands = []
        for first in range(start, min(start + 10_000, len(bars)), 2_000):
            for type_ in TYPES:
                args: list[object] = ["TS.MADD"]
                for i in range(first, min(first + 2_000, len(bars))):
                    args += (f"raw:{name}:{type_}", times[i], getattr(bars[i], type_))
                commands.append(tuple(args))
        await store.write(commands, settled=start + 10_000 >= len(bars))
    return time.perf_counter() - began


def report(what: str, rows: int, took_s: float) -> None:
    """Print one line."""
    print(f"{what:58} {rows:>8,} rows {rows / took_s:>10,.0f} rows/s {5 * rows / took_s:>10,.0f} points/s")


async def imported(use: Prices, store: Store, file: str, ticker: str | None) -> None:
    """Import a file, then write the same points raw."""
    began = time.perf_counter()
    rows, batches = 0, []
    for piece in read_prices(SHARED / file, ticker=ticker):
        batches += piece.batches
        for batch in piece.batches:
            rows += (await use.write(batch)).bars
    report(f"import of {file[:40]}", rows, time.perf_counter() - began)
    took_s = 0.0
    for batch in batches:
        took_s += await raw(store, f"{file}:{batch.ticker}", batch.bars)
    report("  raw TS.MADD of the same", rows, took_s)


async def written(prices: RedisPriceStore, store: Store) -> None:
    """Write made-up minutes, with all rules, and again; then 5-minute bars, which are rolled up."""
    minutes = walk(40_000, Interval.MINUTE.length)
    for what, interval, bars in (
        ("minutes, compacted by 15 rules", Interval.MINUTE, minutes),
        ("the same minutes again (each corrects four bars)", Interval.MINUTE, minutes[-5_000:]),
        ("5-minute bars, rolled up", Interval.FIVE_MINUTES, walk(40_000, Interval.FIVE_MINUTES.length)),
    ):
        ticker = "M" if interval is Interval.MINUTE else "F"
        began = time.perf_counter()
        rows = await prices.write(PriceBatch(ticker, interval, bars, (), "benchmark"))
        report(f"write of {what}", rows, time.perf_counter() - began)
    report("  raw TS.MADD of 40,000", 40_000, await raw(store, "walk", minutes))


async def asked(prices: RedisPriceStore, store: Store) -> None:
    """Measure what `indicators` costs: anew, with one round trip, and from memory."""
    calendar = ExchangeCalendars()
    end = START + 40_000 * Interval.FIVE_MINUTES.length

    def market() -> StoredMarketData:
        return StoredMarketData(prices, calendar, SystemClock(), fallback=FileMarketData([]), patience_s=60.0)

    def middle(took: list[float]) -> str:
        return f"p50 {statistics.median(took):.2f} ms, p95 {sorted(took)[int(0.95 * len(took))]:.2f} ms"

    async def timed(source: StoredMarketData, at: datetime) -> float:
        began = time.perf_counter()
        assert await source.indicators("F", as_of=at) is not None
        return (time.perf_counter() - began) * 1000

    pings = []
    for _ in range(200):
        began = time.perf_counter()
        await store.ask("PING")
        pings.append((time.perf_counter() - began) * 1000)
    print(f"{'PING':58} {middle(pings)}")
    print(
        f"{'indicators, whole warm-up of three intervals':58} {middle([await timed(market(), end) for _ in range(30)])}"
    )
    source = market()
    tails = [await timed(source, end + i * timedelta(seconds=1)) for i in range(200)]
    print(f"{'indicators, next second (one round trip)':58} {middle(tails[1:])}")
    at = end + timedelta(seconds=200)
    again = [await timed(source, at + timedelta(microseconds=i)) for i in range(200)]
    print(f"{'indicators, same second (from memory)':58} {middle(again[1:])}")


async def memory(prices: RedisPriceStore, store: Store, keys: Keys, *, full: bool) -> None:
    """Fill the series of a ticker that trades round the clock, and print what they weigh."""
    total = 0.0
    for interval, kept in RETENTION.items():
        whole = kept // interval.length
        count = whole if full else min(whole, 20_000)
        bars = walk(count, interval.length, datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - kept)
        ticker = f"W{interval.value.upper()}"
        for start in range(0, count, 50_000):
            await prices.write(PriceBatch(ticker, interval, bars[start : start + 50_000], (), "benchmark"))
        used = [
            await store.ask("MEMORY", "USAGE", keys.price(ticker, type_, interval), "SAMPLES", 0) for type_ in TYPES
        ]
        size = sum(used) * whole / count
        total += size
        print(f"{f'memory of {interval} for {kept.days} days':58} {whole:>8,} bars {size / 1e6:6.2f} MB")
    print(f"{'memory of a ticker that trades round the clock, all full':58} {total / 1e6:20.2f} MB")


async def main(*, full: bool) -> None:
    """Measure all."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedRedis(Path(folder))
        await server.start()
        store = Store(connect(Settings(), server.url))
        try:
            await check_durability(store, required=True)
            keys = Keys("bench:")
            prices, calendar, clock = RedisPriceStore(store, keys), ExchangeCalendars(), SystemClock()
            for year in (2022, 2023, 2024):
                calendar.session("AAPL", datetime(year, 6, 1, tzinfo=UTC))
            market = StoredMarketData(prices, calendar, clock, fallback=FileMarketData([]))
            use = Prices(prices, Survey(market, calendar), calendar, clock, Hub())
            if SHARED.is_dir():
                await imported(use, store, STOCKS, None)
                await imported(use, store, BTC, "BTC")
            else:
                print("no ../shared/data/prices: imports are left out")
            await written(prices, store)
            await asked(prices, store)
            await memory(prices, store, keys, full=full)
        finally:
            await store.close()
            await server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="fill the series for the memory figures (else extrapolate)")
    asyncio.run(main(full=parser.parse_args().full))
