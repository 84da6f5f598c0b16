"""Any JSON interface, by configuration."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx

from forethought.adapters.newswire._connector import Connector
from forethought.adapters.newswire._cursor import Cursor, Place, digest
from forethought.adapters.newswire._dates import moment
from forethought.adapters.newswire.http import BadStatus, Fetcher, Reply
from forethought.adapters.newswire.rest import Unusable
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Licence, RawArticle, Refused

_MOST_ITEMS = 1_000
_LONGEST_LINK = 2_000
_MOST_TICKERS = 50
_EPOCHS = {"epoch_s": 1, "epoch_ms": 1_000}


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the parts of an item are: names, joined by dots through objects. Empty: there is none."""

    id: str
    headline: str
    published_at: str
    body: str = ""
    url: str = ""
    tickers: str = ""
    """A list of texts, or one text with commas."""
    language: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class JsonApi:
    """One interface."""

    url: str
    items: str
    """Where the list is; empty when the answer is the list."""
    fields: Fields
    dates: str = "iso"
    """`iso` (or RFC 822), `epoch_s`, `epoch_ms`, or a format of `strptime`."""
    zone: ZoneInfo | None = None
    """What the provider documents for times that name none."""
    next_page: str = ""
    """Where the address of the next page is; it stays on the same host."""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    key_variable: str = ""
    """The environment variable that holds the key; empty: no key is needed."""
    key_header: str = ""
    """Header that carries the key, else `key_parameter` does."""
    key_parameter: str = ""
    key_prefix: str = ""
    """Comes before the key: `Bearer ` with its space."""
    licence: Licence = Licence.UNKNOWN


class JsonApiProvider(Connector):
    """News from a JSON interface.

    A report is new by its id; when its words change it comes again as a correction.

    Args:
        name: Of the provider.
        api: What it looks like.
        fetcher: Closed with the provider.
        key: The content of `key_variable`.
    """

    def __init__(self, name: str, api: JsonApi, fetcher: Fetcher, *, key: str | None = None) -> None:
        super().__init__(name, fetcher, zone=api.zone, licence=api.licence)
        self._api = api
        carried = f"{api.key_prefix}{key}" if key else ""
        self._headers = dict(api.headers) | ({api.key_header: carried} if carried and api.key_header else {})
        self._key_params = {api.key_parameter: carried} if carried and api.key_parameter and not api.key_header else {}

    async def fetch(self, cursor: str | None) -> Fetched:
        """See the port."""
        known = Cursor.load(cursor)
        place = known.place(self._api.url)
        page = place.next_page
        params = self._key_params if page else {**self._api.params, **self._key_params}
        try:
            reply = await self._fetcher.get(
                page or self._api.url,
                headers=self._headers,
                params=params,
                etag=None if page else place.etag,
                last_modified=None if page else place.modified,
            )
        except BadStatus as error:
            if page is None or error.retry_after_s is not None:
                raise
            place.next_page = place.etag = place.modified = None  # a page that is gone must not stop us for ever
            return Fetched([], [], known.dump((self._api.url,)))
        if reply.not_modified:
            return Fetched([], [], known.dump((self._api.url,)))
        answer = self._json(reply)
        values = _at(answer, self._api.items)
        if not isinstance(values, list):
            raise ProviderUnavailable(f"{self._name}: the answer has no list {self._api.items!r}")
        if not page:
            place.answered(reply)
        items, refused, fresh = self._take(values[:_MOST_ITEMS], known, place)
        place.next_page = self._next(answer) if fresh else None  # what follows what is known is known too
        text = known.dump((self._api.url,), present=len(values))
        return Fetched(items, refused, text, more=place.next_page is not None)

    def _json(self, reply: Reply) -> object:
        try:
            return reply.json()
        except ValueError:
            pass
        try:  # what is not UTF-8, or escaped by halves, becomes half characters: they cost their item, not the page
            return json.loads(reply.body.decode(errors="surrogateescape"))
        except (ValueError, RecursionError):
            raise ProviderUnavailable(f"{self._name}: the answer is no JSON") from None

    def _take(self, values: list[object], known: Cursor, place: Place) -> tuple[list[RawArticle], list[Refused], bool]:
        items: list[RawArticle] = []
        refused: list[Refused] = []
        now = datetime.now(UTC)
        for value in values:
            try:
                article = self._article(value, now)
            except Unusable as error:
                native_id = _at(value, self._api.fields.id)
                hint = native_id[:200] if isinstance(native_id, str) else None
                if known.note(place, f"{error.code}:{hint}", digest(error.detail)).is_news:
                    refused.append(Refused(self._name, hint, error.code, error.detail, now))
                continue
            article, change = known.meet(place, article)
            if change.is_news:
                items.append(article)
        return items, refused, bool(items)

    def _article(self, value: object, now: datetime) -> RawArticle:
        if not isinstance(value, dict):
            raise Unusable("bad_item", "the item is no object")
        fields = self._api.fields
        native_id = _text(value, fields.id)
        if not native_id:
            raise Unusable("bad_id", f"{fields.id} is missing")
        headline, body = _text(value, fields.headline), _text(value, fields.body)
        version = _text(value, fields.version)
        url = _text(value, fields.url)
        return RawArticle(
            provider=self._name,
            native_id=native_id,
            headline=headline,
            published_at=self._moment(value),
            received_at=now,
            version=version or digest(headline, body),
            body=body,
            language=_text(value, fields.language) or None,
            tickers=_tickers(value, fields.tickers),
            url=url if url.startswith(("https://", "http://")) else None,
            licence=self._licence,
        )

    def _moment(self, value: object) -> datetime | None:
        path, form = self._api.fields.published_at, self._api.dates
        try:
            if form in _EPOCHS:
                return datetime.fromtimestamp(float(_text(value, path)) / _EPOCHS[form], UTC)
            if form == "iso":
                return moment(_text(value, path), self._zone)
            read = datetime.strptime(_text(value, path)[:64], form)  # noqa: DTZ007  a zone is not made up
        except (ValueError, OverflowError, OSError):
            return None
        return moment(read.isoformat(), self._zone)

    def _next(self, answer: object) -> str | None:
        """Return the address of the next page without our key, if it stays where we are."""
        if not self._api.next_page:
            return None
        found = _at(answer, self._api.next_page)
        if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_LINK:
            return None
        try:
            home = httpx.URL(self._api.url)
            to = home.join(found)
        except httpx.InvalidURL:
            return None
        if (to.scheme, to.netloc, to.userinfo) != (home.scheme, home.netloc, home.userinfo):
            return None
        return str(to.copy_remove_param(self._api.key_parameter) if self._api.key_parameter else to)


def _at(value: object, path: str) -> object:
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: object, path: str) -> str:
    found = _at(value, path) if path else None
    if found is None:
        return ""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str):
        raise Unusable("bad_item", f"{path} is no text")
    try:
        found.encode()
    except UnicodeEncodeError:
        raise Unusable("bad_encoding", f"{path} holds half a character") from None
    return found.strip()


def _tickers(value: object, path: str) -> tuple[str, ...]:
    found = _at(value, path) if path else None
    symbols = found if isinstance(found, list) else _text(value, path).split(",")
    texts = [_text({"symbol": symbol}, "symbol") for symbol in symbols[:_MOST_TICKERS]]
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
