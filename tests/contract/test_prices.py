"""Kept prices on a real RedisTimeSeries: the promises of the port, and indicators over them."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.marketdata.stored import StoredMarketData
from forethought.adapters.marketdata.tables import read_prices
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RETENTION, RedisPriceStore
from forethought.adapters.system.clock import SystemClock
from forethought.application.ports.prices import Interval, PriceBatch, Split
from forethought.domain.errors import StoreUnavailable
from forethought.domain.market import Bar

START = datetime(2025, 3, 3, tzinfo=UTC)
MINUTE, FIVE, HOUR, DAY = (each.length for each in Interval)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices"
BTC_FILE = SHARED / "btcusdt_5m_2025-02-15_2025-06-04.parquet"
STOCKS_FILE = SHARED / "us_stocks_daily_2022_2024.parquet"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data/prices")


def walk(count, *, length=FIVE, seed=7, start=START):
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.002, count)))
    opened = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(opened, close) * 1.001, np.minimum(opened, close) * 0.999
    columns = (opened, high, low, close, random.uniform(1, 100, count))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Bar(start + i * length, *row) for i, row in enumerate(rows)]


def batch(bars, interval=Interval.FIVE_MINUTES, *, ticker="BTC", splits=()):
    return PriceBatch(ticker, interval, bars, splits, "test")


def joined(bars, length):
    """Join bars into longer ones, by pandas."""
    frame = pd.DataFrame([(b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in bars]).set_index(0)
    how = {1: "first", 2: "max", 3: "min", 4: "last", 5: "sum"}
    rows = frame.resample(length).agg(how).dropna().reset_index().itertuples(index=False)
    return [Bar(row[0].to_pydatetime(), *row[1:]) for row in rows]


def same(found, expected):
    """Compare bars; sums of volumes may differ in their last digit."""
    return [(a.opened_at, a.open, a.high, a.low, a.close, pytest.approx(a.volume, rel=1e-12)) for a in found] == [
        (b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in expected
    ]


@pytest.fixture
def prices(store, keys):
    return RedisPriceStore(store, keys)


async def test_what_is_written_is_read_to_the_last_bit(prices, store, keys):
    bars = walk(3_000)

    written = await prices.write(batch(bars))

    assert written == 3_000
    assert await RedisPriceStore(store, keys).read("BTC", Interval.FIVE_MINUTES, count=5_000) == bars


async def test_a_range_holds_its_start_but_not_its_end_and_the_last_bars_of_it(prices):
    bars = walk(50)
    await prices.write(batch(bars))
    start, end = bars[10].opened_at, bars[20].opened_at

    async def read(**span):
        return await prices.read("BTC", Interval.FIVE_MINUTES, **span)

    assert await read(start=start, end=end, count=99) == bars[10:20]
    assert await read(start=start, end=end, count=3) == bars[17:20]
    assert await read(end=end + timedelta(microseconds=1), count=1) == bars[20:21]
    assert await read(start=bars[-1].opened_at, count=9) == bars[-1:]
    assert await read(count=0) == await read(start=end, end=start, count=9) == ()


async def test_an_unknown_ticker_has_nothing(prices):
    assert await prices.read("DOGE", Interval.DAY, count=5) == ()
    assert (await prices.splits("DOGE"), await prices.tickers()) == ([], [])


async def test_a_bar_that_comes_again_replaces_the_former(prices):
    bars = walk(10)
    await prices.write(batch(bars))
    better = Bar(bars[4].opened_at, 1.0, 4.0, 0.5, 2.0, 7.0)

    await prices.write(batch([better]))

    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == [*bars[:4], better, *bars[5:]]


async def test_names_and_labels_on_the_wire_are_those_of_the_seed(prices, redis_client, key_prefix):
    await prices.write(batch(walk(3, length=MINUTE), Interval.MINUTE))

    base = await redis_client.execute_command("TS.INFO", f"{key_prefix}price:BTC:close")
    longer = await redis_client.execute_command("TS.INFO", f"{key_prefix}price:BTC:high:1h")

    assert dict(base[b"labels"]) == {b"ticker": b"BTC", b"type": b"close"}
    assert dict(longer[b"labels"]) == {b"ticker": b"BTC", b"type": b"high", b"interval": b"1h"}
    assert base[b"retentionTime"] == RETENTION[Interval.MINUTE] // timedelta(milliseconds=1)
    assert longer[b"sourceKey"] == f"{key_prefix}price:BTC:high".encode()
    assert b"last" in base[b"duplicatePolicy"]


@pytest.mark.parametrize("interval", [Interval.FIVE_MINUTES, Interval.HOUR, Interval.DAY])
async def test_longer_bars_follow_from_minutes_up_to_the_one_under_way(prices, interval):
    bars = walk(2_003, length=MINUTE)

    for start in range(0, 2_003, 700):
        await prices.write(batch(bars[start : start + 700], Interval.MINUTE))

    assert same(await prices.read("BTC", interval, count=999), joined(bars, interval.length))


async def test_minutes_that_come_late_or_again_correct_the_longer_bars(prices):
    """In buckets that are closed, and in the one under way."""
    bars = walk(30, length=MINUTE)
    late, again = (2, 14, 27), (5, 9, 22, 28, 29)
    await prices.write(batch([bar for i, bar in enumerate(bars) if i not in late], Interval.MINUTE))
    for i in (*late, *again):
        spread = 2.0 if i in {5, 28} else 1.0
        bars[i] = Bar(bars[i].opened_at, 90.0 + i, 150.0 * spread, 50.0 / spread, 91.0 + i, 3.0)

        await prices.write(batch([bars[i]], Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.FIVE_MINUTES, count=99), joined(bars, FIVE))
    assert same(await prices.read("BTC", Interval.DAY, count=99), joined(bars, DAY))


async def test_five_minute_bars_that_are_written_directly_make_hours_and_days(prices, redis_client, key_prefix):
    """In pieces, with a correction and a late bar, and without any series of minutes."""
    bars = walk(700)
    for piece in (bars[:301], bars[305:640], bars[640:], bars[301:305]):
        await prices.write(batch(piece))
    bars[400] = Bar(bars[400].opened_at, 1.0, 400.0, 0.5, 2.0, 7.0)

    await prices.write(batch([bars[400]]))

    assert same(await prices.read("BTC", Interval.HOUR, count=999), joined(bars, HOUR))
    assert same(await prices.read("BTC", Interval.DAY, count=999), joined(bars, DAY))
    assert not await redis_client.exists(f"{key_prefix}price:BTC:close")


async def test_a_daily_bar_that_was_written_before_its_minutes_gives_way_to_them(prices):
    daily = Bar(START, 1.0, 2.0, 0.5, 1.5, 9.0)
    minutes = walk(2 * 1_440, length=MINUTE)
    await prices.write(batch([daily], Interval.DAY))

    await prices.write(batch(minutes, Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.DAY, count=9), joined(minutes, DAY))


async def test_a_daily_bar_ahead_of_the_minutes_is_read_in_its_place(prices):
    """`LATEST` puts the bar under way first, whatever its time."""
    minutes, ahead = walk(10, length=MINUTE), Bar(START + 3 * DAY, 1.0, 2.0, 0.5, 1.5, 9.0)
    await prices.write(batch(minutes, Interval.MINUTE))

    await prices.write(batch([ahead], Interval.DAY))

    assert same(await prices.read("BTC", Interval.DAY, count=9), [*joined(minutes, DAY), ahead])
    assert await prices.read("BTC", Interval.DAY, count=1) == [ahead]


async def test_in_a_cluster_minutes_are_rolled_up_without_rules(store, keys, redis_client, monkeypatch):
    monkeypatch.setattr(store, "is_cluster", True)
    prices, bars = RedisPriceStore(store, keys), walk(2_003, length=MINUTE)

    await prices.write(batch(bars, Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.HOUR, count=99), joined(bars, HOUR))
    assert (await redis_client.execute_command("TS.INFO", keys.price("BTC", "close", "1h")))[b"sourceKey"] is None


async def test_bars_before_a_split_are_adjusted_once_the_last_bar_has_seen_it(prices):
    bars = walk(6, length=DAY)
    splits = [Split(date(2025, 3, 5), 4.0), Split(date(2025, 3, 7), 0.5)]
    await prices.write(batch(bars, Interval.DAY, splits=splits))

    before = await prices.read("BTC", Interval.DAY, end=START + 2 * DAY, count=9)
    between = await prices.read("BTC", Interval.DAY, end=START + 3 * DAY, count=9)
    after = await prices.read("BTC", Interval.DAY, count=9)

    assert before == bars[:2]
    assert [bar.close for bar in between] == [bars[0].close / 4, bars[1].close / 4, bars[2].close]
    assert [bar.high for bar in after] == [
        *(bar.high / 2 for bar in bars[:2]),
        *(bar.high / 0.5 for bar in bars[2:4]),
        *(bar.high for bar in bars[4:]),
    ]
    assert [bar.volume for bar in after[:3]] == [bars[0].volume * 2, bars[1].volume * 2, bars[2].volume * 0.5]
    assert await prices.splits("BTC") == splits


async def test_a_damaged_split_is_left_out(prices, redis_client, keys):
    await prices.write(batch(walk(6, length=DAY), Interval.DAY, splits=[Split(date(2025, 3, 5), 4.0)]))
    await redis_client.hset(keys.splits("BTC"), mapping={"soon": "2", "2025-03-06": "many", "2025-03-07": "0"})

    assert await prices.splits("BTC") == [Split(date(2025, 3, 5), 4.0)]


async def test_a_bar_older_than_what_is_kept_is_refused_and_not_counted(store, keys):
    prices = RedisPriceStore(store, keys, retention=dict(RETENTION) | {Interval.FIVE_MINUTES: 10 * FIVE})
    bars = walk(30)
    await prices.write(batch(bars[20:]))

    assert await prices.write(batch(bars[5:25])) == 6
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars[19:]


async def test_a_changed_retention_holds_for_series_that_exist(store, keys, redis_client):
    await RedisPriceStore(store, keys).write(batch(walk(3)))

    await RedisPriceStore(store, keys, retention=dict.fromkeys(Interval, DAY)).write(batch(walk(3)))

    info = await redis_client.execute_command("TS.INFO", keys.price("BTC", "low", "5m"))
    assert info[b"retentionTime"] == 86_400_000


async def test_series_that_somebody_deleted_are_made_again(prices, redis_client, keys, key_prefix):
    bars = walk(20)
    await prices.write(batch(bars[:10]))
    await redis_client.unlink(*[key async for key in redis_client.scan_iter(match=f"{key_prefix}*")])

    assert await prices.write(batch(bars[10:])) == 10
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars[10:]
    assert await prices.tickers() == ["BTC"]


async def test_a_key_of_another_kind_is_an_error_and_no_silent_loss(prices, redis_client, keys):
    await redis_client.set(keys.price("BTC", "low", "5m"), "mine")

    with pytest.raises(StoreUnavailable):
        await prices.write(batch(walk(3)))


async def test_a_torn_bar_is_not_read_until_it_is_completed(prices, redis_client, keys):
    bars = walk(5)
    await prices.write(batch(bars[:4]))
    await redis_client.execute_command(
        "TS.ADD", keys.price("BTC", "open", "5m"), int((START + 4 * FIVE).timestamp()) * 1000, 1
    )

    torn = await prices.read("BTC", Interval.FIVE_MINUTES, count=99)
    await prices.write(batch(bars[4:]))

    assert torn == bars[:4]
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars


async def test_tickers_and_namespaces_are_apart(prices, store, key_prefix):
    other = RedisPriceStore(store, Keys(f"{key_prefix}other:"))
    await prices.write(batch(walk(3), ticker="BRK.B"))
    await prices.write(batch(walk(3), ticker="BTC-USD"))

    assert (await prices.tickers(), await other.tickers()) == (["BRK.B", "BTC-USD"], [])
    assert await other.read("BRK.B", Interval.FIVE_MINUTES, count=9) == ()


async def test_an_empty_batch_holds_nothing(prices):
    assert await prices.write(batch([])) == 0
    assert await prices.tickers() == []


async def test_writers_that_meet_lose_nothing(prices, store, keys):
    bars = walk(120, length=MINUTE)
    writers = [RedisPriceStore(store, keys) for _ in range(3)]

    await asyncio.gather(*(each.write(batch(bars[i::3], Interval.MINUTE)) for i, each in enumerate(writers)))

    assert await prices.read("BTC", Interval.MINUTE, count=999) == bars
    assert same(await prices.read("BTC", Interval.HOUR, count=99), joined(bars, HOUR))


# Market data over them


class Timer(SystemClock):
    """A timer that runs as a test says."""

    def __init__(self):
        self.ms = 0.0

    def monotonic_ms(self):
        return self.ms

    def pass_s(self, seconds):
        self.ms += seconds * 1000


@pytest.fixture
def clock():
    return Timer()


PATIENCE_S = 60.0
"""A busy machine is no failure."""


def market_data(prices, clock, *, fallback=None, patience_s=PATIENCE_S):
    fallback = fallback or FileMarketData([])
    return StoredMarketData(prices, ExchangeCalendars(), clock, fallback=fallback, patience_s=patience_s)


@pytest.fixture
def market(prices, clock):
    return market_data(prices, clock)


@pytest.fixture
def trips(store, monkeypatch):
    """Count round trips."""
    made, pipeline = [], store._pipeline

    async def counted(commands):
        made.append(len(commands))
        return await pipeline(commands)

    monkeypatch.setattr(store, "_pipeline", counted)
    return made


async def test_a_bar_is_known_when_it_has_closed(prices, market):
    bars = walk(10)
    await prices.write(batch(bars))

    assert list(await market.bars("btc", as_of=START + 3 * FIVE - timedelta(microseconds=1), count=9)) == bars[:2]
    assert list(await market.bars("BTC", as_of=START + 3 * FIVE, count=9)) == bars[:3]
    assert (await market.indicators("btc", as_of=START + 3 * FIVE)).close == bars[2].close
    assert await market.indicators("BTC", as_of=START + FIVE - timedelta(seconds=1)) is None


async def test_a_later_bar_or_split_changes_nothing_that_was_known(prices, store, keys, clock):
    bars, as_of = walk(700), START + 650 * FIVE

    async def seen():
        market = market_data(prices, clock)
        return await market.indicators("BTC", as_of=as_of), await market.bars("BTC", as_of=as_of, count=700)

    await prices.write(batch(bars[:650]))
    before = await seen()
    planted = Bar(as_of, 1e6, 1e6, 1e6, 1e6, 1e6)
    await prices.write(batch([planted], splits=[Split((as_of + DAY).date(), 10.0)]))
    await prices.write(batch([planted], Interval.DAY))

    assert await seen() == before
    assert before[0] is not None


async def test_a_new_bar_costs_one_round_trip_and_a_question_again_none(prices, market, trips):
    bars = walk(700)
    await prices.write(batch(bars[:690]))
    as_of = START + 690 * FIVE
    trips.clear()

    first = await market.indicators("BTC", as_of=as_of)
    await asyncio.gather(*(market.indicators("BTC", as_of=as_of + timedelta(milliseconds=ms)) for ms in range(50)))
    cold = len(trips)
    await prices.write(batch(bars[690:691]))
    trips.clear()
    then = await market.indicators("BTC", as_of=as_of + FIVE)

    assert (cold, len(trips)) == (2, 1)  # cold: which tickers there are, then the bars
    assert (first.close, then.close) == (bars[689].close, bars[690].close)


async def test_what_is_appended_equals_what_is_read_anew(prices, market, clock):
    bars = walk(740)
    await prices.write(batch(bars[:698]))
    for i in range(700, 740, 2):
        await prices.write(batch(bars[i - 2 : i]))
        appended = await market.indicators("BTC", as_of=START + i * FIVE)
        anew = market_data(prices, clock)

        assert appended == await anew.indicators("BTC", as_of=START + i * FIVE)


async def test_a_correction_is_seen_within_a_second_and_one_further_back_within_a_minute(prices, market, clock):
    bars, as_of = walk(700), START + 700 * FIVE
    await prices.write(batch(bars))
    await market.indicators("BTC", as_of=as_of)
    bars[-1] = Bar(bars[-1].opened_at, 80.0, 130.0, 80.0, 123.0, 1.0)
    bars[-30] = Bar(bars[-30].opened_at, 80.0, 130.0, 80.0, 124.0, 1.0)

    await prices.write(batch(bars[-1:]))
    clock.pass_s(0.9)
    at_once = await market.indicators("BTC", as_of=as_of + timedelta(milliseconds=900))
    clock.pass_s(0.1)
    soon = await market.indicators("BTC", as_of=as_of + timedelta(seconds=1))
    await prices.write(batch(bars[-30:-29]))
    clock.pass_s(61)
    later = await market.indicators("BTC", as_of=as_of + timedelta(seconds=62))

    assert (at_once.close == bars[-1].close, soon.close) == (False, 123.0)
    assert later.sma_50 == pytest.approx(np.mean([bar.close for bar in bars[-50:]]))


async def test_a_longer_interval_speaks_when_the_shorter_has_stopped(prices, market):
    await prices.write(batch(walk(600)))
    await prices.write(batch(walk(40, length=DAY, seed=2), Interval.DAY))

    early = await market.indicators("BTC", as_of=START + 600 * FIVE)
    late = await market.indicators("BTC", as_of=START + 40 * DAY)

    assert (early.at, late.at) == (START + 600 * FIVE, START + 40 * DAY)


async def test_stale_or_unknown_prices_leave_the_word_to_the_fallback(prices, clock, tmp_path):
    frame = pd.DataFrame([(b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in walk(900, seed=3)])
    frame.columns = ["ts", "open", "high", "low", "close", "volume"]
    frame.to_parquet(tmp_path / "bars.parquet")
    files = FileMarketData([PriceFile(tmp_path / "bars.parquet", asset=each) for each in ("BTC", "ETH")])
    market = market_data(prices, clock, fallback=files)
    await prices.write(batch(walk(600)))

    fresh = await market.indicators("BTC", as_of=START + 603 * FIVE)
    stale = await market.indicators("BTC", as_of=START + 604 * FIVE)
    other = await market.indicators("ETH", as_of=START + 600 * FIVE)

    assert fresh.close == walk(600)[-1].close
    assert (stale.close, other.close) == (frame["close"][603], frame["close"][599])
    assert len(await market.bars("ETH", as_of=START + DAY, count=5)) == 5


async def test_a_shares_last_close_is_fresh_until_its_market_has_traded_again(prices, market):
    """Friday 21:00 UTC was the close, Monday 14:30 opens."""
    close = datetime(2025, 2, 28, 21, tzinfo=UTC)
    await prices.write(batch(walk(78, start=close - 78 * FIVE), ticker="AAPL"))

    sunday = await market.indicators("AAPL", as_of=close + timedelta(days=1, hours=20))
    opening = await market.indicators("AAPL", as_of=datetime(2025, 3, 3, 14, 44, tzinfo=UTC))
    without_news = await market.indicators("AAPL", as_of=datetime(2025, 3, 3, 14, 46, tzinfo=UTC))

    assert (sunday.at, opening.at, without_news) == (close, close, None)


@pytest.mark.parametrize("hang", [False, True])
async def test_a_store_that_does_not_answer_costs_little_and_raises_nothing(prices, clock, store, monkeypatch, hang):
    market = market_data(prices, clock, patience_s=0.05 if hang else PATIENCE_S)
    await prices.write(batch(walk(700)))
    as_of = START + 700 * FIVE
    while (before := await market.indicators("BTC", as_of=as_of)) is None:  # until it was quick enough
        as_of += timedelta(microseconds=1)
        await asyncio.sleep(1)

    async def fail(*command):
        if hang:
            await asyncio.Event().wait()
        raise StoreUnavailable("gone")

    monkeypatch.setattr(store, "ask", fail)

    assert await market.indicators("BTC", as_of=as_of + timedelta(seconds=2)) == before
    assert await market.indicators("BTC", as_of=as_of + DAY) is None
    assert await market.indicators("ETH", as_of=as_of) is None
    assert await market.bars("BTC", as_of=as_of, count=5) == ()


async def test_an_answer_that_came_too_late_serves_the_next_question(prices, clock):
    market, bars = market_data(prices, clock, patience_s=0.0), walk(700)
    await prices.write(batch(bars))

    in_time = await market.indicators("BTC", as_of=START + 700 * FIVE)
    await asyncio.gather(*market._flights._under_way.values())
    then = await market.indicators("BTC", as_of=START + 700 * FIVE)

    assert (in_time, then.close) == (None, bars[-1].close)


def check_against_ta_lib(known, bars):
    """Compare with TA-Lib on the whole raw series, to float precision."""
    high, low, close = (np.array([getattr(bar, name) for bar in bars]) for name in ("high", "low", "close"))
    upper, _, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    assert known.close == close[-1]
    assert known.return_1_frac == pytest.approx(close[-1] / close[-2] - 1, rel=1e-12)
    assert known.rsi_14 == pytest.approx(talib.RSI(close, 14)[-1], rel=1e-12)
    assert known.macd_hist == pytest.approx(talib.MACD(close)[2][-1], rel=1e-9, abs=1e-9)
    assert known.sma_20 == pytest.approx(talib.SMA(close, 20)[-1], rel=1e-12)
    assert known.sma_50 == pytest.approx(talib.SMA(close, 50)[-1], rel=1e-12)
    assert known.atr_14 == pytest.approx(talib.ATR(high, low, close, 14)[-1], rel=1e-12)
    assert known.bollinger_pct == pytest.approx((close[-1] - lower[-1]) / (upper[-1] - lower[-1]), rel=1e-6)


@needs_data
async def test_indicators_of_btc_equal_ta_lib_on_the_raw_series_and_those_of_the_file(prices, market):
    (piece,) = read_prices(BTC_FILE, ticker="BTC")
    (whole,) = piece.batches
    await prices.write(whole)
    file = FileMarketData([PriceFile(BTC_FILE, asset="BTC")])

    for last in (60, 700, 4_321, 20_000, 31_679):
        as_of = whole.bars[last].opened_at + FIVE + timedelta(seconds=1)
        known = await market.indicators("BTC", as_of=as_of)

        check_against_ta_lib(known, whole.bars[: last + 1])
        assert known == await file.indicators("BTC", as_of=as_of)


@needs_data
@pytest.mark.parametrize(
    ("ticker", "on", "ratio"), [("GOOGL", date(2022, 7, 18), 20.0), ("NVDA", date(2024, 6, 10), 10.0)]
)
async def test_indicators_of_a_share_across_a_split_equal_ta_lib_on_the_adjusted_series(
    prices, market, ticker, on, ratio
):
    (piece,) = read_prices(STOCKS_FILE, ticker=ticker)
    (whole,) = piece.batches
    await prices.write(whole)
    split = next(i for i, bar in enumerate(whole.bars) if bar.opened_at.date() == on)

    assert whole.splits == [Split(on, ratio)]
    for last in (split - 1, split, split + 3, split + 60):
        known = await market.indicators(ticker, as_of=whole.bars[last].opened_at + DAY)
        by = ratio if last >= split else 1.0
        adjusted = [
            Bar(b.opened_at, *(each / by for each in (b.open, b.high, b.low, b.close)), b.volume)
            for b in whole.bars[:split]
        ] + list(whole.bars[split:])

        check_against_ta_lib(known, adjusted[: last + 1])
        assert abs(known.return_1_frac) < 0.1
