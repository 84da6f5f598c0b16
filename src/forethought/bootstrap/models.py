"""The panels of language models that files and settings describe. Imports the agent library: never on the hot path."""

from collections.abc import Mapping
from functools import cache

import structlog

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.panels.files import PanelFiles
from forethought.agents.panel import Bounds, Choice, Panel
from forethought.agents.roles import DECIDING_SPECS
from forethought.application.ports.analysts import Analysts
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.spending import Spending
from forethought.application.ports.strategies import Strategies
from forethought.bootstrap.panels import Versions
from forethought.domain.aggregation import Aggregation, aggregation
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import Role
from forethought.domain.panel import PanelFile
from forethought.settings import LlmEndpoint, RoleModels, Settings

log = structlog.get_logger(__name__)

FIRST, SECOND = "first", "second"


def build_panels(
    settings: Settings, strategies: Strategies, *, market_data: MarketData, spending: Spending, metrics: Metrics
) -> Versions:
    """Build every version of every panel.

    Raises:
        ConfigurationError: a file is wrong, a role is unknown, or a strategy names an aggregation that was not learned.
    """
    files = PanelFiles(settings.llm.panels_dir)
    for strategy in strategies.all().values():
        aggregation(strategy.aggregation, files.learned)
    if unknown := set(settings.llm.roles) - {spec.role.value for spec in DECIDING_SPECS}:
        raise ConfigurationError(f"FORETHOUGHT_LLM__ROLES knows the deciding roles, not {', '.join(sorted(unknown))}")
    models = _Models(settings, metrics)
    versions: dict[str, dict[str, Analysts]] = {
        name: {
            version: _panel(file, files, models, settings, market_data=market_data, spending=spending, metrics=metrics)
            for version, file in known.items()
        }
        for name, known in files.all().items()
    }
    default = {name: next(iter(known.values())) for name, known in versions.items()}
    return Versions(default, versions, frozenset(versions), models.closers)


def _panel(
    file: PanelFile,
    files: PanelFiles,
    models: "_Models",
    settings: Settings,
    *,
    market_data: MarketData,
    spending: Spending,
    metrics: Metrics,
) -> Panel:
    set_to = settings.llm

    @cache
    def rule(name: str) -> Aggregation:
        return aggregation(file.aggregation or name, files.learned)

    return Panel(
        name=file.name,
        version=file.version,
        prompt_version=file.prompts,
        specs=DECIDING_SPECS,
        choices={spec.role: models.choices(file, spec.role) for spec in DECIDING_SPECS},
        aggregation=rule,
        market_data=market_data,
        spending=spending,
        metrics=metrics,
        bounds=Bounds(
            soft_timeout_s=(file.soft_timeout_ms or set_to.soft_timeout_ms) / 1000,
            role_timeout_s=set_to.fast_timeout_ms / 1000 if set_to.profile == "fast" else None,
            max_news_chars=set_to.max_news_chars,
            max_context_chars=set_to.max_context_chars,
        ),
    )


class _Models:
    """Models by endpoint: all that ask one endpoint share its connections, limits and breaker."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._endpoints: Mapping[str, tuple[LlmEndpoint, Endpoint]] = {
            name: (set_to, self._endpoint(name, metrics, set_to))
            for name, set_to in ((FIRST, settings.llm), (SECOND, settings.llm.second))
            if set_to is not None and settings.is_set(set_to)
        }
        self.closers = [endpoint.close for _, endpoint in self._endpoints.values()]
        self._thinkers: dict[tuple[str, str, float, int | None], AutoGenThinker] = {}
        self._unpriced: set[str] = set()

    def _endpoint(self, name: str, metrics: Metrics, set_to: LlmEndpoint) -> Endpoint:
        llm = self._settings.llm
        return Endpoint(
            provider=name,
            metrics=metrics,
            concurrency=set_to.concurrency,
            requests_per_min=set_to.requests_per_min,
            breaker_failures=llm.breaker_failures,
            breaker_reset_s=llm.breaker_reset_s,
        )

    def choices(self, file: PanelFile, role: Role) -> tuple[Choice, ...]:
        """Return a role's models in the order in which they are asked."""
        own = self._settings.llm.roles.get(role.value, RoleModels())
        named = {
            FIRST: file.models.get(role) or own.model,
            SECOND: file.second_models.get(role) or own.second_model,
        }
        return tuple(self._choice(name, file, named[name]) for name in self._endpoints)

    def _choice(self, name: str, file: PanelFile, model: str | None) -> Choice:
        set_to, _ = self._endpoints[name]
        model = model or set_to.model
        price = self._settings.llm.prices.get(model)
        if price is None and model not in self._unpriced:
            self._unpriced.add(model)
            log.warning("llm.no_price", model=model, effect="its cost counts as 0: add it to FORETHOUGHT_LLM__PRICES")
        temperature = set_to.temperature if file.temperature is None else file.temperature
        seed = set_to.seed if file.seed is None else file.seed
        return Choice(
            thinker=self._thinker(name, model, temperature, seed),
            prompt_usd=0.0 if price is None else price.prompt,
            completion_usd=0.0 if price is None else price.completion,
            daily_budget_usd=set_to.daily_budget_usd,
            tools=set_to.tools,
        )

    def _thinker(self, name: str, model: str, temperature: float, seed: int | None) -> AutoGenThinker:
        key = (name, model, temperature, seed)
        if (known := self._thinkers.get(key)) is not None:
            return known
        set_to, endpoint = self._endpoints[name]
        made = self._thinkers[key] = AutoGenThinker(
            endpoint,
            kind=set_to.kind.value,
            model=model,
            base_url=set_to.base_url,
            api_key=self._settings.key_of(set_to),
            # A deployment holds one model: another has one of its own name.
            deployment=set_to.deployment if model == set_to.model else None,
            api_version=set_to.api_version,
            temperature=temperature,
            seed=seed,
        )
        return made
