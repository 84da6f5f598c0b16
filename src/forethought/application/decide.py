"""Answer a question: climb down the ladder and stop at the first rung that may answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cachetools import LRUCache

from forethought.application.answers import Asked, Match, Outcome, Standing, document
from forethought.application.assess import Assess, Judged, Verdict
from forethought.application.encode import Encode, Encoded
from forethought.application.ports.analysts import Analysts, Case
from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.clock import Clock
from forethought.application.ports.decision_cache import DecisionCache
from forethought.application.ports.decision_log import DecisionLog
from forethought.application.ports.deliberations import Deliberations, Job
from forethought.application.ports.embedding_cache import CachedComponent, EmbeddingCache
from forethought.application.ports.evidence import EvidenceLedger
from forethought.application.ports.identifiers import Identifiers
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.strategies import Strategies
from forethought.application.single_flight import SingleFlight
from forethought.application.survey import Survey
from forethought.domain.agreement import NO_EVIDENCE, Evidence, Traits, estimate, state
from forethought.domain.decision import AgentsMode, Decision, Path, Scope, Signal
from forethought.domain.entry import Recalled
from forethought.domain.errors import NotFound, Overloaded, StoreUnavailable, Unavailable
from forethought.domain.guard import Alignment
from forethought.domain.situation import Component, ComponentType, Situation, read_situation
from forethought.domain.strategy import Strategy
from forethought.domain.validity import Moment

DEFAULT_DEADLINE_MS = 500
DEFAULT_WAIT_DEADLINE_MS = 8_000
RESERVE_MS = 40
"""Kept back from the deadline for the interim answer and for sending it."""

_READ_CACHE_CHARS = 32_000_000
_UNREFUSED = Match()


@dataclass(frozen=True, slots=True)
class ContextRef:
    """A piece of context that the caller named: by id in the embedding cache, or as text."""

    id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, validated in form."""

    text: str
    asset: str = "BTC"
    strategy: str = "default"
    context: tuple[ContextRef, ...] = ()
    tags: tuple[str, ...] = ()
    location: str | None = None
    agents: AgentsMode = AgentsMode.BACKGROUND
    deadline_ms: int | None = None
    as_of: datetime | None = None
    provider: str | None = None

    @property
    def budget_ms(self) -> int:
        """The deadline in force."""
        if self.deadline_ms is not None:
            return self.deadline_ms
        return DEFAULT_WAIT_DEADLINE_MS if self.agents is AgentsMode.WAIT else DEFAULT_DEADLINE_MS


