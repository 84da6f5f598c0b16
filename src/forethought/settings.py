"""Settings, read once from the environment: prefix FORETHOUGHT_, `__` between levels."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from forethought.domain.errors import ConfigurationError

Value = TypeVar("Value")
Given = Annotated[Value | None, BeforeValidator(lambda value: None if value == "" else value)]
"""Compose files pass on empty variables: such a one is not given."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "forethought"


class ApiSettings(BaseModel):
    """The HTTP service."""

    model_config = _FROZEN
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; anything but loopback is open to the network"
    )
    port: int = Field(default=8005, ge=0, le=65535, description="Port; 0 takes a free one")
    max_body_bytes: PositiveInt = Field(default=1_048_576, description="A larger request body is refused with 413")
    write_key: Given[SecretStr] = Field(
        default=None,
        description="Whoever changes what is remembered must send it (`Authorization: Bearer ...`); unset: anyone may. "
        "Required on anything but loopback",
    )
    open_writes: bool = Field(
        default=False,
        description="Listen beyond loopback without a write key, because something else keeps strangers away",
    )


class RedisSettings(BaseModel):
    """The store."""

    model_config = _FROZEN
    durable: bool = Field(default=True, description="Refuse to start on a server without an append-only file")
    timeout_ms: PositiveInt = Field(
        default=400, description="How long connecting, or waiting for a free connection, may take"
    )
    max_connections: PositiveInt = Field(default=64, description="Size of the connection pool")
    cluster: bool = Field(default=False, description="REDIS_URL names a Redis Cluster")
    appendfsync: Literal["always", "everysec"] = Field(
        default="always", description="Of the embedded server: when its append-only file is forced to disk"
    )
    hnsw_m: int = Field(default=16, ge=4, le=128, description="Links a node in the vector index")
    hnsw_ef_construction: int = Field(default=200, ge=8, le=4096, description="Candidates looked at when building")
    hnsw_ef_runtime: int = Field(default=64, ge=1, le=4096, description="Candidates looked at when searching")
    answer_ttl_s: PositiveInt = Field(default=86_400, description="How long GET /decisions/{id} can read an answer")
    prompt_ttl_s: PositiveInt = Field(default=90 * 86_400, description="Life of a cached prompt vector")
    news_ttl_s: PositiveInt = Field(default=30 * 86_400, description="Life of a cached news vector")
    context_ttl_s: PositiveInt = Field(default=30 * 86_400, description="Life of a cached context vector")


class EmbeddingProvider(StrEnum):
    """Who embeds."""

    LOCAL = "local"
    OPENAI = "openai"
    AZURE = "azure"


class EmbeddingSettings(BaseModel):
    """The sentence encoder."""

    model_config = _FROZEN
    provider: EmbeddingProvider = Field(default=EmbeddingProvider.LOCAL, description="local, openai or azure")
    model: str = Field(default="text-embedding-3-small", description="Of a remote provider")
    deployment: str | None = Field(default=None, description="Azure: name of the deployment; the model's when unset")
    dimensions: PositiveInt | None = Field(default=None, description="Of a remote provider; its own when unset")
    variant: Literal["int8", "shipped"] = Field(default="int8", description="Which graph the local encoder runs")
    threads: PositiveInt = Field(default=1, description="Threads of one local inference")
    queue_limit: PositiveInt = Field(default=2_048, description="Texts that may wait; more are refused as overloaded")
    max_batch: PositiveInt = Field(default=32, description="Texts taken together under load")
    remote_concurrency: PositiveInt = Field(default=8, description="Calls to a remote provider at once")
    base_url: str | None = Field(default=None, description="Endpoint of a remote provider; Azure: required")
    api_key: SecretStr | None = Field(default=None, description="Key of a remote provider; OPENAI_API_KEY serves too")
    api_version: str = Field(default="2024-10-21", description="Azure OpenAI's API version")
    timeout_s: PositiveFloat = Field(default=2.0, description="Of one remote call")


