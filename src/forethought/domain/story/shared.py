"""What the comparisons of two reports have in common: topics, and the events that both tell."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from forethought.domain.guard import Event, Facts
from forethought.domain.guard.pairing import stands_for
from forethought.domain.guard.words.world import IMPLIED, INCIDENTAL

_FREE_TOPICS: Final = frozenset({"share", "price"})
TOPICS: Final = {"output cut": "output", "supply": "output"}
"""Topics that wires use for each other."""
BACKGROUND: Final = frozenset({"pact", "war"})
"""Axes that say nothing by themselves: an agreement to do what, a missile contract."""
BROAD: Final = frozenset({"approval", "results", "head"})
"""Kinds that do not say what of: a verdict, a surprise."""
ONE_WAY: Final = frozenset({"head", "probe", "rating", "fine", "recall", "hack", "approval"})
"""Kinds whose parties cannot change places."""


def unexplained(facts: Facts) -> set[str]:
    """Return the unexplained words that may be names; without small letters each of them may be."""
    return set(facts.order) & set(facts.words)


def parties_clash(one: Event, other: Event, a: Facts, b: Facts) -> bool:
    """Tell whether two events have somebody else in one place, whom the other text does not name."""
    slots = ((one.subject, other.subject), (one.object, other.object))
    return any(_clash(mine, theirs, a, b) for mine, theirs in slots)


def _clash(mine: str | None, theirs: str | None, a: Facts, b: Facts) -> bool:
    if mine is None or theirs is None or mine == theirs or "US" in {mine, theirs} or stands_for(mine, theirs):
        return False
    return mine.lstrip("~") not in (*b.names, *b.words) and theirs.lstrip("~") not in (*a.names, *a.words)


def nation_of(name: str) -> str:
    """Return the United States for those who speak for it: `Trump hits China`, `US hits China`."""
    return "US" if "US" in IMPLIED.get(name, ()) else name


def meaning(event: Event) -> tuple[str, str, bool]:
    """Return what happens, whoever it concerns."""
    return event.axis, event.pole, event.negated


def topics_of(facts: Facts) -> set[str]:
    """Return the topics that tell news apart, one name for those that stand for each other."""
    return {TOPICS.get(topic, topic) for topic in facts.topics} - _FREE_TOPICS


def same_topic(one: str | None, other: str | None) -> bool:
    """Tell whether two topics may be one; `None` is bound to nothing."""
    return one is None or other is None or TOPICS.get(one, one) == TOPICS.get(other, other)


def shared_events(a: Facts, b: Facts) -> Iterator[tuple[Event, Event]]:
    """Yield the events that both tell: of one topic, or of one party where the reports have a topic in common."""
    common = bool(topics_of(a) & topics_of(b))
    for one, other in product(a.events, b.events):
        if meaning(one) != meaning(other) or parties_clash(one, other, a, b):
            continue
        parties = {one.subject, one.object} & {other.subject, other.object} - {None}
        if same_topic(one.topic, other.topic) or len(parties) > 1 or (common and parties - INCIDENTAL):
            yield one, other


def told_in_both(mine: Facts, theirs: Facts) -> list[tuple[Event, Event]]:
    """Return the events that both tell and that say something by themselves."""
    return [(one, other) for one, other in shared_events(mine, theirs) if one.axis not in BACKGROUND]
