"""What was published, for those who count what arrived. None of it is on the wire."""

from collections import Counter
from typing import Any, Final

import orjson

from forethought.entrypoints.newswire.options import PROVIDERS, Malformed
from forethought.entrypoints.newswire.rest import compact, spelt
from forethought.entrypoints.newswire.telling import Item, Mark

_KEPT: Final = 100_000
"""Items that are listed; counts go on."""
_DUPLICATES: Final = {Mark.REPEAT, Mark.REPOST}


class Ledger:
    """Counts by provider and mark, and a list of ids."""

    def __init__(self) -> None:
        self._marks: dict[str, Counter[Mark]] = {provider: Counter() for provider in PROVIDERS}
        self._malformed: Counter[Malformed] = Counter()
        self._kinds: Counter[str] = Counter()
        self._items: list[tuple[str, bool, bytes]] = []
        """Provider, whether it is malformed, and its row: smaller than the item."""
        self._first = 0
        self.stories = 0
        self.requests: Counter[str] = Counter()
        """For news, by provider."""
        self.faults: Counter[str] = Counter()

    def add(self, item: Item) -> None:
        """Count an item; list it unless it is a repetition."""
        self._marks[item.provider][item.mark] += 1
        if item.malformed is not None:
            self._malformed[item.malformed] += 1
        if item.mark is Mark.NEWS:
            self._kinds[item.kind] += 1
        if item.story is not None:
            self.stories = max(self.stories, item.story)
        if item.mark is Mark.REPEAT:
            return
        self._items.append((item.provider, item.malformed is not None, compact(orjson.dumps(_row(item)))))
        if len(self._items) >= 2 * _KEPT:
            del self._items[:_KEPT]
            self._first += _KEPT

    def counts(self) -> dict[str, Any]:
        """Say how many of what."""
        marks = sum(self._marks.values(), Counter[Mark]())
        duplicates = sum(marks[mark] for mark in _DUPLICATES)
        return {
            "published": marks.total(),
            "good": marks.total() - duplicates - marks[Mark.MALFORMED],
            "duplicates": duplicates,
            "malformed": marks[Mark.MALFORMED],
            "unique": marks.total() - marks[Mark.REPEAT] - marks[Mark.MALFORMED],
            "stories": self.stories,
            "by_mark": {mark.value: marks[mark] for mark in Mark},
            "by_malformed": {how.value: number for how, number in self._malformed.items()},
            "by_kind": dict(self._kinds),
            "providers": {provider: _of_one(counter) for provider, counter in self._marks.items()},
            "requests": dict(self.requests),
            "faults": dict(self.faults),
        }

    def listed(self, place: int, limit: int, *, provider: str | None, malformed: bool) -> dict[str, Any]:
        """List items from a place on: those that a perfect reader has, or those that are malformed.

        Returns:
            `items`, `next` (the place where to go on) and `more`. A page may be empty and yet not the last.
        """
        begin = max(place, self._first) - self._first
        page = self._items[begin : begin + limit]
        return {
            "items": [orjson.loads(row) for of, wrong, row in page if wrong == malformed and provider in {None, of}],
            "next": self._first + begin + len(page),
            "more": begin + len(page) < len(self._items),
        }


def _of_one(marks: Counter[Mark]) -> dict[str, int]:
    """Count one provider; `unique` are the (id, version) that a perfect reader has."""
    unique = marks.total() - marks[Mark.REPEAT] - marks[Mark.MALFORMED]
    return {**{mark.value: marks[mark] for mark in Mark}, "published": marks.total(), "unique": unique}


def _row(item: Item) -> dict[str, Any]:
    return {
        "provider": item.provider,
        "id": item.native_id,
        "version": item.version,
        "mark": item.mark,
        "malformed": item.malformed,
        "headline": item.text.headline,
        "published_at": spelt(item),
        "story": item.story,
        "kind": item.kind,
        "symbol": item.symbol,
        "direction": item.direction,
        "truth": item.truth,
    }
