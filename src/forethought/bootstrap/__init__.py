"""The only place where parts meet. Every part can be replaced, so that tests build what production builds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from forethought.adapters.instruments.files import read_gazetteer
from forethought.adapters.learning.learner import ProcessLearner
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.decision_log import RedisDecisionLog
from forethought.adapters.redis.deliberations import RedisDeliberations
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.embedding_cache import RedisEmbeddingCache
from forethought.adapters.redis.events import RedisEvents
from forethought.adapters.redis.evidence import RedisEvidenceLedger
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.labelling import RedisLabelling
from forethought.adapters.redis.lessons import RedisLessons
from forethought.adapters.redis.provenance import RedisProvenance
from forethought.adapters.redis.rollout import RedisRollout
from forethought.adapters.redis.spending import RedisSpending
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.tasks import RedisTasks
from forethought.adapters.redis.transcripts import RedisTranscripts
from forethought.adapters.redis.workers import RedisWorkers
from forethought.adapters.strategies.files import StrategyFiles
from forethought.adapters.system.clock import SystemClock
from forethought.adapters.system.hub import Hub
from forethought.adapters.system.identifiers import Ulids
from forethought.adapters.verifier.onnx import OnnxVerifier
from forethought.agents.rules.panel import RulesPanel
from forethought.application.assess import Assess
from forethought.application.clear import Clear
from forethought.application.components import Components
from forethought.application.decide import Decide
from forethought.application.deliberate import Deliberate
from forethought.application.encode import Encode
from forethought.application.evaluate import Evaluate
from forethought.application.explain import Explain
from forethought.application.insert import Insert
from forethought.application.parts import Memory, Parts
from forethought.application.ports.analysts import Analysts
from forethought.application.ports.clock import Clock
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.learner import Learner
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.strategies import Strategies
from forethought.application.ports.verifier import Verifier
from forethought.application.prices import Prices
from forethought.application.reflexes import Reflexes
from forethought.application.revoke import Revoke
from forethought.application.shadow import Shadow
from forethought.application.status import Status
from forethought.application.train import Train
from forethought.application.worker import Worker
from forethought.bootstrap.embedder import build_embedder
from forethought.bootstrap.market import Market, build_feed, build_market, build_warm, new_prices
from forethought.bootstrap.newsroom import Newsroom, build_newsroom
from forethought.bootstrap.panels import Versions, known_panels
from forethought.bootstrap.store import connect, prepare as prepare_store, space_of, story_space
from forethought.domain.errors import ConfigurationError, StoreUnavailable, Unavailable
from forethought.domain.news.gazetteer import Gazetteer
from forethought.settings import Settings, VerifierSettings

log = structlog.get_logger(__name__)

WATCH_EVERY_S = 0.5
QUEUE_EVERY_ROUNDS = 4


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
    market: Market
    gazetteer: Gazetteer
    decide: Decide = field(init=False)
    insert: Insert = field(init=False)
    components: Components = field(init=False)
    clear: Clear = field(init=False)
    status: Status = field(init=False)
    revoke: Revoke = field(init=False)
    train: Train = field(init=False)
    explain: Explain = field(init=False)
    newsroom: Newsroom = field(init=False)
    prices: Prices = field(init=False)
    indexed: bool = True

    def __post_init__(self) -> None:
        self.decide = Decide(self.parts, Shadow(self.parts, share=self.settings.shadow.share))
        self.revoke = Revoke(self.parts)
        self.insert = Insert(self.parts)
        self.components = Components(self.parts)
        self.clear = Clear(self.parts)
        self.status = Status(self.parts)
        self.train = Train(self.parts)
        self.explain = Explain(self.parts)
        self.prices = new_prices(self.market, clock=self.parts.clock, events=self.parts.events)

    async def drain(self) -> None:
        """Wait until what is written behind the answers is written."""
        await self.decide.drain()
        await self.parts.answers.drain()
        await self.parts.provenance.drain()
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
    """They are asked, and a worker in this process lets them."""
    redis_url: str | None = None
    metrics: PrometheusMetrics | None = None


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    owner: bool = False,
    think: bool = False,
    work: bool = False,
    learn: bool = False,
    intake: bool = False,
    replace: Replacements | None = None,
) -> AsyncIterator[Service]:
    """Build the service, and take it down again in order: work, connections, server.

    Args:
        settings: Read once, by the entry point.
        owner: Whether this process owns the embedded Redis of the data folder (`serve`); otherwise it attaches to it,
            or starts it for its own duration.
        think: Whether to build the panels: imports the agent library and needs a model.
        work: Whether to work on the queue of deliberations, too.
        learn: Whether to fit reflexes as lessons come, in a process apart; otherwise `Service.train` does when called.
        intake: Whether to work on the queue of articles, and to ask the news providers where the settings say so.
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
            embedder = await asyncio.to_thread(build_embedder, settings)
            stack.push_async_callback(embedder.close)
        keys = Keys(swap.namespace or settings.namespace)
        gazetteer = await asyncio.to_thread(read_gazetteer, settings.news.instruments_file)
        ground = _Ground(settings, metrics, store, keys, clock, embedder, gazetteer)
        learner = ProcessLearner(apart=learn)
        stack.push_async_callback(learner.close)
        service = await _build(ground, swap, learner, think=think or work, stack=stack, redis_is=redis_is)
        service.newsroom = build_newsroom(
            settings.news,
            service.parts,
            store=store,
            keys=keys,
            space=story_space(embedder),
            gazetteer=gazetteer,
            decide=service.decide,
            revoke=service.revoke,
        )
        stack.push_async_callback(service.drain)
        watcher = asyncio.create_task(_watch(service), name="store-watch")
        stack.push_async_callback(_cancelled, watcher)
        if work or swap.panels:
            working = asyncio.create_task(_worker(settings, service.parts).run(), name="worker")
            stack.push_async_callback(_cancelled, working)
        if intake:
            for name, feeding in _feeds(service, stack):
                stack.push_async_callback(_cancelled, asyncio.create_task(feeding, name=name))
        if learn:
            training = asyncio.create_task(service.train.run(), name="train")
            stack.push_async_callback(_cancelled, training)
            if settings.evaluation.every_h:
                every = timedelta(hours=settings.evaluation.every_h)
                evaluate = Evaluate(service.parts, every=every, promise=lambda told: told.agreement_p)
                evaluating = asyncio.create_task(evaluate.run(), name="evaluate")
                stack.push_async_callback(_cancelled, evaluating)
        yield service


