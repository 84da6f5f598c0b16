"""Take articles in: normalise them, drop what came before, and queue the rest, durably."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from forethought.application.ports.metrics import Metrics
from forethought.application.ports.news_queue import Arrival, NewsQueue
from forethought.domain.news import Article, RawArticle, Refused

Normalise = Callable[[Sequence[RawArticle]], tuple[list[Article], list[Refused]]]
"""`domain/news/normalise` with its gazetteer and its languages."""
REFUSED = "refused"
_PUSHED = "pushed"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a batch: every item is one of the three."""

    new: int = 0
    duplicates: int = 0
    refused: Sequence[Refused] = field(default=())


class Ingest:
    """The use case behind `POST /news` and behind every poll."""

    def __init__(self, queue: NewsQueue, normalise: Normalise, metrics: Metrics, *, known: frozenset[str]) -> None:
        """Take the parts.

        Args:
            queue: Where articles wait.
            normalise: See there.
            metrics: Counts by provider; whoever is not `known` is counted as `pushed`, so that labels stay bounded.
            known: The providers of the configuration.
        """
        self._queue = queue
        self._normalise = normalise
        self._metrics = metrics
        self._known = known

    async def __call__(self, items: Sequence[RawArticle], refused: Sequence[Refused] = ()) -> Ingested:
        """Take a batch in; when this returns, what is new is on disk.

        Args:
            items: In any order, from any provider.
            refused: What the connector could not read; kept and counted with the rest.

        Raises:
            StoreUnavailable: a part may be in; the same batch again adds what is missing and nothing twice.
        """
        articles, unusable = self._normalise(items)
        unusable = [*refused, *unusable]
        arrivals = await self._queue.put(articles) if articles else []
        if unusable:
            await self._queue.refuse(unusable)
        counts = Counter((article.provider, arrival.value) for article, arrival in zip(articles, arrivals, strict=True))
        counts.update((each.provider, REFUSED) for each in unusable)
        for (provider, outcome), count in counts.items():
            name = provider if provider in self._known else _PUSHED
            self._metrics.news_items(provider=name, outcome=outcome, count=count)
        new = sum(arrival is Arrival.NEW for arrival in arrivals)
        return Ingested(new, len(arrivals) - new, unusable)
