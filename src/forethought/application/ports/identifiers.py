"""Names for new things."""

from typing import Protocol


class Identifiers(Protocol):
    """Unique, sortable by time."""

    def new(self) -> str:
        """Return a new ULID."""
        ...
