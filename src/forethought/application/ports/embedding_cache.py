"""The embedding cache: vectors of texts that come again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forethought.domain.similarity import Vector
from forethought.domain.situation import Component


@dataclass(frozen=True, slots=True)
class CachedComponent:
    """A component with its vector."""

    component: Component
    vector: Vector
    created_at: datetime
    tokens: int = 0
    chunks: int = 1
    """In how many chunks the text was embedded; the vector is their unit mean."""
    tags: tuple[str, ...] = ()
    location: str | None = None
    meta: Mapping[str, object] = field(default_factory=dict)


class EmbeddingCache(Protocol):
    """Vectors by component. A vector of another model than the cache's own is a miss, never a match.

    Every method raises `StoreUnavailable` when the store does not answer.
    """

    def at_hand(self, component: Component) -> Vector | None:
        """Return the vector when this process holds it already: no round trip."""
        ...

    async def get(self, components: Sequence[Component]) -> Mapping[str, Vector]:
        """Return the vectors that are known, by component id; one round trip at most."""
        ...

    def hold(self, items: Sequence[CachedComponent]) -> None:
        """Have vectors at hand in this process at once; `put` writes them for all."""
        ...

    async def put(self, items: Sequence[CachedComponent]) -> None:
        """Remember vectors under `ec:{kind}:{id}`; an existing one is overwritten."""
        ...

    async def resolve(self, ids: Sequence[str]) -> Mapping[str, CachedComponent]:
        """Return components by id, whatever their kind; unknown ids are absent."""
        ...

    async def find(
        self, *, tag: str | None, location: str | None, type_: str | None, latest: int
    ) -> list[CachedComponent]:
        """Return the newest components that bear a tag, a location and a type (`None` matches all), newest first."""
        ...

    async def forget(self) -> int:
        """Delete all; return how many."""
        ...

    async def count(self) -> int:
        """Count the components."""
        ...
