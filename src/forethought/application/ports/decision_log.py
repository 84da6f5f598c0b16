"""Answers as they were given, and what became of them afterwards."""

from collections.abc import Mapping
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

    async def read(self, decision_id: str) -> dict[str, Any] | None:
        """Return an answer as it stands now (`answers.merged`), or `None`.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def drain(self) -> None:
        """Wait until what was recorded is written."""
        ...