class MarketSettings(BaseModel):
    """Prices."""

    model_config = _FROZEN
    price_files: dict[str, Path] = Field(
        default_factory=dict, description='Asset to CSV or parquet file, as JSON: {"BTC": "btc.parquet"}'
    )
    max_staleness_s: NonNegativeFloat = Field(
        default=86_400.0 * 4, description="Older prices from files count as unknown"
    )
    tickers: tuple[str, ...] = Field(
        default=(), description="Whose prices are kept fresh from vendors, as JSON, the more important first"
    )
    refresh_s: PositiveFloat = Field(default=60.0, description="Between two rounds of asking vendors")


class NewsSettings(BaseModel):
    """Where news comes from, and what is thought about."""

    model_config = _FROZEN
    poll: bool = Field(default=True, description="Ask the providers that are on; of several processes one asks each")
    providers_file: Given[Path] = Field(
        default=None, description="YAML file of providers; unset: the packaged one, of which all are off"
    )
    instruments_file: Given[Path] = Field(
        default=None, description="TOML file of instruments that adds to the packaged ones, or replaces some"
    )
    languages: frozenset[str] = Field(
        default=frozenset({"en"}), description="What is read, ISO 639-1, as JSON; all else is refused"
    )
    strategies: tuple[str, ...] = Field(
        default=("default",), description="Strategies for which news is thought about, as JSON"
    )
    watch: frozenset[str] = Field(
        default=frozenset(), description="Instruments that are thought about, as JSON; empty: all that are known"
    )
    at_once: PositiveInt = Field(default=8, description="Articles that one process works on at once")
    queue_limit: PositiveInt = Field(
        default=200,
        description="Questions because of news that may wait for the analysts; flashes may fill it, routine news 70 %",
    )
    story_window_h: PositiveFloat = Field(default=24.0, description="How long a story may be joined, hours")
    keep_days: PositiveInt = Field(default=30, description="How long articles and stories are kept")
    webhook_secret: Given[SecretStr] = Field(
        default=None, description="Who signs `POST /news` with it needs no write key"
    )


class WarmSettings(BaseModel):
    """What is thought through before it happens."""

    model_config = _FROZEN
    tickers: tuple[str, ...] = Field(
        default=(),
        description="Instruments whose usual events are thought through at start and at the opening bell, as JSON, the "
        "more important first",
    )
    strategy: str = Field(default="default", description="For which")
    calls: NonNegativeInt = Field(default=200, description="Deliberations that one warming may cause")
    usd: NonNegativeFloat = Field(default=2.0, description="What one warming may cost, USD")
    library: Given[Path] = Field(default=None, description="TOML file of usual events; unset: the packaged one")


class AnalystSettings(BaseModel):
    """The queue on which analysts work, and who works on it."""

    model_config = _FROZEN
    enabled: bool | None = Field(
        default=None, description="Whether questions go to the panel; unset: when a model is configured here"
    )
    slots: PositiveInt = Field(default=16, description="Deliberations at once in one worker")
    inside: bool = Field(default=True, description="`serve` works on the queue too; false where workers run apart")
    queue_limit: PositiveInt = Field(default=1_000, description="Deliberations that may wait; more are shed")
    attempts: PositiveInt = Field(default=5, description="Tries of a deliberation before it goes to the dead letters")
    stale_s: PositiveFloat = Field(
        default=15.0, description="A deliberation whose worker was silent for so long is taken over by another"
    )
    grace_s: NonNegativeFloat = Field(
        default=6.0, description="How long a worker that is stopped may still finish what it has in hand"
    )
    shadow_timeout_s: PositiveFloat = Field(default=30.0, description="How long a panel in shadow may work")


class LlmKind(StrEnum):
    """Which client speaks to an endpoint."""

    OPENAI = "openai"
    AZURE = "azure"


class Price(BaseModel):
    """Of a model, USD for a million tokens."""

    model_config = _FROZEN
    prompt: NonNegativeFloat
    completion: NonNegativeFloat


