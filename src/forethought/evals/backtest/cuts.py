"""The empirical check: take away everything after a moment, and see that the decision of that moment stays."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from forethought.application.ports.embedder import Embedder
from forethought.domain.similarity import Embedding, EmbeddingModel
from forethought.evals.backtest.auditor import Audit
from forethought.evals.backtest.prices import cut_off
from forethought.evals.backtest.remembered import Answer, World, play
from forethought.evals.labelled import Labelled

_NEVER = timedelta(days=3_650)


@dataclass(frozen=True, slots=True)
class Compared:
    """One decision with and without what came after it."""

    row: int
    whole: tuple[str, int]
    """Path and signal in the whole run."""
    cut: tuple[str, int] | None
    """The same where nothing later existed."""

    @property
    def same(self) -> bool:
        """Whether what came later made no difference."""
        return self.whole == self.cut


def sampled(answers: Mapping[int, Answer], count: int, rng: np.random.Generator) -> list[int]:
    """Draw rows to check; those that memory answered first, for the others have used little."""
    order = [int(row) for row in rng.permutation(sorted(answers))]
    return sorted(sorted(order, key=lambda row: not answers[row].path.from_memory)[:count])


async def compare(world: World, rows: Sequence[Labelled], answers: Mapping[int, Answer], row: int) -> Compared:
    """Play a file again up to one decision, without a record or a bar that was not known at its moment.

    The auditor does not take part: this check stands by itself.
    """
    asked = next(each for each in rows if each.row == row)
    at = asked.decided_at
    past = [each for each in rows if each.row != row and each.known_at < at and each.decided_at < at]
    unlearned = replace(
        asked, known_at=asked.known_at + _NEVER, record=replace(asked.record, known_at=asked.known_at + _NEVER)
    )
    found: list[Answer] = []
    with tempfile.TemporaryDirectory() as folder:
        files = await asyncio.gather(*(asyncio.to_thread(cut_off, each, at, Path(folder)) for each in world.prices))
        audit = Audit({each.row: each.known_at for each in rows})
        cut = replace(world, prices=tuple(files))
        await play(cut, [*past, unlearned], audit, wanted=lambda each: each == row, note=found.append, strict=False)
    return Compared(row, _said(answers[row]), _said(found[0]) if found else None)


def _said(answer: Answer) -> tuple[str, int]:
    return answer.path.value, int(answer.signal)


class Memoised:
    """An encoder that remembers, so that playing a file again costs no inference."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[str, Embedding] = {}

    @property
    def model(self) -> EmbeddingModel:
        """See the port."""
        return self._inner.model

    @property
    def split(self) -> Callable[..., list[str]]:
        """See the port."""
        return self._inner.split

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """See the port."""
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        if missing:
            self._known.update(zip(missing, await self._inner.embed(missing), strict=True))
        return [self._known[text] for text in texts]

    async def close(self) -> None:
        """See the port."""
        await self._inner.close()
