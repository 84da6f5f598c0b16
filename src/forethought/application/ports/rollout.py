"""Which version of a panel answers, and which one runs beside it in shadow."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one panel's roll-out."""

    current: str | None = None
    """Version that answers; `None` takes the newest that was there first (the lowest)."""
    previous: str | None = None
    """What `rollback` returns to."""
    candidate: str | None = None
    """Version in shadow: asked too, never answering, never remembered."""
    share: float = 0.0
    """Which share of deliberations the candidate is asked too, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a candidate did beside the current version."""

    n: int = 0
    agreed: int = 0
    opposite: int = 0
    failed: int = 0
    """The candidate gave nothing; not among `n`."""
    cost_usd: float = 0.0
    """Of the candidate."""
    current_cost_usd: float = 0.0
    took_ms: float = 0.0
    """Of the candidate, summed."""
    current_took_ms: float = 0.0


class Rollout(Protocol):
    """Kept in the store, so that every worker sees the same."""

    async def read(self, panel: str) -> Standing:
        """Return the state; may be a second old.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def write(self, panel: str, standing: Standing) -> None:
        """Replace the state, durably.

        Raises:
            StoreUnavailable: not confirmed.
        """
        ...

    async def count(self, panel: str, *, current: str, candidate: str, compared: Compared) -> None:
        """Add to the comparison of two versions.

        Raises:
            StoreUnavailable: not counted.
        """
        ...

    async def compared(self, panel: str) -> dict[tuple[str, str], Compared]:
        """Return every comparison, by current version and candidate.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
