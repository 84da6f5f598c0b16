"""Semantic caches that others wrote, over the same encoder, on a Redis of the run: redisvl and BetterDB."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prometheus_client import CollectorRegistry

from forethought.domain.decision import Scope, Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.similarity import Vector
from forethought.evals.baselines import Guess
from forethought.evals.streams.contenders import DEFAULT_COSINE, Contender, Stream, World

COSINES = (0.70, 0.80, 0.85, 0.90, 0.95, 0.99, 0.995)
"""Fewer than the static threshold has: each costs another pass. The last two are for long prompts, all much alike."""
_PROBES = frozenset({"dimension test", "probe"})
"""What the libraries embed to learn how long a vector is."""


def library_contenders() -> list[Contender]:
    """Return the libraries that are measured beside us.

    Raises:
        ConfigurationError: one is not installed.
    """
    return [RedisVl(), BetterDb()]


@dataclass(frozen=True)
class _Texts:
    """The whole texts of a stream with their vectors: long ones in chunks, so that nobody loses by a cut."""

    stream: Stream
    vectors: dict[str, Vector]

    @classmethod
    def of(cls, stream: Stream) -> "_Texts":
        pairs = zip(stream.rows, stream.views, strict=True)
        return cls(stream, {each.record.input_report: view.vectors["chunks"] for each, view in pairs})

    def __getitem__(self, index: int) -> str:
        return self.stream.rows[index].record.input_report

    def embed(self, text: str) -> list[float]:
        if text in _PROBES and text not in self.vectors:
            return [0.0] * next(iter(self.vectors.values())).shape[0]
        found: list[float] = self.vectors[text].tolist()
        return found


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError as error:
        raise ConfigurationError(
            f"{package} is measured beside us and is not installed: install it, or leave out the peers (--no-peers)"
        ) from error


@dataclass(frozen=True)
class RedisVl:
    """The `SemanticCache` of redisvl."""

    thresholds: tuple[float, ...] = COSINES
    default: float | None = DEFAULT_COSINE
    version: str = field(default_factory=lambda: _version("redisvl"))

    @property
    def name(self) -> str:
        """See `Contender`."""
        return f"{self.version} SemanticCache"

    @asynccontextmanager
    async def world(self, stream: Stream, floor: float) -> AsyncIterator[World]:
        """See `Contender`."""
        # A second to import, and only the laboratory needs it.
        from redis import Redis  # noqa: PLC0415
        from redisvl.extensions.cache.llm import SemanticCache  # type: ignore[import-untyped] # noqa: PLC0415
        from redisvl.utils.vectorize import CustomVectorizer  # type: ignore[import-untyped] # noqa: PLC0415

        texts = _Texts.of(stream)
        # Without `protocol=3`, which breaks it. Its synchronous half: twice as fast as the other one call at a time.
        with Redis.from_url(stream.redis_url) as client:

            def opened(name: str) -> Any:  # noqa: ANN401 - untyped
                return SemanticCache(
                    name=name,
                    distance_threshold=1 - floor,
                    vectorizer=CustomVectorizer(embed=texts.embed),
                    redis_client=client,
                )

            world = _RedisVlWorld(texts, _Caches(f"{stream.namespace}redisvl", opened))
            try:
                yield world
            finally:
                for cache in world.caches.held.values():
                    cache.delete()


@dataclass
class _Caches:
    """One cache a scope: neither library looks at anything but the text."""

    prefix: str
    opened: Callable[[str], Any]
    held: dict[Scope, Any] = field(default_factory=dict)

    def of(self, scope: Scope) -> Any:  # noqa: ANN401 - untyped
        if scope not in self.held:
            self.held[scope] = self.opened(f"{self.prefix}{len(self.held)}")
        return self.held[scope]


@dataclass(frozen=True)
class _RedisVlWorld:
    texts: _Texts
    caches: _Caches

    async def ask(self, index: int) -> Guess | None:
        found = self.caches.of(self.texts.stream.views[index].scope).check(prompt=self.texts[index])
        return _guess(found[0]["response"], found[0]["vector_distance"]) if found else None

    async def learn(self, index: int, truth: Signal) -> None:
        cache = self.caches.of(self.texts.stream.views[index].scope)
        cache.store(prompt=self.texts[index], response=str(int(truth)))


@dataclass(frozen=True)
class BetterDb:
    """The `SemanticCache` of betterdb-semantic-cache, made for Valkey."""

    thresholds: tuple[float, ...] = COSINES
    default: float | None = DEFAULT_COSINE
    version: str = field(default_factory=lambda: _version("betterdb-semantic-cache"))

    @property
    def name(self) -> str:
        """See `Contender`."""
        return f"{self.version}"

    @asynccontextmanager
    async def world(self, stream: Stream, floor: float) -> AsyncIterator[World]:
        """See `Contender`."""
        os.environ["BETTERDB_TELEMETRY"] = "false"  # before the import: it sends analytics otherwise
        import betterdb_semantic_cache as betterdb  # type: ignore[import-untyped] # noqa: PLC0415
        from betterdb_semantic_cache.types import (  # type: ignore[import-untyped] # noqa: PLC0415
            AnalyticsOptions,
            ConfigRefreshOptions,
            DiscoveryOptions,
            EmbeddingCacheOptions,
            TelemetryOptions,
        )
        from valkey.asyncio import Valkey  # noqa: PLC0415

        texts = _Texts.of(stream)

        async def embed(text: str) -> list[float]:
            return texts.embed(text)

        def opened(name: str) -> Any:  # noqa: ANN401 - untyped
            options = betterdb.SemanticCacheOptions(
                client=client,
                embed_fn=embed,
                name=name,
                default_threshold=1 - floor,
                embedding_cache=EmbeddingCacheOptions(enabled=False),  # vectors are at hand
                telemetry=TelemetryOptions(registry=CollectorRegistry()),
                analytics=AnalyticsOptions(disabled=True),
                config_refresh=ConfigRefreshOptions(enabled=False),
                discovery=DiscoveryOptions(enabled=False),
            )
            return betterdb.SemanticCache(options)

        async with AsyncExitStack() as stack:
            client = Valkey.from_url(stream.redis_url)
            stack.push_async_callback(client.aclose)
            world = _BetterDbWorld(texts, _Caches(f"{stream.namespace}betterdb", opened))
            try:
                yield world
            finally:
                for cache in world.caches.held.values():
                    await cache.flush()
                    await cache.shutdown()


@dataclass(frozen=True)
class _BetterDbWorld:
    texts: _Texts
    caches: _Caches

    async def ask(self, index: int) -> Guess | None:
        found = await (await self._cache(index)).check(self.texts[index])
        return _guess(found.response, found.similarity) if found.hit else None  # it calls the distance a similarity

    async def learn(self, index: int, truth: Signal) -> None:
        await (await self._cache(index)).store(self.texts[index], str(int(truth)))

    async def _cache(self, index: int) -> Any:  # noqa: ANN401 - untyped
        cache = self.caches.of(self.texts.stream.views[index].scope)
        await cache.initialize()
        return cache


def _guess(response: str, distance: float | str) -> Guess:
    return Guess(Signal(int(response)), min(1.0, 1 - float(distance)))
