"""Matching the events, figures and words of two texts one to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from forethought.domain.guard.facts import Event, Number
from forethought.domain.guard.kinds import REVERSIBLE, could_turn
from forethought.domain.guard.numbers import agree
from forethought.domain.guard.words.contrasts import CONTRASTS
from forethought.domain.guard.words.world import GENERIC, REGULATED

_SUBSTITUTED_FRAC = 0.25
"""Share of a text that may differ and the rest still count as the same sentence."""
_SIGNS = frozenset({"", "+", "-"})


@dataclass(slots=True)
class Pairing:
    """What was matched between two lists of events, and what was not."""

    pairs: list[tuple[Event, Event]]
    asked: list[Event]
    stored: list[Event]


def pair_events(asked: Sequence[Event], stored: Sequence[Event]) -> Pairing:
    """Match every event with the one that fits it best."""
    scored = sorted(
        (
            (-score, here + there, here, there)
            for here, one in enumerate(asked)
            for there, other in enumerate(stored)
            if (score := fit(one, other)) > 0
        ),
    )
    mine: dict[int, int] = {}
    theirs: set[int] = set()
    for _, _, here, there in scored:
        if here not in mine and there not in theirs:
            mine[here] = there
            theirs.add(there)
    for here, one in enumerate(asked):
        for there, other in enumerate(stored):
            if here not in mine and there not in theirs and _loosely(one, other, asked, stored):
                mine[here] = there
                theirs.add(there)
    return Pairing(
        [(asked[here], stored[there]) for here, there in sorted(mine.items())],
        [event for here, event in enumerate(asked) if here not in mine],
        [event for there, event in enumerate(stored) if there not in theirs],
    )


def _loosely(one: Event, other: Event, asked: Sequence[Event], stored: Sequence[Event]) -> bool:
    """Match what was bound differently, where no other binding could turn the meaning round.

    That is: the axis has one pole in both texts, and nobody is the doer in one text and the target in the other.
    """
    if (one.axis, one.pole, one.negated) != (other.axis, other.pole, other.negated):
        return False
    if any(_elsewhere(*names, asked, stored) for names in ((one.subject, other.subject), (one.object, other.object))):
        return False  # among several events a name has changed from one to another
    if any(
        event.axis == one.axis and (event.pole, event.negated) != (one.pole, one.negated) for event in (*asked, *stored)
    ):
        return False
    if one.axis in REVERSIBLE and one.topic != other.topic and one.topic is not None and other.topic is not None:
        return False  # supply lags demand
    return not (
        _changes_sides(one.subject, other.object, {one.object, other.subject}, one.axis)
        or _changes_sides(one.object, other.subject, {one.subject, other.object}, one.axis)
    )


def _elsewhere(here: str | None, there: str | None, asked: Sequence[Event], stored: Sequence[Event]) -> bool:
    """Tell whether a party is another in the other text, or is missing there and bound to something else."""
    if here is not None and there is not None:
        return here != there and sum(not event.optional for event in (*asked, *stored)) > _ONE_EACH
    name, events = (here, stored) if here is not None else (there, asked)
    return name is not None and any(name in {event.subject, event.object} for event in events if not event.optional)


def _changes_sides(here: str | None, there: str | None, others: set[str | None], axis: str) -> bool:
    """Tell whether a name does it in one text and has it done to it in the other, and could: gold, but not a place."""
    if here is None or here != there:
        return False
    return axis in REVERSIBLE or any(could_turn(axis, here, name) for name in others if name is not None)


_ONE_EACH: Final = 2

SIGNS: Final = {
    ("move", "up"): 1,
    ("move", "down"): -1,
    ("beat", "beat"): 1,
    ("beat", "miss"): -1,
    ("quality", "strong"): 1,
    ("quality", "weak"): -1,
    ("extreme", "high"): 1,
    ("extreme", "low"): -1,
}
"""Axes that tell the same thing in other words: a disappointing quarter, a miss."""


_ONE_OUTCOME: Final = tuple(
    frozenset((axis, pole, False) for axis, pole in group)
    for group in (
        {("verdict", "no"), ("ban", "ban"), ("run", "stop")},
        {("verdict", "yes"), ("ban", "unban"), ("run", "go")},
        {("verdict", "yes"), ("pact", "sign")},
    )
)
"""Outcomes for which wires use each other's words: blocks a merger, prohibits it."""
_ONE_SIGN: Final = (
    frozenset({"move up", "extreme high", "level up"}),
    frozenset({"move down", "extreme low", "level down"}),
    frozenset({"beat beat", "level up"}),
    frozenset({"beat miss", "level down"}),
    frozenset({"move up", "rating up"}),
    frozenset({"move down", "rating down"}),
    frozenset({"win win", "win award"}),
    frozenset({"verdict no", "ban ban"}),
    frozenset({"verdict yes", "ban unban"}),
    frozenset({"", "guidance"}),
    frozenset({"", "contract"}),
    frozenset({"level up", "".join(reversed(CONTRASTS["over"]))}),
    frozenset({"level down", "".join(reversed(CONTRASTS["under"]))}),
)
"""What words may mean in one place of the same sentence; which of them it is there, the events tell."""


def same_sign(asked: Sequence[Event], stored: Sequence[Event]) -> bool:
    """Tell whether all that is left over on both sides goes one way, on axes that stand for each other."""
    said = {(e.axis, e.pole, e.negated) for e in (*asked, *stored)}
    if {e.axis for e in asked}.isdisjoint(e.axis for e in stored) and any(said <= group for group in _ONE_OUTCOME):
        return True
    signs = {SIGNS.get((e.axis, e.pole), 0) * (-1 if e.negated else 1) for e in (*asked, *stored)}
    return len(signs) == 1 and 0 not in signs


