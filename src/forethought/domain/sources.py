"""Whom to believe: a source that contradicts the others too often is believed no more."""

from collections.abc import Mapping
from dataclasses import dataclass

CONTRADICTIONS = 3
"""Fewer may be chance, or a correction."""
SHARE = 0.2
"""Of a source's records. Sources that label the same news independently with 5 % of errors contradict one another in
about 10 % of what both tell."""
TIMES_THE_OTHERS = 2.0
"""When the world changes everybody contradicts what was said before, and nobody is to be distrusted for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of the records of one source in one scope."""

    n: int = 0
    contested: int = 0
    """How many contradicted what another source had said of nearly the same news."""


def distrusted(standings: Mapping[str, Standing]) -> frozenset[str]:
    """Return the sources that contradict others in `SHARE` of their records or more, and much more than those do."""
    n = sum(each.n for each in standings.values())
    contested = sum(each.contested for each in standings.values())
    found = set()
    for source, each in standings.items():
        if each.contested < CONTRADICTIONS or each.contested < SHARE * each.n:
            continue
        others_n, others_contested = n - each.n, contested - each.contested
        if each.contested * others_n >= TIMES_THE_OTHERS * others_contested * each.n:
            found.add(source)
    return frozenset(found)
