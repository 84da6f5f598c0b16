"""Feeds: RSS 2.0, RSS 1.0 and Atom."""

import asyncio
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forethought.adapters.newswire._charset import is_utf8_declared
from forethought.adapters.newswire._connector import Connector
from forethought.adapters.newswire._cursor import Cursor, Place, digest, words_of
from forethought.adapters.newswire._dates import moment
from forethought.adapters.newswire._markup import UnsafeMarkupError, without_prolog
from forethought.adapters.newswire.http import BadEncodingError, Fetcher, Reply
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Kind, Licence, RawArticle, Refused

_MOST_ITEMS = 1_000
_MOST_TOPICS = 20
_LONGEST_TOPIC = 100
_LONGEST_ID = 1_000
_ITEM = re.compile(r"</?(?:\w{1,20}:)?(?:item|entry)\b")
_LOST = "\N{REPLACEMENT CHARACTER}"

_RETRACTED = "RETRACTED|RETRACTION|WITHDRAWN|WITHDRAWAL"
_CORRECTED = "CORRECTED|CORRECTION"


def _label(words: str) -> re.Pattern[str]:
    """Match a label at the start of a headline: with a colon or in brackets in any case, with a dash in capitals."""
    return re.compile(rf"\s*(?:(?i:{words})\s*:|\[\s*(?i:{words})\s*\]|\(\s*(?i:{words})\s*\)|(?:{words})\s?[-–—])")  # noqa: RUF001  dashes as they come


_LABELS = ((_label(_RETRACTED), Kind.RETRACTION), (_label(_CORRECTED), Kind.CORRECTION))


@dataclass(frozen=True, slots=True)
class _Document:
    """One feed, parsed."""

    entries: Sequence[dict[str, Any]]
    language: str | None
    troubles: Sequence[tuple[str, str]]
    """Code and detail of what is wrong with it as a whole."""


class RssProvider(Connector):
    """News from feeds.

    Documents are decoded by us, and strictly; feedparser gets text that has no DTD and never fetches. Its sanitiser is
    off: 0.3 MB of one CSS value keep its expressions busy for minutes (6.0.14), and mark-up is stripped later anyway.

    A report is new by its id (`guid`, `id`, else the link). When its words change it comes again as a correction. A
    headline that begins with `RETRACTED:`, `[WITHDRAWN]` or `CORRECTED-` and the like is marked as such; what it
    speaks of is itself, unless the item names another by a link `predecessor-version` (RFC 5829) or `dcterms:replaces`.
    A report that one address had is not told again by another of the same provider.

    Args:
        name: Of the provider.
        urls: Its feeds.
        fetcher: Closed with the provider.
        zone: What the provider documents for times that name no zone; without it they come naive.
        licence: What may be kept.
        language: Of all its feeds; by default as each says.
    """

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        fetcher: Fetcher,
        *,
        zone: ZoneInfo | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = None,
    ) -> None:
        super().__init__(name, fetcher, zone=zone, licence=licence, language=language)
        self._urls = tuple(urls)

    async def fetch(self, cursor: str | None) -> Fetched:
        """See the port. A feed that fails while others bring something is told among what was refused."""
        known = Cursor.load(cursor)
        items: list[RawArticle] = []
        refused: list[Refused] = []
        failures: list[ProviderUnavailable] = []
        present = 0
        for url in self._urls:
            place = known.place(url)
            try:
                reply = await self._fetcher.get(url, etag=place.etag, last_modified=place.modified)
                if reply.not_modified:
                    continue
                document = await asyncio.to_thread(_parse, reply)
            except ProviderUnavailable as error:
                failures.append(error)
                continue
            place.answered(reply)
            present = max(present, len(document.entries))
            self._take(document, known, place, items, refused)
        if failures and not items:
            raise failures[0]
        now = datetime.now(UTC)
        refused += [Refused(self._name, None, "bad_item", str(failure), now) for failure in failures]
        return Fetched(items, refused, known.dump(self._urls, present=present))

    def _take(
        self, document: _Document, known: Cursor, place: Place, items: list[RawArticle], refused: list[Refused]
    ) -> None:
        now = datetime.now(UTC)
        trouble = digest(*map(str, document.troubles)) if document.troubles else None
        if trouble != place.trouble:
            refused += [Refused(self._name, None, code, detail, now) for code, detail in document.troubles]
        place.trouble = trouble
        here: set[str] = set()
        for entry in document.entries:
            article = self._article(entry, document.language, now)
            problem = _problem(article, here)
            native_id = article.native_id or ""
            here.add(native_id)
            if problem:
                words = words_of(article)
                if known.note(place, f"{problem[0]}:{native_id or words}", words).is_news:
                    refused.append(Refused(self._name, native_id[:_LONGEST_ID] or None, *problem, now))
                continue
            article, change = known.meet(place, article)
            if change.is_news:
                items.append(article)

    def _article(self, entry: dict[str, Any], language: str | None, now: datetime) -> RawArticle:
        headline, body = _text(entry, "title"), _body(entry)
        published, updated = _text(entry, "published"), _text(entry, "updated")
        kind, corrects = _kind(headline, entry)
        link = _text(entry, "link")
        native_id = _text(entry, "id") or link
        words = digest(headline, body)
        return self._tidied(
            RawArticle(
                provider=self._name,
                native_id=native_id or None,
                headline=headline,
                published_at=moment(published or updated, self._zone),
                received_at=now,
                # Words may change without a date of change, and such a date without any word.
                version=f"{updated[:40]}+{words}" if updated else words,
                kind=kind,
                corrects=None if corrects == native_id else corrects,
                body=body,
                language=self._language or language,
                topics=_topics(entry),
                url=link if link.startswith(("https://", "http://")) else None,
                licence=self._licence,
            )
        )

    def _tidied(self, article: RawArticle) -> RawArticle:
        """Take away what one provider adds to every report."""
        return article


