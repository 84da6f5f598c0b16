"""News for those who listen: answers, upgrades, later prices and alerts."""

from collections.abc import Mapping
from typing import Any, Protocol


class Events(Protocol):
    """Fire and forget: a listener that cannot keep up loses the oldest, nobody waits for it."""

    def publish(self, type_: str, asset: str, data: Mapping[str, Any]) -> None:
        """Tell those who listen.

        Args:
            type_: `decision`, `upgrade`, `price` or `alert`.
            asset: What it is about.
            data: JSON types.
        """
        ...
