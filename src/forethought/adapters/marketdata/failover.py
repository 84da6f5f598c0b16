"""Several sources of prices as one: the first that answers."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from cachetools import TLRUCache

from forethought.application.ports.prices import Interval, PriceBatch, PriceSource, SourceUnavailable

_log = structlog.get_logger(__name__)

_REMEMBERED = 8_192
_LONGEST_S = 86_400.0


class Failover:
    """Implements `PriceSource` over others; `PriceBatch.source` says who answered.

    A source that has failed for a ticker is not asked about it again for a while, and one that asks us to wait is asked
    nothing so long. An empty answer is an answer: nobody traded.

    Args:
        sources: In the order in which they are asked.
        pause_s: How long a failure is remembered where the source does not say.
        timer: Seconds from an arbitrary start.
    """

    def __init__(
        self, sources: Sequence[PriceSource], *, pause_s: float = 60.0, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._sources = tuple(sources)
        self._pause_s = pause_s
        self._timer = timer
        self._resting: TLRUCache[tuple[str, str | None], float] = TLRUCache(
            _REMEMBERED, ttu=lambda _, until, __: until, timer=timer
        )

    @property
    def name(self) -> str:
        """Name all of them, in order."""
        return ">".join(source.name for source in self._sources)

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        """See the port.

        Raises:
            SourceUnavailable: nobody answers; it says when the first of them will be asked again.
        """
        reasons: list[str] = []
        for source in self._sources:
            if self._rests_until(source, ticker) is not None:
                reasons.append(f"{source.name}: left alone after a failure")
                continue
            try:
                return await source.bars(ticker, interval, start=start, end=end)
            except SourceUnavailable as error:
                self._rest(source, ticker, error)
                reasons.append(str(error))
        again = [until for source in self._sources if (until := self._rests_until(source, ticker)) is not None]
        retry_after_s = max(0.0, min(again) - self._timer()) if again else None
        raise SourceUnavailable("; ".join(reasons) or "no source of prices is set", retry_after_s=retry_after_s)

    async def close(self) -> None:
        """Close all of them."""
        for source in self._sources:
            await source.close()

    def _rests_until(self, source: PriceSource, ticker: str) -> float | None:
        found = [until for key in (None, ticker) if (until := self._resting.get((source.name, key))) is not None]
        return max(found, default=None)

    def _rest(self, source: PriceSource, ticker: str, error: SourceUnavailable) -> None:
        asked_to = error.retry_after_s is not None
        pause_s = min(error.retry_after_s or self._pause_s, _LONGEST_S)
        self._resting[source.name, None if asked_to else ticker] = self._timer() + pause_s
        _log.warning("prices.source_failed", source=source.name, ticker=ticker, reason=str(error), pause_s=pause_s)