class LlmEndpoint(BaseModel):
    """One place where a model answers: OpenAI, Azure OpenAI, or anything that speaks OpenAI's chat completions."""

    model_config = _FROZEN
    kind: LlmKind = Field(default=LlmKind.OPENAI, description="openai (and all that is compatible) or azure")
    base_url: Given[str] = Field(
        default=None, description="Endpoint, such as http://127.0.0.1:8000/v1; OpenAI's own when unset; Azure: required"
    )
    api_key: Given[SecretStr] = Field(default=None, description="Key; local servers mostly need none")
    model: str = Field(default="gpt-4o-mini", description="Model, or for Azure the model that is deployed")
    deployment: str | None = Field(default=None, description="Azure: name of the deployment; the model's when unset")
    api_version: str = Field(default="2024-10-21", description="Azure OpenAI's API version")
    temperature: float = Field(default=0.0, ge=0, le=2, description="Sent with every request")
    seed: int | None = Field(default=7, description="Sent with every request")
    tools: bool = Field(
        default=True, description="Offer tools (a look at past prices); false for servers that refuse the field"
    )
    concurrency: PositiveInt = Field(default=48, description="Requests at once")
    requests_per_min: PositiveInt = Field(default=3_000, description="Rate limit of our own")
    daily_budget_usd: NonNegativeFloat | None = Field(
        default=10.0, description="Spent for the day (UTC): the next choice is asked; null is no limit"
    )


class RoleModels(BaseModel):
    """Other models for one role."""

    model_config = _FROZEN
    model: str | None = None
    second_model: str | None = None


class LlmSettings(LlmEndpoint):
    """The models that think: the first choice, an optional second, and how they are treated."""

    second: LlmEndpoint | None = Field(
        default=None, description="A cheaper or local second choice, with the same settings under SECOND__"
    )
    roles: dict[str, RoleModels] = Field(
        default_factory=dict, description='Other models per role, as JSON: {"risk_assessment": {"model": "gpt-4o"}}'
    )
    prices: dict[str, Price] = Field(
        default_factory=lambda: {
            # OpenAI's list prices of gpt-4o-mini and gpt-4o, as published for 2024-07 and 2024-10; check yours.
            "gpt-4o-mini": Price(prompt=0.15, completion=0.60),
            "gpt-4o": Price(prompt=2.50, completion=10.0),
        },
        description='USD per million tokens, as JSON: {"gpt-4o-mini": {"prompt": 0.15, "completion": 0.6}}',
    )
    profile: Literal["standard", "fast"] = Field(
        default="standard", description="fast: a role that takes longer than FAST_TIMEOUT_MS abstains"
    )
    soft_timeout_ms: PositiveInt = Field(default=800, description="Then the second choice is asked beside the first")
    fast_timeout_ms: PositiveInt = Field(default=1_500, description="Hard timeout of a role under the profile fast")
    breaker_failures: PositiveInt = Field(default=5, description="Failures in a row that open an endpoint's breaker")
    breaker_reset_s: PositiveFloat = Field(default=10.0, description="How long it stays open before it is tried again")
    max_news_chars: PositiveInt = Field(default=8_000, description="Of the news, what the analysts are shown")
    max_context_chars: PositiveInt = Field(default=6_000, description="Of the context, what the analysts are shown")
    panels_dir: Path | None = Field(default=None, description="Folder of your own panel files")


class VerifierSettings(BaseModel):
    """A cross-encoder that reads a question and a precedent together; off unless a model is named."""

    model_config = _FROZEN
    model: Path | None = Field(default=None, description="ONNX cross-encoder; unset is off")
    tokenizer: Path | None = Field(default=None, description="Its tokenizer.json; required with the model")
    entailment: int = Field(default=0, ge=0, description="Index of the label that says the same")
    min_same: float = Field(default=0.8, ge=0, le=1, description="Less than this, and a precedent is refused")
    max_tokens: PositiveInt = Field(default=256, description="Longer pairs count as 0")
    batch: PositiveInt = Field(default=16, description="Pairs taken together")
    threads: PositiveInt = Field(default=1, description="Threads of one batch")
    timeout_s: PositiveFloat = Field(default=0.2, description="A later answer counts as none")

    @model_validator(mode="after")
    def _whole(self) -> "VerifierSettings":
        if self.model is not None and self.tokenizer is None:
            raise ValueError("a model needs its tokenizer: set FORETHOUGHT_VERIFIER__TOKENIZER")
        return self


