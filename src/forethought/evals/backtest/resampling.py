"""Resampling that keeps what neighbours in time share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Signals = npt.NDArray[np.int8]

RUNS = 2_000
"""Bootstrap samples."""


def moving_blocks(n: int, length: int, rng: np.random.Generator, *, runs: int = RUNS) -> Ints:
    """Draw samples of `n` indices in blocks of neighbours (Künsch 1989; the ends are joined, Politis and Romano 1992).

    Args:
        n: How many observations there are, at least 1.
        length: Of a block, in observations; cut to n.
        rng: Where chance comes from.
        runs: How many samples.

    Returns:
        `runs` rows of `n` indices.
    """
    length = max(1, min(length, n))
    starts = rng.integers(0, n, size=(runs, -(-n // length)))
    blocks = (starts[:, :, None] + np.arange(length)) % n
    return np.asarray(blocks.reshape(runs, -1)[:, :n], dtype=np.int64)


def block_length(at_us: Ints, span_us: int) -> int:
    """Return how long a block must be for its neighbours to hold everything that overlaps: the mean count in a span.

    At least the cube root of n, the usual order where nothing overlaps.
    """
    inside = np.searchsorted(at_us, at_us + span_us, side="right") - np.arange(len(at_us))
    return int(max(np.ceil(inside.mean()), np.ceil(len(at_us) ** (1 / 3))))


def shuffled(signals: Signals, rng: np.random.Generator) -> Signals:
    """Draw the same signals in another order: the same frequencies, and as many changes as chance makes."""
    return rng.permutation(signals)


def rerun(signals: Signals, rng: np.random.Generator) -> Signals:
    """Draw the same frequencies with the same stretches: about as many changes, so about the same costs.

    The lengths of the stretches are dealt anew among those of the same signal, and the whole is turned by a random
    amount; turning may cut one stretch in two.
    """
    edges = np.flatnonzero(np.diff(signals)) + 1
    values = signals[np.concatenate(([0], edges)).astype(np.int64)]
    lengths = np.diff(np.concatenate(([0], edges, [len(signals)])))
    for value in np.unique(values):
        same = values == value
        lengths[same] = rng.permutation(lengths[same])
    return np.roll(np.repeat(values, lengths), int(rng.integers(len(signals))))


def interval(samples: Sequence[float] | npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle 95 % of samples."""
    low, high = np.percentile(np.asarray(samples, dtype=np.float64), (2.5, 97.5))
    return float(low), float(high)
