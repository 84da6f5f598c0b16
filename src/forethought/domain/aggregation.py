"""Bring the opinions of a panel together in one verdict, by a vote or by what was learned of the roles offline.

The conviction of a verdict is the mean conviction of those who agree with it, times the share of opinions that do:

    conviction = mean(conviction_i | signal_i = verdict) * (1 - disagreement_frac)

So two of three who are sure to 0.9 give 0.6, and a verdict that nobody voted for, such as that of a full tie, has 0.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Indicators, MarketState
from forethought.domain.opinion import DECIDING, Opinion, Role, Verdict

Floats: TypeAlias = npt.NDArray[np.float64]

MAX_REASONING_CHARS: Final = 900
"""Of a verdict, shared equally among those who agree."""
MAX_SIGMAS: Final = 3.0
"""An indicator counts as at most this many standard deviations from its mean: a crash must not outvote the agents."""
_DIGITS: Final = 9
"""Sums of convictions that are equal in so many digits are equal: 0.1 + 0.2 ties with 0.3."""


class Aggregation(Protocol):
    """A rule."""

    @property
    def name(self) -> str:
        """Name, and version where it was learned: `majority`, `classifier:desk@2026-11-22.3fa0c2d1`."""
        ...

    def __call__(self, opinions: Sequence[Opinion], market: MarketState | None) -> Verdict:
        """Return the verdict on at least one opinion, at most one a role; their order does not matter.

        Args:
            opinions: Of the roles that have one; who abstained is not among them.
            market: As it was when the opinions were formed; `None` when nothing is known of it.
        """
        ...


@dataclass(frozen=True, slots=True)
class RoleWeights:
    """How much each role's conviction counts."""

    name: str
    version: str
    """Date and fingerprint."""
    weights: Mapping[Role, float]
    """At least 0; a role that is not named has none."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """A multinomial logistic regression on what the roles say and on the market's indicators."""

    name: str
    version: str
    """Date and fingerprint."""
    signals: tuple[Signal, ...]
    """One a row of coefficients: those that were frequent enough to be learned."""
    features: tuple[str, ...]
    """One a column, of `FEATURES`."""
    mean: tuple[float, ...]
    """Of each feature in training; it stands in where the value is not known."""
    scale: tuple[float, ...]
    """Above 0."""
    coefficients: tuple[tuple[float, ...], ...]
    """Of the values, less the mean, divided by the scale."""
    intercepts: tuple[float, ...]


Learned: TypeAlias = RoleWeights | Classifier


