"""Work out what memory says of a situation before its label is seen: the evidence of the error budget."""

from dataclasses import dataclass
from datetime import datetime

from forethought.application.assess import Assess, Verdict
from forethought.application.encode import Encoded
from forethought.application.parts import Parts
from forethought.domain.agreement import Odds, Traits, estimate, exact_traits
from forethought.domain.decision import Signal
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

    @property
    def best(self) -> Prediction | None:
        """The prediction that counts as the answer."""
        return self.predictions[0] if self.predictions else None


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
        judged = self._assess.judge(situation, encoded, candidates, strategy, moment)
        first = {candidate.key for candidate in candidates[: rule.k]}
        near = [j for j in judged if j.candidate.key in first]
        found = [v for v in (self._assess.precedent(near, evidence), self._assess.vote(judged, evidence)) if v]
        return Foreseen(_ranked(found, strategy))


def _ranked(verdicts: list[Verdict], strategy: Strategy) -> tuple[Prediction, ...]:
    """Put the rung that would answer first; where none would, the likeliest."""
    clearing = [v for v in verdicts if v.odds.clears(strategy.budget)]
    first = clearing[0] if clearing else max(verdicts, key=lambda v: v.odds.agreement_p, default=None)
    order = sorted(verdicts, key=lambda v: v is not first)
    return tuple(Prediction(v.traits, v.best.signal, v.odds, v is first and bool(clearing)) for v in order)
