"""Work out what memory says of a situation before its label is seen: the evidence of the error budget."""

from dataclasses import dataclass, replace
from datetime import datetime

from forethought.application.assess import CONTESTED, Assess, Judged, Verdict
from forethought.application.encode import Encoded
from forethought.application.parts import Parts
from forethought.application.reflexes import consult
from forethought.domain.agreement import Odds, Traits, contradicts, estimate, exact_traits, reflex_traits
from forethought.domain.decision import Signal
from forethought.domain.learning import Guess, Mode
from forethought.domain.situation import Situation
from forethought.domain.strategy import Strategy
from forethought.domain.validity import Moment


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one rung says."""

    traits: Traits
    signal: Signal
    odds: Odds
    answered: bool
    """Whether this is what would have been answered."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What every rung says of a situation."""

    predictions: tuple[Prediction, ...] = ()
    """The one that would have been answered first, or else the best there is; empty where nothing may be reused."""
    guess: Guess | None = None
    """What the reflex says, whether it may answer or not; `None` for an exact repeat."""

    near: tuple[Judged, ...] = ()
    """The nearest remembered decisions."""

    def contested(self, signal: Signal, source: str) -> bool:
        """Tell whether a source contradicts what another one had said of nearly the same news.

        A flood of near-duplicates by one source would otherwise crowd the genuine decision out of retrieval. What
        stands near a contested one of the same source is contested too, so that the flood cannot lean on itself. A
        source may correct itself.
        """
        reusable = [j for j in self.near if j.refusal in {None, CONTESTED}]
        return any(
            (j.signal is not signal and j.candidate.entry.source != source)
            or (j.refusal == CONTESTED and j.candidate.entry.source == source)
            for j in reusable
        )

    @property
    def best(self) -> Prediction | None:
        """The prediction that counts as the answer."""
        return self.predictions[0] if self.predictions else None

    @property
    def from_memory(self) -> bool:
        """Whether a rung other than the exact one would have answered."""
        return self.best is not None and self.best.answered and self.best.traits.rung != "exact"


class Predict:
    """Climbs the rungs of memory without answering."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._assess: Assess = parts.assess

    async def __call__(
        self, situation: Situation, strategy: Strategy, encoded: Encoded, *, moment: Moment, as_of: datetime | None
    ) -> Foreseen:
        """Predict.

        Args:
            situation: Whose label is about to be seen.
            strategy: Of its scope.
            encoded: Its vectors, in full.
            moment: When the question would have been asked.
            as_of: Nothing later is used; `None` for all there is.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        memory = self._parts.memories[strategy.name].decisions
        model_tag = self._parts.memories[strategy.name].model_tag
        evidence = await self._parts.evidence.read(situation.scope)
        recalled = await memory.recall(situation.sha(model_tag), as_of=as_of)
        if recalled is not None:
            traits = exact_traits(structured=situation.format == "events")
            odds = estimate(traits, evidence)
            return Foreseen((Prediction(traits, recalled.decision.signal, odds, odds.clears(strategy.budget)),))
        rule = strategy.retrieval
        reach = max(rule.k, rule.slow_k)
        candidates = await memory.nearest(encoded.composed, scope=situation.scope, k=reach, as_of=as_of)
        judged = self._assess.judge(situation, encoded, candidates, strategy, moment, distrusted=evidence.distrusted)
        first = {candidate.key for candidate in candidates[: rule.k]}
        near = [j for j in judged if j.candidate.key in first]
        reflex = await self._parts.reflexes.current(situation.scope)
        guess = consult(reflex, situation, encoded, near, evidence, at=moment.as_of)
        may_answer = reflex is None or reflex.mode is not Mode.STOPPED
        budget = strategy.budget
        found: list[Prediction] = []
        if (verdict := self._assess.precedent(near, evidence)) is not None:
            clears = verdict.odds.clears(budget) and not contradicts(guess, verdict.best.signal)
            found.append(_of(verdict, clears=clears and may_answer))
        if guess is not None:
            structured = situation.format == "events"
            odds = Odds(guess.agreement_p, guess.opposite_p)
            traits = reflex_traits(structured=structured)
            found.append(Prediction(traits, guess.signal, odds, guess.accepted() and may_answer))
        if (vote := self._assess.vote(judged, evidence)) is not None:
            found.append(_of(vote, clears=vote.odds.clears(budget) and may_answer))
        return Foreseen(_ranked(found), guess, tuple(near))


def _of(verdict: Verdict, *, clears: bool) -> Prediction:
    return Prediction(verdict.traits, verdict.best.signal, verdict.odds, clears)


def _ranked(found: list[Prediction]) -> tuple[Prediction, ...]:
    """Put the rung that would answer first; where none would, the likeliest. Only the first counts as answered."""
    first = next((p for p in found if p.answered), None)
    first = first or max(found, key=lambda p: p.odds.agreement_p, default=None)
    order = sorted(found, key=lambda p: p is not first)
    return tuple(p if p is first else replace(p, answered=False) for p in order)
