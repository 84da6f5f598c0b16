"""What every source of prices promises, over each kind of file."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given, settings, strategies as st

from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Bar

START = datetime(2025, 3, 3, tzinfo=UTC)
FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices"

Write = Callable[[pd.DataFrame], Path]


def walk(count: int, *, step: timedelta = FIVE, seed: int = 7, price: float = 100.0) -> pd.DataFrame:
    """Make a random walk of bars."""
    random = np.random.default_rng(seed)
    close = price * np.exp(np.cumsum(random.normal(0, 0.002, count)))
    opened = np.concatenate([[price], close[:-1]])
    spread = close * random.uniform(0.0001, 0.002, count)
    return pd.DataFrame(
        {
            "ts": [START + i * step for i in range(count)],
            "open": opened,
            "high": np.maximum(opened, close) + spread,
            "low": np.minimum(opened, close) - spread,
            "close": close,
            "volume": random.uniform(1, 100, count),
        }
    )


@pytest.fixture(params=["parquet", "csv"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    def to_file(frame: pd.DataFrame) -> Path:
        path = tmp_path / f"bars-{len(list(tmp_path.iterdir()))}.{request.param}"
        frame.to_csv(path, index=False) if request.param == "csv" else frame.to_parquet(path)
        return path

    return to_file


async def test_a_bar_is_known_when_it_has_closed(write: Write) -> None:
    source = FileMarketData([PriceFile(write(walk(10)), asset="BTC")])

    before = await source.bars("BTC", as_of=START + 3 * FIVE - timedelta(microseconds=1), count=10)
    at_close = await source.bars("BTC", as_of=START + 3 * FIVE, count=10)

    assert [bar.opened_at for bar in before] == [START, START + FIVE]
    assert [bar.opened_at for bar in at_close] == [START, START + FIVE, START + 2 * FIVE]


async def test_bars_come_oldest_first_and_no_more_than_asked_for(write: Write) -> None:
    frame = walk(10)
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])

    bars = await source.bars("BTC", as_of=START + 10 * FIVE, count=2)

    rows = frame.tail(2).itertuples(index=False)
    expected = [Bar(row.ts.to_pydatetime(), row.open, row.high, row.low, row.close, row.volume) for row in rows]
    assert list(bars) == expected
    assert await source.bars("BTC", as_of=START + 10 * FIVE, count=0) == ()


async def test_an_unknown_asset_has_no_bars_and_no_indicators(write: Write) -> None:
    source = FileMarketData([PriceFile(write(walk(10)), asset="BTC")])

    assert await source.bars("DOGE", as_of=START + DAY, count=5) == ()
    assert await source.indicators("DOGE", as_of=START + DAY) is None


async def test_without_files_nothing_is_known() -> None:
    source = FileMarketData([])

    assert await source.bars("BTC", as_of=START, count=5) == ()
    assert await source.indicators("BTC", as_of=START) is None


async def test_before_the_first_bar_has_closed_nothing_is_known(write: Write) -> None:
    source = FileMarketData([PriceFile(write(walk(10)), asset="BTC")])

    assert await source.bars("BTC", as_of=START, count=5) == ()
    assert await source.indicators("BTC", as_of=START) is None


async def test_symbols_are_known_in_any_case_and_a_file_may_serve_two(write: Write) -> None:
    path, as_of = write(walk(10).assign(symbol="BTCUSDT")), START + 10 * FIVE
    source = FileMarketData([PriceFile(path, asset="Btc"), PriceFile(path)])

    assert await source.bars("btc", as_of=as_of, count=3) == await source.bars("BTCUSDT", as_of=as_of, count=3)


async def test_a_named_asset_takes_only_its_rows(write: Write) -> None:
    both = pd.concat([walk(5, seed=1).assign(ticker="AAA"), walk(5, seed=2).assign(ticker="BBB")])
    path = write(both)

    source = FileMarketData([PriceFile(path, asset="BBB")])

    assert len(await source.bars("BBB", as_of=START + DAY, count=9)) == 5
    assert await source.bars("AAA", as_of=START + DAY, count=9) == ()
    with pytest.raises(ConfigurationError, match="holds AAA, BBB, not CCC"):
        await FileMarketData([PriceFile(path, asset="CCC")]).warm()


async def test_a_ticker_column_parts_the_assets(write: Write) -> None:
    both = pd.concat([walk(5, seed=1).assign(ticker="AAA"), walk(5, seed=2, price=9.0).assign(ticker="BBB")])
    source = FileMarketData([PriceFile(write(both.sample(frac=1, random_state=3)))])

    (last,) = await source.bars("BBB", as_of=START + DAY, count=1)

    assert last.close == walk(5, seed=2, price=9.0)["close"].iloc[-1]


async def test_indicators_speak_of_the_last_closed_bar(write: Write) -> None:
    frame = walk(300)
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])

    known = await source.indicators("BTC", as_of=START + 200 * FIVE + timedelta(seconds=9))

    assert known is not None
    assert known.at == START + 200 * FIVE
    assert known.close == frame["close"][199]
    assert known.return_1_frac == pytest.approx(frame["close"][199] / frame["close"][198] - 1)


@pytest.mark.parametrize("last", [60, 700, 2_999])
async def test_indicators_equal_ta_lib_over_the_whole_series(write: Write, last: int) -> None:
    """A warm-up of 640 bars leaves nothing of the bars before it."""
    frame = walk(3_000)
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])
    high, low, close = (frame[name].to_numpy()[: last + 1] for name in ("high", "low", "close"))

    known = await source.indicators("BTC", as_of=START + (last + 1) * FIVE)

    upper, _, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    assert known is not None
    assert known.rsi_14 == pytest.approx(talib.RSI(close, 14)[-1], rel=1e-9)
    assert known.macd_hist == pytest.approx(talib.MACD(close)[2][-1], rel=1e-9, abs=1e-12)
    assert known.sma_20 == pytest.approx(talib.SMA(close, 20)[-1], rel=1e-12)
    assert known.sma_50 == pytest.approx(talib.SMA(close, 50)[-1], rel=1e-12)
    assert known.atr_14 == pytest.approx(talib.ATR(high, low, close, 14)[-1], rel=1e-9)
    assert known.bollinger_pct == pytest.approx((close[-1] - lower[-1]) / (upper[-1] - lower[-1]), rel=1e-6)


async def test_daily_figures_come_from_the_last_24_hours(write: Write) -> None:
    frame = walk(1_000)
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])
    close = frame["close"].to_numpy()

    known = await source.indicators("BTC", as_of=START + 1_000 * FIVE)

    returns = close[-288:] / close[-289:-1] - 1
    assert known is not None
    assert known.return_day_frac == pytest.approx(close[-1] / close[-289] - 1)
    assert known.volatility_day_frac == pytest.approx(np.std(returns, ddof=1) * np.sqrt(288))


async def test_a_minute_series_counts_its_whole_day(write: Write) -> None:
    """1,440 bars a day are more than TA-Lib is shown."""
    frame = walk(5_000, step=timedelta(minutes=1))
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])

    known = await source.indicators("BTC", as_of=START + 5_000 * timedelta(minutes=1))

    returns = frame["close"].pct_change().to_numpy()[-1_440:]
    assert known is not None
    assert known.volatility_day_frac == pytest.approx(np.std(returns, ddof=1) * np.sqrt(1_440))


async def test_the_volatility_of_daily_bars_is_that_of_twenty_days(write: Write) -> None:
    frame = walk(60, step=DAY)
    source = FileMarketData([PriceFile(write(frame), asset="AAPL")])

    known = await source.indicators("AAPL", as_of=START + 60 * DAY)

    assert known is not None
    assert known.volatility_day_frac == pytest.approx(frame["close"].pct_change().tail(20).std())


async def test_too_few_bars_leave_an_indicator_unknown(write: Write) -> None:
    source = FileMarketData([PriceFile(write(walk(21)), asset="BTC")])

    known = await source.indicators("BTC", as_of=START + 15 * FIVE)

    assert known is not None
    assert known.rsi_14 is not None
    unknown = (known.sma_20, known.sma_50, known.macd_hist, known.return_day_frac, known.volatility_day_frac)
    assert unknown == (None,) * 5


async def test_a_coin_priced_in_millionths_has_the_same_indicators(write: Write) -> None:
    """TA-Lib alone takes its Bollinger bands for flat."""
    dear, cheap = walk(200), walk(200)
    cheap[["open", "high", "low", "close"]] *= 2.0**-27
    source = FileMarketData([PriceFile(write(dear), asset="DEAR"), PriceFile(write(cheap), asset="CHEAP")])

    big = await source.indicators("DEAR", as_of=START + 200 * FIVE)
    small = await source.indicators("CHEAP", as_of=START + 200 * FIVE)

    assert big is not None
    assert small is not None
    assert small.bollinger_pct == pytest.approx(big.bollinger_pct)
    assert small.rsi_14 == pytest.approx(big.rsi_14)
    assert small.sma_50 == pytest.approx(big.sma_50 * 2.0**-27)


async def test_stale_prices_give_no_indicators(write: Write) -> None:
    path, end = write(walk(100)), START + 100 * FIVE
    source = FileMarketData([PriceFile(path, asset="BTC")], max_staleness=timedelta(hours=1))

    assert await source.indicators("BTC", as_of=end + timedelta(hours=1)) is not None
    assert await source.indicators("BTC", as_of=end + timedelta(hours=1, microseconds=1)) is None


async def test_without_a_setting_three_bars_are_fresh_and_a_holiday_weekend_for_daily_bars(write: Write) -> None:
    quick = FileMarketData([PriceFile(write(walk(100)), asset="BTC")])
    daily = FileMarketData([PriceFile(write(walk(100, step=DAY)), asset="AAPL")])

    assert await quick.indicators("BTC", as_of=START + 103 * FIVE) is not None
    assert await quick.indicators("BTC", as_of=START + 104 * FIVE) is None
    assert await daily.indicators("AAPL", as_of=START + 105 * DAY) is not None
    assert await daily.indicators("AAPL", as_of=START + 106 * DAY) is None


async def test_broken_rows_are_left_out_and_the_last_of_two_rows_counts(write: Write) -> None:
    frame = walk(6)
    frame.loc[2, "close"] = np.nan
    frame.loc[3, "low"] = -1.0
    frame.loc[1, "ts"] = pd.NaT
    again = frame.tail(1).assign(close=42.0)
    source = FileMarketData([PriceFile(write(pd.concat([frame, again])), asset="BTC")])

    bars = await source.bars("BTC", as_of=START + DAY, count=10)

    assert [(bar.opened_at - START) // FIVE for bar in bars] == [0, 4, 5]
    assert bars[-1].close == 42.0


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
async def test_times_may_be_unix_times_of_any_unit(write: Write, unit: str) -> None:
    frame = walk(5)
    frame["ts"] = frame["ts"].dt.tz_localize(None).to_numpy().astype(f"datetime64[{unit}]").astype(np.int64)
    source = FileMarketData([PriceFile(write(frame), asset="BTC")])

    (last,) = await source.bars("BTC", as_of=START + DAY, count=1)

    assert last.opened_at == START + 4 * FIVE


async def test_a_split_is_no_crash_and_the_last_price_is_the_one_traded(write: Write) -> None:
    frame = walk(80, step=DAY, price=1_000.0)
    frame["adjusted_close"] = frame["close"] / 10
    after = frame.index >= 60
    frame.loc[after, ["open", "high", "low", "close"]] /= 10
    source = FileMarketData([PriceFile(write(frame), asset="NVDA")])

    known = await source.indicators("NVDA", as_of=START + 61 * DAY)
    bars = await source.bars("NVDA", as_of=START + 61 * DAY, count=2)

    assert known is not None
    assert known.close == frame["close"][60]
    assert abs(known.return_1_frac or 1.0) < 0.02
    assert bars[0].close == pytest.approx(frame["adjusted_close"][59])


async def test_before_the_split_the_price_is_the_one_traded_then(write: Write) -> None:
    """An adjusted close of that day knows the split that came later."""
    frame = walk(80, step=DAY, price=1_000.0)
    frame["adjusted_close"] = frame["close"] / 10
    frame.loc[frame.index >= 60, ["open", "high", "low", "close"]] /= 10
    source = FileMarketData([PriceFile(write(frame), asset="NVDA")])

    known = await source.indicators("NVDA", as_of=START + 60 * DAY)

    assert known is not None
    assert known.close == frame["close"][59] > 500


BASE = walk(120, seed=11).assign(adjusted_close=lambda frame: frame["close"])


@settings(deadline=None, max_examples=25)
@given(
    minutes=st.integers(0, 120 * 5),
    dividend=st.floats(0.2, 1.0),
    later=st.floats(0.01, 100.0),
)
def test_what_comes_later_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, minutes: int, dividend: float, later: float
) -> None:
    """Neither later prices nor the later dividends in an adjusted close are ever seen."""
    as_of = START + timedelta(minutes=minutes)
    folder = tmp_path_factory.mktemp("bars")
    unknown = BASE["ts"] + FIVE > as_of
    other = BASE.copy()
    other.loc[unknown, ["open", "high", "low", "close", "volume"]] *= later
    other["adjusted_close"] = other["close"] * np.where(unknown, 1.0, dividend)
    BASE.to_parquet(folder / "told.parquet")
    other.to_parquet(folder / "other.parquet")
    BASE[~unknown].to_parquet(folder / "cut.parquet")

    def seen(name: str) -> tuple[list[float | None], list[list[float]]]:
        source = FileMarketData([PriceFile(folder / f"{name}.parquet", asset="BTC", bar_length=FIVE)])
        known = asyncio.run(source.indicators("BTC", as_of=as_of))
        bars = asyncio.run(source.bars("BTC", as_of=as_of, count=500))
        numbers = [] if known is None else [known.close, known.rsi_14, known.macd_hist, known.sma_50, known.atr_14]
        return numbers, [[bar.open, bar.close, bar.volume] for bar in bars]

    told, other_seen, cut = seen("told"), seen("other"), seen("cut")

    assert told == cut
    assert len(told[1]) == min(120, minutes // 5)
    assert other_seen[0] == [value if value is None else pytest.approx(value, rel=1e-9) for value in told[0]]
    assert np.array(other_seen[1]) == pytest.approx(np.array(told[1]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ts,open,high,low,close\n2025-01-01,1,1,1,1\n", "volume"),
        ("open,high,low,close,volume\n1,1,1,1,1\n", "ts"),
        ("ts,open,high,low,close,volume\n2025-01-01,1,1,1,1,1\n", "fewer than two bars"),
        ("ts,open,high,low,close,volume\nyesterday,1,1,1,1,1\n", "cannot be read"),
        ("ts,open,high,low,close,volume\n2025-01-01,1,1,1,dear,1\n2025-01-02,1,1,1,1,1\n", "cannot be read"),
        ("", "cannot be read"),
    ],
)
async def test_a_file_that_is_no_table_of_bars_is_a_configuration_error(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bars.csv"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=said):
        await FileMarketData([PriceFile(path, asset="BTC")]).warm()


async def test_a_missing_file_and_a_file_without_symbols_are_configuration_errors(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await FileMarketData([PriceFile(tmp_path / "none.parquet", asset="BTC")]).warm()
    with pytest.raises(ConfigurationError, match="name the asset it serves"):
        await FileMarketData([PriceFile(write(walk(5)))]).warm()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development data (../shared/data) is not here")
async def test_the_development_data_can_be_read() -> None:
    source = FileMarketData(
        [
            PriceFile(SHARED / "btcusdt_5m_2025-02-15_2025-06-04.parquet", asset="BTC"),
            PriceFile(SHARED / "us_stocks_daily_2022_2024.parquet"),
        ]
    )

    coin = await source.indicators("BTC", as_of=datetime(2025, 3, 15, 12, 7, tzinfo=UTC))
    split = await source.indicators("NVDA", as_of=datetime(2024, 6, 11, tzinfo=UTC))

    assert coin is not None
    assert coin.close == 83_966.9
    assert split is not None
    assert split.close == 121.79
    assert split.return_1_frac == pytest.approx(0.00746, abs=1e-5)
