"""Answers as they were given, and what became of them afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Document = Mapping[str, Any]
"""The answer on the wire, JSON types only."""


class DecisionLog(Protocol):
    """Answers by decision id, for a bounded time.

    An answer and its upgrade are kept side by side and brought together when they are read, so that it does not matter
    which of them comes first, nor that two processes write them.
    """

    def record(self, decision_id: str, document: Document) -> None:
        """Keep an answer; readable at once in this process, in the others some milliseconds later. Never blocks."""
        ...

    async def upgrade(self, decision_id: str, change: Document, *, order: int) -> bool:
        """Put an upgrade beside an answer, durably, unless one of a higher order stands there.

        Args:
            decision_id: Whose answer; it may come later than its upgrade.
            change: As `answers.change` makes it.
            order: The higher replaces the lower, the same replaces the same: a late, older result changes nothing.

        Returns:
            False when a newer one stands there.

        Raises:
            StoreUnavailable: not confirmed.
        """
        ...

    async def revoke(self, decision_ids: Sequence[str], mark: Document) -> None:
        """Mark answers as revoked, durably: `revoked` in them says since when, why, and of which decision.

        The first mark of an answer stays. An answer may come later than its mark, and an upgrade leaves it.

        Raises:
            StoreUnavailable: not confirmed; marking again is harmless.
        """
        ...

    async def read(self, decision_id: str) -> dict[str, Any] | None:
        """Return an answer as it stands now (`answers.merged`, with `revoked` where it is), or `None`.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def drain(self) -> None:
        """Wait until what was recorded is written."""
        ...
