"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time and a monotonic timer; a replay brings its own."""

    def now(self) -> datetime:
        """Tell the time, UTC, aware."""
        ...

    def monotonic_ms(self) -> float:
        """Read a timer that never goes back, in milliseconds from an arbitrary start."""
        ...
