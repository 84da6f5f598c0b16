"""Whole deliberations, as they can be read again."""

from collections.abc import Mapping
from typing import Any, Protocol


class Transcripts(Protocol):
    """Kept as long as answers are."""

    async def keep(self, job_id: str, document: Mapping[str, Any]) -> None:
        """Store one.

        Args:
            job_id: Of the deliberation; an answer names it under `upgrade.job_id`.
            document: JSON types.

        Raises:
            StoreUnavailable: not stored.
        """
        ...

    async def read(self, job_id: str) -> dict[str, Any] | None:
        """Return one, or `None` when there is none (any more).

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
