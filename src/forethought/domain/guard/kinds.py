"""What sort of thing a name is: only names of one sort can stand in each other's place."""

from typing import Final

from forethought.domain.guard.words.companies import COMPANIES
from forethought.domain.guard.words.markets import COMMODITIES, CRYPTO, CURRENCIES, INDICES, INSTITUTIONS
from forethought.domain.guard.words.world import LOCAL_PLACES, PEOPLE, PLACES


def _names(table: str) -> list[str]:
    return [line.partition(":")[0] for line in table.strip().splitlines() if ":" in line and not line.startswith(" ")]


KINDS: Final = {
    name: kind
    for kind, table in (
        ("company", COMPANIES),
        ("instrument", CRYPTO),
        ("instrument", COMMODITIES),
        ("instrument", CURRENCIES),
        ("instrument", INDICES),
        ("institution", INSTITUTIONS),
        ("place", PLACES),
        ("place", LOCAL_PLACES),
        ("person", PEOPLE),
    )
    for name in _names(table)
}

REVERSIBLE: Final = frozenset(
    {
        "trade",
        "rating",
        "suit",
        "penalty",
        "guilt",
        "probe",
        "war",
        "threat",
        "demand",
        "hack",
        "beat",
        "support",
        "impose",
        "sanction",
    }
)
"""Axes on which either party may be the one who does it, whatever sort it is: the SEC sues Coinbase, and is sued."""


def could_turn(axis: str, one: str, other: str) -> bool:
    """Tell whether two parties of an event could have changed sides: nothing wins Washington's contract from Oracle."""
    if axis in REVERSIBLE:
        return True
    if axis == "win":
        return not {"place", "institution"} & {KINDS.get(one), KINDS.get(other)}
    return interchangeable(one, other)


def interchangeable(one: str, other: str) -> bool:
    """Tell whether two names, or words that no table knows, could stand in each other's place."""
    kinds = KINDS.get(one), KINDS.get(other)
    if None in kinds:  # an unknown name may be a company, a coin or a person
        return not {"place", "institution"} & set(kinds)
    return kinds[0] == kinds[1]
