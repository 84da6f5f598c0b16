"""Let analysts think a task through, remember what they conclude, and tell everybody who waits."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from forethought.application.case import case_of
from forethought.application.insert import entry_of, entry_ttl_s
from forethought.application.learn import Label, learn
from forethought.application.parts import Parts
from forethought.application.ports.analysts import Analysts, Case, Deliberation, Early, PanelFailed
from forethought.application.ports.deliberations import Job, Settled, Shown
from forethought.application.ports.rollout import Compared, Standing
from forethought.application.ports.tasks import Task
from forethought.application.revoke import Revoke
from forethought.application.transcripts import failed_transcript, transcript
from forethought.application.upgrade import tell, upgrade
from forethought.domain.decision import Path, Times
from forethought.domain.errors import (
    ConfigurationError,
    EmbedderUnavailable,
    ForethoughtError,
    NotFound,
    Overloaded,
    StoreUnavailable,
    Unavailable,
)
from forethought.domain.opinion import Failure
from forethought.domain.situation import Situation, read_situation
from forethought.domain.strategy import Strategy
from forethought.domain.validity import Moment

log = structlog.get_logger(__name__)

_PASSING = frozenset({Failure.TIMEOUT, Failure.UNAVAILABLE, Failure.BREAKER_OPEN, Failure.RATE_LIMITED})
"""Failures after which another try may succeed."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    strategy: Strategy
    situation: Situation
    case: Case


