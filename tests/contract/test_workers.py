"""Who works on the queue, on a real Redis, against the promises of the port."""

import asyncio

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.workers import RedisWorkers
from forethought.application.ports.workers import Presence

ONE = Presence("one", {"panel": "1.abc"}, slots=16, busy=3)
TWO = Presence("two", {"panel": "1.abc", "desk": "2.def"}, slots=4, busy=0)


async def test_those_who_announced_themselves_are_living(store: Store, keys: Keys):
    workers = RedisWorkers(store, keys)

    await workers.announce(TWO, for_s=60)
    await workers.announce(ONE, for_s=60)

    assert await RedisWorkers(store, keys).living() == [ONE, TWO]


async def test_a_worker_that_leaves_or_falls_silent_is_forgotten(store: Store, keys: Keys):
    workers = RedisWorkers(store, keys)
    await workers.announce(ONE, for_s=60)
    await workers.announce(TWO, for_s=0.01)

    await asyncio.sleep(0.02)
    assert await workers.living() == [ONE]

    await workers.leave("one")
    assert await workers.living() == []
