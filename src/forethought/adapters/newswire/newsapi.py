"""NewsAPI: `/v2/everything` for a query, or `/v2/top-headlines`.

Documented at newsapi.org/docs: the header `X-Api-Key`, the newest first, times in UTC with a Z, at most 100 articles a
page, errors as `{"status": "error", "code", "message"}`; on the free plan articles come 24 hours late and at most 100
a search can be read. From memory: articles that were taken down have the title `[Removed]`.

There are neither ids nor versions: the address names an article, its words the version. That words were changed is not
said: an article that comes with other words than before, within the hour in which it is read again, is a correction.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Literal

import structlog

from forethought.adapters.newswire._cursor import digest
from forethought.adapters.newswire.http import BadStatus, Fetcher
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
from forethought.domain.news import Kind, Licence, RawArticle

PAGE: Final = 100

log = structlog.get_logger(__name__)

_SECOND = timedelta(seconds=1)
_BEYOND_THE_PLAN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UPGRADE_REQUIRED})
_REMOVED = "[Removed]"
_NOWHERE = "https://removed.com"


class NewsApiProvider(RestProvider):
    """One search.

    The newest come first, so a sweep goes back from now to where the last sweep began, by time and not by page number:
    what arrives meanwhile shifts no page, and the free plan's end after 100 articles is not met.
    """

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        key: str,
        endpoint: Literal["everything", "top-headlines"] = "everything",
        query: str | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = "en",
    ) -> None:
        """Ask nothing yet; `query` is in NewsAPI's syntax, `licence` and `language` are of all articles."""
        super().__init__(name, fetcher, base_url, licence=licence, language=language)
        self._headers = {"X-Api-Key": key}
        self._url = f"{self._base_url}/v2/{endpoint}"
        self._dated = endpoint == "everything"  # top headlines cannot be asked by time
        self._params = {"pageSize": str(PAGE)} | ({} if query is None else {"q": query})
        if self._dated:
            self._params |= {"sortBy": "publishedAt"} | ({} if language is None else {"language": language})

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read the next page; see the port."""
        place = read_cursor(cursor)
        since, until, newest = (read_time(place.get(name)) for name in ("since", "until", "newest"))
        seen = place.get("seen")
        page = int(place["page"]) if until and place.get("page", "").isdecimal() else 1
        window = {name: _iso(moment) for name, moment in (("from", since), ("to", until)) if moment and self._dated}
        params = self._params | window | {"page": str(page)}
        try:
            answer = self.document(await self._fetcher.get(self._url, params=params, headers=self._headers))
        except BadStatus as error:
            if since is None or error.status not in _BEYOND_THE_PLAN:
                raise
            log.warning("news.cursor_forgotten", provider=self.name)
            # Either a month has passed since, or one second has more articles than the plan shows.
            before = {"since": since, "newest": newest, "until": until - _SECOND} if until and page > 1 else {}
            return Fetched([], [], write_cursor(**before, seen=seen), more=True)
        self._check(answer)
        items, refused = self.understand(answer, "articles", self._article, id_name="url")
        items, seen = self.corrected(items, seen)
        times = [at for item in items if (at := item.published_at) is not None and at.tzinfo is not None]
        newest = latest(newest, *times)
        if since is None or not self._dated or not self._further(answer, len(items) + len(refused), page):
            return Fetched(items, refused, write_cursor(since=since if newest is None else newest - LATE, seen=seen))
        oldest = min((at for at in times if since <= at), default=until)
        back = oldest is not None and (until is None or oldest < until)
        page = 1 if back else page + 1  # a whole page of one second
        following = write_cursor(since=since, newest=newest, until=oldest, page=str(page), seen=seen)
        return Fetched(items, refused, following, more=True)

    def _further(self, answer: Item, count: int, page: int) -> bool:
        """Tell whether the search found more than was read of it so far."""
        total = answer.values.get("totalResults")
        return count > 0 and (total > (page - 1) * PAGE + count if isinstance(total, int) else count >= PAGE)

    def _check(self, answer: Item) -> None:
        if answer.values.get("status") != "ok":
            # Its message may quote the key; the code is one word.
            code = answer.values.get("code")
            told = code if isinstance(code, str) and code.isalnum() and len(code) < len(_NOWHERE) * 2 else "no code"
            raise ProviderUnavailable(f"{self.name}: the answer is an error ({told})")

    def _article(self, item: Item, received_at: datetime) -> RawArticle:
        url, title = item.text("url"), item.text("title")
        removed = title == _REMOVED
        if removed and url.startswith(_NOWHERE):
            # It does not say which article: there is nothing to retract.
            raise Unusable("bad_item", "removed, and its address with it")
        body = item.text("content") or item.text("description")
        return RawArticle(
            provider=self.name,
            native_id=url or None,
            headline=title,
            published_at=item.moment("publishedAt", self._zone),
            received_at=received_at,
            version=digest(title, body),
            kind=Kind.RETRACTION if removed else Kind.NEWS,
            body="" if removed else body,
            language=self._language,
            url=url or None,
            licence=self._licence,
        )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
