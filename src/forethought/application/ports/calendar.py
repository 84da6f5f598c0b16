"""When markets trade."""

from datetime import datetime
from typing import Protocol

from forethought.domain.market import Session


class TradingCalendar(Protocol):
    """Sessions by asset; crypto never closes; an asset without a calendar is `unknown` and treated as always open."""

    def session(self, asset: str, at: datetime) -> Session:
        """Tell whether the asset trades at that moment (UTC)."""
        ...

    def next_open(self, asset: str, after: datetime) -> datetime | None:
        """Return the first opening strictly after a moment, or `None` when the market never closes or is unknown."""
        ...
