"""Bloomberg, WSJ and FT: RSS 2.0 with a headline and a summary.

A new version takes the place of the old one, under its guid and on top, with a new date and a mark in its title:
`Corrected:`, `Correction:`, `Retracted:`, `Retraction:`. The reader finds out the rest by comparing.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from typing import Final

from forethought.entrypoints.newswire.options import Malformed, Options
from forethought.entrypoints.newswire.telling import Item, Mark

NAMES: Final = {"bloomberg": "Bloomberg Markets", "wsj": "WSJ.com: Markets", "ft": "FT Markets"}
_ZONES: Final = {
    "bloomberg": timezone(timedelta(0)),
    "wsj": timezone(timedelta(hours=-5)),
    "ft": timezone(timedelta(hours=1)),
}
"""Of the dates; each is spelt with its offset."""
_HUGE_CHARS: Final = 200_000
_SCRIPT: Final = "<script>alert('simulated')</script>"


class Feed:
    """One feed: what was published lately, rendered once."""

    def __init__(self, provider: str, options: Options, run: str) -> None:
        self._provider = provider
        self._kept = timedelta(seconds=options.window_s)
        self._least = options.window_items
        self._run = run
        self._window: OrderedDict[str, tuple[datetime, bytes]] = OrderedDict()
        self._published = 0
        self._rendered = (-1, b"")
        self.changed: datetime | None = None
        """When the newest item was published."""

    @property
    def etag(self) -> str:
        """Name what the feed shows now."""
        return f'"{self._provider}-{self._run}-{self._published}"'

    def __len__(self) -> int:
        """Count the items that it shows."""
        return len(self._window)

    def publish(self, item: Item, at: datetime) -> None:
        """Show an item; those leave that are neither young nor among the newest.

        A repeated item has an older date of its own: `at` is when it came.
        """
        key = item.native_id
        if key in self._window:
            if item.mark is Mark.REPEAT:
                key = f"{key} {self._published}"
            else:
                del self._window[key]
        self._window[key] = at, _rendered(item)
        self._published += 1
        self.changed = at
        # Counted from the newest item and not from now: what an ETag names never changes.
        while len(self._window) > self._least and self._oldest < at - self._kept:
            self._window.popitem(last=False)

    @property
    def _oldest(self) -> datetime:
        return next(iter(self._window.values()))[0]

    def document(self) -> bytes:
        """Render the feed, newest first."""
        if self._rendered[0] != self._published:
            items = b"".join(item for _, item in reversed(self._window.values()))
            self._rendered = self._published, b"%b%b</channel></rss>\n" % (_head(self._provider), items)
        return self._rendered[1]


def _head(provider: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{NAMES[provider]} (simulated)</title><link>https://simulated.example/{provider}</link>"
        "<description>Simulated news: nothing of it has happened.</description><language>en</language>\n"
    ).encode()


def _rendered(item: Item) -> bytes:
    how, provider = item.malformed, item.provider
    title = f"{item.text.headline} {_SCRIPT}" if how is Malformed.SCRIPT else item.text.headline
    digest = blake2b(item.native_id.encode(), digest_size=6).hexdigest()
    link = item.url or f"https://simulated.example/{provider}/{digest}"
    permanent = "true" if item.native_id.startswith("https:") else "false"
    parts = [
        "<item>",
        "" if how is Malformed.NO_TITLE else f"<title>{escape(title, quote=False)}</title>",
        f"<link>{escape(link)}</link>",
        f'<guid isPermaLink="{permanent}">{escape(item.native_id)}</guid>',
        "" if how is Malformed.NO_DATE else f"<pubDate>{_date(item)}</pubDate>",
        "<dc:creator>Simulated</dc:creator>",
        f"<category>{escape(item.topic)}</category>" if item.topic else "",
        f"<description>{_DESCRIBED[provider](item)}</description>",
    ]
    raw = "".join(parts).encode()
    if how is Malformed.BROKEN_ENTITY:
        raw += b"<comments>AT&T &nosuch; &#xZZ;</comments>"
    if how is Malformed.BAD_CHARSET:
        raw = raw.replace(b"<description>", b"<description>Caf\xe9 \x93quoted\x94 ")
    return raw + b"</item>\n"


def _date(item: Item) -> str:
    return format_datetime(item.published.replace(microsecond=0).astimezone(_ZONES[item.provider]))


def _summary(item: Item) -> str:
    summary = " ".join(item.text.paragraphs)
    return summary if item.malformed is not Malformed.HUGE else summary + " very" * (_HUGE_CHARS // len(" very"))


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


_DESCRIBED: Final[dict[str, Callable[[Item], str]]] = {
    "bloomberg": lambda item: _cdata(f"<p>{escape(_summary(item), quote=False)}</p>"),
    "wsj": lambda item: escape(_summary(item), quote=False),
    "ft": lambda item: _cdata(
        f"{escape(_summary(item), quote=False)} <a href='https://simulated.example/ft'>Read more</a>"
    ),
}
