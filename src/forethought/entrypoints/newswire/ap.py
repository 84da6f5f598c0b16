"""AP as the Media API has it: a feed that is followed from link to link, and whole texts apart."""

from html import escape
from typing import Any
from urllib.parse import urlencode

import orjson

from forethought.entrypoints.newswire import rest
from forethought.entrypoints.newswire.rest import Log
from forethought.entrypoints.newswire.telling import Item, Mark

FEED = "/ap/media/v/content/feed"
_HERE = b"@here@"
"""In a rendered item: where this server is, as its reader calls it."""
_EDITED = {Mark.UPDATE: ["Writethru"], Mark.CORRECTION: ["Correction"], Mark.RETRACTION: ["Kill"]}


def rendered(item: Item, place: int) -> bytes:
    """Render an item for the feed; `place` is where its whole text is kept."""
    text_path = f"/ap/media/v/content/{item.native_id}/download?{urlencode({'place': place})}"
    inner: dict[str, Any] = {
        "uri": f"{_HERE.decode()}/ap/media/v/content/{item.native_id}",
        "altids": {"itemid": item.native_id, "etag": f"{item.native_id}_{item.version}"},
        "version": item.version,
        "type": "text",
        "language": "en",
        "versioncreated": rest.moment(item),
        "pubstatus": "canceled" if item.mark is Mark.RETRACTION else "usable",
        "signals": ["newscontent"],
        "editorialtypes": _EDITED.get(item.mark, []),
        "urgency": item.urgency,
        "headline": rest.headline(item),
        "bylines": [{"by": "By The Simulated Press"}],
        "description_summary": rest.body(item, item.text.paragraphs[:1]),
        "subject": [{"code": item.topic, "name": item.topic}] if item.topic else [],
        "company": _companies(item),
        "renditions": {
            "nitf": {"rel": "Story", "format": "NITF", "type": "text", "href": f"{_HERE.decode()}{text_path}"}
        },
    }
    return orjson.dumps({"item": inner})


def _companies(item: Item) -> list[dict[str, Any]]:
    if "." not in item.ric or item.ric.startswith("."):
        return []
    return [{"name": item.symbol, "symbols": [{"ticker": item.symbol, "exchange": item.ric.rpartition(".")[2]}]}]


def nitf(item: Item) -> bytes:
    """Render the whole text."""
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.text.paragraphs)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><nitf><body>'
        "<body.head><byline>By The Simulated Press</byline></body.head>"
        f"<body.content><block>{paragraphs}</block></body.content></body></nitf>"
    ).encode()


def page(log: Log, cursor: str | None, size: int, here: str) -> bytes:
    """Render a page.

    Args:
        log: What was published.
        cursor: Place of the first item.
        size: Items, at most.
        here: Scheme and authority of this server, as the reader calls it.

    Raises:
        GoneError: the cursor leads nowhere.
    """
    items, following, _ = log.read(cursor, size)
    link = f"{here}{FEED}?{urlencode({'page_size': size, 'seq': following})}"
    return b'{"data":{"current_item_count":%d,"items":[%b],"next_page":%b}}' % (
        len(items),
        b",".join(items).replace(_HERE, here.encode()),
        orjson.dumps(link),
    )
