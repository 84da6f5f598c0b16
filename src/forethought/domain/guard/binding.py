"""From marks in a row to events that know who, whom and what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from forethought.domain.guard.facts import Event
from forethought.domain.guard.inflect import listed
from forethought.domain.guard.kinds import KINDS
from forethought.domain.guard.lexicon import PLACE_NAMES, Kind, Mark
from forethought.domain.guard.tokens import Token
from forethought.domain.guard.words.axes import BY_WORDS, TRANSITIVE
from forethought.domain.guard.words.topics import HEAD_TOPICS, INVERSE_TOPICS

_BE = frozenset(listed("be been being is are was were get gets got"))
_PREPOSITIONS = frozenset(
    listed("""against versus vs to for of in on over above below past than with from by at near like into as toward""")
)
_NEAR_ITEMS = 24
"""How far a subject, object or topic is looked for; keeps a long clause linear."""
_NEAR_TOKENS = 6
_JOINS = frozenset({"and", ",", "&"})
_AFTER_PAIR = frozenset(listed("in for on over at to after amid as"))
_NO_GIVER = frozenset(listed("for of to in over after on against"))
_NAMED = frozenset({Kind.NAME, Kind.WORD})


@dataclass(slots=True)
class Item:
    """A mark at its place in the text."""

    mark: Mark
    at: int
    """Index of its first token."""
    clause: int
    """Number of the clause; hard boundaries part clauses."""
    part: int
    """Number of the part; commas and `and` part clauses further."""
    possessive: bool = False
    negated: bool = False
    modal: str = ""
    before: str = ""
    """The word before it."""
    label: bool = False
    """Opens the text, with a colon: `Walmart: Goldman upgrades`."""
    aside: bool = False
    """A place where it happens, which does nothing itself."""


def bind(items: Sequence[Item], degrees: dict[int, str]) -> tuple[Event, ...]:
    """Bind every event to its subject, object and topic.

    Args:
        items: Names, topics and events in order.
        degrees: How large the move of a clause is, by clause.
    """
    events = (_bind(items, here, degrees) for here, item in enumerate(items) if item.mark.kind is Kind.EVENT)
    return tuple(dict.fromkeys(events))


def coupled(items: Sequence[Item], tokens: Sequence[Token]) -> Iterator[frozenset[str]]:
    """Yield the names that stand side by side where no verb of their own parts them: `Kroger and Albertsons`."""
    for one, other in pairwise(item for item in items if item.mark.kind in _NAMED):
        if one.possessive or other.possessive or other.at - one.at > _NEAR_TOKENS:
            continue
        between = [token.norm for token in tokens[one.at + 1 : other.at]]
        if not between or between[-1] not in _JOINS or (one.at and between[-1] == ","):
            continue
        ends = next((token for token in tokens[other.at + 1 : other.at + 2]), None)
        if between == between[-1:] and (one.at == 0 or ends is None or ends.kind == "mark" or ends.norm in _AFTER_PAIR):
            yield frozenset({one.mark.name, other.mark.name})


def _bind(items: Sequence[Item], here: int, degrees: dict[int, str]) -> Event:
    item = items[here]
    mark = item.mark
    subject, patient = _roles(items, here)
    if patient is None and mark.name in TRANSITIVE and items[0].label and subject not in {None, _id(items[0])}:
        patient = _id(items[0])
    topic = _topic(items, here)
    return Event(
        axis="rating" if mark.name == "move" and topic == "credit rating" else mark.name,
        pole=_pole(mark, topic),
        negated=item.negated,
        subject=subject,
        object=patient,
        topic=topic,
        modal=item.modal,
        degree=(mark.degree or degrees.get(item.clause, "")) if mark.name == "move" else "",
        clause=item.clause,
        optional=mark.optional and not item.negated,
    )


def _pole(mark: Mark, topic: str | None) -> str:
    """Turn `better than expected` round where less is better; such a mark has the degree `~`."""
    if mark.degree == "~" and topic in INVERSE_TOPICS:
        return "miss" if mark.pole == "beat" else "beat"
    return "win" if mark.pole == "award" else mark.pole


def _roles(items: Sequence[Item], here: int) -> tuple[str | None, str | None]:
    """Tell who does it and to whom."""
    mark = items[here].mark
    left, before_left = _left(items, here)
    right, doer = _right(items, here), _doer(items, here)
    if doer is not None and left is not None and mark.name == "run" and doer.before != "by" and _is_company(left):
        doer = None  # GM halts production at Kansas plant: a place of work, no doer
    if mark.pole == "award" or mark.form == "w":
        return _given(mark, left, right, doer)
    if doer is not None:
        passive = mark.form == "d" and left is not None  # bought by Pinewell for its treasury
        target = left if passive or right is None or right is doer else right
        return _id(doer), _id(target) if target is not doer else None
    if mark.name == "move":
        moved = right if right is not None and right.part == items[here].part else None
        moved = moved if moved is not None and moved.before not in _PREPOSITIONS else None
        return _id(left or right), _id(moved) if left is not None else None
    if mark.name not in TRANSITIVE:
        return _id(left), _id(right)
    if mark.form == "n":
        return _noun_roles(items, here, left, before_left, right)
    passive = mark.form == "d" and (right is None or items[here].before in _BE)
    return (None, _id(left)) if passive else (_id(left), _id(right))


def _is_company(item: Item) -> bool:
    return KINDS.get(item.mark.name) == "company"


def _given(mark: Mark, left: Item | None, right: Item | None, doer: Item | None) -> tuple[str | None, str | None]:
    """Read what is given: the FDA's approval won by Lilly, a contract that the army awards."""
    if mark.pole == "award":
        return (_id(left), None) if doer is not None or right is None else (_id(right), _id(left))
    giver = doer or (right if right is not None and right.before not in _NO_GIVER else None)
    return _id(giver), _id(left)


