"""What may be tuned, and between which bounds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, Trial

from forethought.domain.composition import SLOTS
from forethought.domain.strategy import Strategy

_NEWS = "news"
_WEIGHTS = tuple(slot for slot in SLOTS if slot != _NEWS)
_GAP = "tau_fair_above_strong"
"""`tau_fair` asks for more than `tau_strong`, so the distance is drawn, not the place."""
SPACE: Mapping[str, FloatDistribution | IntDistribution] = {
    # Only ratios count: the weight of the news is 1.
    **{f"weight_{slot}": FloatDistribution(0.0, 2.0) for slot in _WEIGHTS},
    "tau": FloatDistribution(0.80, 0.99),
    "tau_strong": FloatDistribution(0.20, 0.80),
    _GAP: FloatDistribution(0.0, 0.40),
    "k": IntDistribution(2, 32, log=True),
    "half_life": IntDistribution(250, 16_000, log=True),
    "min_lessons": IntDistribution(20, 400),
}
"""Every value of a strategy that is tuned. The budget is not among them: it is the user's choice."""
Values = Mapping[str, Any]


def values_of(strategy: Strategy) -> dict[str, Any]:
    """Write a strategy down as values of the space, each drawn to the nearest that the space has."""
    weights, retrieval, reflex = strategy.composition.weights, strategy.retrieval, strategy.reflex
    news = weights.get(_NEWS) or 1.0
    values = {
        **{f"weight_{slot}": weights.get(slot, 0.0) / news for slot in _WEIGHTS},
        "tau": retrieval.tau,
        "tau_strong": retrieval.tau_strong,
        _GAP: retrieval.tau_fair - retrieval.tau_strong,
        "k": retrieval.k,
        "half_life": reflex.half_life,
        "min_lessons": reflex.min_lessons,
    }
    return {name: _within(SPACE[name], value) for name, value in values.items()}


def _within(bounds: FloatDistribution | IntDistribution, value: float) -> float:
    return min(max(value, bounds.low), bounds.high)


def drawn(trial: Trial | FrozenTrial) -> dict[str, Any]:
    """Return the values of a trial that was asked for with `SPACE`."""
    return {name: trial.params[name] for name in SPACE}


def with_values(strategy: Strategy, values: Values, *, version: str) -> Strategy:
    """Return a strategy with other values and another version."""
    weights = {_NEWS: 1.0, **{slot: round(values[f"weight_{slot}"], 3) for slot in _WEIGHTS}}
    tau_strong = round(values["tau_strong"], 3)
    return replace(
        strategy,
        version=version,
        composition=replace(strategy.composition, weights={slot: weights[slot] for slot in SLOTS}),
        retrieval=replace(
            strategy.retrieval,
            tau=round(values["tau"], 3),
            tau_strong=tau_strong,
            tau_fair=round(min(1.0, tau_strong + values[_GAP]), 3),
            k=values["k"],
        ),
        reflex=replace(strategy.reflex, half_life=values["half_life"], min_lessons=values["min_lessons"]),
    )
