"""What may stand in one text only where the rest says that both tell of the same event."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from forethought.domain.guard.facts import Event, Facts
from forethought.domain.guard.lexicon import PLACE_NAMES
from forethought.domain.guard.pairing import pair_numbers
from forethought.domain.guard.words.topics import CIRCUMSTANCES, CIRCUMSTANTIAL
from forethought.domain.guard.words.world import INCIDENTAL, LOCAL, REGULATED

_BY_ORDER: Final = re.compile(r"\b(?:former|latter|respectively|first|second)\b")
"""Words for which the order of two names counts."""
AGREES: Final = re.compile(r"\bagree[sd]?\b")
"""Somebody agrees to do it."""
_AGREES_TO: Final = re.compile(
    r"\bagree[sd]? (?:a deal |on a deal )?to (?:buy|acquire|purchase|take over|merge|sell)\b"
)
_IS_DONE: Final = re.compile(
    r"\b(?:bought|acquired|purchased|merged|sold|complet\w+|clos(?:e[sd]?|ing)|finali[sz]\w+|after|takes? over|"
    r"took over)\b"
)
_GRADE: Final = re.compile(r"\b(?:to|at|of|from) ([abc]{1,3}[+-]?)(?![\w+])")
_SUBORDINATE: Final = frozenset({"as", "after", "while", "despite", "following", "because", "amid", "when"})
_MAX_ROTATED: Final = 40
"""Words; a longer text is no headline, and trying each place would no longer be linear."""
_MIN_RETOLD: Final = 3
"""Words that a text says again when it tells the other one twice."""
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
    if not one_name:  # nearly always
        return tuple(events)
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


def agrees_to(mine: Facts, other: Facts) -> bool:
    """Tell whether `agrees to buy` meets `buys`, as headlines have it; what is bought already is other news."""
    return any(
        _AGREES_TO.search(one.key) and not _AGREES_TO.search(two.key) and not _IS_DONE.search(two.key)
        for one, two in ((mine, other), (other, mine))
    )


def other_namesake(mine: Facts, other: Facts) -> str:
    """Tell two unknown firms that share the first part of their names: Evergrove Energy, Evergrove Health."""
    one, two = mine.designations, other.designations
    names = {name for name, _ in one} & {name for name, _ in two}
    differ = sorted((one ^ two), key=str)
    return " vs ".join(f"{name.lstrip('~')} {what}" for name, what in differ if name in names)


def figures_tell(a: Facts, b: Facts) -> bool:
    """Tell whether a figure that both give is the news, and nothing is left unexplained.

    Either a company's own outlook, or a figure of a topic without any event: a profit a share.
    """
    if not a.numbers or set(a.words) != set(b.words):
        return False
    if a.own_outlook and b.own_outlook and a.certainty == b.certainty == "expected":
        return True
    return len(a.numbers) == len(b.numbers) and set(a.topics) == set(b.topics) != set() and not (a.events or b.events)


def same_consensus(a: Facts, b: Facts) -> bool:
    """Tell whether both texts set the same figure against the same expectation: then both say who beat whom."""
    if not (a.consensus and b.consensus and len(a.numbers) > 1):
        return False
    left_a, left_b, swapped = pair_numbers(a.numbers, b.numbers, points_are_percent=False)
    return not (left_a or left_b or swapped)


def rotated(one: str, other: str) -> bool:
    """Tell `gold rises after dollar falls` turned into `after dollar falls, gold rises`: the same words, rotated."""
    a, b = one.split(), other.split()
    if len(a) != len(b) or len(a) > _MAX_ROTATED:
        return False
    return any(
        mine[at] in _SUBORDINATE and mine[at:] + mine[:at] == theirs
        for mine, theirs in ((a, b), (b, a))
        for at in range(1, len(mine))
    )


def retold(mine: Facts, other: Facts) -> str:
    """Tell a text that has all words of the other and says most of them again: which telling counts, nobody knows.

    `"Euro slides versus the dollar" was the headline; today dollar slides versus the euro`.

    Returns:
        The words that are told again; empty where the longer text lacks a word, or adds something else.
    """
    whole, part = (Counter(key.split()) for key in sorted((mine.key, other.key), key=len, reverse=True))
    said = {word for word in part if len(word) >= _MIN_PART or word.isdigit()}
    again = {word for word in said if whole[word] > part[word]}
    if not said <= whole.keys() or len(again) < max(_MIN_RETOLD, len(said) / 2):
        return ""
    return ", ".join(sorted(again))


def other_grade(mine: Facts, other: Facts) -> str:
    """Tell the credit grades with a sign, A+, A-, that differ; such a sign is no word."""
    one, two = set(_GRADE.findall(mine.key)), set(_GRADE.findall(other.key))
    signed = any(grade[-1] in "+-" for grade in one | two)
    return f"{'/'.join(sorted(one))} vs {'/'.join(sorted(two))}" if signed and one and two and one != two else ""


def fund_for_etf(mine: Facts, other: Facts) -> set[str]:
    """Return `etf` where the other text says only fund."""
    return {"etf"} if "etf" in mine.topics and "fund" in other.descriptors else set()
