"""What may stand in one text only where the rest says that both tell of the same event."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from forethought.domain.guard.facts import Event, Facts
from forethought.domain.guard.lexicon import PLACE_NAMES
from forethought.domain.guard.lexicon_more import CIRCUMSTANCES, CIRCUMSTANTIAL, LOCAL, REGULATED
from forethought.domain.guard.lexicon_world import INCIDENTAL

_BY_ORDER: Final = re.compile(r"\b(?:former|latter|respectively|first|second)\b")
"""Words for which the order of two names counts."""
AGREES: Final = re.compile(r"\bagree[sd]?\b")
"""Somebody agrees to do it."""
_GRADE: Final = re.compile(r"\b(?:to|at|of|from) ([abc]{1,3}[+-]?)(?![\w+])")
_MIN_PART: Final = 3
"""Letters in a part of a compound word."""


def meant_agencies(names: Iterable[str], mine: Facts, other: Facts) -> set[str]:
    """Return the agencies that the other text calls a regulator: it names no agency, and the topic allows no other."""
    shared = set(mine.topics) & set(other.topics)
    if "regulator" not in other.descriptors or set(other.names) & set(REGULATED):
        return set()
    return {
        name
        for name in names
        if name in REGULATED
        and shared & REGULATED[name][1]
        and (
            REGULATED[name][0] in other.names
            or (REGULATED[name][0] in INCIDENTAL and not PLACE_NAMES & set(other.names))
        )
    }


def local_places(names: Iterable[str], mine: Facts, other: Facts) -> set[str]:
    """Return the parts of a country that no event is bound to, beside a name that both texts share."""
    shared = set(mine.names) & set(other.names) - INCIDENTAL - LOCAL
    bound = {party for event in mine.events for party in (event.subject, event.object)}
    if not shared or set(other.names) & LOCAL:
        return set()
    return {name for name in names if name in LOCAL and name not in bound}


def circumstances(topics: Iterable[str], mine: Facts, other: Facts, pairs: Sequence[tuple[Event, Event]]) -> set[str]:
    """Return the topics that only say what a suit or a deal is about, where its parties or its figure are the same."""
    told = [
        one
        for one, theirs in pairs
        if one.axis in CIRCUMSTANTIAL and {one.subject, one.object} & {theirs.subject, theirs.object} - {None}
    ]
    parties = len(set(mine.names) & set(other.names) - INCIDENTAL)
    if not told or (parties < 2 and not (mine.numbers and other.numbers)):  # noqa: PLR2004 -- both parties
        return set()
    return {topic for topic in topics if topic in CIRCUMSTANCES}


def joined(mine: Facts, other: Facts) -> dict[str, str]:
    """Return one name for both of a couple that both texts name once, side by side, in whichever order."""
    if any(_BY_ORDER.search(side.key) for side in (mine, other)):
        return {}
    once = {
        name: min(couple)
        for couple in mine.coupled & other.coupled
        for name in couple
        if all(side.sequence.count(name.lstrip("~")) == 1 for side in (mine, other))
    }
    return {name: first for name, first in once.items() if first in once}


def merged(events: Sequence[Event], one_name: dict[str, str]) -> tuple[Event, ...]:
    """Return the events with one name for each couple."""
    return tuple(
        replace(
            event,
            subject=one_name.get(event.subject or "", event.subject),
            object=None
            if event.object is not None and one_name.get(event.object) == one_name.get(event.subject or "", "")
            else one_name.get(event.object or "", event.object),
        )
        for event in events
    )


def compounds(words: set[str], key: str) -> set[str]:
    """Return the words that the other text writes in two, and their parts: rearview, rear-view."""
    found: set[str] = set()
    for word in words:
        for cut in range(_MIN_PART, len(word) - _MIN_PART + 1):
            one, two = word[:cut], word[cut:]
            if f"{one} {two}" in key or f"{one}-{two}" in key:
                found |= {word, one, two}
    return found


def other_grade(mine: Facts, other: Facts) -> str:
    """Tell the credit grades with a sign, A+, A-, that differ; such a sign is no word."""
    one, two = set(_GRADE.findall(mine.key)), set(_GRADE.findall(other.key))
    signed = any(grade[-1] in "+-" for grade in one | two)
    return f"{'/'.join(sorted(one))} vs {'/'.join(sorted(two))}" if signed and one and two and one != two else ""


def fund_for_etf(mine: Facts, other: Facts) -> set[str]:
    """Return `etf` where the other text says only fund."""
    return {"etf"} if "etf" in mine.topics and "fund" in other.descriptors else set()
