"""ULIDs."""

from ulid import ULID


class Ulids:
    """Implements `Identifiers`."""

    def new(self) -> str:
        """See the port."""
        return str(ULID())
