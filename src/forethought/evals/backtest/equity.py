"""Trade the calls, with what trading costs. The accounts are vectorbt's."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from forethought.domain.errors import ConfigurationError
from forethought.evals.backtest.calls import Call
from forethought.evals.backtest.prices import Floats, Prices
from forethought.evals.backtest.resampling import Ints, Signals

HOLD: Final = timedelta(days=1)
HOLD_SESSIONS: Final = 5
FUNDING_EVERY: Final = timedelta(hours=8)
_US: Final = timedelta(microseconds=1)
_BPS: Final = 1e4
_YEAR: Final = "365 days"
_COLUMNS: Final = 250
"""Random runs simulated at once."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs."""

    fee_bps: float = 5.0
    """Of the traded value, each way; 5 is a taker's fee on a large exchange of perpetuals."""
    slippage_bps: float = 2.0
    """By which every fill is worse than the open."""
    funding_bps: float = 1.0
    """That a long position in a perpetual pays to the short ones every eight hours, when no series is given."""


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """One asset as it is traded: prices with funding folded in."""

    prices: Prices
    open: Floats
    close: Floats

    @property
    def hold(self) -> int:
        """Bars after which a position ends that no later decision has ended."""
        return HOLD_SESSIONS if self.prices.daily else self.prices.bars_in(HOLD)


def market(prices: Prices, costs: Costs, funding: pd.Series | None = None) -> Market:
    """Fold funding into the prices of a perpetual, as dividends are folded into an adjusted close.

    A long position in a price that loses the rate at each settlement pays it, a short one receives it, on its value at
    that time. It falls to who holds at the settlement, not to who enters at its open. Other assets stay as they are.

    Args:
        prices: As traded.
        costs: With the constant rate.
        funding: Rates as fractions by UTC time; settlements that it lacks cost nothing.
    """
    if not prices.perpetual:
        return Market(prices, prices.open, prices.close)
    every = FUNDING_EVERY // _US
    if funding is None:
        rates = np.where(prices.opened_us % every == 0, costs.funding_bps / _BPS, 0.0)
    else:
        at = pd.DatetimeIndex(funding.index).tz_convert(None).to_numpy().astype("datetime64[us]").astype(np.int64)
        inside = (at >= prices.opened_us[0]) & (at <= prices.opened_us[-1])
        rates = np.zeros(len(prices.opened_us))
        np.add.at(rates, np.searchsorted(prices.opened_us, at[inside]), funding.to_numpy(dtype=np.float64)[inside])
    left = np.cumprod(1.0 - rates)
    return Market(prices, prices.open * left, prices.close * left)


