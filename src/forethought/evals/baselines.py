"""What others would have answered in the same stream: plain similarity caches, and rules that look at no text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forethought.application.insert import Previewed
from forethought.bootstrap import Service
from forethought.domain.composition import Part, pooled
from forethought.domain.decision import Scope, Signal
from forethought.domain.similarity import Vector, normalise
from forethought.domain.situation import Component, ComponentType
from forethought.evals.statistics import Share, sign_test_p

COSINES = (0.80, 0.85, 0.90, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)
AGREEMENTS = (0.0, 0.50, 0.60, 0.70, 0.80, 0.85, 0.88, 0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.97, 0.99)
ALWAYS = (0.0,)

SEED_WEIGHTS = {"instruction": 0.4, "examples": 0.2, "context": 0.2, "news": 0.2}
"""The worked example of the seed. In an events prompt the other rows stand for the examples, their evolution for the
context."""
_SEED_SLOTS = {ComponentType.ROW: "examples", ComponentType.EXEMPLAR: "examples", ComponentType.NEWS: "news"}


@dataclass(frozen=True, slots=True)
class Guess:
    """What somebody would answer, and what a threshold on it applies to."""

    signal: Signal
    score: float


@dataclass(frozen=True, slots=True)
class View:
    """A record as those who compete see it: without its label."""

    scope: Scope
    same: object
    """Equal for the same ten rows; for a text, for the same text."""
    vectors: Mapping[str, Vector]
    """By way of looking at it."""


class Peer(Protocol):
    """Somebody who answers in the same stream."""

    @property
    def name(self) -> str:
        """Name for tables."""
        ...

    @property
    def thresholds(self) -> tuple[float, ...]:
        """On the score; at least one."""
        ...

    def guess(self, view: View) -> Guess | None:
        """Answer from what was learned so far."""
        ...

    def learn(self, view: View, truth: Signal) -> None:
        """Take the label in."""
        ...


@dataclass
class Nearest:
    """The answer of the one nearest vector of the same scope: what a plain semantic cache does."""

    name: str
    way: str
    """Which vector of a view."""
    thresholds: tuple[float, ...] = COSINES
    _held: dict[Scope, "_Rows"] = field(default_factory=dict)

    def guess(self, view: View) -> Guess | None:
        """See `Peer`."""
        held = self._held.get(view.scope)
        return None if held is None else held.nearest(view.vectors[self.way])

    def learn(self, view: View, truth: Signal) -> None:
        """See `Peer`."""
        self._held.setdefault(view.scope, _Rows()).add(view.vectors[self.way], truth)


class _Rows:
    """Unit vectors that grow in number, with their labels."""

    def __init__(self) -> None:
        self._vectors: npt.NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._labels: list[Signal] = []

    @property
    def size(self) -> int:
        """How many."""
        return len(self._labels)

    def add(self, vector: Vector, label: Signal) -> None:
        """Append one; room doubles when it is used up."""
        if self.size == self._vectors.shape[0]:
            room = np.zeros((max(64, 2 * self.size), vector.shape[0]), dtype=np.float32)
            room[: self.size] = self._vectors[: self.size] if self.size else 0
            self._vectors = room
        self._vectors[self.size] = vector
        self._labels.append(label)

    def nearest(self, vector: Vector) -> Guess:
        """Return the label of the nearest; of equally near ones the latest."""
        cosines = self._vectors[: self.size] @ vector
        best = self.size - 1 - int(np.argmax(cosines[::-1]))
        return Guess(self._labels[best], min(1.0, float(cosines[best])))


@dataclass
class RepeatLast:
    """The last label of the scope."""

    name: str = "repeat the last signal"
    thresholds: tuple[float, ...] = ALWAYS
    _last: dict[Scope, Signal] = field(default_factory=dict)

    def guess(self, view: View) -> Guess | None:
        """See `Peer`."""
        last = self._last.get(view.scope)
        return None if last is None else Guess(last, 1.0)

    def learn(self, view: View, truth: Signal) -> None:
        """See `Peer`."""
        self._last[view.scope] = truth


@dataclass
class Majority:
    """The most frequent label of the scope so far; of equally frequent ones the one that was first."""

    name: str = "majority so far"
    thresholds: tuple[float, ...] = ALWAYS
    _counts: dict[Scope, dict[Signal, int]] = field(default_factory=dict)

    def guess(self, view: View) -> Guess | None:
        """See `Peer`."""
        counts = self._counts.get(view.scope)
        return None if not counts else Guess(max(counts, key=lambda signal: counts[signal]), 1.0)

    def learn(self, view: View, truth: Signal) -> None:
        """See `Peer`."""
        counts = self._counts.setdefault(view.scope, {})
        counts[truth] = counts.get(truth, 0) + 1


@dataclass
class SameRows:
    """The latest label of the same ten rows; for a text, of the same text."""

    name: str = "same ten rows (or same text), latest"
    thresholds: tuple[float, ...] = ALWAYS
    _latest: dict[tuple[Scope, object], Signal] = field(default_factory=dict)

    def guess(self, view: View) -> Guess | None:
        """See `Peer`."""
        latest = self._latest.get((view.scope, view.same))
        return None if latest is None else Guess(latest, 1.0)

    def learn(self, view: View, truth: Signal) -> None:
        """See `Peer`."""
        self._latest[view.scope, view.same] = truth


def peers() -> list[Peer]:
    """Return all who compete, fresh."""
    return [
        Nearest("full prompt, head only (256 tokens)", "head"),
        Nearest("full prompt, mean of its chunks", "chunks"),
        Nearest("seed composition (.4/.2/.2/.2), composed vector", "seed"),
        RepeatLast(),
        Majority(),
        SameRows(),
    ]


async def view_of(service: Service, text: str, previewed: Previewed) -> View:
    """Look at a record in every way that a peer needs. A long prompt costs the embedding of all its chunks.

    Raises:
        Unavailable: the encoder does not answer.
    """
    situation = previewed.situation
    (head,) = await service.embedder.embed([text])
    chunks = head.vector
    if head.truncated:
        chunks, _ = await service.parts.encode.in_chunks(text)
    vectors = {"head": head.vector, "chunks": chunks, "seed": seed_vector(await parts_of(service, previewed))}
    return View(situation.scope, situation.row_ids or situation.news.component.id, vectors)


async def parts_of(service: Service, previewed: Previewed) -> list[Part]:
    """Return the vectors of a record's components; looking at it has put them into the embedding cache."""
    components: list[Component] = list(previewed.situation.components)
    market = service.parts.survey.component(previewed.market)
    if market is not None and any(detail.id == market.id for detail in previewed.encoded.details):
        components.append(market)
    vectors = await service.parts.components.get(components)
    return [Part(c.type.value, c.id, c.type.weight_name, vectors[c.id]) for c in components]


