"""Ask every provider for news, each at its own pace."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from forethought.application.ingest import Ingest
from forethought.application.ports.clock import Clock
from forethought.application.ports.news_provider import Configured, Fetched, NewsProvider, ProviderUnavailable
from forethought.application.ports.news_queue import NewsQueue
from forethought.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_LONGEST_WAIT_S = 900.0
_STORE_AWAY_S = 1.0
_LEASE_S = 5.0
"""How long a provider is left alone when the process that asked it has died, at least."""


@dataclass
class Feed:
    """How one provider stands, for people."""

    name: str
    off: str | None
    options: tuple[str, ...] = ()
    polled_at: datetime | None = None
    new: int = 0
    duplicates: int = 0
    refused: int = 0
    failures: int = 0
    """In a row."""
    problem: str | None = None
    """Why the last poll brought nothing."""
    elsewhere: bool = False
    """Another process asks this provider."""


class Poll:
    """One loop a provider, in one process of all. A cursor moves only when what lies before it is on disk."""

    def __init__(
        self, configured: Sequence[Configured], ingest: Ingest, queue: NewsQueue, clock: Clock, *, owner: str
    ) -> None:
        self._configured = [each for each in configured if each.provider is not None]
        self._ingest = ingest
        self._queue = queue
        self._clock = clock
        self._owner = owner
        self.feeds = {each.name: Feed(each.name, each.off, each.options) for each in configured}

    async def run(self) -> None:
        """Poll until cancelled; then let go of connections."""
        try:
            async with asyncio.TaskGroup() as group:
                for each in self._configured:
                    if each.provider is not None:
                        group.create_task(self._loop(each, each.provider), name=f"poll-{each.name}")
        finally:
            for each in self._configured:
                if each.provider is not None:
                    await each.provider.close()

    async def _loop(self, configured: Configured, provider: NewsProvider) -> None:
        feed = self.feeds[configured.name]
        while True:
            try:
                lease_s = max(_LEASE_S, 2 * configured.every_s)
                feed.elsewhere = not await self._queue.lead(feed.name, owner=self._owner, for_s=lease_s)
                more = not feed.elsewhere and await self.once(provider)
            except ProviderUnavailable as error:
                feed.failures += 1
                feed.problem = str(error)
                wait_s = error.retry_after_s or configured.every_s * 2 ** min(feed.failures, 10)
                log.warning("news.unavailable", provider=feed.name, reason=feed.problem, failures=feed.failures)
                await asyncio.sleep(min(max(wait_s, configured.every_s), _LONGEST_WAIT_S))
            except StoreUnavailable as error:
                log.warning("news.no_store", provider=feed.name, reason=str(error))
                await asyncio.sleep(_STORE_AWAY_S)
            except Exception as error:  # the edge of the loop: one feed must not end the others
                feed.failures += 1
                feed.problem = f"defect: {type(error).__name__}"
                log.exception("news.defect", provider=feed.name)
                await asyncio.sleep(configured.every_s)
            else:
                feed.failures, feed.problem = 0, None
                if not more:
                    await asyncio.sleep(configured.every_s)

    async def once(self, provider: NewsProvider) -> bool:
        """Fetch one page and take it in; tell whether the next one is there already.

        Raises:
            ProviderUnavailable: see the port.
            StoreUnavailable: the page comes again.
        """
        fetched: Fetched = await provider.fetch(await self._queue.cursor(provider.name))
        done = await self._ingest(fetched.items, fetched.refused)
        await self._queue.advance(provider.name, fetched.cursor)
        feed = self.feeds[provider.name]
        feed.polled_at = self._clock.now()
        feed.new += done.new
        feed.duplicates += done.duplicates
        feed.refused += len(done.refused)
        return fetched.more
