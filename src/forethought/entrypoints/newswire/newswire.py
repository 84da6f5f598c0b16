"""The newswire: what is published so far, in the form of each provider."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Final

from forethought.entrypoints.newswire import ap, replayed, reuters
from forethought.entrypoints.newswire.faults import Faults
from forethought.entrypoints.newswire.ledger import Ledger
from forethought.entrypoints.newswire.options import Options
from forethought.entrypoints.newswire.rest import Log
from forethought.entrypoints.newswire.reuters import Tokens
from forethought.entrypoints.newswire.rss import NAMES, Feed
from forethought.entrypoints.newswire.schedule import Schedule, run_of
from forethought.entrypoints.newswire.telling import Item

_AT_ONCE: Final = 500
"""Items that are published before others get a turn."""


class Newswire:
    """One simulated newswire. Time passes by `advance` only."""

    def __init__(self, options: Options, *, started: datetime, rows: list[replayed.Row] | None = None) -> None:
        """Publish nothing yet.

        Args:
            options: All of them.
            started: When it began, UTC: with the seed it decides about every byte.
            rows: Articles to publish in the place of generated stories.
        """
        run = run_of(started)
        self.options = options
        self.started = started
        self.ledger = Ledger()
        self.faults = Faults(options)
        self.tokens = Tokens(options.token_s)
        self.feeds = {provider: Feed(provider, options, run) for provider in NAMES}
        self.reuters = Log(run)
        self.ap = Log(run)
        self.ap_texts = Log(run)
        self._source = "stories" if rows is None else "file"
        self._coming = _limited(
            Schedule(options, started).items() if rows is None else replayed.items(rows, started, options.rate), options
        )
        self._next = next(self._coming, None)
        self._publish: dict[str, Callable[[Item, datetime], None]] = {
            "reuters": lambda item, _: self.reuters.append(reuters.rendered(item)),
            "ap": self._publish_ap,
            **{provider: feed.publish for provider, feed in self.feeds.items()},
        }

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self._next is None

    def advance(self, now: datetime) -> bool:
        """Publish what is due; tell whether some of that is left for the next call."""
        passed_s = (now - self.started).total_seconds()
        for _ in range(_AT_ONCE):
            if self._next is None or self._next[0] > passed_s:
                return False
            at_s, item = self._next
            self._publish[item.provider](item, self.started + timedelta(seconds=at_s))
            self.ledger.add(item)
            self._next = next(self._coming, None)
        return True

    def _publish_ap(self, item: Item, _: datetime) -> None:
        self.ap.append(ap.rendered(item, self.ap_texts.next))
        self.ap_texts.append(ap.nitf(item))

    def document(self) -> dict[str, Any]:
        """Say where what can be read, and how much of it."""
        return {
            "simulated": True,
            "note": "Nothing of this news has happened: stories are made up, or replayed from a file.",
            "source": self._source,
            "started_at": self.started.astimezone(UTC).isoformat(),
            "finished": self.finished,
            "feeds": {
                **{name: {"path": f"/{name}/markets.rss", "items": len(feed)} for name, feed in self.feeds.items()},
                "reuters": {"path": "/reuters/items", "login": "/reuters/auth/token", "items": len(self.reuters)},
                "ap": {"path": ap.FEED, "items": len(self.ap)},
            },
            "ledger": {"path": "/ledger", "items": "/ledger/items"},
            "options": self.options.model_dump(mode="json"),
        }


def _limited(coming: Iterator[tuple[float, Item]], options: Options) -> Iterator[tuple[float, Item]]:
    if options.count is not None:
        coming = islice(coming, options.count)
    if (duration_s := options.duration_s) is not None:
        coming = takewhile(lambda one: one[0] < duration_s, coming)
    return coming
