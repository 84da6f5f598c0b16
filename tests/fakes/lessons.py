"""Lessons made of generated headlines, and a stream lived through as the service does."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from forethought.adapters.learning.fitting import Fitter
from forethought.adapters.learning.model import Model
from forethought.domain.decision import Signal, Times
from forethought.domain.learning import Foretold, Lesson, Neighbour, Reading
from forethought.domain.similarity import Vector, normalise
from forethought.domain.strategy import ErrorBudget, ReflexRule
from forethought.evals.headlines.profiles import PROFILES
from forethought.evals.headlines.streams import stream

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVEN = (0.5, 0.5)


def vector_of(text: str) -> Vector:
    """A vector that shared words bring nearer; it stands for an encoder where meaning plays no part."""
    total = np.zeros(32, dtype=np.float32)
    for word in text.lower().split():
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "big")
        total += np.random.default_rng(seed).standard_normal(32).astype(np.float32)
    return normalise(total)


def reading(text: str) -> Reading:
    return Reading(text, vector_of(text))


def lesson(text: str, signal: Signal | int, *, source: str = "", decision_id: str = "d", weight: float = 1.0) -> Lesson:
    return Lesson(reading(text), Signal(signal), Times(AT, AT), decision_id, source, weight)


def headlines(n: int, *, seed: int = 1, negated: bool = False) -> list[tuple[str, Signal]]:
    found = stream(PROFILES["gold"], n, seed=seed, noise=0.0, split="test")
    return [(each.text, Signal(-each.signal) if negated else each.signal) for each in found]


@dataclass
class Lived:
    """What became of a stream."""

    model: Model
    fitter: Fitter
    lessons: list[Lesson]
    answered: int
    wrong: int
    opposite: int


def live(rows: Sequence[tuple[str, Signal]], *, refit: int = 100, last: int = 500) -> Lived:
    """Live through a stream, every label learned after its guess; count the last ones that were answered."""
    fitter, lessons, model = Fitter(ReflexRule(), ErrorBudget()), [], None
    answered = wrong = opposite = 0
    lately = EVEN
    for i, (text, signal) in enumerate(rows):
        told = None
        if model is not None:
            guess = model.guess(reading(text), nearest(lessons, text), lately)
            missed = float(guess.signal is not signal)
            lately = (lately[0] + 0.12 * (missed - lately[0]), lately[1] + 0.03 * (missed - lately[1]))
            told = Foretold(guess.signal, guess.evidence, guess.accepted())
            if told.answered and i >= len(rows) - last:
                answered, wrong = answered + 1, wrong + int(missed)
                opposite += guess.signal.opposes(signal)
        lessons.append(Lesson(reading(text), signal, Times(AT, AT), f"d{i}", foretold=told))
        if (i + 1) % refit == 0:
            model = fitter.fit(lessons)
    assert model is not None
    return Lived(model, fitter, lessons, answered, wrong, opposite)


def nearest(lessons: Sequence[Lesson], text: str) -> list[Neighbour]:
    asked = vector_of(text)
    found = sorted(((float(x.reading.vector @ asked), x.signal) for x in lessons[-400:]), reverse=True)[:8]
    return [Neighbour(similarity, signal) for similarity, signal in found]
