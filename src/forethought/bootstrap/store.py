"""The store: a server, a connection, the vector spaces in it, and its indexes."""

from contextlib import AsyncExitStack

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from forethought.adapters.redis import schema
from forethought.adapters.redis.decision_cache import Space
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.strategies import Strategies
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import CompositionMethod, Strategy
from forethought.settings import Settings

INDEX_TIMEOUT_S = 120.0


async def find_redis(settings: Settings, *, owner: bool, stack: AsyncExitStack) -> tuple[str, str]:
    """Return the URL of the server, and where it is, without credentials; one that has to be started ends with `stack`.

    Raises:
        ConfigurationError: it has to be started and cannot.
        StoreUnavailable: it does not come up.
    """
    if settings.redis_url is not None:
        return settings.redis_url.get_secret_value(), "configured"
    if not owner and (attached := await _attached(settings)) is not None:
        return attached
    server = EmbeddedRedis(settings.store_dir, appendfsync=settings.redis.appendfsync)
    await server.start()
    stack.push_async_callback(server.stop)
    return server.url, "embedded"


async def _attached(settings: Settings) -> tuple[str, str] | None:
    """Find a running service on this folder; a demo keeps its memory in a folder of its own."""
    if (url := await EmbeddedRedis.attach(settings.store_dir)) is not None:
        return url, "embedded, of the running service"
    if not settings.demo and (url := await EmbeddedRedis.attach(settings.data_dir / "demo")) is not None:
        return url, "embedded, of the running demo"
    return None


def connect(settings: Settings, url: str) -> "Redis | RedisCluster":
    """Make a client. No retries: a caller's deadline is shorter than any retry is worth.

    Raises:
        ConfigurationError: the URL is malformed.
    """
    timeout_s = settings.redis.timeout_ms / 1000
    retry = Retry(NoBackoff(), 0)
    try:
        if settings.redis.cluster:
            return RedisCluster.from_url(url, socket_timeout=None, socket_connect_timeout=timeout_s, protocol=3)
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=settings.redis.max_connections,
            timeout=timeout_s,
            socket_timeout=None,  # `Store` bounds the wait: see there
            socket_connect_timeout=timeout_s,
            retry=retry,
            protocol=3,
        )
    except ValueError as error:
        raise ConfigurationError(f"REDIS_URL is malformed: {error}") from error
    return Redis.from_pool(pool)


def space_of(strategy: Strategy, strategies: Strategies, embedder: Embedder) -> Space:
    """Name the vector space in which a strategy's situations are composed.

    Raises:
        ConfigurationError: the strategy was tuned for another embedding model.
    """
    model = embedder.model
    if strategy.embedding_model not in {None, model.name}:
        raise ConfigurationError(
            f"strategy {strategy.name} was tuned for {strategy.embedding_model}, the encoder is {model.name}: "
            "change FORETHOUGHT_EMBEDDING__PROVIDER or the strategy file"
        )
    rule = strategy.composition
    if rule.method is CompositionMethod.CONCAT_PCA:
        reduction = strategies.reduction(rule.pca or "")
        return Space(f"{model.tag}-{reduction.axes.shape[0]}-{reduction.name}", int(reduction.axes.shape[0]))
    return Space(f"{model.tag}-{model.dim}", model.dim)


def story_space(embedder: Embedder) -> Space:
    """Name the space of single texts, in which stories are looked for."""
    return Space(f"{embedder.model.tag}-{embedder.model.dim}", embedder.model.dim)


async def prepare(settings: Settings, store: Store, keys: Keys, spaces: set[Space], *, stories: Space) -> None:
    """Check the server, bring its data to this version, and make what indexes are missing."""
    await schema.check_modules(store)
    await schema.check_durability(store, required=settings.redis.durable)
    await schema.migrate(store, keys)
    hnsw = schema.Hnsw(settings.redis.hnsw_m, settings.redis.hnsw_ef_construction)
    await schema.ensure_component_index(store, keys)
    for space in spaces:
        await schema.ensure_decision_index(store, keys, space=space.name, dim=space.dim, hnsw=hnsw)
    await schema.ensure_story_index(store, keys, space=stories.name, dim=stories.dim)
    for name in (
        keys.component_index,
        keys.story_index(stories.name),
        *(keys.decision_index(space.name) for space in spaces),
    ):
        await schema.wait_until_indexed(store, name, timeout_s=INDEX_TIMEOUT_S)
