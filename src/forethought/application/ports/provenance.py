"""Which answers were derived from which remembered decisions, and which decisions were revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forethought.domain.decision import Scope


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a decision must not be used any more."""

    at: datetime
    """When it was revoked first; revoking again changes nothing."""
    reason: str
    scopes: tuple[Scope, ...] = ()
    """Where it was remembered, as far as was known then: its entries may be gone when its lessons are still there."""


class Provenance(Protocol):
    """Answers by the decisions that they lean on, as long as answers are kept; the latest of each decision only."""

    def note(self, decision_id: str, sources: Sequence[str]) -> None:
        """Keep what an answer was derived from. Never blocks; readable within a fraction of a second.

        Args:
            decision_id: Of the answer.
            sources: Decision ids of the remembered decisions.
        """
        ...

    async def derived(self, decision_id: str) -> list[str]:
        """Return the answers derived from a decision, newest first; what this process noted is among them.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def revoke(self, decision_id: str, revocation: Revocation) -> Revocation:
        """Keep, durably, that a decision is revoked.

        Returns:
            What stands now: time and reason of the first revocation, and the scopes of all.

        Raises:
            StoreUnavailable: not confirmed; revoking again is harmless.
        """
        ...

    async def revocation(self, decision_id: str) -> Revocation | None:
        """Return why a decision is revoked, or `None`; kept for a month.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def drain(self) -> None:
        """Wait until what was noted is written."""
        ...
