"""Learn a label: count what had been predicted of it, and put it before the reflex as a lesson."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from forethought.application.encode import Encoded
from forethought.application.parts import Parts
from forethought.application.predict import Foreseen, Predict
from forethought.application.reflexes import reading_of
from forethought.domain.decision import Decision, Times
from forethought.domain.learning import Foretold, Lesson
from forethought.domain.situation import Situation
from forethought.domain.strategy import Strategy
from forethought.domain.validity import Moment


@dataclass(frozen=True, slots=True)
class Label:
    """What the teacher said of a situation."""

    situation: Situation
    strategy: Strategy
    encoded: Encoded
    decision: Decision
    times: Times
    decision_id: str
    source: str


async def learn(
    parts: Parts, label: Label, *, moment: Moment, as_of: datetime | None = None, weight: float | None = None
) -> None:
    """Predict a label that is about to be stored, count the prediction, and keep the lesson.

    Args:
        parts: Of the service.
        label: What is to be learned.
        moment: When the question would have been asked.
        as_of: Nothing later is used for the prediction; `None` for all there is.
        weight: The inverse of its chance of being labelled, where it is known; otherwise it is estimated.

    Raises:
        StoreUnavailable: the store does not answer.
    """
    predict = Predict(parts)
    await count(
        parts, label, await predict(label.situation, label.strategy, label.encoded, moment=moment, as_of=as_of), weight
    )


async def count(parts: Parts, label: Label, foreseen: Foreseen, weight: float | None = None) -> None:
    """Count what was foreseen of a label, and keep the lesson.

    Raises:
        StoreUnavailable: the store does not answer.
    """
    signal, scope = label.decision.signal, label.situation.scope
    audited = foreseen.from_memory
    evidence = await parts.evidence.read(scope)
    if audited and weight is None:
        weight = evidence.audit_weight  # before this one is counted among the audited
    writes = [
        parts.evidence.add(
            scope,
            prediction.traits.band,
            answered=prediction.answered,
            wrong=prediction.signal is not signal,
            opposite=prediction.signal.opposes(signal),
        )
        for prediction in foreseen.predictions
    ]
    if label.source:
        writes.append(parts.evidence.told(scope, label.source, contested=foreseen.contested(signal, label.source)))
    if (best := foreseen.best) is not None:
        agreed, opposite = best.signal is signal, best.signal.opposes(signal)
        parts.metrics.label(strategy=label.strategy.name, agreed=agreed, opposite=opposite)
    if not label.strategy.reflex.enabled or label.source in evidence.distrusted:
        await asyncio.gather(*writes)
        return
    told, guess = None, foreseen.guess
    if guess is not None:
        told = Foretold(guess.signal, guess.evidence, guess.accepted(), guess.agreement_p)
        writes.append(parts.evidence.foretold(scope, wrong=guess.signal is not signal, audited=audited))
    reading = reading_of(label.situation, label.encoded)
    lesson = Lesson(reading, signal, label.times, label.decision_id, label.source, weight or 1.0, told)
    await asyncio.gather(*writes, parts.lessons.add(scope, lesson))