@dataclass(frozen=True, slots=True)
class Memory:
    """Where decisions are remembered, for one strategy's vector space."""

    decisions: DecisionCache
    model_tag: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What deciding needs; built in `bootstrap`."""

    strategies: Strategies
    memories: Mapping[str, Memory]
    """By strategy name."""
    components: EmbeddingCache
    evidence: EvidenceLedger
    answers: DecisionLog
    encode: Encode
    survey: Survey
    assess: Assess
    calendar: TradingCalendar
    panels: Mapping[str, Analysts]
    """By name; `rules` is always there."""
    deliberations: Deliberations
    clock: Clock
    identifiers: Identifiers
    metrics: Metrics
    embedder_label: str


class Decide:
    """Answers inside the deadline whatever fails."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._flights: SingleFlight[Outcome] = SingleFlight()
        self._read: LRUCache[tuple[Any, ...], Situation] = LRUCache(
            _READ_CACHE_CHARS, getsizeof=lambda s: 1_000 + len(s.news.component.text)
        )

    async def __call__(self, question: Question) -> dict[str, Any]:
        """Answer a question.

        Returns:
            The document of the design's section 3.

        Raises:
            InvalidInput: unknown strategy, asset or context id. Nothing else: outages become interim answers.
        """
        parts = self._parts
        started = parts.clock.monotonic_ms()
        strategy = parts.strategies.get(question.strategy)
        scope = Scope(strategy.name, strategy.version, strategy.check_asset(question.asset), strategy.teacher)
        now = question.as_of or parts.clock.now()
        decision_id = parts.identifiers.new()
        climb = _Climb(parts, self._flights, question, strategy, scope, now, decision_id, started)
        situation, outcome = await climb.run(self._situation)
        evidence = climb.evidence or NO_EVIDENCE
        standing = Standing(
            state(evidence.answered, strategy.budget),
            evidence.answered.n,
            {"embedder": parts.embedder_label, "teacher": strategy.teacher, "reflex": None},
        )
        asked = Asked(
            decision_id,
            strategy.name,
            scope.asset,
            parts.clock.now().isoformat(),
            None if question.as_of is None else question.as_of.isoformat(),
            situation.format,
            situation.news.clean.rules,
        )
        answer = document(asked, outcome, standing, total_ms=parts.clock.monotonic_ms() - started)
        parts.answers.record(decision_id, answer)
        self._count(strategy.name, outcome)
        return answer

    def _situation(
        self, question: Question, strategy: Strategy, scope: Scope, context: Sequence[Component]
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
            if len(question.text) < _READ_CACHE_CHARS // 100:
                self._read[key] = found
        return found

    def _count(self, strategy: str, outcome: Outcome) -> None:
        metrics = self._parts.metrics
        metrics.answered(path=outcome.path.value, strategy=strategy, hit=outcome.path.from_memory)
        for name, took_ms in outcome.steps_ms.items():
            metrics.step(name, took_ms)
        if outcome.fallback is not None:
            metrics.fallback(str(outcome.fallback["reason"]))
        if outcome.match.news_similarity is not None:
            metrics.similarity(outcome.match.news_similarity)


class _Climb:
    """One question on its way down the ladder."""

    def __init__(
        self,
        parts: Parts,
        flights: SingleFlight[Outcome],
        question: Question,
        strategy: Strategy,
        scope: Scope,
        now: datetime,
        decision_id: str,
        started: float,
    ) -> None:
        self.parts, self.flights, self.question, self.strategy, self.scope = parts, flights, question, strategy, scope
        self.now, self.decision_id, self.started = now, decision_id, started
        self.memory = parts.memories[strategy.name]
        self.steps: dict[str, float] = {}
        self.evidence: Evidence | None = None
        self.near: Match = _UNREFUSED
        self.tokens, self.truncated = 0, False

    def left_s(self) -> float:
        """Seconds until the interim answer must be worked out."""
        spent = self.parts.clock.monotonic_ms() - self.started
        return max(0.0, (self.question.budget_ms - RESERVE_MS - spent) / 1000)

    async def run(self, read: Any) -> tuple[Situation, Outcome]:
        """Read the question and answer it."""
        question, strategy, scope = self.question, self.strategy, self.scope
        timer = self.parts.clock.monotonic_ms
        begun = timer()
        literal = [Component(ComponentType.CONTEXT, ref.text) for ref in question.context if ref.text is not None]
        ids = [ref.id for ref in question.context if ref.id is not None]
        situation: Situation = read(question, strategy, scope, literal)
        self.steps["read"] = timer() - begun
        reason = "no_precedent"
        try:
            async with asyncio.timeout(self.left_s()):
                if ids:
                    situation = read(question, strategy, scope, [*literal, *await self._resolve(ids)])
                outcome = await self._from_memory(situation)
        except TimeoutError:
            outcome, reason = None, "deadline"
        except StoreUnavailable:
            outcome, reason = None, "store_unavailable"
        except Overloaded:
            outcome, reason = None, "overloaded"
        except Unavailable as error:
            outcome, reason = None, error.code
        if outcome is None:
            outcome = await self._think(situation, reason)
        return situation, outcome

    async def _resolve(self, ids: Sequence[str]) -> list[Component]:
        found: Mapping[str, CachedComponent] = await self.parts.components.resolve(ids)
        if unknown := [id_ for id_ in ids if id_ not in found]:
            raise NotFound(
                f"context id {unknown[0]!r} is not in the embedding cache: POST /components first", field="context"
            )
        return [found[id_].component for id_ in ids]

    async def _from_memory(self, situation: Situation) -> Outcome | None:
        self.evidence = await self.parts.evidence.read(self.scope)
        moment = Moment(self.now, await self.parts.survey(self.scope.asset, self.now))
        if (outcome := await self._exact(situation, moment)) is not None:
            return outcome
        key = (situation.sha(self.memory.model_tag), self.question.as_of)
        outcome, joined = await self.flights.run(key, lambda: self._similar(situation, moment))
        if joined:
            self.near, self.tokens, self.truncated = outcome.match, outcome.tokens, outcome.truncated
            self.steps.update(outcome.steps_ms)
        return outcome if outcome.path is not Path.INTERIM else None

    async def _exact(self, situation: Situation, moment: Moment) -> Outcome | None:
        timer = self.parts.clock.monotonic_ms
        begun = timer()
        recalled = await self.memory.decisions.recall(situation.sha(self.memory.model_tag), as_of=self.question.as_of)
        self.steps["exact"] = timer() - begun
        if recalled is None:
            return None
        expiry = self.parts.assess.expiry(
            self.strategy, self.scope.asset, times=recalled.times, then=recalled.market, now=moment
        )
        match = _exact_match(recalled, self.now)
        if expiry is not None:
            self.parts.metrics.refused(expiry.value)
            self.near = replace(match, guard=expiry.value)
            return None
        traits = Traits("exact", Alignment.IDENTICAL, 1.0, 1, 0, structured=situation.format == "events")
        odds = estimate(traits, self.evidence or NO_EVIDENCE)
        if not odds.clears(self.strategy.budget):
            self.near = replace(match, guard="budget")
            return None
        return Outcome(
            Path.EXACT, recalled.decision, odds.agreement_p, odds.opposite_p, match, self.steps, band=traits.band
        )

    async def _similar(self, situation: Situation, moment: Moment) -> Outcome:
        """Try precedent, then slow. An outcome with path `interim` says that neither may answer."""
        rule, evidence = self.strategy.retrieval, self.evidence or NO_EVIDENCE
        encoded = await self._encode(situation, moment, in_full=False)
        judged = await self._retrieve(situation, encoded, moment, k=rule.k)
        verdict = self.parts.assess.precedent(judged, evidence)
        if verdict is not None and not encoded.truncated and verdict.odds.clears(self.strategy.budget):
            return self._outcome(Path.PRECEDENT, verdict)
        self._note_refusals(judged)
        if encoded.truncated:
            encoded = await self._encode(situation, moment, in_full=True)
        judged = await self._retrieve(situation, encoded, moment, k=rule.slow_k)
        slow = self.parts.assess.vote(judged, evidence)
        if slow is not None and slow.odds.clears(self.strategy.budget):
            return self._outcome(Path.SLOW, slow)
        if encoded.fresh:
            await self.parts.encode.keep(encoded)
        self.near = _near(judged, slow or verdict, self.now) or self.near
        nothing = Decision(Signal.NONE, conviction=0.0, reasoning="")
        return Outcome(
            Path.INTERIM, nothing, None, None, self.near, dict(self.steps), tokens=self.tokens, truncated=self.truncated
        )

    async def _encode(self, situation: Situation, moment: Moment, *, in_full: bool) -> Encoded:
        market = self.parts.survey.component(moment.market) if self.strategy.composition.weights.get("market") else None
        encoded = await self.parts.encode(situation, self.strategy, market=market, in_full=in_full)
        self.tokens, self.truncated = encoded.tokens, encoded.truncated
        for name, took in (
            ("components", encoded.components_ms),
            ("embed", encoded.embed_ms),
            ("compose", encoded.compose_ms),
        ):
            self.steps[name] = self.steps.get(name, 0.0) + took
        return encoded

    async def _retrieve(self, situation: Situation, encoded: Encoded, moment: Moment, *, k: int) -> list[Judged]:
        timer = self.parts.clock.monotonic_ms
        begun = timer()
        candidates = await self.memory.decisions.nearest(
            encoded.composed, scope=self.scope, k=k, as_of=self.question.as_of
        )
        searched = timer()
        judged = self.parts.assess.judge(situation, encoded, candidates, self.strategy, moment)
        self.steps["search"] = self.steps.get("search", 0.0) + searched - begun
        self.steps["guard"] = self.steps.get("guard", 0.0) + timer() - searched
        return judged

    def _outcome(self, path: Path, verdict: Verdict) -> Outcome:
        return Outcome(
            path,
            verdict.best.candidate.entry.decision,
            verdict.odds.agreement_p,
            verdict.odds.opposite_p,
            match_of(verdict.best, self.now, precedents=verdict.precedents),
            dict(self.steps),
            tokens=self.tokens,
            truncated=self.truncated,
            band=verdict.traits.band,
        )

    def _note_refusals(self, judged: Sequence[Judged]) -> None:
        for each in judged:
            if each.refusal is not None:
                self.parts.metrics.refused(each.refusal)

    async def _think(self, situation: Situation, reason: str) -> Outcome:
        """Ask the analysts as far as the caller allows it; in the interim answer by rule."""
        panel = self.parts.panels.get(self.scope.teacher)
        job_id = None
        if self.question.agents is not AgentsMode.NEVER and panel is not None and not panel.interim_only:
            job_id = self.parts.deliberations.submit(await self._job(situation, panel.name))
            self.parts.metrics.deliberation("shed" if job_id is None else "queued")
        if job_id is not None and self.question.agents is AgentsMode.WAIT:
            begun = self.parts.clock.monotonic_ms()
            done = await self.parts.deliberations.result(job_id, timeout_s=self.left_s())
            self.steps["analysts"] = self.parts.clock.monotonic_ms() - begun
            if done is not None:
                return Outcome(
                    Path.ANALYSTS, done.decision, None, None, self.near, self.steps, cost_usd=done.cost_usd,
                    tokens=self.tokens, truncated=self.truncated,
                )  # fmt: skip
            reason = "analysts_late"
        return await self._interim(situation, reason, job_id)

    async def _interim(self, situation: Situation, reason: str, job_id: str | None) -> Outcome:
        begun = self.parts.clock.monotonic_ms()
        rules = self.parts.panels["rules"]
        judged = await rules.deliberate(await self._case(situation), timeout_s=RESERVE_MS / 1000)
        self.steps["interim"] = self.parts.clock.monotonic_ms() - begun
        return Outcome(
            Path.INTERIM,
            judged.decision,
            None,
            None,
            self.near,
            self.steps,
            fallback={"reason": reason, "by": rules.name, "version": rules.version},
            tokens=self.tokens,
            truncated=self.truncated,
            job_id=job_id,
        )

    async def _case(self, situation: Situation) -> Case:
        instruction = "\n\n".join(c.text for c in situation.prompts)
        context = tuple(c.text for c in situation.context)
        market = await self.parts.survey(self.scope.asset, self.now)
        return Case(
            self.scope.asset, self.strategy.name, instruction, situation.news.component.text, context, self.now, market
        )

    async def _job(self, situation: Situation, panel: str) -> Job:
        return Job(
            job_id=self.parts.identifiers.new(),
            situation=situation,
            case=await self._case(situation),
            panel=panel,
            decision_id=self.decision_id,
            asked_at=self.now,
            timeout_s=self.left_s() if self.question.agents is AgentsMode.WAIT else BACKGROUND_TIMEOUT_S,
        )


BACKGROUND_TIMEOUT_S = 30.0
"""How long analysts may work on a job for which nobody waits."""


def match_of(judged: Judged, now: datetime, *, precedents: tuple[str, ...] = ()) -> Match:
    """Say what a judged candidate was like."""
    return Match(
        key=judged.candidate.key,
        similarity=judged.candidate.similarity,
        news_similarity=judged.news_similarity,
        context_similarity=judged.context_similarity,
        threshold=judged.threshold,
        guard=judged.refusal or "passed",
        age_s=(now - judged.candidate.entry.times.decided_at).total_seconds(),
        precedents=precedents,
    )


def _near(judged: Sequence[Judged], verdict: Verdict | None, now: datetime) -> Match | None:
    """Say what came nearest although it did not answer, and why it did not."""
    if verdict is not None:
        return replace(match_of(verdict.best, now), guard="budget")
    if not judged:
        return None
    nearest = max(judged, key=lambda j: j.candidate.similarity)
    return match_of(nearest, now)


def _exact_match(recalled: Recalled, now: datetime) -> Match:
    age_s = (now - recalled.times.decided_at).total_seconds()
    return Match(recalled.key, 1.0, 1.0, 1.0, 1.0, "passed", age_s, (recalled.key,))
