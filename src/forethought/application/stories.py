"""Which reports of the last day tell the same story, across providers and restarts."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

from forethought.application.assess import facts_of
from forethought.application.ports.archive import Archive, StoryHead, Telling
from forethought.application.ports.identifiers import Identifiers
from forethought.domain.news import Article
from forethought.domain.similarity import Vector, cosine
from forethought.domain.story import NEAR_COSINE, joins
from forethought.domain.text import clean

LOOKED_AT = 8
"""Nearest stories that are compared by their facts."""
AT_ONCE = timedelta(minutes=5)
"""So soon after a story began the panel's rule stands as it is: it was made for reports of one moment."""
LATER_COSINE = 0.7
"""Afterwards a report has to be nearer than `NEAR_COSINE`; what for is measured in docs/reference/stories.md."""


@dataclass(frozen=True, slots=True)
class Told:
    """Where a report belongs."""

    story_id: str
    is_new: bool


class Stories:
    """The panel's rule for one event told in other words (`domain/story`), over a longer window and stricter in it.

    Within one process reports on one instrument take turns. Two processes may begin the same story at once; that costs
    a second question, which the panel's own single flight joins.
    """

    def __init__(
        self,
        archive: Archive,
        identifiers: Identifiers,
        *,
        window: timedelta,
        later_cosine: float = LATER_COSINE,
    ) -> None:
        """Take the parts.

        Args:
            archive: Where stories are kept.
            identifiers: Name new stories.
            window: How long a story may be joined after it began.
            later_cosine: From which a report may join later than `AT_ONCE`.
        """
        self._archive = archive
        self._identifiers = identifiers
        self._window = window
        self._later_cosine = later_cosine
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, article: Article, asset: str, vector: Vector) -> Told:
        """Add a report to the story that it tells, or begin one.

        Args:
            article: The report.
            asset: The instrument that the story is about.
            vector: Of the cleaned headline.

        Raises:
            StoreUnavailable: the store does not answer; telling again changes nothing.
        """
        text = clean(article.headline).text
        telling = Telling(article.id, article.provider, article.headline, article.received_at, "told")
        turn = self._turns.setdefault(asset, asyncio.Lock())
        async with turn:
            found = await self._find(text, asset, vector, article)
            if found is not None:
                await self._archive.tell(found.story_id, telling, text=text)
                return Told(found.story_id, is_new=False)
            head = StoryHead(self._identifiers.new(), asset, text, vector, article.received_at)
            await self._archive.begin(head, telling)
            return Told(head.story_id, is_new=True)

    async def _find(self, text: str, asset: str, vector: Vector, article: Article) -> StoryHead | None:
        since = article.received_at - self._window
        heads = await self._archive.near(asset, vector, since=since, count=LOOKED_AT)
        for head in heads:
            similarity = cosine(vector, head.vector)
            if similarity < NEAR_COSINE:
                return None  # the nearest come first
            if text == head.text or text in head.wordings:
                return head
            if similarity < self._later_cosine and abs(article.received_at - head.begun_at) > AT_ONCE:
                continue  # what comes later is likelier to be another event of the same kind
            wordings = (head.text, *head.wordings)
            facts = [facts_of(each, asset) for each in wordings]
            if joins(facts_of(text, asset), facts, [similarity, *(None for _ in head.wordings)]):
                return head
        return None
