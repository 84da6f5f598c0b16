"""Answers as they were given, readable afterwards."""

from collections.abc import Mapping
from typing import Any, Protocol

Document = Mapping[str, Any]
"""The answer on the wire, JSON types only."""


class DecisionLog(Protocol):
    """Answers by decision id, for a bounded time."""

    def record(self, decision_id: str, document: Document) -> None:
        """Keep an answer; readable at once in this process, in the others some milliseconds later. Never blocks."""
        ...

    async def read(self, decision_id: str) -> dict[str, Any] | None:
        """Return an answer as it stands now, or `None`.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def drain(self) -> None:
        """Wait until what was recorded is written."""
        ...
