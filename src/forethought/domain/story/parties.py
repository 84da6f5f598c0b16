"""Who: whether two reports name different companies, people or agencies, or have them change places."""

import re
from itertools import pairwise, product
from typing import Final

from forethought.domain.guard import Facts
from forethought.domain.guard.kinds import KINDS, could_turn
from forethought.domain.guard.lexicon import PLACE_NAMES
from forethought.domain.guard.pairing import stands_for
from forethought.domain.guard.words.world import IMPLIED, REGULATED
from forethought.domain.story.shared import (
    BACKGROUND,
    ONE_WAY,
    meaning,
    nation_of,
    parties_clash,
    shared_events,
    unexplained,
)
from forethought.domain.story.words import agree

_PASSIVE: Final = re.compile(r"(?<!\S)(?:by|sale to|sell itself|be acquired|be bought|accepts?|sold to)(?!\S)")
_ACTIVE: Final = re.compile(
    r"(?<!\S)(?:buy|buys|buying|acquires?|acquiring|snaps? up|purchase|take over|(?:deal"
    r"|bid|offer|agreement) for)(?!\S)"
)
_TWO_PARTIES: Final = frozenset({"merger"})


def other_name(a: Facts, b: Facts) -> bool:
    """Tell whether a name stands in another's place, also one that no table knows."""
    for one, other in product(set(a.names) - set(b.names), set(b.names) - set(a.names)):
        implied = other in IMPLIED.get(one, ()) or one in IMPLIED.get(other, ())
        if KINDS.get(one) == KINDS.get(other) and not implied and not stands_for(one, other):
            return True
    return _other_agency(a, b) or _other_agency(b, a) or _other_principal(a, b)


def _other_agency(a: Facts, b: Facts) -> bool:
    """Tell whether one names an agency, and the other the regulator of another country."""
    agencies, places = set(a.names) & set(REGULATED), set(b.names) & PLACE_NAMES
    if not agencies or not places or "regulator" not in b.descriptors or set(b.names) & set(REGULATED):
        return False
    return not any(REGULATED[agency][0] in places for agency in agencies)


def _other_principal(a: Facts, b: Facts) -> bool:
    """Tell whether each report has a name of its own, and neither begins with one that the other knows."""
    companies_a, companies_b = _companies(a), _companies(b)
    own_a, own_b = unexplained(a) - set(b.words), unexplained(b) - set(a.words)
    if _TWO_PARTIES & agree(a.key, b.key):
        proper = a.proper & set(b.words) | b.proper & set(a.words)
        short = {name for name in companies_a ^ companies_b if name.split()[0] in {*a.words, *b.words}}
        shared = len(companies_a & companies_b) + len(proper) + len(short)
        own_a, own_b = own_a | companies_a - companies_b, own_b | companies_b - companies_a
        return shared < 2 and bool(own_a) and bool(own_b)  # noqa: PLR2004 -- both parties
    if companies_a & companies_b or not own_a or not own_b:
        return False
    leads_a, leads_b = _lead(a), _lead(b)
    return not leads_a or not leads_b or not leads_a <= {*b.words, *b.names} or not leads_b <= {*a.words, *a.names}


def _companies(facts: Facts) -> set[str]:
    return {name for name in facts.names if KINDS.get(name) == "company"}


def _lead(facts: Facts) -> set[str]:
    """Return the first name; none where no letter tells names from other words."""
    return set([name for name in facts.order if name in facts.proper or KINDS.get(name) == "company"][:1])


def other_party(a: Facts, b: Facts) -> bool:
    """Tell whether the same thing happens to somebody else."""
    for event in a.events:
        like = [other for other in b.events if meaning(other) == meaning(event)]
        if like and all(parties_clash(event, other, a, b) for other in like):
            return True
    return False


def turned(a: Facts, b: Facts) -> bool:
    """Tell whether the parties have changed places, by the events or, where these leave it open, by their order."""
    for one, other in product(a.events, b.events):
        pair = (one.subject, one.object)
        swapped = (
            meaning(one) == meaning(other) and one.axis not in BACKGROUND and pair == (other.object, other.subject)
        )
        if swapped and one.subject and one.object and could_turn(one.axis, one.subject, one.object):
            return True
    if (changed := _swapped_names(a, b)) is not None:
        return changed
    if agree(a.key, b.key) & ONE_WAY:
        return False
    order_a, order_b = _named(a), _named(b)
    parties = {
        party.lstrip("~") for event in (*a.events, *b.events) for party in (event.subject, event.object) if party
    }
    place = {name: order_b.index(name) for name in order_a if name in order_b and (name in KINDS or name in parties)}
    if len(place) < 2 or all(x < y for x, y in pairwise(place.values())):  # noqa: PLR2004 -- nothing to put in order
        return False
    explained = {
        nation_of(name.lstrip("~"))
        for one, other in shared_events(a, b)
        for name in {one.subject, one.object} & {other.subject, other.object}
        if name is not None
    }
    return any(
        place[one] > place[other] and KINDS.get(one) == KINDS.get(other) and not {one, other} & explained
        for here, one in enumerate(place)
        for other in list(place)[here + 1 :]
    )


def _swapped_names(a: Facts, b: Facts) -> bool | None:
    """Tell whether the two parties of a deal have changed places; `None` where a text leaves open who buys whom."""
    if not agree(a.key, b.key) & _TWO_PARTIES:
        return None
    parties = (_companies(a) | a.proper) & (_companies(b) | b.proper)
    order = [[name for name in facts.order if name in parties][:2] for facts in (a, b)]
    voices = [_PASSIVE.search(facts.key) is None and (True if _ACTIVE.search(facts.key) else None) for facts in (a, b)]
    if len(parties) < 2 or None in voices:  # noqa: PLR2004 -- both parties
        return None
    return order[0] == (order[1][::-1] if voices[0] == voices[1] else order[1])


def _named(facts: Facts) -> list[str]:
    return list(dict.fromkeys(map(nation_of, facts.order)))
