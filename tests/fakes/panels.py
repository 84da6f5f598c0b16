"""A panel as production builds it, between real servers: a Redis for what it costs, and models over HTTP."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forethought.adapters.marketdata.file import FileMarketData
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.spending import RedisSpending
from forethought.adapters.redis.store import Store
from forethought.adapters.strategies.files import StrategyFiles
from forethought.adapters.system.clock import SystemClock
from forethought.agents.panel import Panel
from forethought.application.ports.analysts import Case, PanelFailed
from forethought.bootstrap import connect
from forethought.bootstrap.models import build_panels
from forethought.bootstrap.panels import Versions
from forethought.domain.opinion import DECIDING, Failure, Role, RoleReport
from forethought.settings import LlmSettings, Settings

NEWS = "Gold climbs 0.3 percent on a weaker dollar"


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


def without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing of the tester's own settings."""
    for name in list(os.environ):
        if name.startswith("FORETHOUGHT_") or name in {"REDIS_URL", "APP_PORT", "OPENAI_API_KEY"}:
            monkeypatch.delenv(name)


@dataclass
class Desk:
    """Builds panels that share a Redis and nothing else, as processes do."""

    store: Store
    keys: Keys
    stack: AsyncExitStack
    metrics: PrometheusMetrics = field(default_factory=PrometheusMetrics)

    def spending(self) -> RedisSpending:
        return RedisSpending(self.store, self.keys, SystemClock())

    def versions(self, settings: Settings) -> Versions:
        built = build_panels(
            settings,
            StrategyFiles(),
            market_data=FileMarketData([], max_staleness=timedelta(days=1)),
            spending=self.spending(),
            metrics=self.metrics,
        )
        self.stack.push_async_callback(built.close)
        return built

    def panel(self, base_url: str, **llm: Any) -> Panel:
        """Build the panel that comes along, on one model; `llm` are further settings."""
        return self.panel_of(Settings(llm=LlmSettings(base_url=base_url, **llm)))

    def panel_of(self, settings: Settings) -> Panel:
        panel = self.versions(settings).default["panel"]
        assert isinstance(panel, Panel)
        return panel

    def counted(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"forethought_{name}", labels) or 0.0


@asynccontextmanager
async def desk(redis_url: str, namespace: str) -> AsyncIterator[Desk]:
    """Connect; all is closed in the end."""
    async with AsyncExitStack() as stack:
        store = Store(connect(Settings(), redis_url))
        stack.push_async_callback(store.close)
        yield Desk(store, Keys(namespace), stack)


def mixed(base: Panel, others: Mapping[Role, Panel]) -> Panel:
    """Let some roles ask the models of other panels: settings know no endpoint by role."""
    base._choices = {**base._choices, **{role: other._choices[role] for role, other in others.items()}}
    return base


async def reports_of_failure(panel: Panel, *, timeout_s: float) -> tuple[RoleReport, ...]:
    """Deliberate, and return what became of each role when that comes to nothing."""
    with pytest.raises(PanelFailed) as caught:
        await panel.deliberate(a_case(), timeout_s=timeout_s)
    return caught.value.reports


def failures(reports: Iterable[RoleReport]) -> list[Failure | None]:
    """Return why each role abstained, in the order of the roles."""
    by_role = {report.role: report.failure for report in reports}
    return [by_role[role] for role in DECIDING]
