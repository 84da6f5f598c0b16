"""Prices and the indicators that follow from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from forethought.domain.market import Bar, Indicators


class MarketData(Protocol):
    """Prices by asset. Nothing that was not known at `as_of` is ever returned: a bar is known when it has closed."""

    async def bars(self, asset: str, *, as_of: datetime, count: int) -> Sequence[Bar]:
        """Return the last `count` closed bars, oldest first; empty for an unknown asset."""
        ...

    async def indicators(self, asset: str, *, as_of: datetime) -> Indicators | None:
        """Return the indicators of the last closed bar, or `None` when nothing fresh is known."""
        ...
