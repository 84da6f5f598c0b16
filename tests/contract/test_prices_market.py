"""Market data over kept prices: what was known when, what it costs to ask, and that indicators are TA-Lib's."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib
from tests.fakes.price_walk import DAY, FIVE, START, batch, walk

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.marketdata.stored import StoredMarketData
from forethought.adapters.marketdata.tables import read_prices
from forethought.adapters.system.clock import SystemClock
from forethought.application.ports.prices import Interval, Split
from forethought.domain.errors import StoreUnavailable
from forethought.domain.market import Bar

SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices"
BTC_FILE = SHARED / "btcusdt_5m_2025-02-15_2025-06-04.parquet"
STOCKS_FILE = SHARED / "us_stocks_daily_2022_2024.parquet"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data/prices")


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