def read_funding(path: Path) -> pd.Series:
    """Read a funding series: a CSV or parquet with columns `ts` (UTC) and `rate` (a fraction).

    Raises:
        ConfigurationError: it cannot be read so.
    """
    try:
        frame = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
        return pd.Series(
            frame["rate"].to_numpy(dtype=np.float64), pd.DatetimeIndex(pd.to_datetime(frame["ts"], utc=True))
        )
    except (OSError, ValueError, TypeError, KeyError, ImportError) as error:
        raise ConfigurationError(f"--funding: {path.name} has no columns ts and rate: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """When positions may change in one asset; it depends on the times of the calls, not on what they say."""

    bars: Ints
    """At whose open something happens, ascending."""
    source: Ints
    """Which call decides there; -1 ends the position."""

    def targets(self, signals: npt.NDArray[np.int8]) -> Floats:
        """Return the share of equity to hold from each of the bars on, `nan` where the position stays.

        Args:
            signals: By call, perhaps with a column for each run.
        """
        wide = signals.reshape(len(signals), -1)
        held = np.where(self.source[:, None] < 0, 0, wide[self.source]).astype(np.float64)
        before = np.vstack((np.zeros((1, held.shape[1])), held[:-1]))
        held[held == before] = np.nan
        return held


def plan(entries: Sequence[int], hold: int, end: int) -> Plan:
    """Hold every call until the next one, or so many bars; of calls in one bar the last counts.

    Args:
        entries: Bars of the calls, ascending.
        hold: Bars.
        end: The last bar that can be traded.
    """
    bars, source = [], []
    for i, entry in enumerate(entries):
        following = entries[i + 1] if i + 1 < len(entries) else None
        if following == entry:
            continue
        bars.append(entry)
        source.append(i)
        over = entry + hold
        if over <= end and (following is None or over < following):
            bars.append(over)
            source.append(-1)
    return Plan(np.array(bars, dtype=np.int64), np.array(source, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Window:
    """The bars of one asset over which all are compared."""

    first: int
    last: int


def windows(calls: Sequence[Call], markets: Mapping[str, Market]) -> dict[str, Window]:
    """Return for every asset the bars from its first call until the hold of its last one is over."""
    found = {}
    for asset, each in markets.items():
        entries = [call.entry for call in calls if call.asset == asset]
        if entries:
            found[asset] = Window(min(entries), min(max(entries) + each.hold, len(each.open) - 1))
    return found


def curve(calls: Sequence[Call], markets: Mapping[str, Market], over: Mapping[str, Window], costs: Costs) -> pd.Series:
    """Return the value of one unit of money that follows the calls, by UTC time of each bar's close.

    Several assets have accounts of equal size, none of which is topped up.
    """
    accounts = []
    for asset, window in over.items():
        own = [call for call in calls if call.asset == asset]
        orders = np.full((window.last - window.first + 1, 1), np.nan)
        if own:
            todo = plan([call.entry for call in own], markets[asset].hold, window.last)
            signals = np.array([int(call.signal) for call in own], dtype=np.int8)
            orders[todo.bars - window.first] = todo.targets(signals)
        accounts.append(_account(markets[asset], window, orders, costs))
    return _together(accounts)


def hold_all(markets: Mapping[str, Market], over: Mapping[str, Window], costs: Costs) -> pd.Series:
    """Return the value of one unit that is bought at the first open and sold at the last one."""
    accounts = []
    for asset, window in over.items():
        orders = np.full((window.last - window.first + 1, 1), np.nan)
        orders[0], orders[-1] = 1.0, 0.0
        accounts.append(_account(markets[asset], window, orders, costs))
    return _together(accounts)


def _account(market_: Market, window: Window, orders: Floats, costs: Costs) -> pd.Series:
    bars = slice(window.first, window.last + 1)
    value = _simulated(market_.open[bars], market_.close[bars], orders, costs)[:, 0]
    closed = market_.prices.opened_us[bars] + market_.prices.bar // _US
    return pd.Series(value, pd.to_datetime(closed, unit="us", utc=True))


def _together(accounts: Sequence[pd.Series]) -> pd.Series:
    return pd.concat(list(accounts), axis=1).sort_index().ffill().fillna(1.0).mean(axis=1)


def ends(
    calls: Sequence[Call],
    drawn: Mapping[str, Signals],
    markets: Mapping[str, Market],
    over: Mapping[str, Window],
    costs: Costs,
) -> Floats:
    """Return what one unit becomes that follows other signals at the same moments, one value a run.

    Only the bars in which something is traded are simulated, which changes nothing at the end.

    Args:
        calls: Whose moments.
        drawn: By asset: a row a call, a column a run.
        markets: By asset.
        over: Their windows.
        costs: As for everybody.
    """
    total: list[Floats] = []
    for asset, window in over.items():
        runs = next(iter(drawn.values())).shape[1]
        own = [call.entry for call in calls if call.asset == asset]
        if not own:
            total.append(np.ones(runs))
            continue
        todo = plan(own, markets[asset].hold, window.last)
        orders = todo.targets(drawn[asset])
        open_ = np.append(markets[asset].open[todo.bars], markets[asset].close[window.last])
        orders = np.vstack((orders, np.full((1, runs), np.nan)))
        parts = [
            _simulated(open_, open_, orders[:, start : start + _COLUMNS], costs)[-1]
            for start in range(0, runs, _COLUMNS)
        ]
        total.append(np.concatenate(parts))
    return np.asarray(np.mean(total, axis=0))


def _simulated(open_: Floats, close: Floats, orders: Floats, costs: Costs) -> Floats:
    """Return the account's value at each close; orders are shares of equity (short below 0), filled at the open."""
    vbt = _vectorbt()
    wide = np.broadcast_to(close[:, None], orders.shape)
    account = vbt.Portfolio.from_orders(
        pd.DataFrame(wide),
        size=orders,
        size_type="targetpercent",
        direction="both",
        price=open_[:, None],
        fees=costs.fee_bps / _BPS,
        slippage=costs.slippage_bps / _BPS,
        init_cash=1.0,
        freq="1min",
    )
    return np.asarray(account.value().to_numpy(dtype=np.float64)).reshape(orders.shape)


def _vectorbt() -> Any:  # noqa: ANN401 - it carries no types
    try:
        import vectorbt  # type: ignore[import-untyped,import-not-found,unused-ignore] # noqa: PLC0415 - an optional extra, 2 s to import
    except ImportError as error:
        raise ConfigurationError("a backtest needs the extra `lab`: pip install 'forethought[lab]'") from error
    return vectorbt


def figures(value: pd.Series, orders: int | None) -> dict[str, Any]:
    """Sum an equity curve up: returns as fractions, Sharpe and volatility from daily values, 365 days a year."""
    returns = value.resample("1D").last().ffill().pct_change().dropna()
    found = _vectorbt().returns.accessors.ReturnsSRAccessor(returns, freq="1D", year_freq=_YEAR)
    drawdown = value / value.cummax().clip(lower=1.0) - 1
    return {
        "return": round(float(value.iloc[-1] - 1), 6),
        "max_drawdown": round(float(drawdown.min()), 6),
        "sharpe": _finite(found.sharpe_ratio()),
        "sortino": _finite(found.sortino_ratio()),
        "volatility_year": _finite(found.annualized_volatility()),
        "days": len(returns),
        "changes": orders,
    }


def _finite(value: float) -> float | None:
    return round(float(value), 3) if math.isfinite(value) else None


def changes(calls: Sequence[Call], markets: Mapping[str, Market], over: Mapping[str, Window]) -> int:
    """Count how often the position changes."""
    count = 0
    for asset, window in over.items():
        own = [call for call in calls if call.asset == asset]
        if own:
            todo = plan([call.entry for call in own], markets[asset].hold, window.last)
            count += int(np.isfinite(todo.targets(np.array([int(c.signal) for c in own], dtype=np.int8))).sum())
    return count
