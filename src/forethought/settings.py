"""Settings, read once from the environment: prefix FORETHOUGHT_, `__` between levels."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from forethought.domain.errors import ConfigurationError

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
    max_staleness_s: NonNegativeFloat = Field(default=86_400.0 * 4, description="Older prices count as unknown")


class AnalystSettings(BaseModel):
    """Those who think."""

    model_config = _FROZEN
    workers: PositiveInt = Field(default=4, description="Deliberations at once in this process")
    queue_limit: PositiveInt = Field(default=1_000, description="Deliberations that may wait; more are shed")


class LogSettings(BaseModel):
    """Logs."""

    model_config = _FROZEN
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is written"
    )
    format: Literal["auto", "console", "json"] = Field(default="auto", description="auto: JSON unless on a terminal")


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="FORETHOUGHT_", env_nested_delimiter="__", frozen=True, extra="ignore", populate_by_name=True
    )

    data_dir: Path = Field(default_factory=_default_data_dir, description="Where the embedded Redis keeps its data")
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
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY"),
        description="Alias of FORETHOUGHT_EMBEDDING__API_KEY",
    )
    api: ApiSettings = ApiSettings()
    redis: RedisSettings = RedisSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    market: MarketSettings = MarketSettings()
    analysts: AnalystSettings = AnalystSettings()
    log: LogSettings = LogSettings()

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
