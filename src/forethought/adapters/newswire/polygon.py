"""Polygon's, now Massive's, ticker news.

Documented at polygon.io/docs: `GET /v2/reference/news` with `published_utc.gte`, `order`, `sort` and `limit` up to
1,000, the key as a bearer token, RFC 3339 times in UTC, `next_url` while there is more, and `X:BTCUSD` for crypto.
`insights` hold somebody else's sentiment: it would reach the analysts as if it were news, so it is not read.

There are no versions: the words are one. That they were changed is not said: an article that comes with other words
than before, within the hour in which it is read again, is a correction.
"""

from datetime import datetime
from typing import Final

import structlog

from forethought.adapters.newswire._cursor import digest
from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rest import (
    LATE,
    Item,
    RestProvider,
    forgotten,
    latest,
    read_cursor,
    read_time,
    write_cursor,
)
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Licence, RawArticle

PAGE: Final = 1_000
FIRST_PAGE: Final = 100

log = structlog.get_logger(__name__)


class PolygonProvider(RestProvider):
    """One search, oldest first after the first page."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        key: str,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = "en",
    ) -> None:
        """Ask nothing yet; `licence` and `language` are of all articles."""
        super().__init__(name, fetcher, base_url, licence=licence, language=language)
        self._headers = {"Authorization": f"Bearer {key}"}

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read the next page; see the port."""
        place = read_cursor(cursor)
        since, newest, seen = read_time(place.get("since")), read_time(place.get("newest")), place.get("seen")
        page = self.kept_link(place.get("next"))
        try:
            answer = await self._page(since, page)
        except ProviderUnavailable as error:
            if page is None or not forgotten(error):
                raise
            log.warning("news.cursor_forgotten", provider=self.name)
            return Fetched([], [], write_cursor(since=place.get("since"), seen=seen), more=True)
        if answer.values.get("status") not in {"OK", "DELAYED", None}:
            raise ProviderUnavailable(f"{self.name}: the answer is an error")
        items, refused = self.understand(answer, "results", self._article, id_name="id")
        items, seen = self.corrected(items, seen)
        newest = latest(newest, *(item.published_at for item in items))
        following = self.field(answer, "next_url")
        if since is None or not following:
            return Fetched(items, refused, write_cursor(since=since if newest is None else newest - LATE, seen=seen))
        following = self.link(following)
        kept = write_cursor(since=since, newest=newest, next=following, seen=seen)
        return Fetched(items, refused, kept, more=following != page)

    async def _page(self, since: datetime | None, page: str | None) -> Item:
        if page is not None:
            return self.document(await self._fetcher.get(page, headers=self._headers))
        order, limit = ("desc", FIRST_PAGE) if since is None else ("asc", PAGE)
        params = {"sort": "published_utc", "order": order, "limit": str(limit)}
        if since is not None:
            params["published_utc.gte"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"{self._base_url}/v2/reference/news"
        return self.document(await self._fetcher.get(url, params=params, headers=self._headers))

    def _article(self, item: Item, received_at: datetime) -> RawArticle:
        title, body = item.text("title"), item.text("description")
        return RawArticle(
            provider=self.name,
            native_id=item.text("id") or None,
            headline=title,
            published_at=item.moment("published_utc", self._zone),
            received_at=received_at,
            version=digest(title, body),
            body=body,
            language=self._language,
            tickers=tuple(item.texts("tickers")),
            topics=tuple(item.texts("keywords")),
            url=item.text("article_url") or None,
            licence=self._licence,
        )
