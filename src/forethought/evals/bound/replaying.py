"""One life of a reflex, offline: the same code that learns and answers in the service, without its store.

As in the service, a miss is labelled, a hit only when it is audited, and a new model is fitted after so many labels.
Retrieval is exact here; the rungs beside the reflex (exact repeats, precedents, the slow vote) are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from forethought.adapters.learning.fitting import Fitter
from forethought.adapters.learning.model import NEIGHBOURS, Model
from forethought.domain.agreement import FAST, NO_EVIDENCE, SLOW, Evidence, Tally
from forethought.domain.decision import Signal, Times
from forethought.domain.learning import Foretold, Guess, Lesson, Mode, Neighbour, Reading
from forethought.domain.strategy import ErrorBudget, ReflexRule
from forethought.evals.bound.sampling import Signals, Vectors

FIT_EVERY = 50
"""Labels between two fits: the slowest that the design allows. The service fits oftener; hundreds of replays cannot."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_TIMES = Times(_LONG_AGO, _LONG_AGO)
"""Lessons are told apart by their order alone."""

UNANSWERED, RIGHT, WRONG, OPPOSITE = ".", "r", "w", "x"
"""How one record went; opposite is also wrong."""
MODES = {None: "-", Mode.OPEN: "o", Mode.TIGHT: "t", Mode.STOPPED: "s"}
"""How freely it could be answered; `-` while there is no model."""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of each record, one character each."""

    fate: str
    mode: str
    labels: int
    """How many labels were seen."""


@dataclass
class _Scope:
    """What the service keeps of a scope."""

    fitter: Fitter
    model: Model | None = None
    lessons: list[Lesson] = field(default_factory=list)
    lately: tuple[float, float] = NO_EVIDENCE.lately
    asked: int = 0
    audited: int = 0
    fitted_on: int = 0

    @property
    def mode(self) -> Mode | None:
        return None if self.model is None else self.model.mode

    def learn(self, reading: Reading, truth: Signal, guess: Guess | None, *, audited: bool) -> None:
        """Keep a lesson as `application/learn` does, and fit when `application/train` would."""
        weight = Evidence(Tally(), {}, self.lately, self.asked, self.audited).audit_weight if audited else 1.0
        told = None
        if guess is not None:
            told = Foretold(guess.signal, guess.evidence, guess.accepted())
            wrong, (fast, slow) = float(guess.signal is not truth), self.lately
            self.lately = (fast + FAST * (wrong - fast), slow + SLOW * (wrong - slow))
        self.audited += audited
        self.lessons.append(Lesson(reading, truth, _TIMES, "", weight=weight, foretold=told))
        if len(self.lessons) - self.fitted_on >= FIT_EVERY:
            self.fitted_on = len(self.lessons)
            self.model = self.fitter.fit(self.lessons) or self.model


def replay(
    texts: Sequence[str], vectors: Vectors, truths: Signals, *, audit: float, budget: ErrorBudget, seed: int
) -> Life:
    """Live through a stream from a cold start.

    Args:
        texts: In the order of the stream.
        vectors: Of the texts, unit norm.
        truths: Their labels.
        audit: The chance that an answer has its label seen, in [0, 1].
        budget: What share of answers may be wrong or opposite.
        seed: Draws the audits.
    """
    audits = np.random.default_rng(seed).random(len(texts)) < audit
    cosines = vectors @ vectors.T
    signals = [Signal(int(truth)) for truth in truths]
    scope, labelled = _Scope(Fitter(ReflexRule(), budget)), np.zeros(len(texts), dtype=np.bool_)
    fate, mode = [], []
    for i, truth in enumerate(signals):
        reading, guess = Reading(texts[i], vectors[i]), None
        mode.append(MODES[scope.mode])
        if scope.model is not None:
            near = _nearest(cosines[i, :i], labelled[:i], signals)
            guess = scope.model.guess(reading, near, scope.lately)
        hit = guess is not None and guess.accepted() and scope.mode is not Mode.STOPPED
        scope.asked += hit
        fate.append(_fate(guess, truth) if hit and guess is not None else UNANSWERED)
        if not hit or audits[i]:
            scope.learn(reading, truth, guess, audited=hit)
            labelled[i] = True
    return Life("".join(fate), "".join(mode), int(labelled.sum()))


def _nearest(
    cosines: npt.NDArray[np.float32], labelled: npt.NDArray[np.bool_], signals: Sequence[Signal]
) -> list[Neighbour]:
    known = labelled.nonzero()[0]
    order = np.argsort(-cosines[known], kind="stable")[:NEIGHBOURS]
    return [Neighbour(float(cosines[at]), signals[at]) for at in known[order]]


def _fate(guess: Guess, truth: Signal) -> str:
    if guess.signal is truth:
        return RIGHT
    return OPPOSITE if guess.signal.opposes(truth) else WRONG