def _problem(article: RawArticle, here: set[str]) -> tuple[str, str] | None:
    if _LOST in article.headline + article.body + (article.native_id or ""):
        return "bad_encoding", "bytes that are not in the declared charset"
    if not article.native_id:
        return "bad_id", "neither an id nor a link"
    if len(article.native_id) > _LONGEST_ID:
        return "bad_id", f"an id of more than {_LONGEST_ID} characters"
    if article.native_id in here:
        return "bad_id", "an id that an item before it in the same document has"
    return None


def _parse(reply: Reply) -> _Document:
    """Parse, in a thread: large feeds take a second.

    Raises:
        ProviderUnavailable: this is no feed.
    """
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415  0.1 s, and only who has a feed needs it

    troubles: list[tuple[str, str]] = []
    try:
        text = reply.text()
    except BadEncodingError as error:
        troubles.append(("bad_encoding", str(error)))
        if not is_utf8_declared(reply.body, reply.headers.get("content-type", "")):
            return _Document([], None, troubles)
        text = reply.body.decode("utf-8", "replace")  # the items that have lost something are refused one by one
    try:
        text, well_formed = without_prolog(text)
    except UnsafeMarkupError as error:
        return _Document([], None, [*troubles, ("hostile_markup", str(error))])
    about = {"content-type": "application/xml; charset=utf-8", "content-location": reply.url}
    try:  # a stream: bytes would be tried as the name of a file
        parsed = feedparser.parse(
            io.BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False, response_headers=about
        )
    except Exception as error:  # noqa: BLE001  feedparser has no class for what it does not expect
        return _Document([], None, [*troubles, ("bad_item", f"feedparser fails ({type(error).__name__})")])
    if not parsed.get("version") and not parsed.entries:
        raise ProviderUnavailable("the provider answers something else than a feed")
    entries = list(parsed.entries)
    if not well_formed:
        troubles.append(("bad_item", "the feed is not well-formed; read as far as it can be"))
        if _ends_inside(text):
            entries = entries[:-1]  # it may end in the middle of a number
    if len(entries) > _MOST_ITEMS:
        troubles.append(("bad_item", f"items beyond the first {_MOST_ITEMS} are left out"))
    return _Document(entries[:_MOST_ITEMS], _language(parsed.feed), troubles)


def _ends_inside(text: str) -> bool:
    last = None
    for last in _ITEM.finditer(text):  # noqa: B007  only the last one counts
        pass
    return last is not None and not last.group().startswith("</")


def _text(entry: dict[str, Any], name: str) -> str:
    value = dict.get(entry, name)  # feedparser's own `get` gives one date for another
    return value.strip() if isinstance(value, str) else ""


def _body(entry: dict[str, Any]) -> str:
    contents = [each.get("value", "") for each in entry.get("content", ())]
    return max(contents, key=len, default="") or _text(entry, "summary")


def _language(feed: dict[str, Any]) -> str | None:
    primary = re.match(r"[A-Za-z]{2}(?=$|[-_])", _text(feed, "language"))
    return primary.group().lower() if primary else None


def _topics(entry: dict[str, Any]) -> tuple[str, ...]:
    terms = [str(tag.get("term") or tag.get("label") or "").strip() for tag in entry.get("tags", ())]
    return tuple(dict.fromkeys(term for term in terms if 0 < len(term) <= _LONGEST_TOPIC))[:_MOST_TOPICS]


def _kind(headline: str, entry: dict[str, Any]) -> tuple[Kind, str | None]:
    """Tell what an item says of itself, and which one it corrects or retracts, if it names one."""
    links = entry.get("links", ())
    named = next((link.get("href") for link in links if link.get("rel") == "predecessor-version"), None)
    former = str(named or _text(entry, "dcterms_replaces"))[:_LONGEST_ID] or None
    for label, kind in _LABELS:
        if label.match(headline):
            return kind, former
    return (Kind.CORRECTION, former) if former else (Kind.NEWS, None)
