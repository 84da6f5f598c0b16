"""Shares with their uncertainty, and percentiles. The statistics are scipy's and numpy's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binomtest

from forethought.domain.interval import wilson

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`."""

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"a share has 0 <= k <= n, got {self.k} of {self.n}")

    @property
    def frac(self) -> float | None:
        """The quotient; `None` for n = 0."""
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson (1927); (0, 1) for n = 0. It takes observations as independent."""
        return wilson(self.k, self.n, confidence=CONFIDENCE)

    def document(self) -> dict[str, Any]:
        """Lay it out as JSON types."""
        low, high = self.interval
        frac = None if self.frac is None else round(self.frac, 6)
        return {"k": self.k, "n": self.n, "frac": frac, "low": round(low, 6), "high": round(high, 6)}


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of `n` durations in milliseconds; `None` without any."""

    n: int
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None

    def document(self) -> dict[str, Any]:
        """Lay them out as JSON types."""
        names = ("mean_ms", "p50_ms", "p95_ms", "p99_ms")
        found = {name: getattr(self, name) for name in names}
        return {"n": self.n, **{name: None if value is None else round(value, 2) for name, value in found.items()}}


def sign_test_p(one: int, other: int) -> float:
    """Return the two-sided p of McNemar's exact test on pairs that differ one way and the other.

    It is 1 where no pair differs.
    """
    return float(binomtest(one, one + other).pvalue) if one + other else 1.0


def share_of(observations: Iterable[bool]) -> Share:
    """Count how many hold."""
    found = list(observations)
    return Share(sum(found), len(found))


def percentiles(durations_ms: Iterable[float]) -> Percentiles:
    """Work out mean and percentiles, linear between neighbours (numpy's default)."""
    found = np.fromiter(durations_ms, dtype=np.float64)
    if not found.size:
        return Percentiles(0, None, None, None, None)
    p50, p95, p99 = (float(value) for value in np.percentile(found, (50, 95, 99)))
    return Percentiles(found.size, float(found.mean()), p50, p95, p99)
