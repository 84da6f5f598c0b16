from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from forethought.adapters.marketdata.file import PriceFile
from forethought.domain.errors import ConfigurationError
from forethought.evals.backtest.prices import cut_off, read_prices

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def a_file(tmp_path, times, opens, name="prices", **more):
    path = tmp_path / f"{name}.parquet"
    frame = pd.DataFrame({"ts": times, "open": opens, "volume": 1.0, **more})
    pd.DataFrame(frame.assign(high=1e6, low=1e-6, close=frame.get("close", frame["open"]))).to_parquet(path)
    return path


@pytest.fixture
async def five_minutes(tmp_path):
    times = pd.date_range(NOON, periods=12, freq="5min")
    return (await read_prices([PriceFile(a_file(tmp_path, times, range(100, 112)), "BTC")], ["BTC"]))["BTC"]


@pytest.mark.parametrize(
    ("after", "bar"),
    [
        (timedelta(0), 1),  # the bar that opens with the decision is not after it
        (timedelta(seconds=1), 1),
        (FIVE - timedelta(microseconds=1), 1),
        (FIVE, 2),
        (11 * FIVE, None),  # no bar follows
        (-timedelta(hours=1), None),  # nobody knows the price then
    ],
)
async def test_a_decision_enters_the_first_bar_that_begins_after_it(five_minutes, after, bar):
    assert five_minutes.entry(NOON + after) == bar


async def test_a_missing_bar_breaks_a_horizon_of_minutes(tmp_path):
    times = pd.date_range(NOON, periods=12, freq="5min").delete(5)
    prices = (await read_prices([PriceFile(a_file(tmp_path, times, 1.0), "BTC")], ["BTC"]))["BTC"]

    assert prices.whole(1, 4)
    assert not prices.whole(1, 5)
    assert not prices.whole(8, 4)


async def test_a_weekend_does_not_break_a_horizon_of_sessions(tmp_path):
    times = pd.to_datetime(["2025-03-05", "2025-03-06", "2025-03-07", "2025-03-10"])
    prices = (await read_prices([PriceFile(a_file(tmp_path, times, 1.0), "AAPL")], ["AAPL"]))["AAPL"]

    assert prices.daily
    assert prices.whole(1, 3)
    assert prices.entry(datetime(2025, 3, 7, 20, tzinfo=UTC)) == 3


async def test_a_split_is_no_return(tmp_path):
    times = pd.to_datetime(["2025-03-05", "2025-03-06", "2025-03-07"])
    path = a_file(tmp_path, times, [100.0, 50.0, 50.0], adjusted_close=[50.0, 50.0, 50.0])

    prices = (await read_prices([PriceFile(path, "AAPL")], ["AAPL"]))["AAPL"]

    assert prices.open.tolist() == [50.0, 50.0, 50.0]


async def test_daily_bars_of_an_exchange_that_opens_before_midnight_are_refused(tmp_path):
    times = pd.to_datetime(["2025-03-05", "2025-03-06", "2025-03-07"])

    with pytest.raises(ConfigurationError, match="opens before midnight"):
        await read_prices([PriceFile(a_file(tmp_path, times, 1.0), "BHP.AX")], ["BHP.AX"])


async def test_an_asset_without_prices_is_refused(tmp_path):
    path = a_file(tmp_path, pd.date_range(NOON, periods=3, freq="5min"), 1.0)

    with pytest.raises(ConfigurationError, match="no file has prices of XAU"):
        await read_prices([PriceFile(path, "BTC")], ["BTC", "XAU"])


async def test_only_perpetuals_of_coins_in_short_bars_pay_funding(tmp_path, five_minutes):
    path = a_file(tmp_path, pd.date_range("2025-03-03", periods=3, freq="D"), 1.0)
    daily = await read_prices([PriceFile(path, "BTC")], ["BTC"])

    assert five_minutes.perpetual
    assert not daily["BTC"].perpetual


async def test_a_file_that_is_cut_off_holds_only_bars_that_had_closed(tmp_path):
    path = a_file(tmp_path, pd.date_range(NOON, periods=12, freq="5min"), 1.0)
    (tmp_path / "cut").mkdir()

    cut = cut_off(PriceFile(path, "BTC"), NOON + 3 * FIVE, tmp_path / "cut")

    assert pd.read_parquet(cut.path)["ts"].max() == NOON + 2 * FIVE
    assert (cut.asset, cut.bar_length) == ("BTC", FIVE)
