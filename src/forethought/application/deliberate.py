"""Let analysts think a situation through, remember what they conclude, and upgrade the answer that waited for it."""

from forethought.application.insert import MAX_TTL_S, TTL_GRACE_S, entry_of
from forethought.application.parts import Parts
from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Job
from forethought.application.upgrade import upgrade
from forethought.domain.decision import Times
from forethought.domain.errors import ConfigurationError


class Deliberate:
    """The work of one job."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, job: Job) -> Deliberation:
        """Deliberate, backfill both caches, and upgrade the waiting answer.

        Raises:
            TimeoutError, Unavailable: the analysts gave nothing.
            ConfigurationError: the panel may not teach.
        """
        parts = self._parts
        panel = parts.panels[job.panel]
        if panel.interim_only:
            raise ConfigurationError(f"panel {panel.name} is interim only: its answers are never remembered")
        found = await panel.deliberate(job.case, timeout_s=job.timeout_s)
        await self._remember(job, found)
        await upgrade(parts, job.decision_id, found.decision, by=panel.name, cost_usd=found.cost_usd)
        parts.metrics.deliberation("done")
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
