"""The price feed, with a store, a source and a calendar of the test's own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.application.price_feed import PriceFeed, Refreshed
from forethought.application.prices import Prices
from forethought.application.survey import Survey
from forethought.domain.errors import StoreUnavailable
from forethought.domain.market import Bar

MINUTE = timedelta(minutes=1)
OPEN = datetime(2025, 7, 2, 15, tzinfo=UTC)
"""A Wednesday at eleven in New York."""


def a_bar(at: datetime, close: float = 100.0) -> Bar:
    return Bar(at, close, close + 1, close - 1, close, 10.0)


@dataclass
class Watch:
    """A clock that is set."""

    time: datetime = OPEN
    ms: float = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic_ms(self) -> float:
        return self.ms

    def later(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.ms += seconds * 1000


@dataclass
class Shelf:
    """A price store in memory."""

    held: dict[str, dict[datetime, Bar]] = field(default_factory=dict)
    batches: list[PriceBatch] = field(default_factory=list)
    away: bool = False

    async def write(self, batch: PriceBatch) -> int:
        self.batches.append(batch)
        self.held.setdefault(batch.ticker, {}).update({bar.opened_at: bar for bar in batch.bars})
        return len(batch.bars)

    async def read(self, ticker: str, interval: Interval, *, start=None, end=None, count: int) -> Sequence[Bar]:
        if self.away:
            raise StoreUnavailable("away")
        bars = self.held.get(ticker, {})
        return [bars[at] for at in sorted(bars)][-count:]

    async def splits(self, ticker: str) -> Sequence[Split]:
        return [split for batch in self.batches for split in batch.splits]

    async def tickers(self) -> Sequence[str]:
        return sorted(self.held)


@dataclass
class Market:
    """A source that has a bar for each minute, the one under way included."""

    clock: Watch
    fails: Exception | None = None
    splits: tuple[Split, ...] = ()
    asked: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    name: str = "market"
    dearer_before: datetime | None = None
    """Until then everything cost ten times as much."""

    def _bar(self, at: datetime) -> Bar:
        return a_bar(at, 1_000.0 if self.dearer_before is not None and at < self.dearer_before else 100.0)

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        self.asked.append((ticker, start, end))
        if self.fails is not None:
            raise self.fails
        step = interval.length
        first = datetime.fromtimestamp(-(-start.timestamp() // step.total_seconds()) * step.total_seconds(), UTC)
        count = max(0, -(-(end - first) // step))
        return PriceBatch(ticker, interval, [self._bar(first + i * step) for i in range(count)], self.splits, self.name)

    async def close(self) -> None:
        pass


@dataclass
class Heard:
    events: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def publish(self, type_: str, asset: str, data: Mapping[str, Any]) -> None:
        self.events.append((type_, asset, data))


@dataclass
class Desk:
    clock: Watch
    shelf: Shelf
    market: Market
    heard: Heard
    feed: PriceFeed


CALENDARS = ExchangeCalendars()


@pytest.fixture
def desk() -> Desk:
    clock = Watch()
    shelf, market, heard = Shelf(), Market(clock), Heard()
    feed = PriceFeed(
        prices=Prices(shelf, Survey(FileMarketData([]), CALENDARS), CALENDARS, clock, heard),
        source=market,
        calendar=CALENDARS,
        clock=clock,
        reach=timedelta(hours=2),
    )
    return Desk(clock, shelf, market, heard, feed)


async def test_the_first_round_reaches_back_and_leaves_the_bar_under_way(desk):
    desk.clock.later(30)

    (done,) = await desk.feed.round(["AAPL"])

    newest = a_bar(OPEN - MINUTE)
    # Two hours back it was 9:00 in New York, and trading begins at 9:30.
    assert done == Refreshed("AAPL", Interval.MINUTE, written=90, dropped=30, source="market", newest=newest)
    assert max(desk.shelf.held["AAPL"]) == newest.opened_at
    assert desk.heard.events == [
        (
            "price",
            "AAPL",
            {
                "interval": "1m",
                "opened_at": "2025-07-02T14:59:00+00:00",
                "open": 100.0,
                "high": 101.0,
                "low": 99.0,
                "close": 100.0,
                "volume": 10.0,
                "closed": True,
                "source": "market",
            },
        )
    ]


async def test_a_later_round_goes_on_from_the_last_bar_and_tells_only_what_is_newer(desk):
    await desk.feed.round(["AAPL"])
    again = await desk.feed.round(["AAPL"])
    desk.clock.later(120)

    (later,) = await desk.feed.round(["AAPL"])

    assert [done.written for done in again] == [1]  # the last one once more: vendors correct it
    assert later.written == 3
    assert desk.market.asked[-1][1] == OPEN - MINUTE
    assert [data["opened_at"] for _, _, data in desk.heard.events] == [
        "2025-07-02T14:59:00+00:00",
        "2025-07-02T15:01:00+00:00",
    ]


async def test_another_process_s_bars_are_gone_on_from(desk):
    await desk.shelf.write(PriceBatch("AAPL", Interval.MINUTE, [a_bar(OPEN - 5 * MINUTE)], [], "file"))

    (done,) = await desk.feed.round(["AAPL"])

    assert (done.written, desk.market.asked[0][1]) == (5, OPEN - 5 * MINUTE)


async def test_a_gap_longer_than_the_reach_is_left_and_said(desk):
    await desk.shelf.write(PriceBatch("BTC", Interval.MINUTE, [a_bar(OPEN - timedelta(hours=5))], [], "file"))

    (done,) = await desk.feed.round(["BTC"])

    assert (done.missed, desk.market.asked[0][1]) == (timedelta(hours=3), OPEN - timedelta(hours=2))


async def test_a_closed_market_is_not_asked_but_its_last_bars_are_waited_for(desk):
    asked = []
    for time in ("19:59", "20:15", "20:25"):  # New York closes at 20:00 UTC
        desk.clock.time = datetime.fromisoformat(f"2025-07-02T{time}:00+00:00")
        asked.append([done.ticker for done in await desk.feed.round(["AAPL", "BTC", "WHATEVER-1"])])

    assert asked == [["AAPL", "BTC", "WHATEVER-1"], ["AAPL", "BTC", "WHATEVER-1"], ["BTC", "WHATEVER-1"]]
    assert max(desk.shelf.held["AAPL"]) == datetime(2025, 7, 2, 19, 59, tzinfo=UTC)


async def test_a_failing_ticker_rests_twice_as_long_each_time_and_the_others_go_on(desk):
    desk.market.fails = SourceUnavailable("down")
    rests = []
    for _ in range(3):
        (done,) = await desk.feed.round(["BTC"])
        assert await desk.feed.round(["BTC"]) == []
        rests.append(done.retry_after_s)
        desk.clock.later(done.retry_after_s)
    desk.market.fails = None

    done = await desk.feed.round(["BTC", "ETH"])
    desk.market.fails = SourceUnavailable("down")
    (failed,) = await desk.feed.round(["BTC"])

    assert rests == [30.0, 60.0, 120.0]
    assert [each.failed for each in done] == [None, None]
    assert (failed.failed, failed.detail, failed.retry_after_s) == ("prices_unavailable", "down", 30.0)


async def test_a_source_that_asks_us_to_wait_is_obeyed(desk):
    desk.market.fails = SourceUnavailable("busy", retry_after_s=3_600)

    (done,) = await desk.feed.round(["BTC"])
    desk.clock.later(3_599)
    early = await desk.feed.round(["BTC"])
    desk.clock.later(1)

    assert (done.retry_after_s, early) == (3_600, [])
    assert len(await desk.feed.round(["BTC"])) == 1


async def test_a_store_that_is_away_is_a_failure_like_another(desk):
    desk.shelf.away = True

    (done,) = await desk.feed.round(["BTC"])

    assert (done.failed, desk.market.asked) == ("store_unavailable", [])


async def test_a_backfill_is_written_in_parts_with_its_splits(desk):
    desk.market.splits = (Split(date(2025, 6, 10), 10.0),)
    desk.market.dearer_before = datetime(2025, 6, 10, tzinfo=UTC)

    done = await desk.feed.backfill("BTC", Interval.MINUTE, days=30)

    assert (done.written, done.newest, done.failed) == (30 * 1_440, a_bar(OPEN - MINUTE), None)
    assert [len(batch.bars) for batch in desk.shelf.batches] == [20_000, 20_000, 3_200]
    assert await desk.shelf.splits("BTC") == [Split(date(2025, 6, 10), 10.0)] * 3
    assert [data["opened_at"] for _, _, data in desk.heard.events] == [(OPEN - MINUTE).isoformat()]


async def test_a_backfill_that_fails_says_so_and_keeps_what_it_has(desk):
    desk.market.fails = SourceUnavailable("no such ticker")

    done = await desk.feed.backfill("AAPL", Interval.DAY, days=3)

    assert (done.written, done.failed) == (0, "prices_unavailable")


async def test_days_are_whole_days(desk):
    done = await desk.feed.backfill("AAPL", Interval.DAY, days=3)

    assert done.newest == a_bar(datetime(2025, 7, 1, tzinfo=UTC))
    assert done.dropped == 1


async def test_the_loop_outlives_a_defect(desk):
    told: list[Refreshed] = []
    enough = asyncio.Event()

    def hear(done: Refreshed) -> None:
        told.append(done)
        if len(told) == 2:
            enough.set()
        raise ValueError("a defect in the metrics")

    running = asyncio.create_task(desk.feed.run(["BTC"], every_s=0, told=hear))
    await enough.wait()
    running.cancel()

    assert [done.ticker for done in told] == ["BTC", "BTC"]
    with pytest.raises(asyncio.CancelledError):
        await running