class EvaluationSettings(BaseModel):
    """The look at the latest labels."""

    model_config = _FROZEN
    every_h: NonNegativeFloat = Field(default=24.0, description="Hours between two looks at the latest labels; 0: none")


class LogSettings(BaseModel):
    """Logs."""

    model_config = _FROZEN
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is written"
    )
    format: Literal["auto", "console", "json"] = Field(default="auto", description="auto: JSON unless on a terminal")


class ShadowSettings(BaseModel):
    """Answers from memory that the analysts check afterwards."""

    model_config = _FROZEN
    share: float = Field(
        default=0.05, ge=0, le=1, description="Mean share of answers to check; more where evidence is thin; 0 for none"
    )
    calls_per_hour: NonNegativeInt = Field(default=120, description="Checks an hour, all processes together")
    usd_per_hour: NonNegativeFloat = Field(default=1.0, description="What checks may cost an hour, USD")


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="FORETHOUGHT_",
        env_nested_delimiter="__",
        env_parse_none_str="null",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = Field(default_factory=_default_data_dir, description="Where the embedded Redis keeps its data")
    demo: bool = Field(
        default=False,
        description="Keep to a memory of its own, so that samples and simulated analysts never meet real decisions "
        "(`serve --demo` sets it)",
    )
    strategies_dir: Path | None = Field(default=None, description="Folder of your own strategy files")
    redis_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("REDIS_URL", "FORETHOUGHT_REDIS_URL"),
        description="A running Redis instead of the embedded one: redis://, rediss:// or unix://",
    )
    app_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("APP_PORT"),
        description="Alias of FORETHOUGHT_API__PORT",
    )
    openai_api_key: Given[SecretStr] = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY"),
        description="Alias of FORETHOUGHT_LLM__API_KEY and FORETHOUGHT_EMBEDDING__API_KEY",
    )
    api: ApiSettings = ApiSettings()
    redis: RedisSettings = RedisSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    market: MarketSettings = MarketSettings()
    news: NewsSettings = NewsSettings()
    warm: WarmSettings = WarmSettings()
    analysts: AnalystSettings = AnalystSettings()
    shadow: ShadowSettings = ShadowSettings()
    llm: LlmSettings = LlmSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    verifier: VerifierSettings = VerifierSettings()
    log: LogSettings = LogSettings()

    @property
    def store_dir(self) -> Path:
        """Where the embedded Redis keeps its data."""
        return self.data_dir / "demo" if self.demo else self.data_dir

    @property
    def namespace(self) -> str:
        """What the keys in a configured Redis begin with."""
        return "demo:" if self.demo and self.redis_url is not None else ""

    @property
    def port(self) -> int:
        """The port in force; FORETHOUGHT_API__PORT goes before APP_PORT."""
        if self.app_port is not None and "port" not in self.api.model_fields_set:
            return self.app_port
        return self.api.port

    @property
    def embedding_key(self) -> SecretStr | None:
        """The key of the remote encoder."""
        return self.embedding.api_key or self.openai_api_key

    def key_of(self, endpoint: LlmEndpoint) -> SecretStr | None:
        """Return the key of an endpoint; OPENAI_API_KEY is sent to OpenAI only, never to another address."""
        is_openai = endpoint.kind is LlmKind.OPENAI and endpoint.base_url is None
        return endpoint.api_key or (self.openai_api_key if is_openai else None)

    def is_set(self, endpoint: LlmEndpoint | None) -> bool:
        """Tell whether an endpoint can be asked: it has an address or a key."""
        return endpoint is not None and (endpoint.base_url is not None or self.key_of(endpoint) is not None)

    @property
    def has_model(self) -> bool:
        """Whether a model is configured here; without one the analysts by rule serve."""
        return self.is_set(self.llm)

    @property
    def asks_panel(self) -> bool:
        """Whether questions go to the panel: to a worker here, or to workers that run apart."""
        return self.has_model if self.analysts.enabled is None else self.analysts.enabled


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        ConfigurationError: a variable has a value that it may not have; the message names it.
    """
    try:
        return Settings()
    except SettingsError as error:  # a value that should be JSON
        raise ConfigurationError(f"setting: {error}; expected JSON") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = "__".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"setting {where}: {first['msg']}") from error
