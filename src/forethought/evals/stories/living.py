"""Live through a file of articles with the real queue, archive and stories, in a namespace of its own; no analysts."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from forethought.adapters.redis.namespace import forget_abandoned, forget_namespace, namespace_of_its_own
from forethought.adapters.system.clock import VirtualClock
from forethought.application.analyse import MAX_INSTRUMENTS
from forethought.application.stories import LATER_COSINE, Stories
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.news import Article, RawArticle
from forethought.domain.similarity import Vector
from forethought.domain.story import NEAR_COSINE
from forethought.domain.text import clean, text_id
from forethought.settings import Settings

_PURPOSE = "stories"
_ABANDONED = timedelta(days=1)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Rule:
    """How stories are told apart in one replay."""

    window_h: float
    later_cosine: float = LATER_COSINE

    @property
    def name(self) -> str:
        """Name it for people."""
        alone = ", the panel's rule alone" if self.later_cosine <= NEAR_COSINE else ""
        return f"{self.window_h:g} h{alone}"


@dataclass(frozen=True, slots=True)
class Report:
    """An article after its headline was looked at."""

    sha: str
    """Of the headline as it was given, normalised."""
    text: str
    """The cleaned headline."""
    vector: Vector = field(repr=False)  # of a long task's result asyncio makes a text
    at: datetime
    """When it was published."""
    stories: dict[str, str]
    """Ids of the stories that it tells, by instrument."""


@dataclass
class Life:
    """What one replay found; whole at any moment."""

    rule: Rule
    read: int = 0
    duplicates: int = 0
    """The same report under the same id."""
    same_words: int = 0
    """Headline and body of an earlier article under another id."""
    refused: Counter[str] = field(default_factory=Counter)
    no_instrument: int = 0
    round_ups: int = 0
    reports: list[Report] = field(default_factory=list)
    embed_ms: list[float] = field(default_factory=list)
    queue_ms: list[float] = field(default_factory=list)
    """Normalise and queue, a batch's time shared by its articles."""
    story_ms: list[float] = field(default_factory=list)
    """File the article and find its stories, the encoder's time apart."""
    embedder: str = ""


Vectors = dict[str, Vector]


async def live(
    settings: Settings,
    raws: Sequence[RawArticle],
    rule: Rule,
    *,
    watch: frozenset[str] = frozenset(),
    vectors: Vectors | None = None,
    swap: Replacements | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Life:
    """Take all articles in, in order, and find the story of each; nothing is left in the store.

    Args:
        settings: As the service has them.
        raws: In the order of time.
        rule: How stories are told apart.
        watch: Only about these instruments; empty for all.
        vectors: Of cleaned headlines that are known from a replay before; what is new is added.
        swap: Parts of one's own; namespace and clock are the replay's.
        advance: Told how many articles were worked, for a progress bar.

    Raises:
        ConfigurationError, StoreUnavailable: see `bootstrap.running`.
    """
    clock = VirtualClock(raws[0].received_at)
    parts = replace(swap or Replacements(), namespace=namespace_of_its_own(_PURPOSE), clock=clock)
    async with running(settings, replace=parts) as service:
        await forget_abandoned(service.store, _PURPOSE, older_than=_ABANDONED)
        walk = _Walk(
            service, Life(rule, embedder=service.embedder.model.label), watch, {} if vectors is None else vectors
        )
        try:
            for start in range(0, len(raws), _BATCH):
                batch = raws[start : start + _BATCH]
                clock.time = batch[-1].received_at
                await walk.take(batch)
                advance(len(batch))
        finally:
            await service.drain()
            await forget_namespace(service.store, service.keys)
    return walk.life


class _Walk:
    """One replay under way."""

    def __init__(self, service: Service, life: Life, watch: frozenset[str], vectors: Vectors) -> None:
        self.life = life
        self._service = service
        self._room = service.newsroom
        self._watch = watch
        self._vectors = vectors
        self._said: set[str] = set()
        self._stories = Stories(
            service.newsroom.archive,
            service.parts.identifiers,
            window=timedelta(hours=life.rule.window_h),
            later_cosine=life.rule.later_cosine,
        )

    async def take(self, batch: Sequence[RawArticle]) -> None:
        """Queue a batch, and work what of it was new."""
        life, begun = self.life, time.perf_counter()
        done = await self._room.ingest(batch)
        life.queue_ms.append((time.perf_counter() - begun) * 1000 / len(batch))
        life.read += len(batch)
        life.duplicates += done.duplicates
        life.refused.update(each.code for each in done.refused)
        while deliveries := await self._room.queue.take(_PURPOSE, count=_BATCH, wait_s=0, stale_s=60):
            for delivery in deliveries:
                await self._work(delivery.article)
            await self._room.queue.done(deliveries)

    async def _work(self, article: Article) -> None:
        """Do what `Analyse` does up to the question: it is tested that both find the same."""
        life, text = self.life, clean(article.headline).text
        life.same_words += article.body_sha in self._said
        self._said.add(article.body_sha)
        tickers = list(dict.fromkeys(each.symbol for each in article.tickers))
        watched = [each for each in tickers if not self._watch or each in self._watch]
        is_told = bool(watched) and len(tickers) <= MAX_INSTRUMENTS
        vector = await self._vector(text) if is_told else None
        begun = time.perf_counter()
        await self._room.archive.file(article)
        if vector is None:
            life.no_instrument += len(tickers) <= MAX_INSTRUMENTS
            life.round_ups += len(tickers) > MAX_INSTRUMENTS
            return
        stories = {asset: (await self._stories(article, asset, vector)).story_id for asset in watched}
        life.story_ms.append((time.perf_counter() - begun) * 1000)
        life.reports.append(Report(text_id(article.headline), text, vector, article.published_at, stories))

    async def _vector(self, text: str) -> Vector:
        if (known := self._vectors.get(text)) is not None:
            return known
        begun = time.perf_counter()
        (made,) = await self._service.embedder.embed([text])
        self.life.embed_ms.append((time.perf_counter() - begun) * 1000)
        self._vectors[text] = made.vector
        return made.vector