def seed_vector(parts: Sequence[Part]) -> Vector:
    """Compose as the seed's worked example does; a slot without components drops out."""
    slots: dict[str, list[Part]] = {}
    for part in parts:
        kind = ComponentType(part.type)
        default = "instruction" if kind.weight_name == "instruction" else "context"
        slots.setdefault(_SEED_SLOTS.get(kind, default), []).append(part)
    weighted = [(SEED_WEIGHTS[name], pooled(found)) for name, found in slots.items()]
    return normalise(np.sum([np.float32(w) * v for w, v in weighted if v is not None], axis=0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A guess beside the truth, which came later."""

    guess: Guess | None
    truth: Signal


@dataclass(frozen=True, slots=True)
class Cut:
    """What would have been answered at one threshold, of all that was asked."""

    threshold: float
    answered: Share
    agreed: Share
    """Of those answered."""
    opposite: Share
    """Of those answered: buy for sell or sell for buy."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Two who answered the same records."""

    mine: Share
    theirs: Share
    only_mine: int
    """Records on which only mine agrees with the label."""
    only_theirs: int

    @property
    def p(self) -> float:
        """How surprising the difference is if there is none: McNemar's exact test."""
        return sign_test_p(self.only_mine, self.only_theirs)


def paired(mine: Sequence[Outcome], theirs: Sequence[Outcome]) -> Paired:
    """Compare on the records that both answer: the only comparison that coverage cannot flatter."""
    both = [
        (m.guess.signal is m.truth, t.guess.signal is t.truth)
        for m, t in zip(mine, theirs, strict=True)
        if m.guess is not None and t.guess is not None
    ]
    right, theirs_right = (sum(each) for each in zip(*both, strict=True)) if both else (0, 0)
    only_mine = sum(m and not t for m, t in both)
    only_theirs = sum(t and not m for m, t in both)
    return Paired(Share(right, len(both)), Share(theirs_right, len(both)), only_mine, only_theirs)


def cut(outcomes: Sequence[Outcome], threshold: float) -> Cut:
    """Count what would have been answered at a threshold."""
    given = [(o.guess.signal, o.truth) for o in outcomes if o.guess is not None and o.guess.score >= threshold]
    agreed = sum(signal is truth for signal, truth in given)
    opposite = sum(signal.opposes(truth) for signal, truth in given)
    n = len(given)
    return Cut(threshold, Share(n, len(outcomes)), Share(agreed, n), Share(opposite, n))
