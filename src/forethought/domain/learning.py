"""What is learned from one answer of the teacher, and what a reflex says of a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forethought.domain.decision import Signal, Times
from forethought.domain.similarity import Vector


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reflex sees of a situation."""

    text: str
    """The cleaned news."""
    vector: Vector
    """Of the news, unit norm."""
    facts: Mapping[str, float] = field(default_factory=dict)
    """Structured facts of a prompt (`domain/facts.py`), about in [-1, 1]; empty for a plain text."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A remembered decision near a question."""

    similarity: float
    """Cosine of the news vectors."""
    signal: Signal


@dataclass(frozen=True, slots=True)
class Guess:
    """What a reflex says of a question."""

    signal: Signal
    agreement_p: float
    """Calibrated chance that the teacher says the same."""
    opposite_p: float
    """Calibrated chance that the teacher says the opposite."""
    risk: float
    """What acceptance compares with the limit: wrong_p / delta + opposite_p / delta_opp; infinite if uncalibrated."""
    limit: float
    """The greatest risk that keeps the budget; negative when nothing does."""
    shares: tuple[float, float, float]
    """What the model gives sell, none and buy; sums to 1."""
    evidence: tuple[float, ...]
    """What the estimate was made of; kept with the lesson, so that the next calibration learns from it."""

    def accepted(self, caution: float = 1.0) -> bool:
        """Tell whether it keeps the budget, at `caution` times the ordinary risk."""
        return self.risk * caution <= self.limit

    def share(self, signal: Signal) -> float:
        """Return what the model gives one signal."""
        return self.shares[int(signal) + 1]


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the reflex had said of a situation before its label was seen."""

    signal: Signal
    evidence: tuple[float, ...]
    answered: bool
    """Whether it kept the budget, so that it would have been the answer."""
    agreement_p: float | None = None
    """What it was said to be worth; `None` before there was a calibration."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One label with what it was about."""

    reading: Reading
    signal: Signal
    times: Times
    decision_id: str
    source: str = ""
    """Who inserted it."""
    weight: float = 1.0
    """The inverse of its chance of being labelled (Horvitz and Thompson 1952)."""
    foretold: Foretold | None = None
    """`None` while there was no reflex."""


class Mode(StrEnum):
    """How freely a scope may be answered from memory."""

    OPEN = "open"
    TIGHT = "tight"
    """The recent answers are over the budget: half of it is granted."""
    STOPPED = "stopped"
    """They are over it beyond doubt: only exact answers, until the evidence is good again."""


@dataclass(frozen=True, slots=True)
class ReflexStanding:
    """What is known of a reflex, for people."""

    version: int
    lessons: int
    mode: Mode
    answered_n: int
    """Labelled answers in the window that the drift detector holds to be of one kind."""
    wrong_frac: float | None
    opposite_frac: float | None
    novelty_frac: float | None
    """Mean share of features that the model had never seen, lately."""
    drifts: int
    """How often agreement or input changed, as ADWIN sees it."""
    rolled_back: bool
    """Whether the newest fit did worse on the canaries, so that the former one serves."""
