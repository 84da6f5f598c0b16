"""Alpha Vantage's NEWS_SENTIMENT.

Documented at alphavantage.co/documentation: `function=NEWS_SENTIMENT` with `tickers`, `topics`, `time_from` as
YYYYMMDDTHHMM, `sort`, `limit` up to 1,000, the key in the query, and the fields of the feed. Seen by everybody who uses
it, though not documented: errors come with status 200 as `Information`, `Note` or `Error Message`, scores of tickers as
texts. Not said anywhere that we know: in which zone `time_published` is. So it must be configured, and the packaged
configuration says UTC, in sight of everybody.

There are neither ids nor versions: the address names an article, its words the version. That words were changed is not
said: an article that comes with other words than before, within the hour in which it is read again, is a correction.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from forethought.adapters.newswire._cursor import digest
from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rest import (
    LATE,
    Item,
    RestProvider,
    Unusable,
    latest,
    read_cursor,
    read_time,
    write_cursor,
)
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Licence, RawArticle

PAGE: Final = 1_000
FIRST_PAGE: Final = 200
RELEVANT: Final = 0.1
"""An article that mentions a ticker with less than this of `relevance_score` (0 to 1) is not about it; ours."""

_MINUTE = timedelta(minutes=1)
_MINUTE_S = 60.0
_DAY_IS_SPENT_S = 3_600.0
_ERRORS = ("Information", "Note", "Error Message")


class AlphaVantageProvider(RestProvider):
    """One search, oldest first after the first page."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        key: str,
        zone: ZoneInfo | None,
        filters: Mapping[str, str] | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            name: Becomes `RawArticle.provider`.
            fetcher: Of this connector.
            base_url: `https://www.alphavantage.co`.
            key: For the query; the documentation knows no header.
            zone: Of `time_published`; without it every item is refused.
            filters: `tickers` and `topics` as documented.
            licence: Of all articles.
            language: Of all articles.
        """
        super().__init__(name, fetcher, base_url, zone=zone, licence=licence, language=language)
        self._params = {"function": "NEWS_SENTIMENT", "apikey": key} | dict(filters or {})

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read the next page; see the port.

        More than 1,000 articles of one minute cannot be told apart by `time_from`: the rest of them are passed by.
        """
        place = read_cursor(cursor)
        since, newest = read_time(place.get("since")), read_time(place.get("newest"))
        limit = FIRST_PAGE if since is None else PAGE
        search = {"sort": "LATEST"} if since is None else {"sort": "EARLIEST", "time_from": self._minute(since)}
        reply = await self._fetcher.get(f"{self._base_url}/query", params=self._params | search | {"limit": str(limit)})
        answer = self.document(reply)
        if self._nothing(answer):
            return Fetched([], [], cursor or write_cursor())
        items, refused = self.understand(answer, "feed", self._article, id_name="url")
        items, seen = self.corrected(items, place.get("seen"))
        reached = latest(*(item.published_at for item in items))
        newest = latest(newest, reached)
        if newest is None:
            return Fetched(items, refused, cursor or write_cursor())
        if since is not None and len(items) + len(refused) >= PAGE:
            onward = max(reached or since, since + _MINUTE)
            return Fetched(items, refused, write_cursor(since=onward, newest=newest, seen=seen), more=True)
        return Fetched(items, refused, write_cursor(since=newest - LATE, newest=newest, seen=seen))

    def _minute(self, moment: datetime) -> str:
        return moment.astimezone(self._zone or UTC).strftime("%Y%m%dT%H%M")

    def _nothing(self, answer: Item) -> bool:
        """Tell whether nothing was found; raise `ProviderUnavailable` for what is an error."""
        name = next((name for name in _ERRORS if name in answer.values), None)
        if name is None:
            return False
        # The text is looked at and not repeated: it quotes the key.
        text = str(answer.values[name])[:1_000].lower()
        if text.startswith("no articles found"):
            return True
        if name == "Error Message":
            raise ProviderUnavailable(f"{self.name}: the request is not understood (Error Message)")
        wait_s = _DAY_IS_SPENT_S if "per day" in text else _MINUTE_S
        raise ProviderUnavailable(f"{self.name}: asks us to wait, or refuses our key ({name})", retry_after_s=wait_s)

    def _article(self, item: Item, received_at: datetime) -> RawArticle:
        url, title, body = (item.text(name) for name in ("url", "title", "summary"))
        named = [(of.text("ticker"), _score(of)) for of in item.parts("ticker_sentiment")]
        return RawArticle(
            provider=self.name,
            native_id=url or None,
            headline=title,
            published_at=item.moment("time_published", self._zone),
            received_at=received_at,
            version=digest(title, body),
            body=body,
            language=self._language,
            tickers=tuple(ticker for ticker, score in named if score >= RELEVANT),
            topics=tuple(of.text("topic") for of in item.parts("topics")),
            url=url or None,
            licence=self._licence,
        )


def _score(of: Item) -> float:
    try:
        score = float(of.text("relevance_score")[:32])
    except ValueError:
        score = math.nan
    if not 0 <= score <= 1:
        raise Unusable("bad_item", "relevance_score is no number from 0 to 1")
    return score
