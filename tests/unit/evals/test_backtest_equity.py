from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from forethought.domain.decision import Signal
from forethought.evals.backtest.calls import Call
from forethought.evals.backtest.equity import (
    Costs,
    Window,
    changes,
    curve,
    ends,
    figures,
    hold_all,
    market,
    plan,
    read_funding,
    windows,
)
from forethought.evals.backtest.prices import Prices
from forethought.evals.backtest.resampling import shuffled

FIVE, DAY = timedelta(minutes=5), timedelta(days=1)
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
START_US = 1_740_960_000_000_000  # 2025-03-03, midnight
FREE = Costs(0, 0, 0)
BUY, SELL, NONE = Signal.BUY, Signal.SELL, Signal.NONE


def some_prices(opens, bar=FIVE, asset="BTC"):
    opens = np.asarray(opens, dtype=np.float64)
    opened = START_US + np.arange(len(opens), dtype=np.int64) * (bar // timedelta(microseconds=1))
    return Prices(asset, opened, opens, np.concatenate((opens[1:], opens[-1:])), bar)


def calls(*made, asset="BTC"):
    return [Call(i, NOON, asset, signal, entry) for i, (entry, signal) in enumerate(made)]


def traded(made, opens, costs=FREE, *, funding=None, bar=FIVE, asset="BTC"):
    markets = {asset: market(some_prices(opens, bar, asset), costs, funding)}
    return curve(made, markets, windows(made, markets), costs)


def test_a_long_position_earns_what_the_price_rises_and_a_short_one_loses_it():
    opens = [100.0, 100.0, 110.0, 110.0]

    assert traded(calls((1, BUY)), opens).iloc[-1] == pytest.approx(1.10)
    assert traded(calls((1, SELL)), opens).iloc[-1] == pytest.approx(0.90)


def test_none_closes_and_a_repeated_signal_trades_nothing():
    made = calls((1, BUY), (2, BUY), (3, NONE))
    opens = [100.0, 100.0, 110.0, 120.0, 500.0, 500.0]

    value = traded(made, opens)

    assert value.iloc[-1] == pytest.approx(1.20)
    assert changes(made, {"BTC": market(some_prices(opens), FREE)}, {"BTC": Window(1, 5)}) == 2


def test_fees_and_slippage_are_paid_each_way_on_what_is_traded():
    costs = Costs(fee_bps=10, slippage_bps=20, funding_bps=0)

    there_and_back = traded(calls((1, BUY), (3, NONE)), [100.0] * 6, costs).iloc[-1]

    # Bought with everything at 100.2 with the fee on top, sold at 99.8 less the fee.
    assert there_and_back == pytest.approx(1 / (1.002 * 1.001) * 0.998 * 0.999)


def test_turning_from_long_to_short_pays_for_both():
    costs = Costs(fee_bps=10, slippage_bps=0, funding_bps=0)

    turned = traded(calls((1, BUY), (3, SELL), (5, NONE)), [100.0] * 8, costs).iloc[-1]

    assert turned == pytest.approx(1 - 4 * 0.001, abs=1e-5)


def test_a_position_ends_a_day_after_the_last_call():
    todo = plan([10, 20, 400], hold=288, end=1_000)

    assert list(zip(todo.bars.tolist(), todo.source.tolist(), strict=True)) == [
        (10, 0),
        (20, 1),
        (308, -1),
        (400, 2),
        (688, -1),
    ]


def test_of_calls_in_one_bar_the_last_counts():
    assert plan([10, 10], hold=5, end=100).source.tolist() == [1, -1]


@pytest.mark.parametrize(("signal", "value"), [(BUY, (1 - 0.001) ** 3), (SELL, 2 - (1 - 0.001) ** 3)])
def test_longs_pay_funding_every_eight_hours_and_shorts_receive_it(signal, value):
    """Entered five minutes after midnight: the settlements of 8, 16 and 24 o'clock fall into the day it is held."""
    costs = Costs(0, 0, funding_bps=10)

    assert traded(calls((1, signal)), [100.0] * 600, costs).iloc[-1] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("entry", "settlements"), [(95, 1), (96, 0), (97, 0)])
def test_who_enters_at_a_settlement_does_not_pay_it(entry, settlements):
    costs = Costs(0, 0, funding_bps=10)

    value = traded(calls((entry, BUY), (120, NONE)), [100.0] * 200, costs).iloc[-1]

    assert value == pytest.approx(1 - 0.001 * settlements)


def test_a_funding_series_takes_the_place_of_the_constant(tmp_path):
    path = tmp_path / "funding.csv"
    path.write_text("ts,rate\n2025-03-03T08:00:00Z,0.01\n2025-03-03T16:00:00Z,-0.02\n", encoding="utf-8")

    value = traded(calls((1, BUY)), [100.0] * 600, Costs(0, 0, 10), funding=read_funding(path)).iloc[-1]

    assert value == pytest.approx(0.99 * 1.02)


def test_shares_pay_no_funding_and_are_held_five_sessions():
    costs = Costs(0, 0, funding_bps=100)
    opens = [100.0, 100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 200.0, 200.0]

    assert traded(calls((1, BUY), asset="AAPL"), opens, costs, bar=DAY, asset="AAPL").iloc[-1] == pytest.approx(1.05)


def test_accounts_of_several_tickers_have_equal_shares():
    prices = {
        name: some_prices([100.0, 100.0, last, last], DAY, name) for name, last in (("AAA", 120.0), ("BBB", 90.0))
    }
    markets = {name: market(each, FREE) for name, each in prices.items()}
    made = [*calls((1, BUY), asset="AAA"), *calls((1, SELL), asset="BBB")]
    over = windows(made, markets)

    assert curve(made, markets, over, FREE).iloc[-1] == pytest.approx((1.20 + 1.10) / 2)
    assert hold_all(markets, over, FREE).iloc[-1] == pytest.approx((1.20 + 0.90) / 2)


def test_what_random_signals_end_at_is_what_their_curves_end_at():
    """Only the bars of trades are simulated for them; the result must be that of the whole curve."""
    rng = np.random.default_rng(4)
    opens = 100 * np.exp(np.cumsum(rng.normal(0, 0.002, 3_000)))
    costs = Costs(5, 2, 1)
    markets = {"BTC": market(some_prices(opens), costs)}
    entries = sorted(rng.choice(2_500, 60, replace=False) + 1)
    real = np.array(rng.choice([-1, 0, 1], 60), dtype=np.int8)
    over = {"BTC": Window(entries[0], 2_900)}
    drawn = np.stack([shuffled(real, rng) for _ in range(4)], axis=1)

    found = ends(calls(*((e, NONE) for e in entries)), {"BTC": drawn}, markets, over, costs)

    wanted = [
        curve(calls(*((e, Signal(int(s))) for e, s in zip(entries, run, strict=True))), markets, over, costs).iloc[-1]
        for run in drawn.T
    ]
    assert found.tolist() == pytest.approx(wanted)


def test_the_drawdown_counts_from_the_money_that_was_put_in():
    value = pd.Series([0.9, 0.8, 1.2, 0.9], pd.date_range("2025-03-03", periods=4, freq="D", tz="UTC"))

    found = figures(value, 3)

    assert found["return"] == pytest.approx(-0.1)
    assert found["max_drawdown"] == pytest.approx(-0.25)
    assert (found["days"], found["changes"]) == (3, 3)
