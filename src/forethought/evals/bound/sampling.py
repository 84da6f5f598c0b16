"""Streams that might have been: blocks of neighbours drawn from a real one, and labels that mean something else."""

from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

Ints = npt.NDArray[np.int64]
Signals = npt.NDArray[np.int8]
Vectors = npt.NDArray[np.float32]

TOPICS = 12
_QUIET_LAGS = 5
"""Lags in a row that must be small before neighbours count as unrelated (K_N of Politis and White 2004)."""
_LONGEST = 0.02
"""A block is at most this share of the stream, so that a resampled one of some thousand records has many blocks."""


class Variant(StrEnum):
    """What the labels of a resampled stream mean."""

    AS_THEY_ARE = "as they are"
    NEGATED = "every label negated"
    SWAPPED = "labels swapped between topics"
    FLIPPED = "labels flip at the middle"


def block_length(signals: Signals, vectors: Vectors) -> int:
    """Return how many neighbours belong together: twice the lag beyond which nothing is correlated any more.

    After Politis and White (2004): the lag before the first five in a row below 2 sqrt(log10(n) / n), here the longest
    of three series: the signal, whether there is one, and the text's vector. At least the cube root of n.
    """
    n = len(signals)
    bound = 2 * np.sqrt(np.log10(n) / n)
    longest = int(_LONGEST * n)
    series = (signals[:, None].astype(np.float64), (signals != 0)[:, None].astype(np.float64), vectors)
    lag = max(_last_correlated(each, bound, longest // 2) for each in series)
    return int(min(max(2 * lag, np.ceil(n ** (1 / 3))), max(1, longest)))


def _last_correlated(series: npt.NDArray[Any], bound: float, longest: int) -> int:
    centred = series - series.mean(axis=0)
    power = (centred**2).sum() / len(centred)
    quiet = 0
    for lag in range(1, longest + 1):
        together = (centred[lag:] * centred[:-lag]).sum() / len(centred)
        quiet = quiet + 1 if power == 0 or abs(together) < bound * power else 0
        if quiet == _QUIET_LAGS:
            return lag - _QUIET_LAGS
    return longest


def resampled(n: int, records: int, length: int, rng: np.random.Generator) -> Ints:
    """Draw moving blocks (Künsch 1989) until there are `records` different records; return their indices.

    A record that was drawn before is left out: a repeat would be answered by its own label, and prove nothing.

    Raises:
        ValueError: there are not so many records.
    """
    if records > n:
        raise ValueError(f"{records} different records cannot be drawn from {n}")
    length = min(length, n)
    found: dict[int, None] = {}
    while len(found) < records:
        start = int(rng.integers(n - length + 1))
        found.update(dict.fromkeys(range(start, start + length)))
    return np.array(list(found)[:records], dtype=np.int64)


def topics(vectors: Vectors, seed: int) -> Ints:
    """Sort texts into topics by k-means on their vectors."""
    found: Ints = KMeans(min(TOPICS, len(vectors)), n_init=1, random_state=seed).fit_predict(vectors).astype(np.int64)
    return found


def relabelled(variant: Variant, signals: Signals, topic: Ints, rng: np.random.Generator) -> Signals:
    """Give the labels of a resampled stream another meaning.

    Args:
        variant: Which one.
        signals: In the order of the stream.
        topic: Of each record; half of the topics, drawn anew, are negated where labels are swapped.
        rng: Where chance comes from.
    """
    if variant is Variant.NEGATED:
        return -signals
    if variant is Variant.SWAPPED:
        names = np.arange(topic.max() + 1)
        negated = rng.permutation(names)[: len(names) // 2]
        return np.where(np.isin(topic, negated), -signals, signals).astype(np.int8)
    if variant is Variant.FLIPPED:
        return np.concatenate([signals[: len(signals) // 2], -signals[len(signals) // 2 :]])
    return signals
