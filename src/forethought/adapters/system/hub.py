"""Events to listeners in this process."""

import asyncio
from collections.abc import Mapping
from typing import Any

_BACKLOG = 256
"""Events that wait for one listener; then the oldest is dropped."""


class Subscription:
    """What one listener wants to hear."""

    def __init__(self) -> None:
        self.wanted: frozenset[tuple[str | None, str | None]] = frozenset()
        """Pairs of type and asset; `None` matches all."""
        self.queue: asyncio.Queue[tuple[str, Mapping[str, Any]]] = asyncio.Queue(_BACKLOG)

    def wants(self, type_: str, asset: str) -> bool:
        """Tell whether an event matches."""
        pairs = ((type_, asset), (type_, None), (None, asset), (None, None))
        return any(pair in self.wanted for pair in pairs)


class Hub:
    """Implements `Events`."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, type_: str, asset: str, data: Mapping[str, Any]) -> None:
        """See the port."""
        for subscription in self._subscriptions:
            if subscription.wants(type_, asset):
                if subscription.queue.full():
                    subscription.queue.get_nowait()
                subscription.queue.put_nowait((type_, data))

    def wants(self, type_: str) -> bool:
        """Tell whether anybody listens for events of a type."""
        return any(wanted in {type_, None} for each in self._subscriptions for wanted, _ in each.wanted)

    def join(self) -> Subscription:
        """Add a listener that wants nothing yet."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Remove a listener."""
        self._subscriptions.discard(subscription)
