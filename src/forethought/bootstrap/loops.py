"""What goes on behind the answers for as long as the service runs."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import structlog

from forethought.application.deliberate import Deliberate
from forethought.application.evaluate import Evaluate
from forethought.application.worker import Worker
from forethought.bootstrap.market import build_feed, build_warm
from forethought.bootstrap.service import Service
from forethought.domain.errors import ConfigurationError, StoreUnavailable, Unavailable

log = structlog.get_logger(__name__)

WATCH_EVERY_S = 0.5
QUEUE_EVERY_ROUNDS = 4

Loop = tuple[str, Coroutine[Any, Any, None]]
"""A name, and what runs until it is cancelled."""


def start_loops(service: Service, *, work: bool, intake: bool, learn: bool, stack: AsyncExitStack) -> None:
    """Start them; `stack` stops each before what it stands on is closed.

    Raises:
        ConfigurationError: the settings name prices that nobody sends, or instruments that nobody knows.
    """
    for name, loop in _loops(service, work=work, intake=intake, learn=learn, stack=stack):
        stack.push_async_callback(_cancelled, asyncio.create_task(loop, name=name))


def _loops(service: Service, *, work: bool, intake: bool, learn: bool, stack: AsyncExitStack) -> Iterator[Loop]:
    yield "store-watch", _watch(service)
    if work:
        yield "worker", _worker(service).run()
    if intake:
        yield from _feeds(service, stack)
    if learn:
        yield "train", service.train.run()
        if service.settings.evaluation.every_h:
            every = timedelta(hours=service.settings.evaluation.every_h)
            yield "evaluate", Evaluate(service.parts, every=every, promise=lambda told: told.agreement_p).run()


def _feeds(service: Service, stack: AsyncExitStack) -> Iterator[Loop]:
    """Return what brings news and prices, and what thinks ahead, as far as the settings say so."""
    settings, parts = service.settings, service.parts
    yield "newsroom", service.newsroom.run(poll=settings.news.poll)
    if settings.market.tickers:
        feed = build_feed(service.market, service.prices, clock=parts.clock, stack=stack)
        yield "prices", feed.run(settings.market.tickers, every_s=settings.market.refresh_s)
    if settings.warm.tickers:
        yield "warm", build_warm(service.settings.warm, parts, service.market, service.gazetteer)


def _worker(service: Service) -> Worker:
    set_to, parts = service.settings.analysts, service.parts
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
