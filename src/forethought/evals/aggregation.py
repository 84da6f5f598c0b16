"""Learn offline how much each role of a panel is worth, from records that it has judged and whose truth is known.

The earlier 70 % teach, the later 30 % are held out and only measured; nothing is tuned on them. What is held out is
judged by the very rule that the panel would use, beside the plain majority and beside repeating the last truth, which
in a trending market is hard to beat. A figure that disappoints is written down like any other.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np

from forethought.domain.aggregation import (
    FEATURES,
    ROLE_FEATURES,
    Classifier,
    Floats,
    Learned,
    RoleWeights,
    aggregation,
    feature_values,
    fingerprint,
    standardised,
)
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import DECIDING, Role
from forethought.evals.judging import Judged
from forethought.evals.statistics import share_of

TRAINING_FRAC = 0.7
MIN_TRAINING, MIN_HELD_OUT = 70, 30
"""Records. Of 30 that all agree the 95 % interval still begins at 89 %: fewer would say nothing."""
MIN_OF_A_SIGNAL = 8
"""Records in training; a rarer signal is not learned, and no fewer than two signals must be there."""
_QUORUM = 2
_DIGITS = 6
"""Of what is written: more would be noise."""

_LEAST_DEVIATION = 1e-9
"""Of a feature, to be divided by."""

Guess = Callable[[Judged], Signal | None]


class Kind(StrEnum):
    """What can be learned."""

    WEIGHTS = "weights"
    CLASSIFIER = "classifier"


def learn(
    lines: Sequence[Judged], *, kind: Kind, name: str, source: str, made_on: date
) -> tuple[Learned, Mapping[str, Any]]:
    """Learn from judged records, and measure on the latest of them.

    Args:
        lines: In any order.
        kind: What to learn.
        name: Under which a panel will use it: `weights:NAME`, `classifier:NAME`.
        source: Name of the file, for the report.
        made_on: Becomes the first part of the version.

    Returns:
        What was learned, and the report as JSON types: windows, sample sizes, and on the held-out records agreement
        and opposite signs with 95 % Wilson intervals. Records near in time are alike, so the intervals are narrower
        than the truth.

    Raises:
        ConfigurationError: too few records, too few signals, or nothing in what the roles say.
    """
    training, held_out = _split(lines)
    made: Learned = _weights(name, training) if kind is Kind.WEIGHTS else _classifier(name, training)
    learned = replace(made, version=f"{made_on.isoformat()}.{fingerprint(made)}")
    report = {
        "source": source,
        "panels": sorted({each.panel for each in lines}),
        "judged": len(lines),
        "simulated": sum(each.simulated for each in lines),
        "training": _window(training),
        "held_out": _window(held_out),
        "results": {
            rule: _measured(guess, held_out)
            for rule, guess in {
                "learned": _by(f"{kind}:{name}", {name: learned}),
                "majority": _by("majority", {}),
                "repeat_last": _repeat_last(lines),
            }.items()
        },
    }
    return learned, report


def _split(lines: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    """Split by time. What is of the same instant stays together, and no truth that came later teaches."""
    usable = sorted((each for each in lines if len(each.heard) >= _QUORUM), key=lambda each: each.time)
    need = f"at least {MIN_TRAINING + MIN_HELD_OUT} records with two opinions are needed"
    if len(usable) < MIN_TRAINING + MIN_HELD_OUT:
        raise ConfigurationError(f"{need}, there are {len(usable)}: judge more")
    cut = usable[int(len(usable) * TRAINING_FRAC)].time
    training = [each for each in usable if each.learned_at < cut]
    held_out = [each for each in usable if each.time >= cut]
    if len(training) < MIN_TRAINING or len(held_out) < MIN_HELD_OUT:
        raise ConfigurationError(
            f"{MIN_TRAINING} earlier and {MIN_HELD_OUT} later records are needed; of {len(usable)} "
            f"only {len(training)} and {len(held_out)} are clear of each other in time: judge more"
        )
    return training, held_out


def _frequent(training: Sequence[Judged]) -> list[Signal]:
    counts = Counter(each.truth for each in training)
    found = [signal for signal in Signal if counts[signal] >= MIN_OF_A_SIGNAL]
    if len(found) < 2:  # noqa: PLR2004 - one signal is nothing to tell apart
        said = ", ".join(f"{counts[signal]} {signal.label}" for signal in reversed(Signal))
        raise ConfigurationError(
            f"the training records are {said}: at least {MIN_OF_A_SIGNAL} of each of two signals are needed"
        )
    return found


def _weights(name: str, training: Sequence[Judged]) -> RoleWeights:
    """Weigh each role by the log odds that it is right, against chance, in units that sum to 1.

    w = max(0, ln((k - 1) p / (1 - p))), with k the number of signals that the truth takes and p the share of the role's
    opinions that equal it, every signal of the truth counted alike however frequent it is, and k made-up opinions of
    which one is right. So the weight of a role that guesses, or that always says the same, is 0. Best for voters who
    err independently (Nitzan and Paroush, 1982); roles that read the same news do not quite.
    """
    frequent = _frequent(training)
    k = len(frequent)
    odds: dict[Role, float] = {}
    for role in DECIDING:
        said = [(each.truth, voice.signal) for each in training if (voice := each.opinions.get(role)) is not None]
        balanced = [pair for pair in said if pair[0] in frequent]
        counts = Counter(truth for truth, _ in balanced)
        right = math.fsum(len(balanced) / len(counts) / counts[t] for t, signal in balanced if t is signal)
        p = (right + 1) / (len(balanced) + k)
        odds[role] = round(max(0.0, math.log((k - 1) * p / (1 - p))), _DIGITS)
    if not (total := sum(odds.values())):
        raise ConfigurationError("no role equals the truth more often than chance would: there is nothing to weigh")
    return RoleWeights(name, "", {role: round(each / total, _DIGITS) for role, each in odds.items()})


def _classifier(name: str, training: Sequence[Judged]) -> Classifier:
    """Fit a multinomial logistic regression, every signal of the truth counted alike however frequent it is.

    Regularised as scikit-learn does by default (C = 1). A feature that never varies is left out.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - most of a second, and only this needs it

    frequent = _frequent(training)
    rows = [each for each in training if each.truth in frequent]
    values = _table(rows)
    varying = [i for i in range(len(FEATURES)) if _varies(values[:, i])]
    if not any(FEATURES[i] in ROLE_FEATURES for i in varying):
        raise ConfigurationError("every role says the same of every record: there is nothing to learn from")
    values, features = values[:, varying], [FEATURES[i] for i in varying]
    # Convictions stay as they are: an abstention is 0 and must not depend on what others said.
    of_role = np.array([feature in ROLE_FEATURES for feature in features])
    mean = np.where(of_role, 0.0, np.nanmean(values, axis=0))
    scale = np.where(of_role, 1.0, np.nanstd(values, axis=0))
    model = LogisticRegression(class_weight="balanced", max_iter=1_000)
    model.fit(standardised(values, mean=mean, scale=scale), [int(each.truth) for each in rows])
    coefficients, intercepts = model.coef_, model.intercept_
    if len(frequent) == 2:  # noqa: PLR2004 - one row then: the log odds of the second signal against the first
        coefficients, intercepts = np.vstack([0 * coefficients, coefficients]), np.append(0.0, intercepts)
    return Classifier(
        name=name,
        version="",
        signals=tuple(Signal(each) for each in model.classes_),
        features=tuple(features),
        mean=_plain(mean),
        scale=_plain(scale),
        coefficients=tuple(_plain(row.round(_DIGITS)) for row in coefficients),
        intercepts=_plain(intercepts.round(_DIGITS)),
    )