def fit(one: Event, other: Event) -> int:
    """Score how well two events match: 0 when they do not."""
    if one.axis != other.axis or one.pole != other.pole or one.negated != other.negated:
        return 0
    score = 1
    for mine, theirs in (*_parties(one, other), (one.topic, other.topic)):
        if mine is not None and theirs is not None:
            if mine != theirs and not stands_for(mine, theirs):
                return 0
            score += 1
    return score


def tied(one: Event, other: Event) -> bool:
    """Tell whether two events name a thing in common, or name nothing at all."""
    mine, theirs = {one.subject, one.object, one.topic} - {None}, {other.subject, other.object, other.topic} - {None}
    return bool(mine & theirs) or not (mine or theirs)


def alike(one: Event, other: Event) -> bool:
    """Tell whether two events are tied to the same things, and to something."""
    return one.topic == other.topic and _who(one, other) and (one.subject or one.topic) is not None


def explicit(one: Event, other: Event) -> bool:
    """Tell whether both events say who, and whom, alike."""
    return one.subject is not None and other.subject is not None and _who(one, other)


def _who(one: Event, other: Event) -> bool:
    return all(mine == theirs for mine, theirs in _parties(one, other))


def substituted(asked: Sequence[str], stored: Sequence[str]) -> str | None:
    """Tell what stands in the other's place where two texts are the same but for a word or two."""
    if len(asked) != len(stored) or asked == stored:
        return None
    places = [
        (one, other) for one, other in zip(asked, stored, strict=True) if one != other and not _both_silent(one, other)
    ]
    if not places or len(places) > max(1, _SUBSTITUTED_FRAC * len(asked)):
        return None
    return ", ".join(f"{one or 'a word'} in the place of {other or 'a word'}" for one, other in places)


def _both_silent(one: str, other: str) -> bool:
    """Tell whether two meanings are small words and no pair of opposites, or a name and its general name."""
    if stands_for(one, other) or _one_sign(one, other):
        return True
    if one[:1] not in _SIGNS or other[:1] not in _SIGNS:
        return False
    return one[1:] != other[1:] or not one or not other


def stands_for(one: str, other: str) -> bool:
    """Tell whether one is the other's general name: oil for brent, Europe for its medicines agency."""
    pairs = ((one, other), (other, one))
    return any(GENERIC.get(a) == b or (a in REGULATED and REGULATED[a][0] == b) for a, b in pairs)


def _one_sign(one: str, other: str) -> bool:
    """Tell whether two meanings go one way: the events themselves are compared elsewhere."""
    return any(one in group and other in group for group in _ONE_SIGN)


def opposed(pairing: Pairing) -> bool:
    """Tell whether what was left over on both sides contradicts, even where each repeats a matched event."""
    return any(
        one.axis == other.axis and (one.pole != other.pole or one.negated != other.negated or _crossed(one, other))
        for one in pairing.asked
        for other in pairing.stored
    )


def _crossed(one: Event, other: Event) -> bool:
    if not (one.optional and other.optional):
        return fit(one, other) == 0
    return (one.subject is not None and one.subject == other.object) or (
        one.object is not None and one.object == other.subject
    )


def _parties(one: Event, other: Event) -> tuple[tuple[str | None, str | None], ...]:
    """Pair who with who. What moves may be the subject or, in `a weak dollar lifts gold`, the object."""
    if one.axis == "move" and (one.object is None) != (other.object is None):
        return ((one.object or one.subject, other.object or other.subject),)
    return (one.subject, other.subject), (one.object, other.object)


def same_binding(events: Iterable[Event]) -> bool:
    """Tell whether opposite poles are bound to the same thing, so that nothing tells which is whose."""
    seen: dict[tuple[str | None, str | None, str | None], str] = {}
    return any(seen.setdefault((e.subject, e.object, e.topic), e.label) != e.label for e in events)


def pair_numbers(
    asked: Sequence[Number], stored: Sequence[Number], *, points_are_percent: bool
) -> tuple[list[Number], list[Number], str]:
    """Match figures, exact ones first.

    Returns:
        What is left over on each side, and the figure that stands in another order than its like, if any.
    """
    scored = sorted(
        (one.value != other.value, here + there, here, there)
        for here, one in enumerate(asked)
        for there, other in enumerate(stored)
        if agree(one, other, points_are_percent=points_are_percent)
    )
    mine: dict[int, int] = {}
    theirs: set[int] = set()
    for _, _, here, there in scored:
        if here not in mine and there not in theirs:
            mine[here] = there
            theirs.add(there)
    return (
        [number for here, number in enumerate(asked) if here not in mine],
        [number for there, number in enumerate(stored) if there not in theirs],
        _swapped([(asked[here], stored[there], there) for here, there in sorted(mine.items())]),
    )


def _swapped(matched: Iterable[tuple[Number, Number, int]]) -> str:
    """Tell the figure that comes after its like in one text and before it in the other; `from` and `to` explain it."""
    last: dict[str, int] = {}
    for one, other, there in matched:
        if one.role in {"from", "to"} and one.role == other.role:
            continue
        unit = one.unit or other.unit
        if there < last.get(unit, -1):
            return one.label
        last[unit] = there
    return ""
