"""Who competes in a stream. Each lives in a world of its own: it learns what its own answers leave to be learned."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forethought.domain.decision import Signal
from forethought.evals.baselines import Guess, Majority, Nearest, Peer, RepeatLast, SameRows, View
from forethought.evals.labelled import Labelled, steps
from forethought.evals.streams.labels import Labels
from forethought.evals.streams.runs import Run, Trace

COSINES = (0.50, 0.60, 0.70, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
DEFAULT_COSINE = 0.90
"""The default of both libraries, a distance of .1."""
SEED_COSINES = (0.70, 0.80, 0.86, 0.90, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
SEED_COSINE = 0.86
"""The seed's threshold on the composed vector."""


@dataclass(frozen=True)
class Stream:
    """A stream as those who compete see it."""

    rows: Sequence[Labelled]
    views: Sequence[View]
    redis_url: str
    namespace: str


class World(Protocol):
    """One memory."""

    async def ask(self, index: int) -> Guess | None:
        """Answer the record at an index of the stream from what was learned so far."""
        ...

    async def learn(self, index: int, truth: Signal) -> None:
        """Take the label of the record in."""
        ...


class Contender(Protocol):
    """Somebody who competes."""

    @property
    def name(self) -> str:
        """Name for tables."""
        ...

    @property
    def thresholds(self) -> tuple[float, ...]:
        """On the score, ascending; a single one for those who look at no score."""
        ...

    @property
    def default(self) -> float | None:
        """The threshold that it comes with; `None` where it comes with none."""
        ...

    @property
    def version(self) -> str:
        """What its results hang on besides the stream; a result of another version is not used again."""
        ...

    def world(self, stream: Stream, floor: float) -> AbstractAsyncContextManager[World]:
        """Open an empty memory that answers at scores of at least `floor`, and take it away again."""
        ...


async def play(contender: Contender, stream: Stream, labels: Labels, *, advance: Callable[[int], None]) -> Run:
    """Let somebody live through a stream.

    Where all labels come, one memory serves for all thresholds. Where they come after misses, every threshold has its
    own, because what it answers decides what it learns.

    Raises:
        Unavailable: the store went away.
    """
    own = labels.audit_frac is not None and len(contender.thresholds) > 1
    traces = {}
    for floor in contender.thresholds if own else (min(0.0, *contender.thresholds),):
        async with contender.world(stream, floor) as world:
            traces[floor] = await _lived(world, stream, labels, floor, advance)
    return Run(contender.name, contender.thresholds, contender.default, traces, own_memories=own)


def rounds(contender: Contender, labels: Labels) -> int:
    """Return how often `play` lives through the stream."""
    return len(contender.thresholds) if labels.audit_frac is not None else 1


async def _lived(world: World, stream: Stream, labels: Labels, floor: float, advance: Callable[[int], None]) -> Trace:
    index_of = {each.row: index for index, each in enumerate(stream.rows)}
    trace, audited = Trace.empty(len(stream.rows)), labels.audited(len(stream.rows))
    for step in steps(stream.rows):
        for each in step.decide:
            index = index_of[each.row]
            guess = await world.ask(index)
            if guess is not None and guess.score >= floor:
                trace.note(index, guess)
        for each in step.learn:
            index = index_of[each.row]
            if audited[index] or not trace.answers[index]:
                await world.learn(index, each.truth)
        advance(len(step.decide))
    return trace


@dataclass(frozen=True)
class Plain:
    """A peer of `baselines`, in this process."""

    make: Callable[[], Peer]
    default: float | None = None
    version: str = "1"

    @property
    def name(self) -> str:
        """See `Contender`."""
        return self.make().name

    @property
    def thresholds(self) -> tuple[float, ...]:
        """See `Contender`."""
        return self.make().thresholds

    @asynccontextmanager
    async def world(self, stream: Stream, floor: float) -> AsyncIterator[World]:  # noqa: ARG002 - `_lived` cuts
        """See `Contender`."""
        yield _PlainWorld(self.make(), stream.views)


@dataclass(frozen=True)
class _PlainWorld:
    peer: Peer
    views: Sequence[View]

    async def ask(self, index: int) -> Guess | None:
        return self.peer.guess(self.views[index])

    async def learn(self, index: int, truth: Signal) -> None:
        self.peer.learn(self.views[index], truth)


def plain_contenders(views: Sequence[View]) -> list[Contender]:
    """Return those who need no store; the mean of chunks only where a text has more than one."""
    found: list[Contender] = [
        Plain(lambda: Nearest("static threshold, full text (256 tokens)", "head", COSINES), DEFAULT_COSINE)
    ]
    if not _alike(views):
        found.append(Plain(lambda: Nearest("static threshold, full text in chunks", "chunks", COSINES), DEFAULT_COSINE))
    found.append(Plain(lambda: Nearest("seed composition (.4/.2/.2/.2)", "seed", SEED_COSINES), SEED_COSINE))
    return [*found, Plain(RepeatLast), Plain(Majority), Plain(SameRows)]


def _alike(views: Sequence[View]) -> bool:
    return all(np.array_equal(view.vectors["head"], view.vectors["chunks"]) for view in views)


def least_cosine(views: Sequence[View], way: str, *, most: int = 2_000) -> float:
    """Return the least cosine between any two of the first records: near 1, a way of looking tells nothing apart."""
    held: npt.NDArray[np.float32] = np.stack([view.vectors[way] for view in views[:most]])
    return float((held @ held.T).min())
