"""Clocks."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> float:
        """See the port."""
        return time.perf_counter() * 1000


class VirtualClock(SystemClock):
    """A clock that a replay sets; durations are still real."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def now(self) -> datetime:
        """Return what was set last."""
        return self.time
