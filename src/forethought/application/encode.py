"""Turn a situation into vectors: from the embedding cache where it can, by the encoder where it must."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from forethought.application.ports.clock import Clock
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.embedding_cache import CachedComponent, EmbeddingCache
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.strategies import Strategies
from forethought.domain.composition import Detail, Part, concat_pca, pooled, shares, weighted_sum
from forethought.domain.errors import ConfigurationError, Unavailable
from forethought.domain.similarity import Embedding, Vector, normalise
from forethought.domain.situation import Component, ComponentType, News, Situation
from forethought.domain.strategy import CompositionMethod, Strategy
from forethought.domain.text import clean

CHUNK_TOKENS = 254
"""The encoder reads 256 tokens, two of which are its own marks."""
CHUNK_OVERLAP = 64
_GATHER_S = 0.05
MAX_CHUNKS = 512
"""About 97,000 tokens: more than any text that is accepted has."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A situation as vectors."""

    composed: Vector
    news: Vector
    context: Vector | None
    details: tuple[Detail, ...]
    tokens: int
    """Of what was embedded now; 0 when all came from the cache."""
    truncated: bool
    """Whether the encoder saw only the head of a text."""
    fresh: tuple[CachedComponent, ...]
    """What was embedded now, in full, and belongs into the cache."""
    steps_ms: Mapping[str, float]
    """How long `components` (the cache), `embed` and `compose` took."""


