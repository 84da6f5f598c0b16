"""What was learned in each scope, kept durably, and the models that were made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from forethought.domain.decision import Scope
from forethought.domain.learning import Lesson


@dataclass(frozen=True, slots=True)
class Page:
    """Lessons in the order in which they came."""

    cursor: str
    """Where the next page begins."""
    lessons: Sequence[Lesson]
    epoch: int
    """Changes when lessons were struck or forgotten: who holds older ones must read from the beginning."""


class Lessons(Protocol):
    """Every method raises `StoreUnavailable` when the store does not answer."""

    async def add(self, scope: Scope, lesson: Lesson) -> None:
        """Append a lesson; on disk with the next settled write. The oldest beyond the limit of a scope are dropped."""
        ...

    async def due(self) -> Mapping[Scope, int]:
        """Return the scopes with lessons that no model has seen, and how many."""
        ...

    async def seen(self, scope: Scope, count: int) -> None:
        """Note that so many lessons of a scope went into a model."""
        ...

    async def since(self, scope: Scope, cursor: str | None) -> Page:
        """Read lessons after a cursor; all with `None`."""
        ...

    async def strike(self, scope: Scope, decision_ids: Sequence[str]) -> int:
        """Take the lessons of revoked decisions out; the scope becomes due. Return how many were there."""
        ...

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """Delete lessons and models of a scope (`None` matches all); return how many scopes."""
        ...

    async def claim(self, scope: Scope, *, owner: str, for_s: float) -> bool:
        """Take the right to fit a scope, so that only one process does; true also when one has it already."""
        ...

    async def publish(self, scope: Scope, *, version: int, model: bytes) -> None:
        """Put a model in the place of the former one, in one step."""
        ...

    async def model(self, scope: Scope, *, newer_than: int) -> tuple[int, bytes] | None:
        """Return the model and its version, unless the version is known already or there is none."""
        ...

    async def versions(self) -> Mapping[Scope, int]:
        """Return the version that stands in every scope, in one round trip."""
        ...
