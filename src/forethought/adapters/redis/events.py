"""Events to the other processes, by Redis Pub/Sub."""

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple, Protocol

import orjson
import structlog
from ulid import ULID

from forethought.adapters.redis.behind import WriteBehind
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.adapters.redis.subscription import subscribed
from forethought.application.ports.events import Events
from forethought.domain.errors import ForethoughtError

log = structlog.get_logger(__name__)

DECISION = "decision"
_OTHERS = ("upgrade", "price", "alert")
_EVERY_S = 0.01
_MAX_PENDING = 4_096
_TICK_S = 0.5
"""How soon processes learn that somebody elsewhere listens for decisions: after two ticks at most."""
_AGAIN_S = 0.5


class Listeners(Events, Protocol):
    """Those who listen in this process."""

    def wants(self, type_: str) -> bool:
        """Tell whether anybody here listens for events of a type."""
        ...


class _Event(NamedTuple):
    type: str
    asset: str
    data: Mapping[str, Any]


class RedisEvents:
    """Implements `Events`: to those who listen here at once, to other processes some milliseconds later.

    Upgrades, prices and alerts always travel. Decisions come by the thousand a second and mostly nobody listens for
    them: a process subscribes to their channel only while somebody listens there, and others serialise them only while
    such a process exists. So a new listener hears the decisions of other processes after a second, and what was
    published while a connection was down is not heard at all. A publisher that lost its connection in mid-write
    publishes again: an event may come twice.
    """

    def __init__(self, store: Store, keys: Keys, local: Listeners) -> None:
        self._store = store
        self._local = local
        self._channels = {type_: keys.events(type_) for type_ in (DECISION, *_OTHERS)}
        self._types = {channel.encode(): type_ for type_, channel in self._channels.items()}
        self._keys = keys
        self._origin = str(ULID())
        self._own = b'{"origin":"%s"' % self._origin.encode()
        """What the payload of an event of this process begins with."""
        self._numbers = count()
        self._sent: WriteBehind[_Event] = WriteBehind(
            store, self._command, what="events", limit=_MAX_PENDING, every_s=_EVERY_S
        )
        # PUBSUB NUMSUB counts on one node only, so in a cluster decisions always travel.
        self._elsewhere = store.is_cluster
        self._deaf = False
        self._listener: asyncio.Task[None] | None = None

    def publish(self, type_: str, asset: str, data: Mapping[str, Any]) -> None:
        """See the port."""
        self._local.publish(type_, asset, data)
        if type_ != DECISION or self._elsewhere:
            self._sent.put(str(next(self._numbers)), _Event(type_, asset, data))

    def _command(self, _: str, event: _Event) -> Command:
        payload = orjson.dumps({"origin": self._origin, "asset": event.asset, "data": event.data})
        return ("PUBLISH", self._keys.events(event.type), payload)

    def start(self) -> None:
        """Begin to hear the other processes."""
        self._listener = asyncio.create_task(self._listen(), name="events-listener")

    async def close(self) -> None:
        """Stop hearing, and send what is still to be sent."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await self._sent.drain()

    async def _listen(self) -> None:
        """Hear for ever, over one connection after the other."""
        while True:
            try:
                await self._hear()
            except ForethoughtError as error:
                if not self._deaf:
                    log.warning("events.deaf", reason=str(error))
                self._deaf = True
            except Exception:
                log.exception("events.failed")
            await asyncio.sleep(_AGAIN_S)

    async def _hear(self) -> None:
        """Hear over one connection until it fails; to decisions only while somebody here listens for them.

        Raises:
            StoreUnavailable: it has failed.
        """
        channel, listening = self._channels[DECISION], False
        always = (self._channels[type_] for type_ in _OTHERS)
        async with subscribed(self._store, *always, tell=self._tell) as subscription:
            while True:
                if (wanted := self._local.wants(DECISION)) != listening:
                    await (subscription.add(channel) if wanted else subscription.remove(channel))
                    listening = wanted
                if not self._store.is_cluster:
                    _, subscribers = await self._store.ask("PUBSUB", "NUMSUB", channel)
                    self._elsewhere = int(subscribers) > int(listening)
                await subscription.wait(_TICK_S)
                self._deaf = False

    def _tell(self, channel: bytes, payload: bytes) -> None:
        """Pass on what another process published."""
        if payload.startswith(self._own):
            return
        try:
            event = orjson.loads(payload)
            asset, data = event["asset"], event["data"]
        except (ValueError, KeyError, TypeError):
            asset, data = None, None
        if isinstance(asset, str) and isinstance(data, dict):
            self._local.publish(self._types[channel], asset, data)
        else:
            log.warning("events.damaged", channel=channel.decode(), bytes=len(payload))
