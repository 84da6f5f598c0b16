"""What runs, and what of it can be brought from outside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.system.hub import Hub
from forethought.application.clear import Clear
from forethought.application.components import Components
from forethought.application.decide import Decide
from forethought.application.explain import Explain
from forethought.application.insert import Insert
from forethought.application.parts import Parts
from forethought.application.ports.analysts import Analysts
from forethought.application.ports.clock import Clock
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.strategies import Strategies
from forethought.application.prices import Prices
from forethought.application.revoke import Revoke
from forethought.application.shadow import Shadow
from forethought.application.status import Status
from forethought.application.train import Train
from forethought.bootstrap.market import Market, new_prices
from forethought.bootstrap.newsroom import Newsroom
from forethought.domain.errors import Unavailable
from forethought.domain.news.gazetteer import Gazetteer
from forethought.settings import Settings


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
