"""Predictions and what became of them."""

from collections.abc import Mapping
from typing import Protocol

from forethought.domain.agreement import Evidence
from forethought.domain.decision import Scope


class EvidenceLedger(Protocol):
    """Counts by scope. Reading costs no round trip: they are at most about a second old, one's own are current."""

    async def read(self, scope: Scope) -> Evidence:
        """Return what is known of a scope; nothing yet is no error.

        Raises:
            StoreUnavailable: asked for the first time while the store does not answer.
        """
        ...

    async def add(self, scope: Scope, band: str, *, answered: bool, wrong: bool, opposite: bool) -> None:
        """Count one prediction that was made before its label was seen.

        Args:
            scope: Whose.
            band: The candidate's.
            answered: Whether it would have been answered.
            wrong: Whether the label differs.
            opposite: Whether one says buy and the other sell.
        """
        ...

    def asked(self, scope: Scope) -> None:
        """Count an answer from memory, exact ones aside; written down within about a second. Never blocks."""
        ...

    async def foretold(self, scope: Scope, *, wrong: bool, audited: bool) -> None:
        """Note what became of a reflex's guess.

        Args:
            scope: Whose.
            wrong: Whether the label differs.
            audited: Whether an answer had been given from memory, whose label is seen now.
        """
        ...

    async def told(self, scope: Scope, source: str, *, contested: bool) -> None:
        """Count a record by its source.

        Args:
            scope: Whose.
            source: Who said it.
            contested: Whether it contradicts what another source had said of nearly the same news.
        """
        ...

    async def all(self) -> Mapping[Scope, Evidence]:
        """Return every scope's evidence, for status pages."""
        ...

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """Delete the evidence of a scope (`None` matches all); return how many scopes."""
        ...
