"""How often the price went where a decision said, by horizon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np

from forethought.domain.decision import Signal
from forethought.evals.backtest.calls import Call
from forethought.evals.backtest.prices import Prices
from forethought.evals.backtest.resampling import block_length, interval, moving_blocks
from forethought.evals.statistics import Share

_US: Final = timedelta(microseconds=1)
_BPS: Final = 1e4
_SPANS: Final = (
    ("5 min", timedelta(minutes=5)),
    ("10 min", timedelta(minutes=10)),
    ("30 min", timedelta(minutes=30)),
    ("1 h", timedelta(hours=1)),
    ("4 h", timedelta(hours=4)),
    ("1 d", timedelta(days=1)),
    ("3 d", timedelta(days=3)),
)
_SESSIONS: Final = (1, 2, 5)
_SESSION_SPAN: Final = timedelta(days=7 / 5)
"""Of calendar time that a session stands for."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long a decision is held against the price."""

    name: str
    bars: int
    """From the open of the entry bar to the close of the bar so many on, the entry bar being the first."""
    span: timedelta


def horizons(bar: timedelta) -> tuple[Horizon, ...]:
    """Return the horizons of bars of a length: sessions for daily ones, else spans that are whole bars."""
    if bar >= timedelta(days=1):
        return tuple(Horizon(f"{n} session{'s' * (n > 1)}", n, n * _SESSION_SPAN) for n in _SESSIONS)
    return tuple(Horizon(name, span // bar, span) for name, span in _SPANS if span >= bar and not span % bar)


def primary(bar: timedelta) -> str:
    """Name the horizon on which the verdict rests, whatever the file: an hour, or a session."""
    found = horizons(bar)
    return next((each.name for each in found if each.name == "1 h"), found[0].name)


@dataclass(frozen=True, slots=True)
class _Outcome:
    at_us: int
    signed: float
    """The return in the direction of the call; 0 is neither right nor wrong, and counts as not right."""
    up: bool


def by_horizon(
    calls: Sequence[Call], prices: Mapping[str, Prices], found: Sequence[Horizon], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Hold buys and sells against what the price did; `none` calls say nothing about direction.

    Returns:
        One document a horizon: share right with its Wilson and its block-bootstrap interval, how often the price rose
        after those same calls, the mean signed return in bps with a block-bootstrap interval, and n.
    """
    return [_document(each, _outcomes(calls, prices, each), rng) for each in found]


def _outcomes(calls: Sequence[Call], prices: Mapping[str, Prices], horizon: Horizon) -> list[_Outcome]:
    outcomes = []
    for call in calls:
        series = prices[call.asset]
        if call.signal is Signal.NONE or not series.whole(call.entry, horizon.bars):
            continue
        change = float(series.close[call.entry + horizon.bars - 1] / series.open[call.entry] - 1)
        outcomes.append(_Outcome(int(series.opened_us[call.entry]), int(call.signal) * change, change > 0))
    return outcomes


def _document(horizon: Horizon, outcomes: Sequence[_Outcome], rng: np.random.Generator) -> dict[str, Any]:
    n = len(outcomes)
    right = np.array([each.signed > 0 for each in outcomes], dtype=bool)
    document: dict[str, Any] = {
        "horizon": horizon.name,
        "right": Share(int(right.sum()), n).document(),
        "rose": Share(sum(each.up for each in outcomes), n).document(),
        "still": sum(each.signed == 0 for each in outcomes),
        "block": None,
        "bootstrap": None,
        "mean_bps": None,
        "mean_bps_interval": None,
    }
    if n:
        signed = np.array([each.signed for each in outcomes]) * _BPS
        at_us = np.array([each.at_us for each in outcomes], dtype=np.int64)
        length = block_length(np.sort(at_us), horizon.span // _US)
        draws = moving_blocks(n, length, rng)
        document |= {
            "block": length,
            "bootstrap": [round(edge, 4) for edge in interval(right[draws].mean(axis=1))],
            "mean_bps": round(float(signed.mean()), 2),
            "mean_bps_interval": [round(edge, 2) for edge in interval(signed[draws].mean(axis=1))],
        }
    return document
