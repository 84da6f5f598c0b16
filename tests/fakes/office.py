"""Several services on one store in this process, each as another process would be, and what they are asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.strategies import strategies_dir
from tests.fakes.teacher import Teacher
from tests.integration.conftest import NOW, CountingEmbedder, World

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.system.clock import VirtualClock
from forethought.adapters.system.hub import Subscription
from forethought.application.ports.deliberations import Job, Wording
from forethought.bootstrap import Replacements, running
from forethought.domain.decision import Scope
from forethought.settings import AnalystSettings, Settings, ShadowSettings


@dataclass
class Office:
    """Services on one Redis and in one namespace: each is what another process would have."""

    folder: Path
    redis_url: str
    namespace: str
    encoder: MiniLmEmbedder
    clock: VirtualClock
    closing: dict[int, AsyncExitStack] = field(default_factory=dict)

    async def opens(self, *teachers: Teacher, **analysts: Any) -> World:
        """Start a service; it works on the queue where it has a teacher, and only asks where it has none."""
        settings = Settings(
            data_dir=self.folder,
            strategies_dir=strategies_dir(self.folder / "strategies"),
            analysts=AnalystSettings(**({"stale_s": 0.3, "slots": 8, "grace_s": 0, "enabled": True} | analysts)),
            shadow=ShadowSettings(share=0),
        )
        embedder = CountingEmbedder(self.encoder)
        parts = Replacements(
            namespace=self.namespace,
            clock=self.clock,
            embedder=BatchingEmbedder(embedder, max_batch=32, queue_limit=256),
            panels=teachers,
            redis_url=self.redis_url,
        )
        stack = AsyncExitStack()
        service = await stack.enter_async_context(running(settings, replace=parts))
        world = World(service, teachers[0] if teachers else Teacher(), self.clock, embedder)
        self.closing[id(world)] = stack
        return world

    async def closes(self, world: World) -> None:
        """End a service: what its worker has in hand is dropped, as when the process dies."""
        await self.closing.pop(id(world)).aclose()


async def until(condition: Callable[[], Awaitable[Any] | Any]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not await _held(condition()):  # noqa: ASYNC110 - it is polled, as a client would
            await asyncio.sleep(0.005)


async def _held(found: Any) -> Any:
    return await found if isinstance(found, Awaitable) else found


def metric(world: World, outcome: str) -> float:
    registry = world.service.metrics.registry
    return registry.get_sample_value("forethought_deliberations_total", {"outcome": outcome}) or 0.0


async def waiting(world: World) -> int:
    return (await world.service.parts.tasks.depths()).waiting


async def is_idle(world: World) -> bool:
    """Tell whether the queue holds nothing, on its way, in nobody's hands or in somebody's."""
    keys, ask = world.service.keys, world.service.store.ask
    # In the order in which a job passes them, as it may go on between two looks; it may be given back, too.
    return not (
        await ask("ZCARD", keys.tasks_starting)
        or await ask("XLEN", keys.tasks_waiting)
        or await ask("XLEN", keys.tasks)
        or await ask("XLEN", keys.tasks_waiting)
    )


async def start_lost(world: World, text: str, *, asset: str = "XAU") -> Job:
    """Queue a job of an asker that died before its answer was written: whoever tells it looks for that in vain."""
    scope = Scope("taught", "1", asset, "panel")
    job = Job("LOST", "NEVER-WRITTEN", text, scope, (), (), None, "panel", NOW, NOW, 30.0)
    (embedding,) = await world.embedder.inner.embed([text])
    deliberations = world.service.parts.deliberations
    wording = Wording("0" * 64, text, embedding.vector)
    assert await deliberations.start(job, wording, seen=await deliberations.board(scope))
    return job


def listen(world: World, type_: str) -> Subscription:
    """Hear what a service would tell those who listen there, and what closes the list (`told`)."""
    subscription = world.service.hub.join()
    subscription.wanted = frozenset({(type_, None), ("alert", "END")})
    return subscription


async def told(heard: Subscription, *, by: World) -> list[Mapping[str, Any]]:
    """Return all that another service has published when its worker has done everything."""
    await until(lambda: is_idle(by))
    by.service.parts.events.publish("alert", "END", {})
    events = []
    async with asyncio.timeout(20):
        while (event := await heard.queue.get())[0] != "alert":
            events.append(event[1])
    return events
