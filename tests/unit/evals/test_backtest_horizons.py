from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forethought.domain.decision import Signal
from forethought.evals.backtest.calls import Call
from forethought.evals.backtest.event_study import around
from forethought.evals.backtest.horizons import by_horizon, horizons, primary
from forethought.evals.backtest.prices import Prices

FIVE, DAY = timedelta(minutes=5), timedelta(days=1)
START_US = 1_740_960_000_000_000  # 2025-03-03
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def some_prices(closes, bar=FIVE, asset="BTC"):
    closes = np.asarray(closes, dtype=np.float64)
    opened = START_US + np.arange(len(closes), dtype=np.int64) * (bar // timedelta(microseconds=1))
    return Prices(asset, opened, np.concatenate((closes[:1], closes[:-1])), closes, bar)


def calls(*entries, signal=Signal.BUY, asset="BTC"):
    return [Call(i, NOON, asset, signal, entry) for i, entry in enumerate(entries)]


def measured(made, prices):
    rng = np.random.default_rng(1)
    found = by_horizon(made, {each.asset: each for each in prices}, horizons(prices[0].bar), rng)
    return {each["horizon"]: each for each in found}


def test_the_horizons_of_minutes_and_of_sessions():
    assert [each.name for each in horizons(FIVE)] == ["5 min", "10 min", "30 min", "1 h", "4 h", "1 d", "3 d"]
    assert [each.name for each in horizons(DAY)] == ["1 session", "2 sessions", "5 sessions"]
    assert (primary(FIVE), primary(DAY)) == ("1 h", "1 session")
    assert "5 min" not in [each.name for each in horizons(timedelta(minutes=10))]


@pytest.mark.parametrize(("signal", "right"), [(Signal.BUY, 3), (Signal.SELL, 0)])
def test_in_a_rising_market_buys_are_right_and_sells_are_not(signal, right):
    found = measured(calls(5, 10, 15, signal=signal), [some_prices(range(100, 200))])["1 h"]

    assert (found["right"]["k"], found["right"]["n"], found["rose"]["k"]) == (right, 3, 3)
    assert np.sign(found["mean_bps"]) == int(signal)


def test_a_horizon_runs_from_the_open_of_the_entry_to_the_close_of_its_last_bar():
    closes = [100.0] * 10 + [101.0] + [90.0] * 10

    found = measured(calls(10), [some_prices(closes)])

    assert found["5 min"]["mean_bps"] == pytest.approx(100)
    assert found["10 min"]["mean_bps"] == pytest.approx(-1000)


def test_a_price_that_stands_still_is_not_right():
    found = measured(calls(5, 6), [some_prices([100.0] * 50)])["5 min"]

    assert (found["right"]["k"], found["right"]["n"], found["still"]) == (0, 2, 2)


def test_none_says_nothing_about_direction_and_an_unfinished_horizon_is_left_out():
    prices = some_prices(range(100, 150))

    assert measured(calls(5, signal=Signal.NONE), [prices])["5 min"]["right"]["n"] == 0
    assert measured(calls(5, 45), [prices])["1 h"]["right"]["n"] == 1


def test_overlapping_horizons_have_a_wider_interval_than_wilsons():
    """A walk of independent steps, called at every bar: a day's outcomes of neighbours are nearly the same."""
    walk = 1_000 + np.cumsum(np.random.default_rng(5).normal(size=2_000))

    found = measured(calls(*range(1, 1_500)), [some_prices(walk)])["1 d"]

    low, high = found["bootstrap"]
    assert high - low > 3 * (found["right"]["high"] - found["right"]["low"])


def test_ten_tickers_of_daily_bars_are_measured_together():
    names = [f"T{i}" for i in range(10)]
    prices = [some_prices(np.linspace(100, 110 + i, 60), DAY, name) for i, name in enumerate(names)]
    made = [call for name in names for call in calls(10, 20, 30, asset=name)]

    found = measured(made, prices)

    assert [(name, each["right"]["k"], each["right"]["n"]) for name, each in found.items()] == [
        ("1 session", 30, 30),
        ("2 sessions", 30, 30),
        ("5 sessions", 30, 30),
    ]


def test_an_event_study_is_zero_at_the_entry_and_sees_what_follows():
    closes = np.full(2_000, 100.0)
    entries = [300, 700, 1_100, 1_500, 1_600]
    for entry in entries:
        closes[entry : entry + 12] = 101.0

    found = around(calls(*entries), {"BTC": some_prices(closes)}, Signal.BUY, np.random.default_rng(1))

    path = dict(zip(found["at"], found["mean_bps"], strict=True))
    assert (found["n"], found["unit"], path[0.0]) == (5, "hours", 0.0)
    assert max(path.values()) == pytest.approx(100)
    assert path[24.0] == 0.0


def test_an_event_study_of_a_few_decisions_is_not_made():
    assert around(calls(300), {"BTC": some_prices([1.0] * 900)}, Signal.BUY, np.random.default_rng(1)) is None
