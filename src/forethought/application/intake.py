"""The loop that works on the queue of articles."""

import asyncio
from collections.abc import Sequence

import structlog

from forethought.application.analyse import Analyse
from forethought.application.ports.clock import Clock
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.news_queue import Delivery, NewsQueue
from forethought.domain.errors import InvalidInput, StoreUnavailable, Unavailable
from forethought.domain.news import Article

log = structlog.get_logger(__name__)

BATCH = 32
ATTEMPTS = 3
STALE_S = 30.0
"""An article that a worker has held for so long is taken from it."""
BUSY = 200
"""Articles that wait from which on bodies are no longer embedded: a body costs ten headlines."""
_WAIT_S = 1.0
_PAUSE_S = 0.5


class Intake:
    """Takes a batch, works it, drops it. Reports of one item follow one another; the others go side by side."""

    def __init__(
        self, queue: NewsQueue, analyse: Analyse, *, name: str, clock: Clock, metrics: Metrics, at_once: int
    ) -> None:
        self._queue = queue
        self._analyse = analyse
        self._name = name
        self._clock = clock
        self._metrics = metrics
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.once(wait_s=_WAIT_S)
            except StoreUnavailable as error:
                log.warning("intake.no_store", reason=str(error))
                await asyncio.sleep(_PAUSE_S)
            except Exception:  # the edge of the loop: what the queue holds must not end the intake
                log.exception("intake.defect")
                await asyncio.sleep(_PAUSE_S)

    async def once(self, *, wait_s: float = 0.0) -> int:
        """Work one batch; return how many articles it had.

        Raises:
            StoreUnavailable: what was not finished comes again.
        """
        batch = await self._queue.take(self._name, count=BATCH, wait_s=wait_s, stale_s=STALE_S)
        backlog = await self._queue.backlog()
        self._waiting = backlog.waiting
        self._metrics.news_backlog(
            waiting=backlog.waiting, in_work=backlog.in_work, dead=backlog.dead, oldest_s=backlog.oldest_s
        )
        if not batch:
            return 0
        lines: dict[str, list[Delivery]] = {}
        for delivery in batch:
            lines.setdefault(delivery.article.target, []).append(delivery)
        finished = await asyncio.gather(*(self._line(each) for each in lines.values()))
        await self._queue.done([delivery for line in finished for delivery in line])
        return len(batch)

    async def _line(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Work the reports of one item in order; return those that are finished."""
        finished = []
        for delivery in deliveries:
            async with self._places:
                if not await self._one(delivery):
                    break
            self._time(delivery.article)
            finished.append(delivery)
        return finished

    async def _one(self, delivery: Delivery) -> bool:
        article = delivery.article
        try:
            await self._analyse(article, again=delivery.attempt > 1, busy=self._waiting > BUSY)
        except Unavailable as error:  # it comes again, however often: the fault is not its own
            log.warning("intake.left", report=article.id, reason=str(error), attempt=delivery.attempt)
            return False
        except InvalidInput as error:
            await self._queue.bury(delivery, code=error.code, detail=str(error))
        except Exception as error:  # the edge: one article must not hold up the others
            log.exception("intake.defect", report=article.id, attempt=delivery.attempt)
            if delivery.attempt < ATTEMPTS:
                return False
            await self._queue.bury(delivery, code="defect", detail=type(error).__name__)
        return True

    def _time(self, article: Article) -> None:
        self._metrics.news_lag((self._clock.now() - article.received_at).total_seconds())
