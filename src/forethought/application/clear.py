"""Forget."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forethought.application.parts import Parts
from forethought.application.ports.decision_cache import DecisionCache, Selection
from forethought.domain.decision import Scope


@dataclass(frozen=True, slots=True)
class Cleared:
    """How much was forgotten."""

    decisions: int
    components: int
    scopes: int


class Clear:
    """Empties the caches, or one scope of the decision cache."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, which: Selection = Selection()) -> Cleared:  # noqa: B008 - frozen
        """Forget everything, a scope, or what is meant of it.

        Whole scopes go with their evidence and lessons. Of a part the lessons go, the evidence stays: what was foretold
        came out as it did. Components belong to no scope: they go only when everything goes.

        Raises:
            UnknownStrategy, InvalidAsset: the scope is malformed.
            StoreUnavailable: nothing, or a part, was forgotten; ask again.
        """
        parts = self._parts
        names = list(parts.memories)
        if which.strategy is not None:
            names = [parts.strategies.get(which.strategy).name]
        if which.asset is not None:
            which = replace(which, asset=parts.strategies.get(names[0]).check_asset(which.asset))
        caches = list({id(parts.memories[name].decisions): parts.memories[name].decisions for name in names}.values())
        if which.is_scope:
            return await self._scopes(caches, which)
        gone: dict[Scope, list[str]] = {}
        for cache in caches:
            for scope, decision_id in await cache.discard(which):
                gone.setdefault(scope, []).append(decision_id)
        for scope, decision_ids in gone.items():
            await parts.lessons.strike(scope, decision_ids)
        return Cleared(decisions=sum(map(len, gone.values())), components=0, scopes=0)

    async def _scopes(self, caches: Sequence[DecisionCache], which: Selection) -> Cleared:
        parts, strategy, asset = self._parts, which.strategy, which.asset
        forgotten = [await cache.forget(strategy=strategy, asset=asset) for cache in caches]
        await parts.lessons.forget(strategy=strategy, asset=asset)
        await parts.labelling.forget(strategy=strategy, asset=asset)
        everything = strategy is None and asset is None
        return Cleared(
            decisions=sum(forgotten),
            components=await parts.components.forget() if everything else 0,
            scopes=await parts.evidence.forget(strategy=strategy, asset=asset),
        )