async def _redis_url(settings: Settings, *, owner: bool, given: str | None, stack: AsyncExitStack) -> tuple[str, str]:
    if given is not None:
        return given, "given"
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


@dataclass(frozen=True)
class _Ground:
    """What all parts stand on."""

    settings: Settings
    metrics: PrometheusMetrics
    store: Store
    keys: Keys
    clock: Clock
    embedder: Embedder
    gazetteer: Gazetteer


def _feeds(service: Service, stack: AsyncExitStack) -> "Iterator[tuple[str, Coroutine[Any, Any, None]]]":
    """Return what brings news and prices, and what thinks ahead, as far as the settings say so."""
    settings, parts = service.settings, service.parts
    yield "newsroom", service.newsroom.run(poll=settings.news.poll)
    if settings.market.tickers:
        feed = build_feed(service.market, service.prices, clock=parts.clock, stack=stack)
        yield "prices", feed.run(settings.market.tickers, every_s=settings.market.refresh_s)
    if settings.warm.tickers:
        yield "warm", build_warm(service.settings.warm, parts, service.market, service.gazetteer)


async def _build(
    ground: _Ground, swap: Replacements, learner: Learner, *, think: bool, stack: AsyncExitStack, redis_is: str
) -> Service:
    settings, store, keys, embedder = ground.settings, ground.store, ground.keys, ground.embedder
    strategies = swap.strategies or StrategyFiles(settings.strategies_dir)
    spaces = {name: space_of(strategy, strategies, embedder) for name, strategy in strategies.all().items()}

    async def prepare() -> None:
        await prepare_store(settings, store, keys, set(spaces.values()), stories=story_space(embedder))

    await prepare()
    market = await build_market(
        settings.market, store=store, keys=keys, clock=ground.clock, gazetteer=ground.gazetteer,
        background=swap.clock is None,
    )  # fmt: skip
    hub = Hub()
    events = RedisEvents(store, keys, hub)
    events.start()
    stack.push_async_callback(events.close)
    spending = RedisSpending(store, keys, ground.clock)
    panels = await _panels(ground, swap, strategies, think=think, market_data=market.data, spending=spending)
    stack.push_async_callback(panels.close)
    queue = _Queue(settings, store, keys)
    stack.push_async_callback(queue.close)
    components = _components(ground)
    parts = Parts(
        strategies=strategies,
        memories=_memories(ground, spaces),
        components=components,
        evidence=RedisEvidenceLedger(store, keys),
        lessons=(lessons := RedisLessons(store, keys)),
        learner=learner,
        reflexes=Reflexes(lessons, learner, ground.clock),
        verifier=await _verifier(settings.verifier, stack),
        verifier_min=settings.verifier.min_same,
        answers=RedisDecisionLog(store, keys, ttl_s=settings.redis.answer_ttl_s),
        provenance=RedisProvenance(store, keys, ttl_s=settings.redis.answer_ttl_s),
        labelling=RedisLabelling(
            store,
            keys,
            ground.clock,
            calls_per_hour=settings.shadow.calls_per_hour,
            usd_per_hour=settings.shadow.usd_per_hour,
        ),
        encode=Encode(
            embedder=embedder, cache=components, strategies=strategies, clock=ground.clock, metrics=ground.metrics
        ),
        survey=market.survey,
        assess=Assess(market.calendar),
        panels={"rules": RulesPanel(), **panels.default},
        versions=panels.versions,
        teachers=panels.names,
        deliberations=queue.deliberations,
        tasks=queue.tasks,
        transcripts=RedisTranscripts(store, keys, ttl_s=settings.redis.answer_ttl_s),
        spending=spending,
        rollout=RedisRollout(store, keys),
        workers=RedisWorkers(store, keys),
        clock=ground.clock,
        events=events,
        identifiers=Ulids(),
        metrics=ground.metrics,
        embedder_label=embedder.model.label,
    )
    for name, strategy in strategies.all().items():
        ground.metrics.weights(name, dict(strategy.composition.weights))
    return Service(
        settings, parts, ground.metrics, store, keys, embedder, hub, redis_is, prepare, market, ground.gazetteer
    )


