"""A panel as production builds it, between real servers: a Redis for what it costs, and models over HTTP."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.fakes.llm_sim import LlmSim, llm_sim
from tests.fakes.thinking import until

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.marketdata.file import FileMarketData
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.spending import RedisSpending
from forethought.adapters.redis.store import Store
from forethought.adapters.strategies.files import StrategyFiles
from forethought.adapters.system.clock import SystemClock
from forethought.agents.panel import Bounds, Choice, Panel
from forethought.agents.roles import DECIDING_SPECS
from forethought.application.ports.analysts import Case, PanelFailed
from forethought.bootstrap.models import build_panels
from forethought.bootstrap.panels import Versions
from forethought.bootstrap.store import connect
from forethought.domain.aggregation import aggregation
from forethought.domain.opinion import Role, RoleReport
from forethought.settings import LlmSettings, Settings

NEWS = "Gold surges to a record high on strong demand"
NO_PRICES = FileMarketData([], max_staleness=timedelta(days=1))


def a_case(news: str = NEWS, **more: Any) -> Case:
    return Case(
        **{
            "asset": "XAU",
            "strategy": "default",
            "instruction": "Judge what this means for the price over the next day.",
            "news": news,
            "context": (),
            "as_of": datetime(2026, 3, 2, 12, tzinfo=UTC),
            "market": None,
        }
        | more
    )


@dataclass
class Desk:
    """Builds panels that share a Redis and nothing else, as processes do."""

    store: Store
    keys: Keys
    stack: AsyncExitStack
    metrics: PrometheusMetrics = field(default_factory=PrometheusMetrics)

    def panel(self, base_url: str, **llm: Any) -> Panel:
        """Build the panel that comes along; `llm` are further settings."""
        return self.panel_of(Settings(llm=LlmSettings(base_url=base_url, **llm)))

    def panel_of(self, settings: Settings) -> Panel:
        panel = self.versions(settings).default["panel"]
        assert isinstance(panel, Panel)
        return panel

    def versions(self, settings: Settings) -> Versions:
        built = build_panels(
            settings, StrategyFiles(), market_data=NO_PRICES, spending=self.spending(), metrics=self.metrics
        )
        self.stack.push_async_callback(built.close)
        return built

    def panel_at(self, base_urls: Mapping[Role, str]) -> Panel:
        """Build a panel whose roles ask different servers, which settings do not provide for."""
        return Panel(
            name="panel",
            version="1",
            prompt_version="v1",
            specs=DECIDING_SPECS,
            choices={role: [self._choice(url)] for role, url in base_urls.items()},
            aggregation=partial(aggregation, learned={}),
            market_data=NO_PRICES,
            spending=self.spending(),
            metrics=self.metrics,
            bounds=Bounds(),
        )

    def _choice(self, base_url: str) -> Choice:
        endpoint = Endpoint(provider="first", metrics=self.metrics)
        self.stack.push_async_callback(endpoint.close)
        thinker = AutoGenThinker(endpoint, kind="openai", model="local", base_url=base_url)
        return Choice(thinker, prompt_usd=0.0, completion_usd=0.0, daily_budget_usd=None)

    def spending(self) -> RedisSpending:
        """Count as another process does."""
        return RedisSpending(self.store, self.keys, SystemClock())

    def counted(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"forethought_{name}", labels) or 0.0


async def reports_of_failure(panel: Panel, *, timeout_s: float) -> tuple[RoleReport, ...]:
    """Deliberate to no avail, and return what became of each role."""
    with pytest.raises(PanelFailed) as caught:
        await panel.deliberate(a_case(), timeout_s=timeout_s)
    return caught.value.reports


async def given_up(sim: LlmSim, *, calls: int) -> None:
    """Wait until calls that hang have been given up, long before their own time is over, and no connection is left."""
    async with asyncio.timeout(5):  # a role has 8 s at least
        await until(lambda: sim.state()["aborted"] == calls and sim.state()["open_connections"] == 0)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings."""
    for name in list(os.environ):
        if name.startswith("FORETHOUGHT_") or name in {"REDIS_URL", "APP_PORT", "OPENAI_API_KEY"}:
            monkeypatch.delenv(name)


@pytest.fixture
async def desk(redis_server: str, redis_client: Redis, key_prefix: str) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        store = Store(connect(Settings(), redis_server))
        stack.push_async_callback(store.close)
        yield Desk(store, Keys(key_prefix), stack)


@pytest.fixture
def sim() -> Iterator[LlmSim]:
    """The first choice of model; it answers at once and calls no tools."""
    with llm_sim(tool_share=0.0) as running:
        yield running


@pytest.fixture
def second() -> Iterator[LlmSim]:
    """The second choice."""
    with llm_sim(tool_share=0.0) as running:
        yield running
