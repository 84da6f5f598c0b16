"""The same stream with other labels or in another order: what should not change a good service, and what must."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.evals.labelled import Labelled, LabelledFile


@dataclass(frozen=True, slots=True)
class Shape:
    """What is done to a stream before it is lived through."""

    negate: bool = False
    """Every buy becomes a sell, and the other way round: no list of words may carry a result."""
    flip_at_frac: float | None = None
    """From this share of the stream on labels are negated: the regime changes."""
    shuffle_seed: int | None = None
    """Records change places; the times stay."""

    def __post_init__(self) -> None:
        if self.flip_at_frac is not None and not 0 < self.flip_at_frac < 1:
            raise ConfigurationError(f"a regime change must lie in (0, 1) of the stream, got {self.flip_at_frac}")

    def flip_index(self, n: int) -> int | None:
        """Return the first of `n` records whose label is negated by the regime change."""
        return None if self.flip_at_frac is None else int(self.flip_at_frac * n)

    def words(self) -> list[str]:
        """Say what was done, for a page; nothing where nothing was."""
        found = ["Every label is negated."] if self.negate else []
        if self.flip_at_frac is not None:
            at = f"{self.flip_at_frac:.0%}"
            found.append(f"The regime changes at {at} of the stream: from there on labels are negated.")
        if self.shuffle_seed is not None:
            found.append(f"The records are in another order (seed {self.shuffle_seed}).")
        return found


AS_IT_IS = Shape()


def shaped(data: LabelledFile, shape: Shape) -> LabelledFile:
    """Return the stream as the shape has it."""
    rows: Sequence[Labelled] = data.rows
    if shape.shuffle_seed is not None:
        order = np.random.default_rng(shape.shuffle_seed).permutation(len(rows))
        rows = [_moved(rows[source], place) for source, place in zip(order, rows, strict=True)]
    flip = shape.flip_index(len(rows))
    turned = [shape.negate != (flip is not None and index >= flip) for index in range(len(rows))]
    return replace(data, rows=tuple(_negated(each) if turn else each for each, turn in zip(rows, turned, strict=True)))


def _moved(each: Labelled, place: Labelled) -> Labelled:
    """Give a record the times of another's place."""
    record = replace(each.record, decided_at=place.decided_at, known_at=place.known_at)
    return replace(each, record=record, decided_at=place.decided_at, known_at=place.known_at)


def _negated(each: Labelled) -> Labelled:
    truth = Signal(-each.truth)
    return replace(each, record=replace(each.record, signal=int(truth)), truth=truth)
