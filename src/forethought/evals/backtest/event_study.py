"""What the price did around decisions, on average."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from forethought.domain.decision import Signal
from forethought.evals.backtest.calls import Call
from forethought.evals.backtest.prices import Floats, Prices
from forethought.evals.backtest.resampling import block_length, moving_blocks

BEFORE, AFTER = timedelta(hours=12), timedelta(days=1)
SESSIONS_BEFORE, SESSIONS_AFTER = 5, 10
_RUNS = 1_000
_POINTS = 150
"""About how many points of the path are kept: a plot shows no more."""
_LEAST = 5
"""Calls; fewer have no band worth drawing."""


def around(
    calls: Sequence[Call], prices: Mapping[str, Prices], signal: Signal, rng: np.random.Generator
) -> dict[str, Any] | None:
    """Average the cumulative return around the calls of one signal, relative to the open at which they are entered.

    Returns:
        Hours (sessions for daily bars) from the entry, means and a pointwise 95 % moving-block band in bps; `None` with
        fewer than five calls whose whole window has prices.
    """
    of_signal = [call for call in calls if call.signal is signal]
    if not of_signal:
        return None
    series = prices[of_signal[0].asset]
    if series.daily:
        before, after, unit = SESSIONS_BEFORE, SESSIONS_AFTER, 1.0
    else:
        before, after = series.bars_in(BEFORE), series.bars_in(AFTER)
        unit = series.bar / timedelta(hours=1)
    kept = [call for call in of_signal if _whole(prices[call.asset], call.entry, before, after)]
    if len(kept) < _LEAST:
        return None
    steps = np.unique(np.concatenate((np.arange(-before, after + 1, max(1, (before + after) // _POINTS)), [0, after])))
    paths = np.stack([_path(prices[call.asset], call.entry, steps) for call in kept])
    at_us = np.array([prices[call.asset].opened_us[call.entry] for call in kept], dtype=np.int64)
    span_us = int((before + after) * (series.bar / timedelta(microseconds=1)))
    draws = moving_blocks(len(kept), block_length(np.sort(at_us), span_us), rng, runs=_RUNS)
    means = np.stack([paths[draw].mean(axis=0) for draw in draws])
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    return {
        "signal": signal.label,
        "n": len(kept),
        "unit": "sessions" if series.daily else "hours",
        "at": [round(float(step) * unit, 4) for step in steps],
        "mean_bps": [round(float(value), 2) for value in paths.mean(axis=0)],
        "low_bps": [round(float(value), 2) for value in low],
        "high_bps": [round(float(value), 2) for value in high],
    }


def _whole(series: Prices, entry: int, before: int, after: int) -> bool:
    return entry >= before and series.whole(entry - before, before + after)


def _path(series: Prices, entry: int, steps: np.ndarray[Any, np.dtype[np.int64]]) -> Floats:
    """Return the return in bps from the entry's open to the end of each step; at step 0 it is 0."""
    found: Floats = (series.close[entry + steps - 1] / series.open[entry] - 1) * 1e4
    found[steps == 0] = 0.0
    return found
