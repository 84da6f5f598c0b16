"""Answer a question inside its deadline, whatever fails."""

import asyncio
from typing import Any

from cachetools import LRUCache

from forethought.application.answers import Asked, Outcome, Standing, document
from forethought.application.context import resolved
from forethought.application.join_story import JoinStory
from forethought.application.ladder import RESERVE_MS, Asking, Climb
from forethought.application.parts import Parts
from forethought.application.question import Question, require_news
from forethought.application.shadow import Answered, Shadow
from forethought.application.single_flight import SingleFlight
from forethought.domain.agreement import state
from forethought.domain.decision import Path, Scope
from forethought.domain.errors import Unavailable
from forethought.domain.learning import Mode
from forethought.domain.situation import Component, ComponentType, Situation, read_situation
from forethought.domain.strategy import Strategy

_READ_CHARS = 32_000_000
"""How much text is kept taken apart, so that a text that comes again is not taken apart again."""

_JUDGED = frozenset({Path.PRECEDENT, Path.REFLEX, Path.SLOW})
"""Answers whose labels are evidence of the budget; an exact repeat is the teacher's own word."""
_DRAIN_S = 2.0
"""A store that hangs must not keep the service from ending."""

_LONG_CHARS = 50_000
"""Taking a megabyte apart takes a quarter of a second: a longer text than this is read beside the event loop."""


class Decide:
    """The use case behind `/decide`."""

    def __init__(self, parts: Parts, shadow: Shadow | None = None) -> None:
        self._parts = parts
        self._shadow = shadow
        self._flights: SingleFlight[Outcome] = SingleFlight()
        self._behind: set[asyncio.Task[None]] = set()
        self._join_story = JoinStory(parts.deliberations, parts.metrics)
        self._read: LRUCache[tuple[Any, ...], Situation] = LRUCache(
            _READ_CHARS, getsizeof=lambda situation: 1_000 + len(situation.news.component.text)
        )

    async def __call__(self, question: Question) -> dict[str, Any]:
        """Answer a question.

        Returns:
            The document of the design's section 3.

        Raises:
            InvalidInput: unknown strategy, asset or context id. Nothing else: outages become interim answers.
        """
        parts = self._parts
        started_ms = parts.clock.monotonic_ms()
        strategy = parts.strategies.get(question.strategy)
        scope = Scope(strategy.name, strategy.version, strategy.check_asset(question.asset), strategy.teacher)
        now = question.as_of or parts.clock.now()
        asking = Asking(question, strategy, scope, now, parts.identifiers.new(), started_ms)
        context, missing = await self._context(question)
        if len(question.text) > _LONG_CHARS:
            situation = await asyncio.to_thread(self._situation, question, strategy, scope, context)
        else:
            situation = self._situation(question, strategy, scope, context)
        climb = Climb(
            parts,
            self._flights,
            self._join_story,
            self._behind,
            asking,
            situation,
            context=context,
            context_missing=missing,
        )
        climb.steps["read"] = parts.clock.monotonic_ms() - started_ms
        outcome = await climb.run()
        answer = self._document(asking, climb, outcome)
        parts.answers.record(asking.decision_id, answer)
        parts.events.publish("decision", scope.asset, answer)
        if outcome.path in _JUDGED:
            parts.evidence.asked(scope)
        if outcome.path.from_memory:
            parts.provenance.note(asking.decision_id, outcome.match.sources)
            if self._shadow is not None:
                self._shadow.consider(self._answered(asking, climb, outcome))
        self._count(strategy.name, outcome)
        return answer

    def _answered(self, asking: Asking, climb: Climb, outcome: Outcome) -> Answered:
        return Answered(
            decision_id=asking.decision_id,
            text=asking.question.text,
            scope=asking.scope,
            budget=asking.strategy.budget,
            agents=asking.question.agents,
            path=outcome.path,
            signal=outcome.decision.signal,
            agreement_p=outcome.agreement_p,
            asked_at=asking.now,
            labelled_n=climb.evidence.answered.n,
            sources=outcome.match.sources,
            context=climb.context,
            tags=climb.situation.tags,
            location=climb.situation.location,
        )

    async def drain(self) -> None:
        """Wait a little until what goes on behind the answers is done."""
        if self._shadow is not None:
            await self._shadow.drain()
        if self._behind:
            _, late = await asyncio.wait(self._behind, timeout=_DRAIN_S)
            for each in late:
                each.cancel()

    async def _context(self, question: Question) -> tuple[tuple[Component, ...], str | None]:
        """Resolve context; without a store the texts that were given are all there is, and it is said why."""
        if not question.context:
            return (), None
        try:
            async with asyncio.timeout(max(0.0, question.budget_ms - RESERVE_MS) / 2000):
                return await resolved(question.context, self._parts.components), None
        except (Unavailable, TimeoutError) as error:
            given = (Component(ComponentType.CONTEXT, ref.text) for ref in question.context if ref.text is not None)
            return tuple(given), error.code if isinstance(error, Unavailable) else "deadline"

    def _situation(
        self, question: Question, strategy: Strategy, scope: Scope, context: tuple[Component, ...]
    ) -> Situation:
        key = (question.text, scope, tuple(c.id for c in context), question.tags, question.location)
        if (found := self._read.get(key)) is None:
            found = read_situation(
                question.text,
                scope=scope,
                instruction=strategy.instruction,
                context=context,
                tags=question.tags,
                location=question.location,
            )
            require_news(found, field="text")
            if len(question.text) < _READ_CHARS // 100:
                self._read[key] = found
        return found

    def _document(self, asking: Asking, climb: Climb, outcome: Outcome) -> dict[str, Any]:
        parts, strategy = self._parts, asking.strategy
        answered = climb.evidence.answered
        models = {
            "embedder": parts.embedder_label,
            "teacher": strategy.teacher,
            "reflex": climb.reflex.label if climb.reflex is not None else None,
            "analysts": strategy.teacher if strategy.teacher in parts.teachers else "rules",
        }
        as_of = asking.question.as_of
        asked = Asked(
            decision_id=asking.decision_id,
            strategy=strategy.name,
            asset=asking.scope.asset,
            at=parts.clock.now().isoformat(),
            as_of=None if as_of is None else as_of.isoformat(),
            format=climb.situation.format,
            cleaned=climb.situation.news.clean.rules,
        )
        mode = climb.reflex.mode if climb.reflex is not None else Mode.OPEN
        standing = Standing(state(answered, strategy.budget), answered.n, models, mode)
        return document(asked, outcome, standing, total_ms=parts.clock.monotonic_ms() - asking.started_ms)

    def _count(self, strategy: str, outcome: Outcome) -> None:
        metrics = self._parts.metrics
        metrics.answered(path=outcome.path.value, strategy=strategy, hit=outcome.path.from_memory)
        for name, took_ms in outcome.steps_ms.items():
            metrics.step(name, took_ms)
        if outcome.fallback is not None:
            metrics.fallback(str(outcome.fallback["reason"]))
        if outcome.match.news_similarity is not None:
            metrics.similarity(outcome.match.news_similarity)