def _table(rows: Sequence[Judged]) -> Floats:
    """Lay records out, shape (n, len(FEATURES)), NaN where an indicator is not known."""
    found = [feature_values(each.heard, each.market) for each in rows]
    return np.array([[values[name] for name in FEATURES] for values in found])


def _varies(column: Floats) -> bool:
    known = column[~np.isnan(column)]
    return bool(known.size and known.std() > _LEAST_DEVIATION)


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _by(rule: str, learned: Mapping[str, Learned]) -> Guess:
    decide = aggregation(rule, learned)
    return lambda each: decide(each.heard, each.market).signal


def _repeat_last(lines: Sequence[Judged]) -> Guess:
    """Return the rule that says the latest truth that was known of the strategy and asset; nothing where none was."""
    known = sorted(lines, key=lambda each: each.learned_at)

    def guess(asked: Judged) -> Signal | None:
        scope = (asked.strategy, asked.asset)
        before = (e.truth for e in reversed(known) if e.learned_at < asked.time and (e.strategy, e.asset) == scope)
        return next(before, None)

    return guess


def _measured(guess: Guess, held_out: Sequence[Judged]) -> dict[str, Any]:
    pairs = [(said, each.truth) for each in held_out if (said := guess(each)) is not None]
    return {
        "agreement": share_of(said is truth for said, truth in pairs).document(),
        "opposite": share_of(said.opposes(truth) for said, truth in pairs).document(),
    }


def _window(lines: Sequence[Judged]) -> dict[str, Any]:
    counts = Counter(each.truth for each in lines)
    return {
        "n": len(lines),
        "first": min(each.time for each in lines).isoformat(),
        "last": max(each.time for each in lines).isoformat(),
        "truth": {signal.label: counts[signal] for signal in reversed(Signal)},
    }
