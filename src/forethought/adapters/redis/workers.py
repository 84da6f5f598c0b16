"""Who works on the queue: one hash, a field a worker."""

import time
from collections.abc import Sequence

import orjson

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.workers import Presence


class RedisWorkers:
    """Implements `Workers`. Clocks of machines are assumed to agree within some seconds."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def announce(self, presence: Presence, *, for_s: float) -> None:
        """See the port."""
        said = {
            "until": time.time() + for_s,
            "panels": dict(presence.panels),
            "slots": presence.slots,
            "busy": presence.busy,
        }
        await self._store.ask("HSET", self._keys.workers, presence.worker, orjson.dumps(said))

    async def leave(self, worker: str) -> None:
        """See the port."""
        await self._store.ask("HDEL", self._keys.workers, worker)

    async def living(self) -> Sequence[Presence]:
        """See the port."""
        found, gone = [], []
        for name, raw in (await self._store.ask("HGETALL", self._keys.workers)).items():
            said = orjson.loads(raw)
            if said["until"] < time.time():
                gone.append(name)
            else:
                found.append(Presence(name.decode(), said["panels"], said["slots"], said["busy"]))
        if gone:
            await self._store.ask("HDEL", self._keys.workers, *gone)
        return sorted(found, key=lambda presence: presence.worker)
