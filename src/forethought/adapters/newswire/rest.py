"""What the REST connectors share: strangers' JSON read field by field, times, links, cursors, and what was changed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from forethought.adapters.newswire._connector import Connector
from forethought.adapters.newswire._cursor import Cursor
from forethought.adapters.newswire._dates import moment
from forethought.adapters.newswire.http import BadStatus, Fetcher, Reply
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Licence, RawArticle, Refused

LATE: Final = timedelta(hours=1)
"""Articles are found up to so long after others that were published later; ours, not measured."""

_LONGEST = 2_000
"""Characters of a link or a cursor."""
_SHOWN = 200
_REMEMBERED = 1_000
"""Articles of a provider that does not say which ones it changed; 30 bytes each in the cursor."""
_KEYS = frozenset({"apikey", "api_key", "api-key", "key", "token", "access_token"})


class Unusable(Exception):
    """One item cannot be used; `code` is that of `Refused`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON object of a stranger. Every method raises `Unusable` where a value is not of the documented type.

    What is missing, too long or of the wrong form is left to those who normalise: they know what a retraction can do
    without.
    """

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a text, stripped; empty where it is missing or null. Half characters become U+FFFD."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Unusable("bad_item", f"{name} is no text")
        if not value.isascii():  # what cannot be written anywhere must go no further
            value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return value.strip()

    def whole(self, name: str) -> int | None:
        """Return a whole number, also one that comes as digits in a text; `None` where it is missing or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len("2147483647"):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
            raise Unusable("bad_item", f"{name} is no whole number")
        return value

    def part(self, name: str) -> "Item":
        """Return an object inside; an empty one where it is missing or null."""
        value = self.values.get(name)
        if value is None:
            return Item({})
        if not isinstance(value, dict):
            raise Unusable("bad_item", f"{name} is no object")
        return Item(value)

    def parts(self, name: str) -> list["Item"]:
        """Return a list of objects; an empty one where it is missing or null."""
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            raise Unusable("bad_item", f"{name} holds something else than objects")
        return [Item(value) for value in values if isinstance(value, dict)]

    def texts(self, name: str) -> list[str]:
        """Return a list of texts without empty ones; an empty one where it is missing or null."""
        return [text for value in self._list(name) if (text := Item({name: value}).text(name))]

    def _list(self, name: str) -> list[object]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Unusable("bad_item", f"{name} is no list")
        return value

    def moment(self, name: str, zone: ZoneInfo | None) -> datetime | None:
        """Return a time; naive where it names no zone and none is given, `None` where it is missing or no time."""
        return moment(self.text(name), zone)