class Encode:
    """Vectors for the components of a situation, composed by the strategy's rule."""

    def __init__(
        self, *, embedder: Embedder, cache: EmbeddingCache, strategies: Strategies, clock: Clock, metrics: Metrics
    ) -> None:
        self._embedder = embedder
        self._cache = cache
        self._strategies = strategies
        self._clock = clock
        self._metrics = metrics
        self._fresh: list[CachedComponent] = []
        self._keeping: asyncio.Task[None] | None = None

    async def __call__(
        self, situation: Situation, strategy: Strategy, *, market: Component | None, in_full: bool
    ) -> Encoded:
        """Encode a situation.

        Args:
            situation: What is asked.
            strategy: Whose composition rule applies.
            market: The regime in words, where prices are known; left out where the strategy gives it no weight.
            in_full: Chunk what is longer than the encoder reads; otherwise only the first chunk of a text that the
                cache does not know is read, and `truncated` says so.

        Raises:
            StoreUnavailable, EmbedderUnavailable, Overloaded: see the ports.
        """
        timer = self._clock.monotonic_ms
        started = timer()
        components = _weighed(situation, strategy, market)
        vectors = dict(await self._cache.get(components))
        missing = list({c.id: c for c in components if c.id not in vectors}.values())
        self._metrics.components(hits=len(components) - len(missing), misses=len(missing))
        looked_up = timer()
        tokens, truncated, fresh = await self._embed(missing, situation.news, in_full=in_full)
        vectors.update({component.id: item for component, item, _ in fresh})
        embedded = timer()
        if missing:
            self._metrics.embedded(embedded - looked_up)
        parts = [Part(c.type.value, c.id, c.type.weight_name, vectors[c.id]) for c in components]
        composed, details = self._compose(parts, strategy)
        context = pooled(p for p in parts if p.weight_name == "context")
        complete = self._complete(fresh, situation)
        done = timer()
        return Encoded(
            composed=composed,
            news=vectors[situation.news.component.id],
            context=context,
            details=tuple(details),
            tokens=tokens,
            truncated=truncated,
            fresh=complete,
            steps_ms={
                "components": looked_up - started,
                "embed": embedded - looked_up,
                "compose": done - embedded,
            },
        )

    def _complete(
        self, fresh: Sequence[tuple[Component, Vector, int]], situation: Situation
    ) -> tuple[CachedComponent, ...]:
        """Leave out what was cut: the cache holds vectors of whole texts."""
        now = self._clock.now()
        return tuple(
            CachedComponent(
                component, vector, now, tokens=0, chunks=chunks, tags=situation.tags, location=situation.location
            )
            for component, vector, chunks in fresh
            if chunks > 0
        )

    async def _embed(
        self, missing: Sequence[Component], news: News, *, in_full: bool
    ) -> tuple[int, bool, list[tuple[Component, Vector, int]]]:
        """Embed texts; returns tokens, whether anything was cut, and (component, vector, chunks; 0 for a cut text)."""
        if not missing:
            return 0, False, []
        texts = [news.clean.text if c is news.component else _readable(c) for c in missing]
        heads = await self._embedder.embed(texts)
        tokens, truncated, found = 0, False, []
        for component, text, head in zip(missing, texts, heads, strict=True):
            tokens += head.tokens
            if not head.truncated:
                found.append((component, head.vector, 1))
            elif in_full:
                vector, chunks = await self.in_chunks(text)
                found.append((component, vector, chunks))
            else:
                truncated = True
                found.append((component, head.vector, 0))
        return tokens, truncated, found

    async def in_chunks(self, text: str) -> tuple[Vector, int]:
        """Embed a long text in overlapping chunks; returns the unit mean and their number."""
        # In a thread: the longest text takes 0.6 s, in which no other question would be served.
        split = partial(self._embedder.split, text, max_tokens=CHUNK_TOKENS, overlap=CHUNK_OVERLAP)
        chunks = (await asyncio.to_thread(split))[:MAX_CHUNKS]
        embedded: list[Embedding] = await self._embedder.embed(chunks)
        return normalise(np.mean(np.stack([e.vector for e in embedded]), axis=0, dtype=np.float32)), len(chunks)

    def _compose(self, parts: list[Part], strategy: Strategy) -> tuple[Vector, list[Detail]]:
        rule = strategy.composition
        if rule.method is CompositionMethod.WEIGHTED_SUM:
            return weighted_sum(parts, rule.weights), shares(parts, rule.weights)
        reduction = self._strategies.reduction(rule.pca or "")
        if reduction.model_tag != self._embedder.model.tag:
            raise ConfigurationError(
                f"reduction {reduction.name} was fitted for another embedding model than {self._embedder.model.label}"
            )
        return concat_pca(parts, rule.weights, reduction), shares(parts, rule.weights)

    async def news(self, text: str) -> Vector:
        """Return the vector of one piece of news; the next question about it finds it at hand.

        Raises:
            StoreUnavailable, EmbedderUnavailable, Overloaded: see the ports.
        """
        component = Component(ComponentType.NEWS, text)
        if (known := (await self._cache.get([component])).get(component.id)) is not None:
            return known
        started = self._clock.monotonic_ms()
        vector, chunks = await self.in_chunks(_readable(component))
        self._metrics.embedded(self._clock.monotonic_ms() - started)
        self._keep_later([CachedComponent(component, vector, self._clock.now(), chunks=chunks)])
        return vector

    async def keep(self, encoded: Encoded) -> None:
        """Put what was embedded in full into the cache, for its next use."""
        if encoded.fresh:
            await self._cache.put(encoded.fresh)

    def keep_soon(self, encoded: Encoded) -> None:
        """Do the same behind the answer: nobody waits, and an outage costs only another embedding.

        Gathered for a moment: a write that travels with a search makes it wait for the disk.
        """
        self._keep_later(encoded.fresh)

    def _keep_later(self, items: Sequence[CachedComponent]) -> None:
        self._cache.hold(items)
        self._fresh.extend(items)
        if self._fresh and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep_gathered())

    async def drain(self) -> None:
        """Wait until what was gathered is written."""
        if self._keeping is not None:
            await self._keeping

    async def _keep_gathered(self) -> None:
        while self._fresh:
            await asyncio.sleep(_GATHER_S)
            items, self._fresh = self._fresh, []
            with contextlib.suppress(Unavailable):
                await self._cache.put(items)


def _weighed(situation: Situation, strategy: Strategy, market: Component | None) -> list[Component]:
    """Add the market to the components, where the strategy gives it a weight."""
    components = list(situation.components)
    if market is not None and strategy.composition.weights.get("market"):
        components.append(market)
    return components


def _readable(component: Component) -> str:
    """Take boilerplate from news, whatever its part in the situation: one id must have one vector."""
    return (clean(component.text).text or component.text) if component.type.kind == "news" else component.text


def market_component(words: str) -> Component:
    """Make the component that says the market's regime."""
    return Component(ComponentType.MARKET, words)
