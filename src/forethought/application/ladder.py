"""One question on its way down the ladder: exact, precedent, slow, analysts, interim (design, section 2)."""

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from forethought.application.answers import Match, Outcome
from forethought.application.assess import Judged, Verdict
from forethought.application.case import case_of
from forethought.application.encode import Encoded
from forethought.application.join_story import LATE, JoinStory, Submission
from forethought.application.parts import Parts
from forethought.application.ports.analysts import Case, Deliberation
from forethought.application.ports.deliberations import Job, Settled, Wording
from forethought.application.ports.learner import Reflex
from forethought.application.question import Question
from forethought.application.reflexes import consult
from forethought.application.single_flight import SingleFlight
from forethought.application.upgrade import give_up, tell
from forethought.domain.agreement import (
    NO_EVIDENCE,
    Evidence,
    caution,
    contradicts,
    estimate,
    exact_traits,
    reflex_traits,
    slow_may_answer,
)
from forethought.domain.decision import AgentsMode, Decision, Path, Scope, Signal
from forethought.domain.entry import Recalled
from forethought.domain.errors import Unavailable, VerifierUnavailable
from forethought.domain.learning import Guess, Mode
from forethought.domain.similarity import Vector
from forethought.domain.situation import Component, Situation
from forethought.domain.strategy import Strategy
from forethought.domain.validity import Moment

RESERVE_MS = 40
"""Kept back from the deadline for the interim answer and for sending it."""
BACKGROUND_TIMEOUT_S = 30.0
"""How long analysts may work on a job for which nobody waits."""