def fingerprint(learned: Learned) -> str:
    """Return the start of the sha256 of what was learned, without its version."""
    content: dict[str, Any] = asdict(learned)
    del content["version"]
    canonical = json.dumps({"kind": kind_of(learned), **content}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def kind_of(learned: Learned) -> str:
    """Return `weights` or `classifier`."""
    return "weights" if isinstance(learned, RoleWeights) else "classifier"


def aggregation(name: str, learned: Mapping[str, Learned]) -> Aggregation:
    """Return a rule by name: `majority`, `conviction`, `weights:NAME` or `classifier:NAME`.

    Args:
        name: Of the rule.
        learned: By NAME.

    Raises:
        ConfigurationError: there is no such rule, or nothing of that kind was learned under NAME.
    """
    if (rule := _VOTES.get(name)) is not None:
        return rule
    kind, _, key = name.partition(":")
    if kind not in {"weights", "classifier"} or not key:
        raise ConfigurationError(
            f"aggregation {name[:64]!r} is unknown; known: {', '.join(_VOTES)}, weights:NAME, classifier:NAME"
        )
    found = learned.get(key)
    if found is None:
        raise ConfigurationError(f"aggregation {name}: there is no {key}.learned.json in the folder of panels")
    if kind_of(found) != kind:
        raise ConfigurationError(f"aggregation {name}: {key}.learned.json holds {kind_of(found)}")
    full = f"{name}@{found.version}"
    if isinstance(found, RoleWeights):
        weights = found.weights
        return _Vote(full, lambda o: (weights.get(o.role, 0.0) * o.conviction, weights.get(o.role, 0.0)))
    return _Classify(full, found)


@dataclass(frozen=True, slots=True)
class _Vote:
    """The signal with the greatest sum of `worth`; the second figure decides between equal first ones.

    A tie in both is 0: who cannot agree stays out.
    """

    name: str
    worth: Callable[[Opinion], tuple[float, float]]

    def __call__(self, opinions: Sequence[Opinion], market: MarketState | None) -> Verdict:  # noqa: ARG002 - a vote
        totals = {signal: self._total(signal, opinions) for signal in {o.signal for o in opinions}}
        best = max(totals.values())
        leading = [signal for signal, total in totals.items() if total == best]
        return verdict(leading[0] if len(leading) == 1 else Signal.NONE, opinions, by=self.name)

    def _total(self, signal: Signal, opinions: Sequence[Opinion]) -> tuple[float, float]:
        worths = [self.worth(o) for o in opinions if o.signal is signal]
        first, second = (round(math.fsum(worth[i] for worth in worths), _DIGITS) for i in (0, 1))
        return first, second


_VOTES: Final[Mapping[str, _Vote]] = {
    "majority": _Vote("majority", lambda o: (1.0, o.conviction)),
    "conviction": _Vote("conviction", lambda o: (o.conviction, 1.0)),
}


@dataclass(frozen=True, slots=True)
class _Classify:
    """The most probable signal."""

    name: str
    learned: Classifier

    def __call__(self, opinions: Sequence[Opinion], market: MarketState | None) -> Verdict:
        learned, values = self.learned, feature_values(opinions, market)
        row = standardised(
            np.array([values[name] for name in learned.features]),
            mean=np.array(learned.mean),
            scale=np.array(learned.scale),
        )
        scores = np.array(learned.coefficients) @ row + np.array(learned.intercepts)
        return verdict(learned.signals[int(np.argmax(scores))], opinions, by=self.name)


def _relative(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


# Free of the price's scale, so that what one asset teaches holds for another.
_INDICATORS: Final[Mapping[str, Callable[[Indicators], float | None]]] = {
    "return_1_frac": lambda i: i.return_1_frac,
    "return_day_frac": lambda i: i.return_day_frac,
    "rsi_14": lambda i: i.rsi_14,
    "macd_hist_frac": lambda i: _relative(i.macd_hist, i.close),
    "close_to_sma_20": lambda i: _relative(i.close, i.sma_20),
    "sma_20_to_sma_50": lambda i: _relative(i.sma_20, i.sma_50),
    "atr_14_frac": lambda i: _relative(i.atr_14, i.close),
    "bollinger_pct": lambda i: i.bollinger_pct,
    "volatility_day_frac": lambda i: i.volatility_day_frac,
}
ROLE_FEATURES: Final = tuple(f"{role.value}.{signal.label}" for role in DECIDING for signal in Signal)
"""The conviction with which a role says a signal; 0 when it says another or abstains."""
FEATURES: Final = (*ROLE_FEATURES, *_INDICATORS)
"""Everything that a classifier may look at."""


def feature_values(opinions: Sequence[Opinion], market: MarketState | None) -> dict[str, float]:
    """Return the value of each of `FEATURES`; NaN where an indicator is not known."""
    found = dict.fromkeys(ROLE_FEATURES, 0.0)
    found |= {f"{o.role.value}.{o.signal.label}": o.conviction for o in opinions if o.role in DECIDING}
    indicators = None if market is None else market.indicators
    for name, read in _INDICATORS.items():
        value = None if indicators is None else read(indicators)
        found[name] = math.nan if value is None or not math.isfinite(value) else value
    return found


def standardised(values: Floats, *, mean: Floats, scale: Floats) -> Floats:
    """Return (values - mean) / scale within `MAX_SIGMAS`, and 0 for what is not known (NaN).

    Args:
        values: Shape (features,) or (n, features).
        mean: Shape (features,).
        scale: Shape (features,), above 0.
    """
    return np.clip(np.nan_to_num((values - mean) / scale, nan=0.0), -MAX_SIGMAS, MAX_SIGMAS)


def verdict(signal: Signal, opinions: Sequence[Opinion], *, by: str) -> Verdict:
    """Lay out what at least one opinion comes to, given the signal that a rule arrived at."""
    ordered = sorted(opinions, key=lambda o: list(Role).index(o.role))
    agreeing = [o for o in ordered if o.signal is signal]
    others = [o for o in ordered if o.signal is not signal]
    disagreement_frac = len(others) / len(ordered)
    mean = math.fsum(o.conviction for o in agreeing) / len(agreeing) if agreeing else 0.0
    return Verdict(
        signal=signal,
        conviction=mean * (1.0 - disagreement_frac),
        reasoning=_reasoning(agreeing, others),
        aggregation=by,
        disagreement_frac=disagreement_frac,
    )


def _reasoning(agreeing: Sequence[Opinion], others: Sequence[Opinion]) -> str:
    said = [f"{_named(o.role)}: {_clipped(o.reasoning, MAX_REASONING_CHARS // len(agreeing))}" for o in agreeing]
    if others:
        lead = "Disagreeing" if agreeing else "The analysts do not agree"
        voices = (f"{_named(o.role)} says {o.signal.label} ({o.conviction:.2f})" for o in others)
        said.append(f"{lead}: {', '.join(voices)}.")
    return " ".join(said)


def _named(role: Role) -> str:
    return role.value.replace("_", " ").capitalize()


def _clipped(text: str, limit: int) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
