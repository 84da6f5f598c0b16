"""What the decision cache remembers, and what retrieval returns."""

from dataclasses import dataclass, field

from forethought.domain.composition import Detail
from forethought.domain.decision import Decision, Scope, Times
from forethought.domain.market import MarketState
from forethought.domain.similarity import Vector


@dataclass(frozen=True, slots=True)
class Entry:
    """One remembered decision about one situation."""

    sha: str
    """Names the situation (`Situation.sha`)."""
    scope: Scope
    decision: Decision
    times: Times
    decision_id: str
    details: tuple[Detail, ...]
    news_text: str
    """The cleaned news, which the guard reads."""
    row_ids: frozenset[str]
    vector: Vector
    news_vector: Vector
    context_vector: Vector | None
    market: MarketState | None
    model_tag: str
    tau: float
    """The threshold in force when it was made."""
    source: str = ""
    """Who inserted it: provider or program."""
    tags: tuple[str, ...] = field(default=())
    contested: bool = False
    """Another source had said something else of nearly the same news: it is kept, and answers nothing but itself."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """An exact match: the decision without its vectors."""

    key: str
    decision: Decision
    times: Times
    decision_id: str
    market: MarketState | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A precedent that retrieval returned."""

    key: str
    entry: Entry
    similarity: float
    """Cosine of the composed vectors, in [-1, 1]."""
