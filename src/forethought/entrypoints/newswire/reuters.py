"""Reuters as the connector asks it: a token for client id and secret, items by cursor."""

import secrets
import time
from typing import Any, Final

import orjson

from forethought.entrypoints.newswire import rest
from forethought.entrypoints.newswire.rest import Log
from forethought.entrypoints.newswire.telling import Item

_MOST_TOKENS: Final = 1_000


class Tokens:
    """Who is logged in. Anybody may."""

    def __init__(self, lasts_s: float) -> None:
        self.lasts_s = lasts_s
        self._until_s: dict[str, float] = {}

    def issue(self) -> str:
        """Make a token; of very many the oldest ends."""
        token = f"simulated-{secrets.token_urlsafe(18)}"
        if len(self._until_s) >= _MOST_TOKENS:
            self._until_s.pop(next(iter(self._until_s)))
        self._until_s[token] = time.monotonic() + self.lasts_s
        return token

    def good(self, token: str) -> bool:
        """Tell whether a token may still be used."""
        until_s = self._until_s.get(token)
        if until_s is not None and time.monotonic() >= until_s:
            del self._until_s[token]
            return False
        return until_s is not None

    def take_back(self, token: str) -> None:
        """End a token before its time."""
        self._until_s.pop(token, None)


def rendered(item: Item) -> bytes:
    """Render an item."""
    document: dict[str, Any] = {
        "id": f"{item.native_id}:{item.version}",
        "guid": item.native_id,
        "version": item.version,
        "headline": rest.headline(item),
        "dateCreated": _created(item),
        "dateModified": rest.moment(item),
        "urgency": item.urgency,
        "language": "en",
        "body": rest.body(item, item.text.paragraphs),
        "byLine": "Simulated",
        "subjects": [
            *([{"code": f"R:{item.ric}", "name": item.symbol}] if item.ric else []),
            *([{"code": f"N2:{item.topic[:6].upper()}", "name": item.topic}] if item.topic else []),
        ],
    }
    return orjson.dumps(document)


def _created(item: Item) -> str | None:
    return rest.moment(item) and f"{item.created:%Y-%m-%dT%H:%M:%S}.{item.created.microsecond // 1000:03d}Z"


def page(log: Log, cursor: str | None, limit: int) -> bytes:
    """Render a page.

    Raises:
        GoneError: the cursor leads nowhere.
    """
    items, following, more = log.read(cursor, limit)
    return b'{"items":[%b],"nextCursor":%b,"hasMore":%b}' % (
        b",".join(items),
        orjson.dumps(following),
        b"true" if more else b"false",
    )
