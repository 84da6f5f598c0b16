"""Let analysts think a situation through, remember what they conclude, and upgrade the answer that waited for it."""

from collections.abc import Iterator

from forethought.application.insert import MAX_TTL_S, TTL_GRACE_S, entry_of
from forethought.application.parts import Parts
from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Job
from forethought.application.upgrade import give_up, upgrade
from forethought.domain.decision import Times
from forethought.domain.errors import ConfigurationError, ForethoughtError


class Deliberate:
    """The work of one job."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, job: Job) -> Deliberation:
        """Deliberate, backfill both caches, and upgrade the answers that wait.

        Those who wait hear of a failure too.

        Raises:
            TimeoutError, Unavailable: the analysts gave nothing.
            ConfigurationError: the panel may not teach.
        """
        try:
            found = await self._think(job)
        except Exception as error:
            self._parts.metrics.deliberation("failed")
            for decision_id in _waiting(job):
                await give_up(self._parts, decision_id, reason=_reason(error))
            raise
        cost_usd = found.cost_usd
        for decision_id in _waiting(job):
            await upgrade(self._parts, decision_id, found.decision, by=job.panel, cost_usd=cost_usd)
            cost_usd = 0.0  # it was paid once
        self._parts.metrics.deliberation("done")
        return found

    async def _think(self, job: Job) -> Deliberation:
        panel = self._parts.panels[job.panel]
        if panel.interim_only:
            raise ConfigurationError(f"panel {panel.name} is interim only: its answers are never remembered")
        found = await panel.deliberate(job.case, timeout_s=job.timeout_s)
        await self._remember(job, found)
        return found

    async def _remember(self, job: Job, found: Deliberation) -> None:
        parts, situation = self._parts, job.situation
        strategy = parts.strategies.get(situation.scope.strategy)
        memory = parts.memories[strategy.name]
        component = parts.survey.component(job.case.market)
        encoded = await parts.encode(situation, strategy, market=component, in_full=True)
        await parts.encode.keep(encoded)
        entry = entry_of(
            situation,
            encoded,
            found.decision,
            # True of the moment that was asked about, usable only now that it is thought.
            Times(job.asked_at, max(job.asked_at, parts.clock.now())),
            decision_id=job.decision_id,
            market=job.case.market,
            model_tag=memory.model_tag,
            tau=strategy.retrieval.tau,
            source=job.panel,
        )
        ttl_s = min(strategy.validity.max_age_s + TTL_GRACE_S, MAX_TTL_S)
        await memory.decisions.store([entry], ttl_s=ttl_s)


def _waiting(job: Job) -> Iterator[str]:
    """Yield the answers that wait for a job, also those that join while the first ones are told."""
    yield job.decision_id
    yield from job.joined


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return error.code if isinstance(error, ForethoughtError) else ForethoughtError.code
