"""Sites without a feed: a page that lists articles, and the articles."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

import trafilatura

from forethought.adapters.newswire._connector import Connector
from forethought.adapters.newswire._cursor import Cursor, Place, digest
from forethought.adapters.newswire._dates import moment
from forethought.adapters.newswire.http import BadEncodingError, Fetcher, Reply
from forethought.adapters.newswire.rest import Unusable
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Licence, RawArticle, Refused

_MOST_TAGS = 20_000
_LONGEST_LINK = 1_000
_MOST_LINKS = 2_000
_TRIES = 3
_READ = digest("read")
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//script[@type='application/ld+json']/text()",
    "//time[@pubdate or @itemprop='datePublished']/@datetime",
)
_PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{8,40})"')


@dataclass(frozen=True, slots=True)
class Listing:
    """Where articles are found, and how."""

    url: str
    pattern: str
    """Regular expression that an article's whole address matches; only addresses of the same host are looked at."""
    most: int = 20
    """Articles of one fetch; the rest follows in the next."""
    least_characters: int = 200
    """A page with less text is refused."""


class WebPageProvider(Connector):
    """News from a site, by its list page.

    Text and title are those that trafilatura finds. The time is that of `article:published_time` or `datePublished`,
    else the day that trafilatura finds, which comes naive and so is refused later. An article is read once: that it
    was changed afterwards is not seen. One that cannot be fetched is tried in three fetches.

    Args:
        name: Of the provider.
        listing: Where articles are found.
        fetcher: Closed with the provider.
        zone: What the site documents for times that name no zone.
        licence: What may be kept.
        language: Of all articles; by default as each page says.
    """

    def __init__(
        self,
        name: str,
        listing: Listing,
        fetcher: Fetcher,
        *,
        zone: ZoneInfo | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = None,
    ) -> None:
        super().__init__(name, fetcher, zone=zone, licence=licence, language=language)
        self._listing = listing
        self._pattern = re.compile(listing.pattern)

    async def fetch(self, cursor: str | None) -> Fetched:
        """See the port."""
        known, url = Cursor.load(cursor), self._listing.url
        place = known.place(url)
        reply = await self._fetcher.get(url, etag=place.etag, last_modified=place.modified)
        if reply.not_modified:
            return Fetched([], [], known.dump((url,)))
        place.answered(reply)
        try:
            links = await asyncio.to_thread(self._links, reply)
        except Unusable as error:
            return Fetched([], [self._refused(error, url)], known.dump((url,)))
        waiting = [link for link in links if place.seen.get(Cursor.key(link)) != _READ]
        items: list[RawArticle] = []
        refused: list[Refused] = []
        for link in waiting[: self._listing.most]:
            try:
                items.append(await self._article(link))
            except Unusable as error:
                refused.append(self._refused(error, link))
            except ProviderUnavailable as error:
                if error.retry_after_s is not None and not items:
                    raise
                if error.retry_after_s is not None:
                    break
                if not self._given_up(known, place, link):
                    continue
                refused.append(self._refused(Unusable("bad_item", str(error)), link))
            known.note(place, link, _READ)
        left = any(place.seen.get(Cursor.key(link)) != _READ for link in links)
        if left:  # or the site would say that nothing changed
            place.etag = place.modified = None
        more = len(waiting) > self._listing.most
        return Fetched(items, refused, known.dump((url,), present=len(links)), more=more)

    def _given_up(self, known: Cursor, place: Place, link: str) -> bool:
        tries = 1 + int(place.seen.get(Cursor.key(link), "0"))
        known.note(place, link, str(tries))
        return tries >= _TRIES

    def _refused(self, error: Unusable, link: str) -> Refused:
        return Refused(self._name, link, error.code, str(error), datetime.now(UTC))

    def _links(self, reply: Reply) -> list[str]:
        tree = trafilatura.load_html(_html(reply))
        if tree is None:
            raise Unusable("bad_item", "the list page is no HTML")
        home = urlsplit(reply.url).netloc
        found = []
        for href in tree.xpath("//a/@href")[:_MOST_LINKS]:
            try:
                link = urldefrag(urljoin(reply.url, str(href).strip())).url
                same = urlsplit(link).netloc == home
            except ValueError:  # not an address
                continue
            if same and len(link) <= _LONGEST_LINK and self._pattern.fullmatch(link):
                found.append(link)
        return list(dict.fromkeys(found))

    async def _article(self, link: str) -> RawArticle:
        reply = await self._fetcher.get(link)
        article = await asyncio.to_thread(self._read, link, reply)
        return replace(article, language=self._language or article.language)

    def _read(self, link: str, reply: Reply) -> RawArticle:
        html = _html(reply)
        try:
            tree = trafilatura.load_html(html)
            page = trafilatura.bare_extraction(html, url=link, include_comments=False, with_metadata=True)
        except Exception as error:  # noqa: BLE001  trafilatura has no class for what it does not expect
            raise Unusable("bad_item", f"trafilatura fails ({type(error).__name__})") from None
        text = getattr(page, "text", None) or ""
        if tree is None or len(text) < self._listing.least_characters:
            raise Unusable("bad_item", f"{len(text)} characters of text, {self._listing.least_characters} at least")
        said = [str(value) for path in _DATES for value in tree.xpath(path)]
        dates = [match.group(1) if (match := _PUBLISHED.search(value)) else value for value in said]
        known = (read for date in dates if (read := moment(date, self._zone)))
        headline = getattr(page, "title", None) or ""
        language = re.match(r"[A-Za-z]{2}(?=$|[-_])", tree.get("lang") or "")
        return RawArticle(
            provider=self._name,
            native_id=link,
            headline=headline,
            published_at=next(known, None) or moment(getattr(page, "date", None)),
            received_at=datetime.now(UTC),
            version=digest(headline, text),
            body=text,
            language=language.group().lower() if language else None,
            url=link,
            licence=self._licence,
        )


def _html(reply: Reply) -> str:
    try:
        html = reply.text()
    except BadEncodingError as error:
        raise Unusable("bad_encoding", str(error)) from None
    if (tags := html.count("<")) > _MOST_TAGS:
        raise Unusable("hostile_markup", f"{tags} tags, {_MOST_TAGS} at most")
    return html
