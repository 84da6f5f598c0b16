"""A connection that hears Pub/Sub channels, as long as it lasts.

Not redis-py's `PubSub`: that reconnects by itself, when reading fails and when writing fails, and where both happen at
once a socket leaks (8.1).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from redis import exceptions
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.connection import AbstractConnection

from forethought.adapters.redis.store import Store, translated
from forethought.domain.errors import StoreUnavailable

_SILENT_S = 10.0
"""A ping is answered at once: a connection that says nothing for so long is dead, though nobody closed it."""
_MESSAGE_PARTS = 3

Tell = Callable[[bytes, bytes], None]
"""Takes the channel and the payload of a message; may not raise."""
Begun = Callable[[], None]
"""Called when a channel is heard: what was said until now may not have been."""


class Subscription:
    """One connection; `subscribed` makes it. Every method raises when the connection has failed."""

    def __init__(self, connection: AbstractConnection, tell: Tell, begun: Begun | None) -> None:
        self._connection = connection
        self._tell = tell
        self._begun = begun
        self._heard_at = asyncio.get_running_loop().time()
        self._reading = asyncio.create_task(self._read(), name="subscription")

    async def add(self, channel: str) -> None:
        """Hear a channel too, from soon on."""
        await self._connection.send_command("SUBSCRIBE", channel, check_health=False)

    async def remove(self, channel: str) -> None:
        """Hear a channel no more, from soon on."""
        await self._connection.send_command("UNSUBSCRIBE", channel, check_health=False)

    async def wait(self, timeout_s: float) -> None:
        """Wait while messages come, and make sure that the connection is alive."""
        await self._connection.send_command("PING", check_health=False)
        await asyncio.wait([self._reading], timeout=timeout_s)
        if self._reading.done():
            self._reading.result()
        if asyncio.get_running_loop().time() - self._heard_at > _SILENT_S:
            raise StoreUnavailable(f"Redis said nothing for {_SILENT_S} s")

    async def stop(self) -> None:
        """Hear nothing more."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            # A failed connection stays failed: were it closed here, the next command would open it again, unsubscribed.
            reply = await self._connection.read_response(push_request=True, disconnect_on_error=False)
            self._heard_at = loop.time()
            if not isinstance(reply, list) or len(reply) != _MESSAGE_PARTS:
                continue
            if reply[0] == b"message":
                self._tell(reply[1], reply[2])
            elif reply[0] == b"subscribe" and self._begun is not None:
                self._begun()


@asynccontextmanager
async def subscribed(
    store: Store, *channels: str, tell: Tell, begun: Begun | None = None
) -> AsyncIterator[Subscription]:
    """Open a connection of its own, beside the pool, that hears some channels; closed with the context.

    Raises:
        StoreUnavailable: it cannot be opened, or has failed; that is for the caller to try again.
        ConfigurationError: not permitted.
    """
    connection = await _connection(store)
    try:
        async with asyncio.timeout(_SILENT_S):
            await connection.connect()  # type: ignore[no-untyped-call]
        subscription = Subscription(connection, tell, begun)
        try:
            for channel in channels:
                await subscription.add(channel)
            yield subscription
        finally:
            await subscription.stop()
    except (exceptions.RedisError, OSError) as error:
        raise translated(error) from error
    finally:
        await connection.disconnect(nowait=True)


async def _connection(store: Store) -> AbstractConnection:
    if isinstance(store.client, RedisCluster):
        # Any node does: in a cluster messages go to all of them.
        node = (await store.client.initialize()).get_default_node()
        return node.connection_class(**node.connection_kwargs)
    made: AbstractConnection = store.client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    return made
