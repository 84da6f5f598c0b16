"""The AP Media API: a feed that is followed from link to link.

Documented at api.ap.org/media/v/docs: `/media/v/content/feed` with the header `x-api-key`, oldest first; `next_page` on
every page, to be followed at once; the server holds a request for up to 15 s until there is something; `pubstatus`
(usable, embargoed, withheld, canceled: the last two must be recalled); `signals` with `newscontent` for what may be
published; `versioncreated` in UTC. From memory and unchecked: the words in `editorialtypes`, and `company` with
`symbols[].ticker`.

A page holds headlines and summaries; the whole text is one more request an item (`renditions.nitf.href`), made where
`texts` is set.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from forethought.adapters.newswire.http import BadEncodingError, BadStatus, Fetcher
from forethought.adapters.newswire.rest import (
    Item,
    RestProvider,
    Unusable,
    forgotten,
    read_cursor,
    write_cursor,
)
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Kind, Licence, RawArticle

PAGE: Final = 100

log = structlog.get_logger(__name__)

_RECALLED = frozenset({"withheld", "canceled", "cancelled"})
_TAKEN_BACK = ("kill", "withhold", "withdraw", "elimination")
_BODY = ("<body.content>", "</body.content>")


class ApProvider(RestProvider):
    """One feed of AP."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        key: str,
        query: str | None = None,
        texts: bool = False,
        licence: Licence = Licence.FULL,
        language: str | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            name: Becomes `RawArticle.provider`.
            fetcher: Waits for more than 15 s.
            base_url: `https://api.ap.org`.
            key: For `x-api-key`.
            query: In AP's syntax: `productid:30598`; without one, all that the plan holds.
            texts: Whether the whole text is fetched, one request an item.
            licence: Of all articles.
            language: Of articles whose language is not given.
        """
        super().__init__(name, fetcher, base_url, licence=licence, language=language)
        self._headers = {"x-api-key": key}
        self._query = {} if query is None else {"q": query}
        self._texts = texts

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read the next page; see the port."""
        place = self.kept_link(read_cursor(cursor).get("next"))
        params = {"page_size": str(PAGE)} | self._query if place is None else {}
        url = place or f"{self._base_url}/media/v/content/feed"
        try:
            answer = self.document(await self._fetcher.get(url, params=params, headers=self._headers))
        except ProviderUnavailable as error:
            if place is None or not forgotten(error):
                raise
            log.warning("news.cursor_forgotten", provider=self.name)
            return Fetched([], [], write_cursor(), more=True)
        links: dict[str, str] = {}
        page = self.inside(answer, "data")
        items, refused = self.understand(
            page, "items", lambda item, at: self._article(item.part("item"), at, links), id_name="item.altids.itemid"
        )
        if self._texts:
            items = await self._with_texts(items, links)
        link = self.field(page, "next_page")
        following = self.link(link) if link else place
        more = bool(page.values.get("items")) and following != place
        return Fetched(items, refused, write_cursor(next=following), more)

    async def _with_texts(self, items: list[RawArticle], links: Mapping[str, str]) -> list[RawArticle]:
        """Add whole texts. News in time are better than complete news: an item goes on without where that fails."""
        complete: list[RawArticle] = []
        for at, article in enumerate(items):
            try:
                complete.append(await self._with_text(article, links))
            except (BadStatus, BadEncodingError):
                complete.append(article)
            except ProviderUnavailable as error:  # the others would wait in vain, too
                log.warning("news.no_texts", provider=self.name, reason=str(error))
                return [*complete, *items[at:]]
        return complete

    async def _with_text(self, article: RawArticle, links: Mapping[str, str]) -> RawArticle:
        if (url := links.get(f"{article.native_id} {article.version}")) is None:
            return article
        nitf = (await self._fetcher.get(url, headers=self._headers)).text()
        # Cut out, not parsed: what an XML parser does with hostile markup is no question then.
        _, begin, rest = nitf.partition(_BODY[0])
        body, end, _ = rest.partition(_BODY[1])
        return replace(article, body=body) if begin and end else article

    def _own(self, href: str) -> str:
        try:
            return self.link(href)
        except ProviderUnavailable as error:
            raise Unusable("bad_item", str(error)) from None

    def _article(self, item: Item, received_at: datetime, links: dict[str, str]) -> RawArticle:
        kind = _kind(item)
        if (type_ := item.text("type")) and type_ != "text":
            raise Unusable("bad_item", f"type {type_[:40]!a}, not text")
        if item.text("pubstatus").lower() == "embargoed":
            raise Unusable("bad_item", "embargoed: nothing may be done with it yet")
        if kind is Kind.NEWS and item.values.get("signals") is not None and "newscontent" not in item.texts("signals"):
            raise Unusable("bad_item", "for editors only: no news")
        altids, number = item.part("altids"), item.whole("version")
        native_id = altids.text("itemid") or None
        version = altids.text("etag") if number is None else str(number)
        if href := item.part("renditions").part("nitf").text("href"):
            links[f"{native_id} {version}"] = self._own(href)
        listed = [symbol for company in item.parts("company") for symbol in company.parts("symbols")]
        return RawArticle(
            provider=self.name,
            native_id=native_id,
            headline=item.text("headline"),
            published_at=item.moment("versioncreated", self._zone),
            received_at=received_at,
            version=version,
            kind=kind,
            body=item.text("description_summary") or item.text("headline_extended"),
            language=item.text("language") or self._language,
            tickers=tuple(symbol.text("ticker") for symbol in listed),
            topics=tuple(subject.text("name") for subject in item.parts("subject")),
            url=item.text("uri") or None,
            licence=self._licence,
            urgency=min(5, max(1, item.whole("urgency") or 3)),  # AP counts to 8
        )


def _kind(item: Item) -> Kind:
    """Tell what an item is to the ones before it."""
    words = [word.lower() for word in item.texts("editorialtypes")]
    if item.text("pubstatus").lower() in _RECALLED or any(word.startswith(_TAKEN_BACK) for word in words):
        return Kind.RETRACTION
    # Whether the first version is 0 or 1 is not said: what is above is a later one.
    later = (item.whole("version") or 0) > 1
    return Kind.CORRECTION if later or any(word.startswith("correct") for word in words) else Kind.NEWS
