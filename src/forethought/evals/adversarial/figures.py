"""Count outcomes by kind."""

from collections.abc import Callable, Sequence
from typing import Any

from forethought.evals.pairs import PARAPHRASE, Outcome
from forethought.evals.statistics import share_of


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Lay out the shares of a set as JSON types: all, by kind of change, and by style of paraphrase.

    `reused` is of those whose partner was retrieved, `opposite` of all.
    """
    changed = [o for o in outcomes if o.pair.relation != PARAPHRASE]
    told_again = [o for o in outcomes if o.pair.relation == PARAPHRASE]
    return {
        "changed": _shares(changed),
        "kinds": _by(changed, lambda o: o.pair.relation),
        "paraphrases": _shares(told_again),
        "styles": _by(told_again, lambda o: o.pair.style),
        "opposite": share_of(o.opposite for o in outcomes).document(),
    }


def _by(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Any]:
    names = sorted({key(o) for o in outcomes} - {""})
    return {name: _shares([o for o in outcomes if key(o) == name]) for name in names}


def _shares(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "n": len(outcomes),
        "retrieved": share_of(o.retrieved for o in outcomes).document(),
        "reused": share_of(o.reused for o in outcomes if o.retrieved).document(),
        "opposite": share_of(o.opposite for o in outcomes).document(),
    }