class Deliberate:
    """What a worker does with a task. Whatever dies in between, the task comes again and nothing happens twice."""

    def __init__(self, parts: Parts, *, attempts: int, shadow_timeout_s: float) -> None:
        self._parts = parts
        self._revoke = Revoke(parts)
        self._attempts = attempts
        self._shadow_timeout_s = shadow_timeout_s

    async def __call__(self, task: Task) -> None:
        """Deliberate, backfill both caches, store the result, upgrade the answers that wait.

        A task that may succeed later is left: it comes again when its lease has run out, until its attempts are used
        up; then it goes to the dead letters.

        Raises:
            StoreUnavailable: the store does not answer; the task comes again.
        """
        if task.settled is not None:  # a worker died before everybody was told
            await self._close(task, task.settled)
            return
        if task.attempt > self._attempts:  # its workers died, or it failed each time
            await self._bury(task, "too_many_attempts", "every attempt failed or ended its worker")
            return
        try:
            prepared = await self._prepare(task.job)
            panel, standing = await self._panel(task.job)
            found = await panel.deliberate(prepared.case, timeout_s=task.job.timeout_s, early=self._early(task))
        except StoreUnavailable:
            raise
        except (ForethoughtError, TimeoutError) as error:
            await self._failed(task, error)
            return
        try:
            await self._remember(task.job, prepared, found)
        except (EmbedderUnavailable, Overloaded) as error:  # the verdict is paid: it is told all the same
            log.warning("deliberation.not_remembered", job_id=task.job.job_id, reason=str(error))
        await self._keep(task.job, transcript(task.job, found, at=self._now().isoformat()))
        self._parts.metrics.deliberated(took_ms=found.took_ms, slowest_ms=found.slowest_ms, summed_ms=found.summed_ms)
        await self._close(task, Settled(found))
        await self._shadow(task.job, prepared.case, panel, found, standing)

    def _now(self) -> datetime:
        return self._parts.clock.now()

    async def _prepare(self, job: Job) -> _Prepared:
        parts = self._parts
        strategy = parts.strategies.get(job.scope.strategy)
        if strategy.version != job.scope.strategy_version:
            raise ConfigurationError(
                f"strategy {strategy.name} is now version {strategy.version}: asked anew it counts"
            )
        situation = read_situation(
            job.text,
            scope=job.scope,
            instruction=strategy.instruction,
            context=job.context,
            tags=job.tags,
            location=job.location,
        )
        market = await parts.survey(job.scope.asset, job.asked_at)
        case = case_of(situation, strategy, as_of=job.asked_at, market=market, detail=job.detail)
        return _Prepared(strategy, situation, case)

    async def _panel(self, job: Job) -> tuple[Analysts, Standing]:
        versions: Mapping[str, Analysts] = self._parts.versions.get(job.panel, {})
        standing = await self._parts.rollout.read(job.panel)
        panel = versions.get(standing.current) if standing.current else None
        panel = panel or self._parts.panels.get(job.panel)
        if panel is None:
            # Another worker may have it.
            raise Unavailable(f"this worker has no panel {job.panel}: it needs its panel file and a model")
        if panel.interim_only:
            raise ConfigurationError(f"panel {panel.name} is interim only: its answers are never remembered")
        return panel, standing

    def _early(self, task: Task) -> Early:
        async def tell(found: Deliberation) -> None:
            with contextlib.suppress(StoreUnavailable):  # the whole verdict is still to come
                await self._parts.tasks.early(task, found)

        return tell

    async def _failed(self, task: Task, error: Exception) -> None:
        reason = "timeout" if isinstance(error, TimeoutError) else getattr(error, "code", ForethoughtError.code)
        passing = isinstance(error, TimeoutError | Unavailable)
        if isinstance(error, PanelFailed) and error.reports:
            passing = any(report.failure in _PASSING for report in error.reports)
            detail = failed_transcript(
                task.job, error.reports, at=self._now().isoformat(), reason=reason, detail=str(error)
            )
            await self._keep(task.job, detail)
        # A caller waits and wants to hear of it now; or it was a check, whose budget is for one call.
        hurried = task.job.answer_by is not None or task.job.shown is not None
        if passing and not hurried and task.attempt < self._attempts:
            log.info("deliberation.retry_later", job_id=task.job.job_id, attempt=task.attempt, reason=str(error))
            self._parts.metrics.deliberation("retried")
            return
        if passing and not hurried:
            await self._bury(task, reason, str(error))
            return
        log.warning("deliberation.failed", job_id=task.job.job_id, reason=str(error))
        await self._close(task, Settled(None, reason))

    async def _bury(self, task: Task, reason: str, detail: str) -> None:
        log.error("deliberation.dead", job_id=task.job.job_id, attempts=task.attempt, reason=reason, detail=detail)
        await self._parts.tasks.bury(task, reason=reason)
        self._parts.metrics.deliberation("dead")
        await self._close(task, Settled(None, reason))

    async def _close(self, task: Task, settled: Settled) -> None:
        """Settle, tell everybody, acknowledge: in this order, so that a crash only makes it tell again."""
        parts = self._parts
        if task.settled is None:
            if not await parts.tasks.settle(task, settled):
                return  # it was taken for dead, and another worker has it
            parts.metrics.deliberation("done" if settled.found is not None else "failed")
            if task.job.shown is not None and settled.found is not None:
                await self._count(task.job, task.job.shown, settled.found)
        if task.job.shown is not None:
            await self._correct(task.job, task.job.shown, settled.found)
            await parts.tasks.finish(task)
            return
        cost_usd = settled.found.cost_usd if settled.found is not None else 0.0
        waiting = await parts.tasks.waiting(task)
        first = task.job.decision_id
        await asyncio.gather(
            *(self._tell(task.job, each, settled, cost_usd if each == first else 0.0) for each in waiting)
        )
        await parts.tasks.finish(task)

    async def _tell(self, job: Job, decision_id: str, settled: Settled, cost_usd: float) -> None:
        if decision_id != job.decision_id and settled.found is not None:
            self._parts.provenance.note(decision_id, (job.decision_id,))
        await tell(self._parts, job, decision_id, settled, cost_usd=cost_usd)

    async def _count(self, job: Job, shown: Shown, found: Deliberation) -> None:
        """Count what a check has found, once: a worker that dies just now loses it rather than counts it twice."""
        parts, said = self._parts, found.decision.signal
        wrong, opposite = said is not shown.signal, said.opposes(shown.signal)
        await asyncio.gather(
            parts.labelling.paid(job.submitted_at, cost_usd=found.cost_usd),
            parts.labelling.count(job.scope, shown.path, wrong=wrong, opposite=opposite),
        )
        parts.metrics.checked("opposite" if opposite else "wrong" if wrong else "agreed", path=shown.path.value)

    async def _correct(self, job: Job, shown: Shown, found: Deliberation | None) -> None:
        """Where the analysts disagree, revoke what the answer leaned on, and tell its holder what they say."""
        if found is None or found.decision.signal is shown.signal:
            return
        log.info("shadow.disagreed", job_id=job.job_id, decision_id=job.decision_id, path=shown.path.value)
        if shown.path is not Path.REFLEX:  # what a reflex leans on is not disproved: it was wrong about another text
            await asyncio.gather(*(self._revoke_source(source, job, found) for source in shown.sources))
        await upgrade(
            self._parts, job.decision_id, found.decision, by=job.panel, decided_at=job.asked_at, job_id=job.job_id
        )

    async def _revoke_source(self, source: str, job: Job, found: Deliberation) -> None:
        """Revoke a precedent unless it says what the verdict says; one that is gone is revoked again, to the end."""
        made = await self._parts.memories[job.scope.strategy].decisions.made_of(source)
        if made and all(each.decision.signal is found.decision.signal for each in made):
            return
        with contextlib.suppress(NotFound):
            await self._revoke(source, reason=f"the analysts disagree with {job.decision_id}")

    async def _keep(self, job: Job, document: Mapping[str, object]) -> None:
        await self._parts.transcripts.keep(job.job_id, document)

    async def _remember(self, job: Job, prepared: _Prepared, found: Deliberation) -> None:
        parts, situation, strategy = self._parts, prepared.situation, prepared.strategy
        if await parts.provenance.revocation(job.decision_id) is not None:
            return  # taken back while it was thought through, or by a worker that died after it had
        memory = parts.memories[strategy.name]
        component = parts.survey.component(prepared.case.market)
        encoded = await parts.encode(situation, strategy, market=component, in_full=True)
        await parts.encode.keep(encoded)
        # True of the moment that was asked about, usable only now that it is thought.
        times = Times(job.asked_at, max(job.asked_at, self._now()))
        await learn(
            parts,
            Label(situation, strategy, encoded, found.decision, times, job.decision_id, job.panel),
            moment=Moment(times.known_at, prepared.case.market),
            weight=None if job.shown is None else 1 / job.shown.propensity,
        )
        entry = entry_of(
            situation,
            encoded,
            found.decision,
            times,
            decision_id=job.decision_id,
            market=prepared.case.market,
            model_tag=memory.model_tag,
            tau=strategy.retrieval.tau,
            source=job.panel,
        )
        await memory.decisions.store([entry], ttl_s=entry_ttl_s(strategy))

    async def _shadow(self, job: Job, case: Case, current: Analysts, found: Deliberation, standing: Standing) -> None:
        """Ask the candidate the same, after everybody has been told; its answer is compared and thrown away."""
        parts = self._parts
        candidate = parts.versions.get(job.panel, {}).get(standing.candidate or "")
        if candidate is None or random.random() >= standing.share:  # noqa: S311 - a sample, not a secret
            return
        try:
            other = await candidate.deliberate(case, timeout_s=self._shadow_timeout_s)
        except (Unavailable, TimeoutError) as error:
            log.info("shadow.failed", job_id=job.job_id, reason=str(error))
            compared, outcome = Compared(failed=1), "failed"
        else:
            agreed = other.decision.signal is found.decision.signal
            opposite = other.decision.signal.opposes(found.decision.signal)
            compared = Compared(
                n=1,
                agreed=int(agreed),
                opposite=int(opposite),
                cost_usd=other.cost_usd,
                current_cost_usd=found.cost_usd,
                took_ms=other.took_ms,
                current_took_ms=found.took_ms,
            )
            outcome = "agreed" if agreed else "opposite" if opposite else "wrong"
            beside = {
                "panel": other.panel,
                "signal": int(other.decision.signal),
                "conviction": other.decision.conviction,
            }
            await self._keep(job, transcript(job, found, at=self._now().isoformat(), shadow=beside))
        parts.metrics.shadow(panel=job.panel, outcome=outcome)
        await parts.rollout.count(job.panel, current=current.version, candidate=candidate.version, compared=compared)
