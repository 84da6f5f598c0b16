"""The decision cache: what was decided about which situation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from forethought.domain.decision import Decision, Scope
from forethought.domain.entry import Candidate, Entry, Recalled
from forethought.domain.similarity import Vector


class Stored(StrEnum):
    """What became of an entry."""

    NEW = "new"
    REPLACED = "replaced"
    """It is the current decision now; the former one is kept for as-of lookups."""
    FORMER = "former"
    """A newer decision stands; this one is kept for as-of lookups."""
    SAME = "same"
    """The very same record was there already."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is remembered of a certain decision: an entry, or a former version of one."""

    scope: Scope
    decision: Decision
    source: str
    """Of the entry."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are meant: all that fit everything that is given."""

    strategy: str | None = None
    asset: str | None = None
    strategy_version: str | None = None
    """Of the strategy, and so of its instruction."""
    agent_version: str | None = None
    """Of the panel, a role, or a model that took part."""
    tag: str | None = None
    decided_before: datetime | None = None

    @property
    def is_scope(self) -> bool:
        """Whether it names whole scopes."""
        return not any((self.strategy_version, self.agent_version, self.tag, self.decided_before))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of the entries made of a decision."""

    removed: int
    """Entries and former versions."""
    risen: tuple[str, ...]
    """The decisions that stand again in their place."""


class DecisionCache(Protocol):
    """Remembered decisions by situation, retrievable by exact name and by nearness of the composed vector.

    Every method raises `StoreUnavailable` when the store does not answer.
    """

    async def recall(self, sha: str, *, as_of: datetime | None) -> Recalled | None:
        """Return the decision on exactly this situation.

        Args:
            sha: `Situation.sha`.
            as_of: The latest version decided and known by then; `None` for the current one.
        """
        ...

    async def nearest(self, vector: Vector, *, scope: Scope, k: int, as_of: datetime | None) -> list[Candidate]:
        """Return up to `k` entries of the same scope, nearest first.

        Args:
            vector: Unit norm, of this cache's embedding model and composition.
            scope: Matched exactly.
            k: At least 1.
            as_of: Only versions decided and known by then; `None` for the current ones.
        """
        ...

    async def store(self, entries: Sequence[Entry], *, ttl_s: int, settled: bool = True) -> list[Stored]:
        """Remember entries: visible to the next `recall` and `nearest` when this returns, and on disk unless told not.

        A record that is older than the one that stands never overwrites it.

        Args:
            entries: At most one a situation.
            ttl_s: When the store may delete them, seconds from now; never shorter than the strategy's maximum age.
            settled: False leaves the disk to a later `settle`, which is cheaper for many.
        """
        ...

    async def settle(self) -> None:
        """Wait until everything stored before is on disk."""
        ...

    async def made_of(self, decision_id: str) -> list[Made]:
        """Return what is remembered of a decision, former versions included."""
        ...

    async def withdraw(self, decision_id: str) -> Withdrawn:
        """Delete what is remembered of a decision, durably; what stood before it in its situation stands again.

        Safe to repeat: a crash in between leaves a part, or a harmless copy of what stands again.
        """
        ...

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """Delete the entries of a scope (`None` matches all) with their former versions; return how many."""
        ...

    async def discard(self, which: Selection) -> list[tuple[Scope, str]]:
        """Delete the entries that are meant, former versions included; return their scopes and decision ids.

        What stood before a deleted entry does not stand again.
        """
        ...

    async def count(self) -> int:
        """Count the entries, former versions included."""
        ...
