"""What checking answers from memory may cost, and what the checks have found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forethought.domain.decision import Path, Scope


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers that the analysts have judged afterwards."""

    n: int = 0
    wrong: int = 0
    """The analysts said something else, the opposite included."""
    opposite: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """What was used of this hour's budget."""

    calls: int = 0
    calls_limit: int = 0
    cost_usd: float = 0.0
    cost_limit_usd: float = 0.0


class Labelling(Protocol):
    """The labelling budget of all processes, by the hour (UTC), and the counts of what came of it."""

    @property
    def pace(self) -> float:
        """How freely to draw, in [0, 1], as far as this process knows; no round trip.

        The share of the budget that is left over the share of the hour that is left, at most 1; 0 while it is spent.
        """
        ...

    async def claim(self) -> bool:
        """Take one call out of this hour's budget; False when it is spent.

        A call counts at once. What it costs is known later (`paid`): until then it counts as much as the mean of the
        hour, and while no cost is known some calls only may be under way.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def paid(self, claimed_at: datetime, *, cost_usd: float) -> None:
        """Note what a call has cost, in the hour in which it was claimed.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def hour(self) -> Hour:
        """Return what was used of this hour's budget.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def count(self, scope: Scope, path: Path, *, wrong: bool, opposite: bool) -> None:
        """Count what a check has found.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def checked(self) -> Mapping[Scope, Mapping[Path, Checked]]:
        """Return what was found, by scope and path.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def forget(self, *, strategy: str | None, asset: str | None) -> None:
        """Delete the counts of a scope (`None` matches all).

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
