"""The only place where parts meet. Every part can be replaced, so that tests build what production builds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.queue.inprocess import InProcessDeliberations
from forethought.adapters.redis import schema
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.decision_log import RedisDecisionLog
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.embedding_cache import RedisEmbeddingCache
from forethought.adapters.redis.evidence import RedisEvidenceLedger
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.strategies.files import StrategyFiles
from forethought.adapters.system.clock import SystemClock
from forethought.adapters.system.hub import Hub
from forethought.adapters.system.identifiers import Ulids
from forethought.agents.rules.panel import RulesPanel
from forethought.application.assess import Assess
from forethought.application.clear import Clear
from forethought.application.components import Components
from forethought.application.decide import Decide
from forethought.application.deliberate import Deliberate
from forethought.application.encode import Encode
from forethought.application.insert import Insert
from forethought.application.parts import Memory, Parts
from forethought.application.ports.analysts import Analysts, Deliberation
from forethought.application.ports.clock import Clock
from forethought.application.ports.deliberations import Job
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.strategies import Strategies
from forethought.application.status import Status
from forethought.application.survey import Survey
from forethought.domain.errors import ConfigurationError, StoreUnavailable, Unavailable
from forethought.domain.strategy import CompositionMethod, Strategy
from forethought.settings import EmbeddingProvider, Settings

log = structlog.get_logger(__name__)

INDEX_TIMEOUT_S = 120.0
WATCH_EVERY_S = 0.5


@dataclass
class Service:
    """Everything that runs."""

    settings: Settings
    parts: Parts
    metrics: PrometheusMetrics
    store: Store
    keys: Keys
    embedder: Embedder
    hub: Hub
    redis_is: str
    """Where the store is, without credentials: `embedded` or `configured`."""
    prepare: Callable[[], Awaitable[None]]
    decide: Decide = field(init=False)
    insert: Insert = field(init=False)
    components: Components = field(init=False)
    clear: Clear = field(init=False)
    status: Status = field(init=False)
    indexed: bool = True

    def __post_init__(self) -> None:
        self.decide = Decide(self.parts)
        self.insert = Insert(self.parts)
        self.components = Components(self.parts)
        self.clear = Clear(self.parts)
        self.status = Status(self.parts)

    async def drain(self) -> None:
        """Wait until what is written behind the answers is written."""
        await self.parts.answers.drain()
        await self.parts.encode.drain()

    async def unready(self) -> str | None:
        """Return why the service cannot answer from memory now, or `None`."""
        try:
            async with asyncio.timeout(1.0):
                await self.store.ask("PING")
        except (Unavailable, TimeoutError) as error:
            return str(error) or "Redis did not answer in time"
        return None if self.indexed else "the index is being built"


@dataclass(frozen=True)
class Replacements:
    """Parts that a test or a replay brings itself."""

    namespace: str = ""
    clock: Clock | None = None
    embedder: Embedder | None = None
    strategies: Strategies | None = None
    panels: Sequence[Analysts] = ()
    redis_url: str | None = None
    metrics: PrometheusMetrics | None = None


@asynccontextmanager
async def running(
    settings: Settings, *, owner: bool = False, replace: Replacements | None = None
) -> AsyncIterator[Service]:
    """Build the service, and take it down again in order: work, connections, server.

    Args:
        settings: Read once, by the entry point.
        owner: Whether this process owns the embedded Redis of the data folder (`serve`); otherwise it attaches to it,
            or starts it for its own duration.
        replace: Parts of one's own.

    Raises:
        ConfigurationError: something is set or installed wrongly.
        StoreUnavailable: the store does not answer at start.
    """
    swap = replace or Replacements()
    async with AsyncExitStack() as stack:
        metrics = swap.metrics or PrometheusMetrics()
        url, redis_is = await _redis_url(settings, owner=owner, given=swap.redis_url, stack=stack)
        store = Store(connect(settings, url), on_state=lambda up: metrics.store_up(up=up))
        stack.push_async_callback(store.close)
        clock = swap.clock or SystemClock()
        embedder = swap.embedder
        if embedder is None:
            embedder = await asyncio.to_thread(_embedder, settings)
            stack.push_async_callback(embedder.close)
        keys = Keys(swap.namespace)
        service = await _build(
            settings, swap, metrics=metrics, store=store, keys=keys, clock=clock, embedder=embedder, redis_is=redis_is
        )
        stack.push_async_callback(service.drain)
        stack.push_async_callback(service.parts.deliberations.close)
        watcher = asyncio.create_task(_watch(service), name="store-watch")
        stack.push_async_callback(_cancelled, watcher)
        yield service


async def _redis_url(settings: Settings, *, owner: bool, given: str | None, stack: AsyncExitStack) -> tuple[str, str]:
    if given is not None:
        return given, "given"
    if settings.redis_url is not None:
        return settings.redis_url.get_secret_value(), "configured"
    if not owner and (attached := await EmbeddedRedis.attach(settings.data_dir)) is not None:
        return attached, "embedded, of the running service"
    server = EmbeddedRedis(settings.data_dir, appendfsync=settings.redis.appendfsync)
    await server.start()
    stack.push_async_callback(server.stop)
    return server.url, "embedded"


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


def _embedder(settings: Settings) -> Embedder:
    set_to = settings.embedding
    if set_to.provider is EmbeddingProvider.LOCAL:
        models = settings.data_dir / "models"
        inner: Embedder = MiniLmEmbedder(cache_dir=models, variant=set_to.variant, threads=set_to.threads)
        return BatchingEmbedder(inner, max_batch=set_to.max_batch, queue_limit=set_to.queue_limit)
    inner = _remote_embedder(settings)
    return BatchingEmbedder(
        inner, max_batch=set_to.max_batch, queue_limit=set_to.queue_limit, concurrency=set_to.remote_concurrency
    )


def _remote_embedder(settings: Settings) -> Embedder:
    # Half a second to import, and no use to those who embed locally.
    from forethought.adapters.embedding.openai import (  # noqa: PLC0415
        BASE_URL,
        AzureOpenAiEmbedder,
        OpenAiEmbedder,
    )

    set_to, key = settings.embedding, settings.embedding_key
    if key is None:
        raise ConfigurationError(
            f"embedding by {set_to.provider.value} needs a key: set OPENAI_API_KEY or FORETHOUGHT_EMBEDDING__API_KEY"
        )
    if set_to.provider is EmbeddingProvider.OPENAI:
        return OpenAiEmbedder(
            api_key=key,
            model=set_to.model,
            dim=set_to.dimensions,
            base_url=set_to.base_url or BASE_URL,
            timeout_s=set_to.timeout_s,
        )
    if set_to.base_url is None:
        raise ConfigurationError("embedding by azure needs FORETHOUGHT_EMBEDDING__BASE_URL")
    return AzureOpenAiEmbedder(
        api_key=key,
        endpoint=set_to.base_url,
        deployment=set_to.deployment or set_to.model,
        model=set_to.model,
        dim=set_to.dimensions,
        api_version=set_to.api_version,
        timeout_s=set_to.timeout_s,
    )


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


async def _build(
    settings: Settings,
    swap: Replacements,
    *,
    metrics: PrometheusMetrics,
    store: Store,
    keys: Keys,
    clock: Clock,
    embedder: Embedder,
    redis_is: str,
) -> Service:
    strategies = swap.strategies or StrategyFiles(settings.strategies_dir)
    spaces = {name: space_of(strategy, strategies, embedder) for name, strategy in strategies.all().items()}

    async def prepare() -> None:
        await _prepare(settings, store, keys, set(spaces.values()))

    await prepare()
    caches = {
        space: RedisDecisionCache(store, keys, space, ef_runtime=settings.redis.hnsw_ef_runtime)
        for space in set(spaces.values())
    }
    ttl_s = {
        "prompt": settings.redis.prompt_ttl_s,
        "news": settings.redis.news_ttl_s,
        "context": settings.redis.context_ttl_s,
    }
    components = RedisEmbeddingCache(store, keys, embedder.model, ttl_s=ttl_s)
    # The service never waits for a calendar to be built; a replay needs the same answer each time.
    calendar = ExchangeCalendars(background=swap.clock is None)
    market_data = _market_data(settings)
    await market_data.warm()  # a bad price file refuses the start rather than a request
    survey = Survey(market_data, calendar)
    hub = Hub()
    panels: Mapping[str, Analysts] = {panel.name: panel for panel in (RulesPanel(), *swap.panels)}
    deliberate: Deliberate | None = None

    async def work(job: Job) -> Deliberation:
        if deliberate is None:
            raise ConfigurationError("a job came before the service was built")
        return await deliberate(job)

    parts = Parts(
        strategies=strategies,
        memories={name: Memory(caches[space], embedder.model.tag) for name, space in spaces.items()},
        components=components,
        evidence=RedisEvidenceLedger(store, keys),
        answers=RedisDecisionLog(store, keys, ttl_s=settings.redis.answer_ttl_s),
        encode=Encode(embedder=embedder, cache=components, strategies=strategies, clock=clock, metrics=metrics),
        survey=survey,
        assess=Assess(calendar),
        panels=panels,
        deliberations=InProcessDeliberations(
            work, workers=settings.analysts.workers, queue_limit=settings.analysts.queue_limit
        ),
        clock=clock,
        events=hub,
        identifiers=Ulids(),
        metrics=metrics,
        embedder_label=embedder.model.label,
    )
    deliberate = Deliberate(parts)
    for name, strategy in strategies.all().items():
        metrics.weights(name, dict(strategy.composition.weights))
    return Service(settings, parts, metrics, store, keys, embedder, hub, redis_is, prepare)


def _market_data(settings: Settings) -> FileMarketData:
    files = [PriceFile(path, asset=asset) for asset, path in settings.market.price_files.items()]
    return FileMarketData(files, max_staleness=timedelta(seconds=settings.market.max_staleness_s))


async def _prepare(settings: Settings, store: Store, keys: Keys, spaces: set[Space]) -> None:
    """Check the server, bring its data to this version, and make what indexes are missing."""
    await schema.check_modules(store)
    await schema.check_durability(store, required=settings.redis.durable)
    await schema.migrate(store, keys)
    hnsw = schema.Hnsw(settings.redis.hnsw_m, settings.redis.hnsw_ef_construction)
    await schema.ensure_component_index(store, keys)
    for space in spaces:
        await schema.ensure_decision_index(store, keys, space=space.name, dim=space.dim, hnsw=hnsw)
    for name in (keys.component_index, *(keys.decision_index(space.name) for space in spaces)):
        await schema.wait_until_indexed(store, name, timeout_s=INDEX_TIMEOUT_S)


async def _watch(service: Service) -> None:
    """Notice when the store comes back, and make sure that its indexes came back with it."""
    was_up = True
    while True:
        await asyncio.sleep(WATCH_EVERY_S)
        with contextlib.suppress(Unavailable, TimeoutError):
            await service.store.ask("PING")
        if service.store.up and not was_up:
            service.indexed = False
            try:
                await service.prepare()
            except (StoreUnavailable, ConfigurationError, TimeoutError) as error:
                log.warning("redis.not_prepared", reason=str(error))
                continue
            service.indexed = True
            log.info("redis.recovered")
        was_up = service.store.up


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
