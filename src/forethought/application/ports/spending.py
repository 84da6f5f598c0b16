"""What the models cost, by day (UTC), over all processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from forethought.domain.opinion import Usage


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One day."""

    day: str
    """ISO 8601, UTC."""
    by_provider: Mapping[str, Usage]


class Spending(Protocol):
    """Counted after the fact: calls under way may carry a day a little over its budget."""

    async def today(self, provider: str) -> float:
        """Return what a provider has cost today, USD; may be a second old.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def add(self, provider: str, usage: Usage) -> None:
        """Count what was used.

        Raises:
            StoreUnavailable: not counted.
        """
        ...

    async def days(self, *, latest: int) -> list[DaySpend]:
        """Return the latest days that have been kept, newest first.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
