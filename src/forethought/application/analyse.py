"""Work one article: undo what it corrects, find its story, have it thought through once, keep its text at hand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from forethought.application.cascade import Cascade
from forethought.application.components import Components, NewComponent
from forethought.application.decide import Decide
from forethought.application.parts import Parts
from forethought.application.ports.archive import Archive
from forethought.application.question import Question
from forethought.application.revoke import Revoke
from forethought.application.stories import Stories
from forethought.domain.decision import AgentsMode
from forethought.domain.news import Article, Kind
from forethought.domain.situation import ComponentType
from forethought.domain.text import clean

MAX_INSTRUMENTS = 3
"""Of one report. What names more is a round-up: it is about none of them in particular."""
DETAIL_CHARS = 4_000
"""Of a body that analysts are shown."""
_DEADLINE_MS = 2_000
"""Nobody waits; a slow encoder must not turn a question into an interim answer."""
_ROOM = {1: 1.0, 2: 0.9, 3: 0.7, 4: 0.5, 5: 0.3}
"""Share of the panel's queue that reports of an urgency may fill: flashes are shed last."""
_DEPTH_AGE_MS = 250.0

Chunk = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Beat:
    """What is worth thinking about."""

    strategies: tuple[str, ...]
    """For which the panel is asked."""
    watch: frozenset[str]
    """Instruments; empty for all."""
    queue_limit: int
    """Questions that may wait for the panel because of news; callers' own go before them."""

    def watched(self, article: Article) -> list[str]:
        """Return the instruments of an article that are worth thinking about, in its order."""
        named = dict.fromkeys(each.symbol for each in article.tickers)
        return [symbol for symbol in named if not self.watch or symbol in self.watch]


class Analyse:
    """What an intake worker does with an article. Doing it again changes nothing but who is asked once more."""

    def __init__(
        self,
        parts: Parts,
        archive: Archive,
        *,
        decide: Decide,
        revoke: Revoke,
        stories: Stories,
        chunk: Chunk,
        beat: Beat,
    ) -> None:
        self._parts = parts
        self._archive = archive
        self._decide = decide
        self._revoke = revoke
        self._stories = stories
        self._cascade = Cascade(parts, archive, revoke)
        self._components = Components(parts)
        self._chunk = chunk
        self._beat = beat
        self._depth: tuple[float, int] = (float("-inf"), 0)

    async def __call__(self, article: Article, *, again: bool = False, busy: bool = False) -> None:
        """Work an article, and count what became of it.

        Args:
            article: As it was queued.
            again: It was worked on before, and its worker did not finish.
            busy: Too much waits for its body to be embedded, too.

        Raises:
            StoreUnavailable, EmbedderUnavailable, Overloaded: it has to come again.
        """
        if article.kind is not Kind.NEWS:
            undone = await self._cascade(article)
            await self._think_again(undone.standing)
        filed = await self._archive.file(article)
        if article.kind is Kind.RETRACTION:
            self._count("retracted")
            return
        if filed.retracted or filed.article.version != article.version:
            self._count("stale")
            return
        watched = self._beat.watched(article)
        if len({each.symbol for each in article.tickers}) > MAX_INSTRUMENTS:
            self._count("round_up")
            return
        if not watched:
            self._count("no_instrument")
            return
        stories = await asyncio.gather(*(self._about(article, asset, again=again) for asset in watched))
        if any(stories) and article.body:
            await self._keep_text(article, busy=busy)

    async def _about(self, article: Article, asset: str, *, again: bool) -> bool:
        """Find the story about one instrument; tell whether it is a new one."""
        told = await self._stories(article, asset, await self._parts.encode.news(clean(article.headline).text))
        is_new = told.is_new or article.kind is Kind.CORRECTION
        if not is_new and again:
            timeline = await self._archive.timeline(told.story_id)
            is_new = bool(timeline) and timeline[0].article_id == article.id
        if not is_new:
            self._count("same_story")
            return False
        for strategy in self._beat.strategies:
            await self._ask(article, asset, strategy)
        return True

    async def _ask(self, article: Article, asset: str, strategy: str) -> None:
        if await self._is_full(article.urgency):
            self._count("shed")
            return
        question = Question(
            text=article.headline,
            asset=asset,
            strategy=strategy,
            agents=AgentsMode.BACKGROUND,
            deadline_ms=_DEADLINE_MS,
            provider=article.provider,
            detail=article.body[:DETAIL_CHARS],
        )
        answer = await self._decide(question)
        decision_id = str(answer["decision_id"])
        await self._archive.decided(article.id, decision_id)
        self._count(_outcome(answer))
        stands = await self._archive.find(article.id)
        if stands is not None and (stands.retracted or stands.article.version != article.version):
            # It was corrected while it was being asked about: whoever corrected it did not see this decision.
            await self._parts.answers.drain()
            await self._revoke(decision_id, reason=f"{article.id} was corrected meanwhile")

    async def _think_again(self, reports: Sequence[str]) -> None:
        """Ask about the earliest report that still stands, now that what was thought of the story is gone."""
        for each in reports:
            filed = await self._archive.find(each)
            if filed is None or filed.retracted:
                continue
            for asset in self._beat.watched(filed.article):
                for strategy in self._beat.strategies:
                    await self._ask(filed.article, asset, strategy)
            return

    async def _is_full(self, urgency: int) -> bool:
        now_ms = self._parts.clock.monotonic_ms()
        at_ms, depth = self._depth
        if now_ms - at_ms > _DEPTH_AGE_MS:
            depth = (await self._parts.tasks.depths()).background
        self._depth = (now_ms if now_ms - at_ms > _DEPTH_AGE_MS else at_ms, depth + 1)
        return depth >= self._beat.queue_limit * _ROOM.get(urgency, _ROOM[3])

    async def _keep_text(self, article: Article, *, busy: bool) -> None:
        if busy:
            self._count("text_shed")
            return
        tags = tuple(each.symbol for each in article.tickers)
        meta = {"article": article.id, "version": article.version, "published_at": article.published_at.isoformat()}
        chunks = [NewComponent(each, ComponentType.NEWS, tags, article.provider, meta) for each in self._text(article)]
        await self._components.put(chunks)

    def _text(self, article: Article) -> Sequence[str]:
        return [each for each in self._chunk(article.body) if clean(each).text]

    def _count(self, outcome: str) -> None:
        self._parts.metrics.news_analysed(outcome)


def _outcome(answer: dict[str, Any]) -> str:
    if answer["cache"]["hit"]:
        return "known"
    return "asked" if answer["upgrade"]["pending"] else "unanswered"
