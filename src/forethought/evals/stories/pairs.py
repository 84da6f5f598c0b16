"""All pairs of reports that could be one story, and a sample of them drawn by strata of known size."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from forethought.application.assess import facts_of
from forethought.domain.story import NEAR_COSINE, joins
from forethought.evals.stories.living import Report

WITHIN = timedelta(hours=24)
"""Pairs farther apart are not judged."""
BANDS = (-1.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Lower bounds of the bands of cosine."""
COMMON_WORDS = 0.2
"""By this share of common words (Jaccard) the pairs that the rule leaves apart are drawn separately, up to .7."""
_SPLIT_BANDS = frozenset({0.4, 0.5, 0.6})
ROUNDS: Sequence[Mapping[str, tuple[int, ...]]] = (
    {
        "together": (4, 12, 18, 18, 16, 10, 6),
        "joined": (0, 16, 16, 14, 10, 6, 3),
        "apart, alike": (0, 14, 18, 20, 0, 0, 0),
        "apart": (12, 10, 12, 12, 30, 18, 10),
    },
    {"apart": (18, 20, 38, 33, 0, 0, 0)},
)
"""Pairs to draw by what the rule does and by band. Joined pairs are rare, so they are drawn far more often.

The second round was added because one pair of the first stood for more than half of all that tell one story.
"""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of one file, as columns; `first` came before `second`."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    cosine: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pair to be judged."""

    first: int
    second: int
    band: float
    stratum: str
    weight: float
    """How many pairs of its stratum it stands for."""


def all_pairs(reports: Sequence[Report]) -> Pairs:
    """Pair reports that share an instrument and came within a day; reports are in the order of time."""
    vectors = np.stack([each.vector for each in reports])
    times = [each.at for each in reports]
    first, second, cosines = [], [], []
    start = 0
    for i, report in enumerate(reports):
        while report.at - times[start] > WITHIN:
            start += 1
        shared = [j for j in range(start, i) if report.stories.keys() & reports[j].stories.keys()]
        first.append(np.array(shared, dtype=np.int32))
        second.append(np.full(len(shared), i, dtype=np.int32))
        cosines.append((vectors[shared] @ vectors[i]).astype(np.float32) if shared else np.empty(0, np.float32))
    return Pairs(np.concatenate(first), np.concatenate(second), np.concatenate(cosines))


def joined(one: Report, other: Report, cosine: float) -> bool:
    """Tell whether the rule joins the later report to the earlier one, about any instrument that both are about."""
    if cosine < NEAR_COSINE:
        return False
    return one.text == other.text or any(
        joins(facts_of(other.text, asset), [facts_of(one.text, asset)], [cosine])
        for asset in sorted(one.stories.keys() & other.stories.keys())
    )


def together(one: Report, other: Report) -> bool:
    """Tell whether the two were found to tell one story."""
    return any(other.stories.get(asset) == story for asset, story in one.stories.items())


def common_words(one: str, other: str) -> float:
    """Return the share of common words (Jaccard), case folded."""
    a, b = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(a & b) / len(a | b) if a | b else 0.0


def band_of(cosine: float) -> float:
    """Return the lower bound of a cosine's band."""
    return max(bound for bound in BANDS if cosine >= bound or bound == BANDS[0])


def strata(reports: Sequence[Report], pairs: Pairs) -> dict[tuple[str, float], list[int]]:
    """Sort the pairs' places by what the rule does with them and by band."""
    found: dict[tuple[str, float], list[int]] = {}
    for place in range(len(pairs)):
        one, other = reports[pairs.first[place]], reports[pairs.second[place]]
        cosine = float(pairs.cosine[place])
        band = band_of(cosine)
        if together(one, other):
            kind = "together"
        elif joined(one, other, cosine):
            kind = "joined"
        elif band in _SPLIT_BANDS and common_words(one.text, other.text) >= COMMON_WORDS:
            kind = "apart, alike"
        else:
            kind = "apart"
        found.setdefault((kind, band), []).append(place)
    return found


def draw(pairs: Pairs, found: Mapping[tuple[str, float], Sequence[int]], *, seed: int) -> list[Drawn]:
    """Draw from each stratum without replacement; each round comes back shuffled, so that its order tells nothing."""
    drawn: list[tuple[str, float, int]] = []
    for number, sizes in enumerate(ROUNDS):
        rng = np.random.default_rng(seed + number)
        before = {place for _, _, place in drawn}
        round_: list[tuple[str, float, int]] = []
        for (kind, band), places in sorted(found.items()):
            left = [place for place in places if place not in before]
            wanted = min(sizes[kind][BANDS.index(band)] if kind in sizes else 0, len(left))
            round_ += [(kind, band, int(place)) for place in rng.choice(np.array(left), wanted, replace=False)]
        drawn += [round_[i] for i in rng.permutation(len(round_))]
    counts = Counter((kind, band) for kind, band, _ in drawn)
    return [
        Drawn(int(pairs.first[at]), int(pairs.second[at]), band, kind, len(found[kind, band]) / counts[kind, band])
        for kind, band, at in drawn
    ]
