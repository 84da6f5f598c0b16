"""What the judged pairs say of a rule: precision and recall over the whole file, with intervals."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forethought.domain.similarity import cosine
from forethought.evals.statistics import CONFIDENCE
from forethought.evals.stories.labels import Judged
from forethought.evals.stories.living import Life, Report
from forethought.evals.stories.pairs import band_of, common_words, joined, together

Document = dict[str, Any]
DRAWS = 4_000
"""Of the bootstrap."""
COSINES = (0.6, 0.7, 0.8, 0.9)
WORDS = (0.2, 0.3, 0.4, 0.5)
ALL, NEAR, CLEAR = "all", "cosine from .7", "without hard pairs"
_NEAR = 0.7
MAIN = "same story, as the service gathers them"
ALONE = "same story, by the panel's rule alone"
DIRECT = "the panel's rule, asked about the pair"

Says = Callable[[Report, Report], bool]
Mask = NDArray[np.bool_]


class Bench:
    """The judged pairs and the resampled weights, which all rules share."""

    def __init__(self, pairs: Sequence[Judged], reports: Sequence[Report], *, seed: int) -> None:
        self.pairs = pairs
        self._reports = reports
        self.same = np.array([each.is_same for each in pairs])
        self.halves = np.array([each.label.half for each in pairs])
        self.cosines = np.array([cosine(reports[p.first].vector, reports[p.second].vector) for p in pairs])
        weights = np.array([each.label.weight for each in pairs])
        self._weights = np.vstack([weights, weights * _resampled(pairs, seed=seed)])

    def says(self, rule: Says) -> Mask:
        """Ask a rule about every pair."""
        return np.array([rule(self._reports[each.first], self._reports[each.second]) for each in self.pairs])

    def measure(self, said: Mask, among: Mask | None = None) -> Document:
        """Estimate how many pairs of the file a rule joins, how many of them rightly, and how many it should.

        Args:
            said: What the rule says of each pair.
            among: Only of these pairs; the strata are resampled whole, so their number is uncertain too.
        """
        counted = np.ones(len(self.pairs), dtype=bool) if among is None else among
        right, wrong, missed = (
            self._weights @ (counted & hits) for hits in (said & self.same, said & ~self.same, ~said & self.same)
        )
        return {
            "n": int(counted.sum()),
            "joined_n": int((counted & said).sum()),
            "joined": _estimate(right + wrong),
            "wrong": _estimate(wrong),
            "same": _estimate(right + missed),
            "precision": _quotient(right, right + wrong),
            "recall": _quotient(right, right + missed),
        }


def judged(bench: Bench, main: Life, alone: Life) -> Document:
    """Measure the rule in its uses and the baselines, on all pairs and by half, and what goes wrong.

    Args:
        bench: Its places are those of the reports of both lives.
        main: As the service gathers stories.
        alone: By the panel's rule alone, without the higher cosine for what comes later.
    """
    landed = {life.rule.name: _landed(life, bench) for life in (main, alone)}
    rules: dict[str, Mask] = {
        MAIN: landed[main.rule.name],
        ALONE: landed[alone.rule.name],
        DIRECT: bench.says(_joins),
    }
    rules["the panel's rule and cosine from .7, asked about the pair"] = rules[DIRECT] & (bench.cosines >= _NEAR)
    for bound in COSINES:
        rules[f"cosine from {bound:.1f}"] = bench.cosines >= bound
    alike = np.array([common_words(main.reports[p.first].text, main.reports[p.second].text) for p in bench.pairs])
    for bound in WORDS:
        rules[f"common words from {bound:.1f}"] = alike >= bound
    parts = {
        ALL: None,
        NEAR: bench.cosines >= _NEAR,
        CLEAR: np.array([not each.label.hard for each in bench.pairs]),
        **{half: bench.halves == half for half in ("development", "test")},
    }
    return {
        "pairs": len(bench.pairs),
        "same": int(bench.same.sum()),
        "hard": sum(each.label.hard for each in bench.pairs),
        "rules": [
            {"name": name, **{part: bench.measure(said, among) for part, among in parts.items()}}
            for name, said in rules.items()
        ],
        "bands": _bands(bench, rules[MAIN]),
        "kinds": {name: _kinds(bench, rules[name]) for name in (MAIN, ALONE)},
    }


def _joins(one: Report, other: Report) -> bool:
    return joined(one, other, cosine(one.vector, other.vector))


def _landed(life: Life, bench: Bench) -> Mask:
    return np.array([together(life.reports[each.first], life.reports[each.second]) for each in bench.pairs])


def _bands(bench: Bench, said: Mask) -> list[Document]:
    bands = np.array([band_of(float(each)) for each in bench.cosines])
    return [
        {"from": float(band), "judged": int(inside.sum()), "same_n": int((inside & bench.same).sum())}
        | bench.measure(said, inside)
        for band in sorted(set(bands.tolist()))
        for inside in (bands == band,)
    ]


def _kinds(bench: Bench, said: Mask) -> Document:
    """Sum up weights of errors by their kind."""
    found: dict[str, dict[str, list[float]]] = {"wrong": {}, "missed": {}, "right": {}}
    for pair, is_joined in zip(bench.pairs, said, strict=True):
        what = ("right" if is_joined else "missed") if pair.is_same else "wrong" if is_joined else None
        if what is not None:
            found[what].setdefault(pair.label.kind or "not classed", []).append(pair.label.weight)
    return {
        what: {kind: {"n": len(each), "pairs": round(sum(each), 1)} for kind, each in sorted(kinds.items())}
        for what, kinds in found.items()
    }


def _resampled(pairs: Sequence[Judged], *, seed: int) -> NDArray[np.float64]:
    """Draw how often each pair comes when every stratum is drawn again from its own pairs."""
    rng = np.random.default_rng(seed)
    strata: dict[tuple[str, float], list[int]] = {}
    for place, pair in enumerate(pairs):
        band = -1.0 if pair.label.band is None else pair.label.band
        strata.setdefault((pair.label.stratum, band), []).append(place)
    counts = np.zeros((DRAWS, len(pairs)))
    for _, places in sorted(strata.items()):
        counts[:, places] = rng.multinomial(len(places), np.full(len(places), 1 / len(places)), size=DRAWS)
    return counts


def _estimate(values: NDArray[np.float64]) -> Document:
    low, high = _interval(values[1:])
    return {"value": round(float(values[0]), 1), "low": round(low, 1), "high": round(high, 1)}


def _quotient(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Document:
    """Divide; draws without anything in the denominator say nothing and are left out."""
    if not whole[0]:
        return {"frac": None, "low": 0.0, "high": 1.0}
    drawn = part[1:][whole[1:] > 0] / whole[1:][whole[1:] > 0]
    low, high = _interval(drawn)
    return {"frac": round(float(part[0] / whole[0]), 4), "low": round(low, 4), "high": round(high, 4)}


def _interval(drawn: NDArray[np.float64]) -> tuple[float, float]:
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(drawn, (tail, 100 - tail))
    return float(low), float(high)
