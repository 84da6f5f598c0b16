"""What the service holds and how well it is known to answer."""

from collections.abc import Mapping
from typing import Any

from forethought.application.answers import usage_document
from forethought.application.parts import Parts
from forethought.application.ports.labelling import Checked
from forethought.application.ports.learner import Reflex
from forethought.domain.agreement import NO_EVIDENCE, Evidence, Tally, state, upper_bound
from forethought.domain.decision import Path, Scope
from forethought.domain.interval import wilson
from forethought.domain.learning import ReflexStanding
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
                "shadow": depths.shadow,
                "oldest_s": round(depths.oldest_s, 1),
            },
            "spent": [
                {"day": day.day, "provider": provider, **usage_document(usage), "cost_usd": round(usage.cost_usd, 6)}
                for day in await parts.spending.days(latest=_DAYS)
                for provider, usage in sorted(day.by_provider.items())
            ],
        }

    async def quality(self) -> list[dict[str, Any]]:
        """Return what is known of every scope.

        Evidence with 95 % upper bounds (one-sided, Clopper-Pearson); what the analysts said of answers afterwards with
        95 % intervals (two-sided, Wilson), by path; the reflex, where there is one.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        found, checked = await self._parts.evidence.all(), await self._parts.labelling.checked()
        scopes = sorted({*found, *checked}, key=lambda scope: (scope.name, scope.strategy_version))
        reflexes = [await self._parts.reflexes.current(scope) for scope in scopes]
        return [
            self._scope(scope, found.get(scope, NO_EVIDENCE), checked.get(scope, {}), reflex)
            for scope, reflex in zip(scopes, reflexes, strict=True)
        ]

    async def labelling(self) -> dict[str, Any]:
        """Return what was used of this hour's labelling budget.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        hour = await self._parts.labelling.hour()
        return {
            "calls": hour.calls,
            "calls_limit": hour.calls_limit,
            "cost_usd": round(hour.cost_usd, 6),
            "cost_limit_usd": hour.cost_limit_usd,
        }

    async def measure(self) -> None:
        """Show in the metrics of this process what all processes have found.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        metrics = self._parts.metrics
        for scope, by_path in (await self._parts.labelling.checked()).items():
            for path, found in by_path.items():
                for of, k in (("wrong", found.wrong), ("opposite", found.opposite)):
                    point = k / found.n if found.n else None
                    metrics.shares(
                        strategy=scope.strategy,
                        asset=scope.asset,
                        path=path.value,
                        of=of,
                        shares=(point, *wilson(k, found.n)),
                    )
        hour = await self._parts.labelling.hour()
        metrics.labelling(
            calls_frac=hour.calls / hour.calls_limit if hour.calls_limit else 1.0,
            cost_frac=hour.cost_usd / hour.cost_limit_usd if hour.cost_limit_usd else 1.0,
        )

    def _scope(
        self, scope: Scope, evidence: Evidence, checked: Mapping[Path, Checked], reflex: Reflex | None
    ) -> dict[str, Any]:
        known = self._parts.strategies.all().get(scope.strategy)
        budget = known.budget if known is not None else ErrorBudget()
        return {
            "strategy": scope.strategy,
            "strategy_version": scope.strategy_version,
            "asset": scope.asset,
            "teacher": scope.teacher,
            "state": state(evidence.answered, budget).value,
            "mode": None if reflex is None else reflex.mode.value,
            "budget": {"delta": budget.delta, "delta_opp": budget.delta_opp},
            "answered": _tally(evidence.answered),
            "bands": {band: _tally(tally) for band, tally in sorted(evidence.bands.items())},
            "shadow": {path.value: _checked(found) for path, found in checked.items()},
            "reflex": None if reflex is None else _reflex(reflex.label, reflex.standing),
        }


def _checked(found: Checked) -> dict[str, Any]:
    return {"n": found.n, "wrong": _share(found.wrong, found.n), "opposite": _share(found.opposite, found.n)}


def _share(k: int, n: int) -> dict[str, Any]:
    low, high = wilson(k, n)
    return {"k": k, "frac": round(k / n, 4) if n else None, "low": round(low, 4), "high": round(high, 4)}


def _reflex(label: str, standing: ReflexStanding) -> dict[str, Any]:
    return {
        "label": label,
        "version": standing.version,
        "lessons": standing.lessons,
        "answered_n": standing.answered_n,
        "wrong_frac": standing.wrong_frac,
        "opposite_frac": standing.opposite_frac,
        "novelty_frac": standing.novelty_frac,
        "drifts": standing.drifts,
        "rolled_back": standing.rolled_back,
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
