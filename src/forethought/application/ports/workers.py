"""Who works on the queue, as told by the workers themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Presence:
    """One living worker."""

    worker: str
    panels: Mapping[str, str]
    """Version by name of panel."""
    slots: int
    busy: int


class Workers(Protocol):
    """A worker that stops announcing itself is forgotten."""

    async def announce(self, presence: Presence, *, for_s: float) -> None:
        """Say that a worker lives, for so long.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def leave(self, worker: str) -> None:
        """Say that a worker ends.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...

    async def living(self) -> Sequence[Presence]:
        """Return those who live.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        ...
