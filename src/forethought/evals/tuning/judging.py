"""What a replay under one strategy is worth on a part of its stream."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forethought.domain.decision import Signal
from forethought.domain.strategy import ErrorBudget
from forethought.evals.statistics import Share, sign_test_p
from forethought.evals.streams.runs import Mask, Trace

_SURPRISING_P = 0.05
_MIN_ERRORS = 2
_Z = 1.96
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What was answered of the records of a part, and how much of it was wrong."""

    answered: Share
    wrong: Share
    opposite: Share

    @classmethod
    def of(cls, trace: Trace, truths: Sequence[Signal], part: slice | Mask) -> "Worth":
        """Count."""
        labels = np.array([int(truth) for truth in truths], dtype=np.int8)[part]
        given, signals = trace.answers[part], trace.signals[part]
        k = int(given.sum())
        wrong, opposite = int((given & (signals != labels)).sum()), int((given & (signals * labels == -1)).sum())
        return cls(Share(k, len(labels)), Share(wrong, k), Share(opposite, k))

    @classmethod
    def always(cls, signal: Signal, truths: Sequence[Signal]) -> "Worth":
        """Return what it is worth to give every record the same answer."""
        n = len(truths)
        opposite = sum(signal.opposes(truth) for truth in truths)
        return cls(Share(n, n), Share(sum(truth is not signal for truth in truths), n), Share(opposite, n))

    def excess(self, budget: ErrorBudget, *, least_errors: int = 1) -> float:
        """Return by how many times the budget the point estimates are over it, both added; 0 within it.

        Args:
            budget: What is allowed.
            least_errors: Fewer count as none.
        """
        shares = ((self.wrong, budget.delta), (self.opposite, budget.delta_opp))
        return sum(
            max(0.0, share.k / share.n / allowed - 1) for share, allowed in shares if share.k >= max(1, least_errors)
        )

    def score(self, budget: ErrorBudget) -> float:
        """Return what tuning makes large: coverage within the budget, in [0, 1]; less than 0 beyond it.

        What keeps the budget goes before all that does not, and of those the nearest first (Deb 2000). One error says
        nothing about a share: it would make silence the best of strategies on a short stream.
        """
        over = self.excess(budget, least_errors=_MIN_ERRORS)
        return -over if over > 0 else self.answered.frac or 0.0

    def document(self) -> dict[str, Any]:
        """Lay it out as JSON types."""
        names = ("answered", "wrong", "opposite")
        return {name: getattr(self, name).document() for name in names}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two strategies on the records that no trial saw."""

    only_default: int
    """Records that only the default answered."""
    only_tuned: int
    gain: tuple[float, float, float]
    """How much more of the records the tuned one answered, a fraction of all, with its interval."""
    p: float
    """Of the exact sign test on those; it takes records as independent, which neighbours in a stream are not."""
    words: str

    def document(self) -> dict[str, Any]:
        """Lay it out as JSON types."""
        return {
            "only_default": self.only_default,
            "only_tuned": self.only_tuned,
            "gain": dict(zip(("frac", "low", "high"), (round(each, 6) for each in self.gain), strict=True)),
            "p": round(self.p, 4),
            "words": self.words,
        }


def verdict(worths: Mapping[str, Worth], answered: Mapping[str, Mask], budget: ErrorBudget) -> Verdict:
    """Say whether the held-out part shows a gain; both mappings have `default` and `tuned`.

    A gain is more answers than chance explains while both rates keep the budget; nothing less is called one.
    """
    default, tuned = worths["default"], worths["tuned"]
    only_default = int((answered["default"] & ~answered["tuned"]).sum())
    only_tuned = int((answered["tuned"] & ~answered["default"]).sum())
    p = sign_test_p(only_tuned, only_default)
    kept = {name: worth.excess(budget) == 0 for name, worth in worths.items()}
    if kept["default"] and not kept["tuned"]:
        words = "worse: the tuned strategy breaks the budget there, the default keeps it"
    elif not kept["tuned"]:
        words = "no gain: both break the budget there"
    elif not kept["default"]:
        words = (
            "the tuned strategy keeps the budget there, the default does not"
            f" (answers: {tuned.answered.k} against {default.answered.k}); with so few errors this may be chance"
        )
    elif p >= _SURPRISING_P:
        words = "no gain is shown: both keep the budget there, and the difference in coverage may be chance"
    elif only_tuned > only_default:
        words = "a gain: more is answered there, within the budget"
    else:
        words = "worse: less is answered there"
    return Verdict(only_default, only_tuned, _gain(only_tuned, only_default, tuned.answered.n), p, words)


def _gain(more: int, less: int, n: int) -> tuple[float, float, float]:
    """Return the difference of two paired shares of `n` and its 95 % interval, after Agresti and Min (2005)."""
    # Half a record is added to each of the four cells: without it two that differ nowhere would have no interval.
    one, other, count = more + 0.5, less + 0.5, n + 2
    centre = (one - other) / count
    reach = _Z * math.sqrt(one + other - (one - other) ** 2 / count) / count
    return (more - less) / n, centre - reach, centre + reach
