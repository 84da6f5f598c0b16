"""What both REST services share: a growing list of rendered items that is read by places."""

from typing import Final

from forethought.entrypoints.newswire.options import Malformed
from forethought.entrypoints.newswire.telling import Item

_KEPT: Final = 20_000
"""Items that can be read at least; some hours to some minutes, as the rate is."""
HUGE_CHARS: Final = 600_000


class GoneError(Exception):
    """A place is unknown: of another run, or forgotten."""


class Log:
    """Items by place: the n-th ever is at place n, from 0. A cursor is the place of the next one."""

    def __init__(self, run: str, *, kept: int = _KEPT) -> None:
        self._run = run
        self._kept = kept
        self._items: list[bytes] = []
        self._first = 0

    def __len__(self) -> int:
        """Count the items that can be read."""
        return len(self._items)

    def append(self, item: bytes) -> None:
        """Add one; the oldest leave from time to time."""
        self._items.append(compact(item))
        if len(self._items) >= 2 * self._kept:
            del self._items[: self._kept]
            self._first += self._kept

    @property
    def next(self) -> int:
        """The place of the item to come."""
        return self._first + len(self._items)

    def at(self, place: int) -> bytes | None:
        """Return the item at a place; `None` where there is none."""
        index = place - self._first
        return self._items[index] if 0 <= index < len(self._items) else None

    def read(self, cursor: str | None, limit: int) -> tuple[list[bytes], str, bool]:
        """Return the next items, where to go on, and whether there are more; without a cursor from the oldest on.

        Raises:
            GoneError: the cursor is not ours, or what comes next has left.
        """
        place = self._first if cursor is None else self._place(cursor)
        begin = place - self._first
        page = self._items[begin : begin + limit]
        return page, f"{self._run}.{place + len(page)}", begin + len(page) < len(self._items)

    def _place(self, cursor: str) -> int:
        run, _, place = cursor.partition(".")
        if run != self._run or not (
            place.isascii() and place.isdigit() and self._first <= int(place[:18]) <= self.next
        ):
            raise GoneError
        return int(place)


def compact(document: bytes) -> bytes:
    """Copy what orjson made: its bytes hold on to the buffer that they were written into, several times their size."""
    return b"%b" % document


def body(item: Item, paragraphs: tuple[str, ...]) -> str:
    """Join paragraphs as the item's fault has it."""
    text = "\n\n".join(paragraphs)
    if item.malformed is Malformed.HUGE:
        return text + " very" * (HUGE_CHARS // len(" very"))
    if item.malformed is Malformed.BROKEN_ENTITY:
        return f"<p>AT&T &nosuch; &#xZZ; {text} <b"
    if item.malformed is Malformed.BAD_CHARSET:
        return "\u2018Caf\u00e9\u2019 \u201cna\u00efve\u201d ".encode().decode("cp1252", "replace") + text
    return text


def headline(item: Item) -> str | None:
    """Return the headline as the item's fault has it."""
    if item.malformed is Malformed.NO_TITLE:
        return None
    script = " <script>alert('simulated')</script>" if item.malformed is Malformed.SCRIPT else ""
    return item.text.headline + script


def moment(item: Item) -> str | None:
    """Return when this version was published."""
    return None if item.malformed is Malformed.NO_DATE else spelt(item)


def spelt(item: Item) -> str:
    """Spell it, in UTC."""
    return f"{item.published:%Y-%m-%dT%H:%M:%S}.{item.published.microsecond // 1000:03d}Z"