def _noun_roles(
    items: Sequence[Item], here: int, left: Item | None, before_left: Item | None, right: Item | None
) -> tuple[str | None, str | None]:
    """Read `X's takeover of Y`, `Y takeover`, `X's Y takeover`."""
    if right is not None and right.at == items[here].at + 1 and right.before.endswith("ing"):
        return _id(left), _id(right)  # from buying Spirit
    if right is not None and right.before in {"of", "for", "in", "into", "against"}:
        return _id(left), _id(right)
    if items[here].mark.name == "verdict":
        return _id(left), _id(before_left)
    if left is not None and not left.possessive and left.clause == items[here].clause:
        return _id(before_left), _id(left)
    return _id(left), _id(right)


def _left(items: Sequence[Item], here: int) -> tuple[Item | None, Item | None]:
    found: list[Item] = []
    for item in reversed(items[max(0, here - _NEAR_ITEMS) : here]):
        if item.clause != items[here].clause:
            break
        if item.mark.kind in _NAMED and not item.aside:
            found.append(item)
            if len(found) == 2:  # noqa: PLR2004 -- the nearest and the one before
                break
    if len(found) > 1 and found[0].mark.name in PLACE_NAMES and found[1].mark.name not in PLACE_NAMES:
        return found[1], found[0]  # McDonald's U.S. sales: the place only tells which sales
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _right(items: Sequence[Item], here: int) -> Item | None:
    for item in items[here + 1 : here + _NEAR_ITEMS]:
        if item.clause != items[here].clause:
            return None
        if item.mark.kind in _NAMED and not item.aside and item.before not in {"by", "at", "from"}:
            return item
        if item.mark.kind is Kind.EVENT and not item.mark.optional and item.mark.form != "n":
            return None
    return None


def _doer(items: Sequence[Item], here: int) -> Item | None:
    """Find the name after `by`, or after `at` and `from` where the event allows it."""
    mark = items[here].mark
    by_desk = mark.name in BY_WORDS or (mark.name == "move" and _topic(items, here) == "target")
    words = ("by", "at", "from") if by_desk else ("by",)
    for item in items[here + 1 : here + _NEAR_ITEMS]:
        if item.mark.kind is Kind.EVENT and not item.mark.optional:
            return None
        if item.clause != items[here].clause or item.at - items[here].at > 2 * _NEAR_TOKENS:
            return None
        if item.mark.kind in _NAMED and item.before in words:
            return item
    return None


def _topic(items: Sequence[Item], here: int) -> str | None:
    """Find the topic before the event in its part of the clause, else the one after it; a head topic before others."""
    part, clause = items[here].part, items[here].clause
    found: list[str] = []
    for item in reversed(items[max(0, here - _NEAR_ITEMS) : here]):
        if item.part != part or item.mark.kind is Kind.EVENT:
            break
        if item.mark.kind is Kind.TOPIC:
            found.append(item.mark.name)
    if not found:
        for item in items[here + 1 : here + _NEAR_ITEMS]:
            if item.clause != clause or (
                item.mark.kind is Kind.EVENT and not item.mark.optional and item.mark.form != "n"
            ):
                break
            if item.mark.kind is Kind.TOPIC:
                found.append(item.mark.name)
    return next((topic for topic in found if topic in HEAD_TOPICS), found[0] if found else None)


def _id(item: Item | None) -> str | None:
    return None if item is None else item.mark.name
