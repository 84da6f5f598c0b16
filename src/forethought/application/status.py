"""What the service holds and how well it is known to answer."""

from typing import Any

from forethought.application.answers import usage_document
from forethought.application.parts import Parts
from forethought.domain.agreement import Evidence, Tally, state, upper_bound
from forethought.domain.decision import Scope
from forethought.domain.strategy import ErrorBudget

_DAYS = 7


class Status:
    """Counts and evidence, for people and for `/quality`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def counts(self) -> dict[str, int]:
        """Count what is remembered.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        caches = {id(m.decisions): m.decisions for m in self._parts.memories.values()}
        decisions = [await cache.count() for cache in caches.values()]
        return {"decisions": sum(decisions), "components": await self._parts.components.count()}

    async def analysts(self) -> dict[str, Any]:
        """Return who thinks, what waits for them, and what the models cost on the latest days.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        parts = self._parts
        depths, living = await parts.tasks.depths(), await parts.workers.living()
        return {
            "analysts": sorted({f"{n}@{v}" for worker in living for n, v in worker.panels.items()}) or ["rules"],
            "workers": [
                {"worker": worker.worker, "slots": worker.slots, "busy": worker.busy, "panels": dict(worker.panels)}
                for worker in living
            ],
            "queue": {
                "background": depths.background,
                "waiting": depths.waiting,
                "dead": depths.dead,
                "oldest_s": round(depths.oldest_s, 1),
            },
            "spent": [
                {"day": day.day, "provider": provider, **usage_document(usage), "cost_usd": round(usage.cost_usd, 6)}
                for day in await parts.spending.days(latest=_DAYS)
                for provider, usage in sorted(day.by_provider.items())
            ],
        }

    async def quality(self) -> list[dict[str, Any]]:
        """Return the evidence of every scope, with 95 % upper bounds (one-sided, Clopper-Pearson).

        Raises:
            StoreUnavailable: the store does not answer.
        """
        found = await self._parts.evidence.all()
        ordered = sorted(found.items(), key=lambda item: (item[0].name, item[0].strategy_version))
        return [self._scope(scope, evidence) for scope, evidence in ordered]

    def _scope(self, scope: Scope, evidence: Evidence) -> dict[str, Any]:
        known = self._parts.strategies.all().get(scope.strategy)
        budget = known.budget if known is not None else ErrorBudget()
        return {
            "strategy": scope.strategy,
            "strategy_version": scope.strategy_version,
            "asset": scope.asset,
            "teacher": scope.teacher,
            "state": state(evidence.answered, budget).value,
            "budget": {"delta": budget.delta, "delta_opp": budget.delta_opp},
            "answered": _tally(evidence.answered),
            "bands": {band: _tally(tally) for band, tally in sorted(evidence.bands.items())},
        }


def _tally(tally: Tally) -> dict[str, Any]:
    if tally.n == 0:
        return {"n": 0, "wrong_frac": None, "opposite_frac": None, "wrong_upper": None, "opposite_upper": None}
    return {
        "n": tally.n,
        "wrong_frac": round(tally.wrong / tally.n, 4),
        "opposite_frac": round(tally.opposite / tally.n, 4),
        "wrong_upper": round(upper_bound(tally.wrong, tally.n, confidence=0.95), 4),
        "opposite_upper": round(upper_bound(tally.opposite, tally.n, confidence=0.95), 4),
    }
