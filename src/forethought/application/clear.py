"""Forget."""

from dataclasses import dataclass

from forethought.application.parts import Parts


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

    async def __call__(self, *, strategy: str | None = None, asset: str | None = None) -> Cleared:
        """Forget everything, or the decisions, the evidence and the lessons of a strategy, an asset, or both.

        Components belong to no scope: they go only when everything goes.

        Raises:
            UnknownStrategy, InvalidAsset: the scope is malformed.
            StoreUnavailable: nothing, or a part, was forgotten; ask again.
        """
        parts = self._parts
        names = list(parts.memories)
        if strategy is not None:
            names = [parts.strategies.get(strategy).name]
        symbol = None if asset is None else parts.strategies.get(names[0]).check_asset(asset)
        caches = {id(parts.memories[name].decisions): parts.memories[name].decisions for name in names}
        forgotten = [await cache.forget(strategy=strategy, asset=symbol) for cache in caches.values()]
        everything = strategy is None and symbol is None
        await parts.lessons.forget(strategy=strategy, asset=symbol)
        await parts.labelling.forget(strategy=strategy, asset=symbol)
        return Cleared(
            decisions=sum(forgotten),
            components=await parts.components.forget() if everything else 0,
            scopes=await parts.evidence.forget(strategy=strategy, asset=symbol),
        )
