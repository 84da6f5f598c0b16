"""Wording a refusal."""

from collections.abc import Iterable, Sequence

from forethought.domain.guard.facts import Event, Period
from forethought.domain.guard.findings import Alignment, GuardFinding, Refusal

_FREE_PERIODS = frozenset({"frequency"})


def refuse(refusal: Refusal, detail: str) -> GuardFinding:
    """Return a refusal; how well the texts align no longer counts."""
    return GuardFinding(refusal, Alignment.WEAK, f"{refusal}: {detail}")


def listing(values: Iterable[str]) -> str:
    """Name values in order."""
    return ", ".join(sorted(value.lstrip("~") for value in values)) or "nothing"


def clash(asked: Sequence[Event], stored: Sequence[Event]) -> GuardFinding:
    """Refuse events that stand against each other, by the weightiest difference."""
    for one in asked:
        for other in stored:
            if one.axis == other.axis and one.pole != other.pole:
                return refuse(Refusal.DIRECTION, f"{one.label} vs {other.label}")
    for one in asked:
        for other in stored:
            if one.axis == other.axis and one.negated != other.negated:
                return refuse(Refusal.NEGATION, f"{one.label} vs {other.label}")
    same = [(one, other) for one in asked for other in stored if one.axis == other.axis]
    if same:
        one, other = same[0]
        return refuse(Refusal.ENTITY, f"{one.label} of {_of(one)} vs {_of(other)}")
    return refuse(Refusal.DIRECTION, f"{listing({e.label for e in asked})} vs {listing({e.label for e in stored})}")


def _of(event: Event) -> str:
    return " - ".join(part.lstrip("~") for part in (event.subject, event.object, event.topic) if part) or "nobody"


def spans_clash(one: set[Period], other: set[Period]) -> bool:
    """Tell a whole year from a quarter or a half."""
    year, parts = ("frequency", "year"), {"quarter", "half"}
    return any(
        year in mine and any(period[0] in parts for period in theirs) for mine, theirs in ((one, other), (other, one))
    )


def weighty(periods: Iterable[Period]) -> set[Period]:
    """Return the periods that may not be left out."""
    return {period for period in periods if period[0] not in _FREE_PERIODS}


def times(periods: Iterable[Period]) -> str:
    """Name periods in order."""
    return listing(f"{kind} {value}".strip() for kind, value in periods)
