"""What happens on the queue, as it happens: one Pub/Sub channel, heard over a connection of its own."""

import asyncio
import contextlib
from collections.abc import Iterator

import structlog

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.subscription import subscribed
from forethought.domain.errors import ForethoughtError

log = structlog.get_logger(__name__)

NEW = "new"
"""There is something to take. Every other signal is the id of a job of which there is something to hear."""

_DEAF_S = 0.05
"""How often those who wait look for themselves while the channel cannot be heard."""
_AGAIN_S = 0.5
_PING_S = 3.0


class TaskSignals:
    """Wakes those who wait. A signal is a hint: it may be missed or come twice, so who is woken looks for himself."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._channel = keys.tasks_events
        self._waiting: dict[bytes, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._hears = False

    @contextlib.contextmanager
    def of(self, name: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at every signal of this name, from now until the context ends."""
        key, event = name.encode(), asyncio.Event()
        self._waiting.setdefault(key, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]

    async def wait(self, event: asyncio.Event, *, timeout_s: float) -> None:
        """Wait for a signal, or until it is time to look without one; the event is cleared."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="tasks-listener")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s if self._hears else min(timeout_s, _DEAF_S)):
                await event.wait()
        event.clear()

    async def close(self) -> None:
        """End the connection."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
            self._listener = None

    async def _listen(self) -> None:
        """Hear for ever, over one connection after the other."""
        while True:
            try:
                await self._hear()
            except ForethoughtError as error:
                log.warning("tasks.deaf", reason=str(error))
            await asyncio.sleep(_AGAIN_S)

    async def _hear(self) -> None:
        """Hear over one connection until it fails."""
        try:
            async with subscribed(self._store, self._channel, tell=self._told, begun=self._hearing) as subscription:
                while True:
                    await subscription.wait(_PING_S)
        finally:
            self._hears = False

    def _hearing(self) -> None:
        self._hears = True
        for each in self._waiting.values():  # what was said until now was not heard
            self._wake(each)

    def _told(self, _: bytes, name: bytes) -> None:
        self._wake(self._waiting.get(name, ()))

    @staticmethod
    def _wake(events: "set[asyncio.Event] | tuple[()]") -> None:
        for event in events:
            event.set()
