"""What the tests of the adapters to Redis share: a connection as the service makes it, and names of one's own."""

from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis
from tests.fakes.entries import DIM
from tests.fakes.queue import Ends

from forethought.adapters.redis import schema
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.deliberations import RedisDeliberations
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RedisPriceStore
from forethought.adapters.redis.store import Store
from forethought.bootstrap.store import connect
from forethought.settings import Settings

SPACE = Space("test-4", DIM)


@pytest.fixture
def keys(key_prefix: str) -> Keys:
    """Key names that no other test uses."""
    return Keys(key_prefix)


@pytest.fixture
async def store(redis_server: str, redis_client: Redis, keys: Keys) -> AsyncIterator[Store]:
    """A connection; the test's indexes are dropped after it."""
    store = Store(connect(Settings(), redis_server))
    yield store
    for name in await redis_client.execute_command("FT._LIST"):
        if name.startswith(keys.namespace.encode()):
            await redis_client.execute_command("FT.DROPINDEX", name)
    await store.close()


@pytest.fixture
async def new_cache(store: Store, keys: Keys) -> Callable[[], RedisDecisionCache]:
    """Make decision caches over the same data: each is what another process would have."""
    await schema.check_durability(store, required=True)
    await schema.ensure_decision_index(store, keys, space=SPACE.name, dim=SPACE.dim, hnsw=schema.Hnsw())
    return lambda: RedisDecisionCache(store, keys, SPACE)


@pytest.fixture
def cache(new_cache: Callable[[], RedisDecisionCache]) -> RedisDecisionCache:
    """A decision cache."""
    return new_cache()


@pytest.fixture
async def ends(store: Store, keys: Keys) -> AsyncIterator[Ends]:
    """Both ends of a queue."""
    ends = Ends(store, keys)
    yield ends
    await ends.close()


@pytest.fixture
def asker(ends: Ends) -> RedisDeliberations:
    """Who asks."""
    return ends.asker()


@pytest.fixture
def prices(store: Store, keys: Keys) -> RedisPriceStore:
    """Kept prices."""
    return RedisPriceStore(store, keys)