async def _verifier(set_to: VerifierSettings, stack: AsyncExitStack) -> Verifier | None:
    if set_to.model is None or set_to.tokenizer is None:
        return None
    verifier = await asyncio.to_thread(
        OnnxVerifier,
        model=set_to.model,
        tokenizer=set_to.tokenizer,
        entailment=set_to.entailment,
        max_tokens=set_to.max_tokens,
        batch=set_to.batch,
        threads=set_to.threads,
        timeout_s=set_to.timeout_s,
    )
    stack.push_async_callback(verifier.close)
    return verifier


def _memories(ground: _Ground, spaces: Mapping[str, Space]) -> dict[str, Memory]:
    """Give each strategy its cache; strategies of one space share it."""
    ef_runtime = ground.settings.redis.hnsw_ef_runtime
    caches = {
        space: RedisDecisionCache(ground.store, ground.keys, space, ef_runtime=ef_runtime)
        for space in set(spaces.values())
    }
    return {name: Memory(caches[space], ground.embedder.model.tag) for name, space in spaces.items()}


def _components(ground: _Ground) -> RedisEmbeddingCache:
    set_to = ground.settings.redis
    ttl_s = {"prompt": set_to.prompt_ttl_s, "news": set_to.news_ttl_s, "context": set_to.context_ttl_s}
    return RedisEmbeddingCache(ground.store, ground.keys, ground.embedder.model, ttl_s=ttl_s)


class _Queue:
    """Both ends of the queue."""

    def __init__(self, settings: Settings, store: Store, keys: Keys) -> None:
        set_to = settings.analysts
        self.deliberations = RedisDeliberations(store, keys, limit=set_to.queue_limit)
        self.tasks = RedisTasks(store, keys, owner=str(Ulids().new()), stale_s=set_to.stale_s)

    async def close(self) -> None:
        """End the connections of their own."""
        await self.deliberations.close()
        await self.tasks.close()


async def _panels(
    ground: _Ground,
    swap: Replacements,
    strategies: Strategies,
    *,
    think: bool,
    market_data: MarketData,
    spending: RedisSpending,
) -> Versions:
    """Take the panels that were brought, or build those of the settings."""
    settings = ground.settings
    if swap.panels:
        return Versions.of(swap.panels)
    if not settings.asks_panel:
        return Versions()
    if not think:
        return Versions(names=known_panels(settings))
    # Half a second and 66 MB, and no use to those who only answer.
    from forethought.bootstrap.models import build_panels  # noqa: PLC0415

    return await asyncio.to_thread(
        build_panels, settings, strategies, market_data=market_data, spending=spending, metrics=ground.metrics
    )


def _worker(settings: Settings, parts: Parts) -> Worker:
    set_to = settings.analysts
    deliberate = Deliberate(parts, attempts=set_to.attempts, shadow_timeout_s=set_to.shadow_timeout_s)
    return Worker(parts, deliberate, slots=set_to.slots, stale_s=set_to.stale_s, grace_s=set_to.grace_s)


async def _watch(service: Service) -> None:
    """Notice when the store comes back, and make sure that its indexes came back with it."""
    was_up, rounds = True, 0
    while True:
        await asyncio.sleep(WATCH_EVERY_S)
        rounds += 1
        if rounds % QUEUE_EVERY_ROUNDS == 0:
            with contextlib.suppress(Unavailable, TimeoutError):
                depths = await service.parts.tasks.depths()
                service.metrics.queue(
                    background=depths.background,
                    waiting=depths.waiting,
                    dead=depths.dead,
                    oldest_s=depths.oldest_s,
                )
                await service.status.measure()
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
