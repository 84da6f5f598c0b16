"""The only place where parts meet. Every part can be replaced, so that tests build what production builds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from forethought.adapters.instruments.files import read_gazetteer
from forethought.adapters.learning.learner import ProcessLearner
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.events import RedisEvents
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.spending import RedisSpending
from forethought.adapters.redis.store import Store
from forethought.adapters.strategies.files import StrategyFiles
from forethought.adapters.system.clock import SystemClock
from forethought.adapters.system.hub import Hub
from forethought.application.ports.learner import Learner
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.spending import Spending
from forethought.bootstrap.embedder import build_embedder
from forethought.bootstrap.loops import start_loops
from forethought.bootstrap.market import build_market
from forethought.bootstrap.newsroom import build_newsroom
from forethought.bootstrap.panels import Versions, known_panels
from forethought.bootstrap.parts import Ground, build_parts
from forethought.bootstrap.service import Replacements, Service
from forethought.bootstrap.store import connect, find_redis, prepare as prepare_store, space_of, story_space
from forethought.settings import Settings

__all__ = ["Replacements", "Service", "running"]


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
        ground, redis_is = await _ground(settings, swap, owner=owner, stack=stack)
        learner = ProcessLearner(apart=learn)
        stack.push_async_callback(learner.close)
        service = await _build(ground, swap, learner, think=think or work, stack=stack, redis_is=redis_is)
        stack.push_async_callback(service.drain)
        start_loops(service, work=work or bool(swap.panels), intake=intake, learn=learn, stack=stack)
        yield service


async def _ground(settings: Settings, swap: Replacements, *, owner: bool, stack: AsyncExitStack) -> tuple[Ground, str]:
    metrics = swap.metrics or PrometheusMetrics()
    if swap.redis_url is None:
        url, redis_is = await find_redis(settings, owner=owner, stack=stack)
    else:
        url, redis_is = swap.redis_url, "given"
    store = Store(connect(settings, url), on_state=lambda up: metrics.store_up(up=up))
    stack.push_async_callback(store.close)
    embedder = swap.embedder
    if embedder is None:
        embedder = await asyncio.to_thread(build_embedder, settings)
        stack.push_async_callback(embedder.close)
    ground = Ground(
        settings=settings,
        metrics=metrics,
        store=store,
        keys=Keys(swap.namespace or settings.namespace),
        clock=swap.clock or SystemClock(),
        embedder=embedder,
        gazetteer=await asyncio.to_thread(read_gazetteer, settings.news.instruments_file),
        strategies=swap.strategies or StrategyFiles(settings.strategies_dir),
    )
    return ground, redis_is


async def _build(
    ground: Ground, swap: Replacements, learner: Learner, *, think: bool, stack: AsyncExitStack, redis_is: str
) -> Service:
    settings, store, keys, embedder = ground.settings, ground.store, ground.keys, ground.embedder
    strategies = ground.strategies.all()
    spaces = {name: space_of(strategy, ground.strategies, embedder) for name, strategy in strategies.items()}
    stories = story_space(embedder)
    prepare = partial(prepare_store, settings, store, keys, set(spaces.values()), stories=stories)
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
    panels = await _panels(ground, swap, think=think, market_data=market.data, spending=spending)
    stack.push_async_callback(panels.close)
    parts = await build_parts(
        ground, spaces=spaces, market=market, panels=panels, learner=learner, events=events, spending=spending,
        stack=stack,
    )  # fmt: skip
    for name, strategy in strategies.items():
        ground.metrics.weights(name, dict(strategy.composition.weights))
    service = Service(
        settings, parts, ground.metrics, store, keys, embedder, hub, redis_is, prepare, market, ground.gazetteer
    )
    service.newsroom = build_newsroom(
        settings.news, parts, store=store, keys=keys, space=stories, gazetteer=ground.gazetteer,
        decide=service.decide, revoke=service.revoke,
    )  # fmt: skip
    return service


async def _panels(
    ground: Ground,
    swap: Replacements,
    *,
    think: bool,
    market_data: MarketData,
    spending: Spending,
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
        build_panels, settings, ground.strategies, market_data=market_data, spending=spending, metrics=ground.metrics
    )