_ABSTENTION = Decision(
    Signal.NONE,
    conviction=0.0,
    # On 222 such prompts of March 2025 the rules agreed with the analysts in 24 % and said the opposite in 27 %.
    reasoning="Abstained (interim): the rules read single pieces of news, not a table of events.",
    agent_versions={"abstention": "1"},
)
_UNUSABLE = frozenset({"scope", "not_yet_known"})
_LEANS_ON = 5
"""How many decisions a reflex names."""
_UNDECIDED = Decision(Signal.NONE, conviction=0.0, reasoning="")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with what is fixed about it."""

    question: Question
    strategy: Strategy
    scope: Scope
    now: datetime
    """The moment that the question is about: `as_of`, or the time it came."""
    decision_id: str
    started_ms: float


@dataclass(slots=True)
class Climb:
    """The state of one question. `run` answers; whatever fails inside becomes an interim answer."""

    parts: Parts
    flights: SingleFlight[Outcome]
    join_story: JoinStory
    behind: set["asyncio.Task[None]"]
    """Work that goes on when the answer has been sent."""
    asking: Asking
    situation: Situation
    context: tuple[Component, ...] = ()
    """What the caller gave, resolved."""
    context_missing: str | None = None
    """Why context that was named could not be looked up. The situation is then another than the one that was meant:
    it must neither be answered from memory nor be thought through and remembered."""
    steps: dict[str, float] = field(default_factory=dict)
    evidence: Evidence = NO_EVIDENCE
    near: Match = Match()  # noqa: RUF009 - frozen
    """What came nearest although it may not answer."""
    tokens: int = 0
    truncated: bool = False
    news_vector: Vector | None = None
    reflex: Reflex | None = None
    """The one that was consulted."""

    def left_s(self) -> float:
        """Return the seconds until the interim answer must be worked out."""
        spent = self.parts.clock.monotonic_ms() - self.asking.started_ms
        return max(0.0, (self.asking.question.budget_ms - RESERVE_MS - spent) / 1000)

    async def run(self) -> Outcome:
        """Answer."""
        if self.context_missing is not None:
            return await self._interim(self.context_missing)
        reason = "no_precedent"
        try:
            async with asyncio.timeout(self.left_s()):
                outcome = await self._from_memory()
        except TimeoutError:
            outcome, reason = None, "deadline"
        except Unavailable as error:
            outcome, reason = None, error.code
        return outcome if outcome is not None else await self._think(reason)

    async def _from_memory(self) -> Outcome | None:
        asking, situation = self.asking, self.situation
        self.evidence = await self.parts.evidence.read(asking.scope)
        moment = Moment(asking.now, await self.parts.survey(asking.scope.asset, asking.now))
        if (outcome := await self._exact(moment)) is not None:
            return outcome
        key = (situation.sha(self._model_tag), asking.question.as_of, asking.question.notional)
        outcome, joined = await self.flights.run(key, lambda: self._similar(moment))
        self.news_vector = outcome.news_vector
        if joined:
            self.near, self.tokens, self.truncated = outcome.match, outcome.tokens, outcome.truncated
            self.steps.update(outcome.steps_ms)
        return outcome if outcome.path is not Path.INTERIM else None

    @property
    def _model_tag(self) -> str:
        return self.parts.memories[self.asking.strategy.name].model_tag

    async def _exact(self, moment: Moment) -> Outcome | None:
        asking, timer = self.asking, self.parts.clock.monotonic_ms
        begun = timer()
        memory = self.parts.memories[asking.strategy.name]
        sha = self.situation.sha(memory.model_tag)
        recalled = await memory.decisions.recall(sha, as_of=asking.question.as_of)
        if recalled is not None and not recalled.times.usable_at(asking.now):
            recalled = await memory.decisions.recall(sha, as_of=asking.now)  # inserted ahead: what stood before it?
        self.steps["exact"] = timer() - begun
        if recalled is None:
            return None
        match = _exact_match(recalled, asking.now)
        expiry = self.parts.assess.expiry(
            asking.strategy, asking.scope.asset, times=recalled.times, then=recalled.market, now=moment
        )
        traits = exact_traits(structured=self.situation.format == "events")
        odds = estimate(traits, self.evidence)
        if expiry is not None or not odds.clears(asking.strategy.budget, self._caution):
            reason = expiry.value if expiry is not None else "budget"
            self.parts.metrics.refused(reason)
            self.near = replace(match, guard=reason)
            return None
        return Outcome(
            Path.EXACT, recalled.decision, odds.agreement_p, odds.opposite_p, match, self.steps, band=traits.band
        )

    async def _similar(self, moment: Moment) -> Outcome:
        """Try precedent, reflex, slow. An outcome with path `interim` says that none of them may answer."""
        strategy, assess = self.asking.strategy, self.parts.assess
        encoded = await self._encode(moment, in_full=False)
        self.parts.encode.keep_soon(encoded)
        judged = await self._retrieve(encoded, moment, k=strategy.retrieval.k)
        verdict = assess.precedent(judged, self.evidence)
        guess = await self._consult(encoded, judged)
        if self.reflex is not None and self.reflex.mode is Mode.STOPPED:
            return self._undecided(judged, verdict, reason="stopped")
        # A vector that saw only the head of a text must not decide.
        if not encoded.truncated and (outcome := await self._at_hand(judged, verdict, guess)) is not None:
            return outcome
        for each in judged:
            if each.refusal is not None:
                self.parts.metrics.refused(each.refusal)
        if encoded.truncated:
            encoded = await self._encode(moment, in_full=True)
            self.parts.encode.keep_soon(encoded)
        elif not self._worth_more(judged):
            return self._undecided(judged, verdict)
        judged = await self._retrieve(encoded, moment, k=strategy.retrieval.slow_k)
        vote = assess.vote(judged, self.evidence)
        if vote is not None and vote.odds.clears(strategy.budget, self._caution):
            return self._answered(Path.SLOW, vote)
        return self._undecided(judged, vote or verdict)

    async def _at_hand(self, judged: Sequence[Judged], verdict: Verdict | None, guess: Guess | None) -> Outcome | None:
        """Answer by a precedent that nothing learned speaks against, or by what was learned, within the budget."""
        if verdict is not None and verdict.odds.clears(self.asking.strategy.budget, self._caution):
            refusal = "reflex" if contradicts(guess, verdict.best.signal) else await self._verified(verdict)
            if refusal is None:
                return self._answered(Path.PRECEDENT, verdict)
            self.parts.metrics.refused(refusal)
        if guess is not None and guess.accepted(self._caution):
            return self._by_reflex(guess, judged)
        return None

    async def _verified(self, verdict: Verdict) -> str | None:
        """Let the second reader look at a precedent, where there is one; return why it is refused. Fails closed."""
        verifier, rows = self.parts.verifier, self.situation.row_ids
        if verifier is None or rows:  # a table's rows are compared by identity
            return None
        begun = self.parts.clock.monotonic_ms()
        try:
            (same,) = await verifier.verify(self.situation.news.clean.text, [verdict.best.candidate.entry.news_text])
        except VerifierUnavailable as error:
            return error.code
        finally:
            self.steps["verify"] = self.parts.clock.monotonic_ms() - begun
        return None if same >= self.parts.verifier_min else "verifier"

    @property
    def _caution(self) -> float:
        return caution(self.asking.question.notional, self.asking.strategy.reflex)

    async def _consult(self, encoded: Encoded, judged: Sequence[Judged]) -> Guess | None:
        begun = self.parts.clock.monotonic_ms()
        self.reflex = await self.parts.reflexes.current(self.asking.scope)
        guess = consult(self.reflex, self.situation, encoded, judged, self.evidence, at=self.asking.now)
        self.steps["reflex"] = self.parts.clock.monotonic_ms() - begun
        return guess

    def _by_reflex(self, guess: Guess, judged: Sequence[Judged]) -> Outcome:
        """Answer with what was distilled, and name the nearest decisions that said so."""
        label = self.reflex.label if self.reflex is not None else ""
        leans = sorted(
            (j for j in judged if j.signal is guess.signal and j.refusal not in _UNUSABLE),
            key=lambda j: -j.news_similarity,
        )[:_LEANS_ON]
        keys = tuple(j.candidate.key for j in leans)
        share = guess.share(guess.signal)
        lessons = self.reflex.standing.lessons if self.reflex is not None else 0
        decision = Decision(
            guess.signal,
            conviction=round(share, 4),
            reasoning=(
                f"Distilled from {lessons} answers of {self.asking.scope.teacher}: "
                f"{guess.signal.label} gets {share:.0%}. "
                f"{len(keys)} of the nearest remembered decisions say the same (cache.precedents)."
            ),
            agent_versions={"reflex": label},
        )
        sources = tuple(j.candidate.entry.decision_id for j in leans)
        match = match_of(leans[0], self.asking.now, precedents=keys, sources=sources) if leans else Match()
        return Outcome(
            Path.REFLEX,
            decision,
            guess.agreement_p,
            guess.opposite_p,
            replace(match, guard="passed"),
            dict(self.steps),
            tokens=self.tokens,
            truncated=self.truncated,
            band=reflex_traits(structured=self.situation.format == "events").band,
        )

    def _worth_more(self, judged: Sequence[Judged]) -> bool:
        """Tell whether a wider retrieval may answer: evidence must allow it, and the last found must have been near."""
        strategy, is_table = self.asking.strategy, self.situation.format == "events"
        if not slow_may_answer(self.evidence, strategy.budget, structured=is_table):
            return False
        if is_table or len(judged) < strategy.retrieval.k:
            return is_table
        return min(j.news_similarity for j in judged) >= strategy.retrieval.tau_strong

    def _undecided(self, judged: Sequence[Judged], verdict: Verdict | None, *, reason: str = "budget") -> Outcome:
        """Say what came nearest; the rungs below go on from there."""
        if self.near.guard is None:  # otherwise the same situation was found, and why it may not answer
            self.near = _nearest(judged, verdict, self.asking.now, reason) or self.near
        return Outcome(
            Path.INTERIM,
            _UNDECIDED,
            None,
            None,
            self.near,
            dict(self.steps),
            tokens=self.tokens,
            truncated=self.truncated,
            news_vector=self.news_vector,
        )

    async def _encode(self, moment: Moment, *, in_full: bool) -> Encoded:
        market = self.parts.survey.component(moment.market)
        encoded = await self.parts.encode(self.situation, self.asking.strategy, market=market, in_full=in_full)
        self.tokens, self.truncated, self.news_vector = encoded.tokens, encoded.truncated, encoded.news
        for name, took_ms in encoded.steps_ms.items():
            self.steps[name] = self.steps.get(name, 0.0) + took_ms
        return encoded

    async def _retrieve(self, encoded: Encoded, moment: Moment, *, k: int) -> list[Judged]:
        asking, timer = self.asking, self.parts.clock.monotonic_ms
        begun = timer()
        candidates = await self.parts.memories[asking.strategy.name].decisions.nearest(
            encoded.composed, scope=asking.scope, k=k, as_of=asking.question.as_of
        )
        searched = timer()
        judged = self.parts.assess.judge(
            self.situation, encoded, candidates, asking.strategy, moment, distrusted=self.evidence.distrusted
        )
        self.steps["search"] = self.steps.get("search", 0.0) + searched - begun
        self.steps["guard"] = self.steps.get("guard", 0.0) + timer() - searched
        return judged

    def _answered(self, path: Path, verdict: Verdict) -> Outcome:
        return Outcome(
            path,
            verdict.best.candidate.entry.decision,
            verdict.odds.agreement_p,
            verdict.odds.opposite_p,
            match_of(verdict.best, self.asking.now, precedents=verdict.precedents, sources=verdict.sources),
            dict(self.steps),
            tokens=self.tokens,
            truncated=self.truncated,
            band=verdict.traits.band,
        )

    async def _think(self, reason: str) -> Outcome:
        """Ask the analysts as far as the caller allows it; in the interim answer by rule."""
        asking, mode = self.asking, self.asking.question.agents
        if mode is AgentsMode.NEVER or asking.scope.teacher not in self.parts.teachers:
            return await self._interim(reason)
        waits = mode is AgentsMode.WAIT
        job = self._job(answer_by=self._wanted_by() if waits else None)
        begun = self.parts.clock.monotonic_ms()
        submitting = asyncio.ensure_future(self.join_story(job, self._wording()))
        try:
            async with asyncio.timeout(self.left_s()):
                submission = await asyncio.shield(submitting)
        except TimeoutError:
            # It goes on behind the answer; whatever comes of it, the holder is told.
            self.behind.add(task := asyncio.create_task(self._submitted_late(submitting, job)))
            task.add_done_callback(self.behind.discard)
            return await self._interim("deadline", LATE)
        except Unavailable as error:
            return await self._interim(error.code)
        finally:
            self.steps["submit"] = self.parts.clock.monotonic_ms() - begun
        if (settled := submission.settled) is not None:
            # The story ended while we looked: its result is there already.
            return await self._decided(settled, submission)
        if submission.job_id is None or not waits:
            return await self._interim(reason, submission)
        return await self._await(submission.job_id, submission)

    async def _submitted_late(self, submitting: "asyncio.Future[Submission]", job: Job) -> None:
        try:
            submission = await submitting
            if submission.settled is not None:
                await tell(self.parts, job, job.decision_id, submission.settled)
            elif submission.job_id is None:
                await give_up(self.parts, job.decision_id, reason="shed")
        except Unavailable as error:
            with contextlib.suppress(Unavailable):
                await give_up(self.parts, job.decision_id, reason=error.code)

    def _wanted_by(self) -> datetime:
        return self.parts.clock.now() + timedelta(seconds=self.left_s())

    async def _await(self, job_id: str, submission: Submission) -> Outcome:
        begun = self.parts.clock.monotonic_ms()
        settled: Settled | None = None
        reason = "analysts_late"
        try:
            settled = await self.parts.deliberations.result(job_id, timeout_s=self.left_s())
        except Unavailable as error:
            reason = error.code
        self.steps["analysts"] = self.parts.clock.monotonic_ms() - begun
        if settled is None:
            return await self._interim(reason, submission)
        return await self._decided(settled, submission)

    async def _decided(self, settled: Settled, submission: Submission) -> Outcome:
        """Answer with what the analysts found: all of them, those who were done in time, or none."""
        found = settled.found
        if found is None:
            return await self._interim(settled.reason or "panel_failed", submission, pending=False)
        outcome = Outcome(
            Path.ANALYSTS,
            found.decision,
            None,
            None,
            self.near,
            self.steps,
            fallback=_partial(found),
            submission=submission,
            pending=settled.early,
        )
        if not submission.joined:  # who joins pays nothing
            outcome = replace(outcome, cost_usd=found.cost_usd, usage=found.usage)
        return replace(outcome, tokens=self.tokens, truncated=self.truncated)

    async def _interim(
        self, reason: str, submission: Submission | None = None, *, pending: bool | None = None
    ) -> Outcome:
        begun = self.parts.clock.monotonic_ms()
        decision, fallback = await self._stopgap(reason)
        self.steps["interim"] = self.parts.clock.monotonic_ms() - begun
        asked = submission is not None and (submission.job_id is not None or submission is LATE)
        return Outcome(
            Path.INTERIM,
            decision,
            None,
            None,
            self.near,
            self.steps,
            fallback=fallback,
            tokens=self.tokens,
            truncated=self.truncated,
            submission=submission,
            pending=asked if pending is None else pending,
        )

    async def _stopgap(self, reason: str) -> tuple[Decision, dict[str, str]]:
        """Decide by rule, or stay out where rules are known to be worse than that."""
        if self.situation.format == "events":
            return _ABSTENTION, {"reason": reason, "by": "abstention", "version": "1"}
        rules = self.parts.panels["rules"]
        found = await rules.deliberate(await self._case(), timeout_s=RESERVE_MS / 1000)
        return found.decision, {"reason": reason, "by": rules.name, "version": rules.version}

    async def _case(self) -> Case:
        asking = self.asking
        market = await self.parts.survey(asking.scope.asset, asking.now)
        return case_of(self.situation, asking.strategy, as_of=asking.now, market=market)

    def _job(self, *, answer_by: datetime | None) -> Job:
        question, situation = self.asking.question, self.situation
        return Job(
            job_id=self.parts.identifiers.new(),
            decision_id=self.asking.decision_id,
            text=question.text,
            scope=self.asking.scope,
            context=self.context,
            tags=situation.tags,
            location=situation.location,
            panel=self.asking.scope.teacher,
            asked_at=self.asking.now,
            submitted_at=self.parts.clock.now(),
            timeout_s=BACKGROUND_TIMEOUT_S,
            answer_by=answer_by,
            detail=question.detail,
        )

    def _wording(self) -> Wording:
        sha, as_of = self.situation.sha(""), self.asking.question.as_of
        if as_of is not None:
            # What is known at one moment must not answer what was asked about another: it joins only its like.
            return Wording(hashlib.sha256(f"{sha}\n{as_of.isoformat()}".encode()).hexdigest(), "", None)
        is_table = self.situation.format == "events"
        text = "" if is_table else self.situation.news.clean.text
        context = "\n".join(sorted(c.id for c in self.context))
        return Wording(sha, text, None if is_table else self.news_vector, context)


def _partial(found: Deliberation) -> dict[str, str] | None:
    """Say why not every analyst is in an answer."""
    if found.partial is None:
        return None
    return {"reason": "partial", "by": found.panel, "missing": found.partial}


def match_of(
    judged: Judged, now: datetime, *, precedents: tuple[str, ...] = (), sources: tuple[str, ...] = ()
) -> Match:
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
        sources=sources,
    )


def _nearest(judged: Sequence[Judged], verdict: Verdict | None, now: datetime, reason: str) -> Match | None:
    """Say what came nearest although it did not answer, and why it did not."""
    if verdict is not None:
        return replace(match_of(verdict.best, now), guard=reason)
    if not judged:
        return None
    return match_of(max(judged, key=lambda j: j.candidate.similarity), now)


def _exact_match(recalled: Recalled, now: datetime) -> Match:
    age_s = (now - recalled.times.decided_at).total_seconds()
    return Match(recalled.key, 1.0, 1.0, 1.0, 1.0, "passed", age_s, (recalled.key,), (recalled.decision_id,))
