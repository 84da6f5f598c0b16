"""From answers to figures: shares with intervals at every threshold, halves, the time line, and pairs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from forethought.domain.decision import Signal
from forethought.domain.strategy import ErrorBudget
from forethought.evals.baselines import Outcome, Paired, paired
from forethought.evals.statistics import Share
from forethought.evals.streams.labels import Labels
from forethought.evals.streams.runs import Run, Signals, Trace

PARTS = ("whole", "second_half")
SLICES = 10
_LEAST_ANSWERS = 30
"""Fewer say nothing about a bound."""
_WINDOW_FRAC = 0.05
_LEAST_WINDOW = 25
_SHOWN = 500
"""About so many places of the time line are told: more than a plot can show."""


class Judge:
    """Counts answers against the labels of a stream under a protocol."""

    def __init__(self, truths: Sequence[Signal], labels: Labels, budget: ErrorBudget) -> None:
        self._truths: Signals = np.array([int(truth) for truth in truths], dtype=np.int8)
        self._labels = list(truths)
        n = len(truths)
        self._audited = np.zeros(n, np.bool_) if labels.audit_frac is None else labels.audited(n)
        self._budget = budget

    def contender(self, run: Run) -> dict[str, Any]:
        """Lay out what somebody is worth: at each threshold, as it comes, and at its best within the budget."""
        curve = [{"threshold": threshold, **self.shares(run.at(threshold))} for threshold in run.thresholds]
        operating = run.operating()
        return {
            "name": run.name,
            "own_memories": run.own_memories,
            "default": run.default,
            "curve": curve,
            "operating": None if operating is None else self.shares(operating),
            "within_budget": {part: self._within_budget(curve, part) for part in PARTS},
        }

    def shares(self, trace: Trace) -> dict[str, Any]:
        """Count over the whole stream and over its second half."""
        n = len(self._truths)
        return {"whole": self._counted(trace, 0, n), "second_half": self._counted(trace, n // 2, n)}

    def _counted(self, trace: Trace, start: int, end: int) -> dict[str, Any]:
        given, signals, truths = trace.answers[start:end], trace.signals[start:end], self._truths[start:end]
        k, n = int(given.sum()), end - start
        wrong = int((given & (signals != truths)).sum())
        opposite = int((given & (signals * truths == -1)).sum())
        audits = int((given & self._audited[start:end]).sum())
        return {
            "answered": Share(k, n).document(),
            "wrong": Share(wrong, k).document(),
            "opposite": Share(opposite, k).document(),
            "saved": Share(k - audits, n).document(),
        }

    def _within_budget(self, curve: Sequence[dict[str, Any]], part: str) -> dict[str, Any] | None:
        """Find the cut that answers most while both rates lie within the budget; chosen after the fact."""
        budget = self._budget
        fit = [
            point
            for point in curve
            if point[part]["answered"]["k"] >= _LEAST_ANSWERS
            and point[part]["wrong"]["frac"] <= budget.delta
            and point[part]["opposite"]["frac"] <= budget.delta_opp
        ]
        best = max(fit, key=lambda point: point[part]["answered"]["k"], default=None)
        return None if best is None else {"threshold": best["threshold"], **best[part]}

    def timeline(self, trace: Trace) -> dict[str, Any]:
        """Lay out how coverage and errors went: rolling over a window that ends at each place, and by tenths."""
        n = len(self._truths)
        window = min(n, max(_LEAST_WINDOW, round(_WINDOW_FRAC * n)))
        given = trace.answers
        wrong, opposite = given & (trace.signals != self._truths), given & (trace.signals * self._truths == -1)
        answered = _rolling(given, window)
        shown = slice(None, None, max(1, answered.size // _SHOWN))
        edges = np.linspace(0, n, SLICES + 1).astype(int)
        return {
            "window": window,
            "ends": list(range(window, n + 1))[shown],
            "coverage": _divided(answered, np.full_like(answered, window))[shown],
            "wrong": _divided(_rolling(wrong, window), answered)[shown],
            "opposite": _divided(_rolling(opposite, window), answered)[shown],
            "slices": [
                {"from": int(start), "to": int(end), **self._counted(trace, int(start), int(end))}
                for start, end in pairwise(edges)
            ],
        }

    def pair(self, mine: Trace, theirs: Trace) -> dict[str, Any]:
        """Compare two on the records that both answer."""
        columns = zip(mine.guesses(), theirs.guesses(), self._labels, strict=True)
        both = [(Outcome(m, truth), Outcome(t, truth)) for m, t, truth in columns]
        found: Paired = paired([m for m, _ in both], [t for _, t in both])
        return {
            "ours": found.mine.document(),
            "theirs": found.theirs.document(),
            "only_ours": found.only_mine,
            "only_theirs": found.only_theirs,
            "p": round(found.p, 4),
        }


def _rolling(holds: npt.NDArray[np.bool_], window: int) -> npt.NDArray[np.int64]:
    total = np.concatenate([[0], np.cumsum(holds, dtype=np.int64)])
    found: npt.NDArray[np.int64] = total[window:] - total[:-window]
    return found


def _divided(part: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> list[float | None]:
    return [round(int(k) / int(n), 4) if n else None for k, n in zip(part, of, strict=True)]