class RestProvider(Connector):
    """A provider that answers in JSON."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        zone: ZoneInfo | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = None,
    ) -> None:
        """Ask nothing yet; `base_url` is where the paths of the documentation begin, without a slash at the end."""
        super().__init__(name, fetcher, zone=zone, licence=licence, language=language)
        self._base_url = base_url.rstrip("/")

    def document(self, reply: Reply) -> Item:
        """Read an answer that must be a JSON object.

        JSON is UTF-8 (RFC 8259). A byte that is not becomes half a character, for which the item is refused when it is
        normalised: one spoilt item does not cost the page.

        Raises:
            ProviderUnavailable: it is something else.
        """
        try:
            found = json.loads(reply.body.decode(errors="surrogateescape"), parse_int=_bounded)
        except (ValueError, RecursionError):  # from None: the error holds the document
            raise ProviderUnavailable(f"{self._name}: the answer is no JSON") from None
        if not isinstance(found, dict):
            raise ProviderUnavailable(f"{self._name}: the answer is no JSON object")
        return Item(found)

    def field(self, answer: Item, name: str) -> str:
        """Return a link, a cursor or a token of the answer itself; empty where it is missing.

        Raises:
            ProviderUnavailable: it is no text that may be sent back.
        """
        value = answer.values.get(name) or ""
        if not isinstance(value, str) or len(value) > _LONGEST or not value.isascii() or not value.isprintable():
            raise ProviderUnavailable(f"{self._name}: {name} of the answer cannot be used")
        return value

    def inside(self, answer: Item, name: str) -> Item:
        """Return an object of the answer itself; an empty one where it is missing.

        Raises:
            ProviderUnavailable: it is no object.
        """
        try:
            return answer.part(name)
        except Unusable as error:
            raise ProviderUnavailable(f"{self._name}: {error.detail}") from None

    def understand(
        self, answer: Item, name: str, read: Callable[[Item, datetime], RawArticle], *, id_name: str
    ) -> tuple[list[RawArticle], list[Refused]]:
        """Read a list of items one by one; what one of them is spares the others.

        Args:
            answer: Holds the list.
            name: Of the list.
            read: Reads one item, received at a time; raises `Unusable`.
            id_name: Field that names an item where nothing else of it can be read; `altids.itemid` lies in an object.

        Raises:
            ProviderUnavailable: there is no such list.
        """
        values = answer.values.get(name)
        if not isinstance(values, list):
            raise ProviderUnavailable(f"{self._name}: the answer has no list {name!r}")
        now = datetime.now(UTC)
        items: list[RawArticle] = []
        refused: list[Refused] = []
        for value in values:
            try:
                if not isinstance(value, dict):
                    raise Unusable("bad_item", "the item is no object")  # noqa: TRY301  one way out for all of them
                items.append(read(Item(value), now))
            except Unusable as error:
                refused.append(Refused(self._name, _hint(value, id_name), error.code, error.detail, now))
        return items, refused

    def corrected(self, items: list[RawArticle], seen: str | None) -> tuple[list[RawArticle], str]:
        """Tell corrections from news, for a provider that does not: an id with other words than before is one.

        What comes again unchanged stays on the list: it may have been refused for a time that has come meanwhile.

        Args:
            items: A page.
            seen: What the last page returned, out of the cursor; begun anew where it was spoilt.

        Returns:
            The page, and what to keep in the cursor. A change of an article that 1,000 others followed is not noticed.
        """
        known = Cursor.load(seen)
        place = known.place(self._base_url)
        told = [known.meet(place, item)[0] for item in items]
        return told, known.dump((self._base_url,), present=_REMEMBERED)

    def kept_link(self, kept: str | None) -> str | None:
        """Return a link of a cursor; `None` where another `base_url` was configured since."""
        try:
            return None if kept is None else self.link(kept)
        except ProviderUnavailable:
            return None

    def link(self, url: str) -> str:
        """Check a link and take keys out of it: a cursor is kept.

        Raises:
            ProviderUnavailable: it leads to another host, or is no link.
        """
        home = httpx.URL(self._base_url)
        try:
            to = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            raise ProviderUnavailable(f"{self._name}: a link of the answer is none") from None
        if (to.scheme, to.host, to.port, to.userinfo) != (home.scheme, home.host, home.port, b""):
            raise ProviderUnavailable(f"{self._name}: a link of the answer leaves {home.host}")
        for name in [name for name in to.params if name.lower() in _KEYS]:
            to = to.copy_remove_param(name)
        return str(to)


def _bounded(digits: str) -> int | str:
    # `int` raises on 4,301 digits and more, which would cost the page.
    return int(digits) if len(digits) < _SHOWN else digits


def forgotten(error: ProviderUnavailable) -> bool:
    """Tell whether a provider no longer knows a place in its feed."""
    return isinstance(error, BadStatus) and error.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}


def _hint(value: object, path: str) -> str | None:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value[:_SHOWN].encode(errors="replace").decode() if isinstance(value, str) and value else None


def latest(*moments: datetime | None) -> datetime | None:
    """Return the latest that is known and not in the future: such a date would hide all that comes before it."""
    now = datetime.now(UTC)
    known = (each.astimezone(UTC) for each in moments if each is not None and _is_usual(each))
    return max((each for each in known if each <= now), default=None)


def _is_usual(moment: datetime) -> bool:
    # The ends of the calendar cannot be moved to another zone.
    return moment.tzinfo is not None and 1900 < moment.year < 9999  # noqa: PLR2004


def read_cursor(cursor: str | None) -> Mapping[str, str]:
    """Return what `write_cursor` wrote; nothing where it was spoilt, so that the provider is read anew."""
    try:
        found = json.loads(cursor or "{}")
    except ValueError:
        return {}
    usable = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if usable else {}


def write_cursor(**values: str | datetime | None) -> str:
    """Write a cursor."""
    known = {name: value for name, value in values.items() if value is not None}
    return json.dumps(known, default=datetime.isoformat, separators=(",", ":"))


def read_time(text: str | None) -> datetime | None:
    """Return a time of a cursor; `None` where it was spoilt."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)
