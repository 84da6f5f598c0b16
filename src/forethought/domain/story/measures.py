"""How sure, when and how much: where two reports differ in what is hedged, dated or counted."""

import re
from typing import Final

from forethought.domain.guard import Facts, Number
from forethought.domain.guard.pairing import pair_numbers
from forethought.domain.story.shared import told_in_both
from forethought.domain.story.words import agree

_DIGITS: Final = 3
_WHOLES: Final = frozenset({"year", "half"})
_SHORT_OF_FACT: Final = re.compile(
    r"\b(?:consider(?:s|ed|ing)?|weigh(?:s|ing)|mull(?:s|ing)?|suspects?|alleges?|wants?|urges?|recommend(?:s|ed)?"
    r"|proposes?|set to|poised to|about to|advis[eo]rs?|panel|prepar(?:es|ing)|lean(?:s|ing) toward|wrong)\b"
)
"""Words of a step before the event, or of another's view of it, that the guard's table of certainty leaves out."""
_REPORTED: Final = re.compile(r"\bsa(?:id|ys)(?: on \w+)? (?:it|he|she|they) would\b")
"""`said on Tuesday it would cut` is `will cut` in reported speech; the guard reads `would` as a mere possibility."""
_BELOW: Final = re.compile(r"(?<!\S)(?:under|below) [$\u20ac\u00a3]?(\d+(?:\.\d+)?)(?=[% ]|$)")
_NEAR_BOUND_FRAC: Final = 0.1
_PLAIN: Final = {
    "expected": re.compile(
        r"(?<!\S)(?:(?:expected|seen|likely|forecast|projected|tipped|predicted|anticipated"
        r"|poised)(?: \S+)? (?:to|\S+ing)"
        r"|(?:expects?|sees?|predicts?|forecasts?|bets?)(?: \S+){1,3} (?:to|\S+ing)|likely|will probably)(?!\S)"
    ),
    "possible": re.compile(
        r"(?<!\S)(?:may|might|could|would|consider\w*|weigh\w*|mull\w*|explor\w+|possib\w+"
        r"|potential\w*|propos\w+|eye\w*|float(?:s|ed)?|bids?|risks?"
        r"|chances?|odds|options?|open to|hints?|signal\w*|suggest\w*|can|if)(?!\S)"
    ),
    "denial": re.compile(
        r"(?<!\S)(?!disputes? )(?:den\w+|refut\w+|dismiss\w*|debunk\w*|disput(?:ed|ing)"
        r"|reject\w*|fake|false\w*|hoax|untrue|not true|no truth|inaccurate|incorrect"
        r"|unfounded|baseless|wide of|rubbish\w*|rebut\w*|quash\w*)(?!\S)"
    ),
}
"""Words that hedge whatever stands beside them; others (offer, seek, target) may be part of the event."""
_HEDGES: Final = frozenset({"possible", "expected", "conditional"})
"""Classes of certainty that are bound to an event."""
_ROUNDING_FRAC: Final = 0.02
"""As the guard's tolerance: 42 and 42.5 million, but not 1 and 1.4 billion."""
_SHARES: Final = frozenset({"%", "pp", "x"})
_ONE_SIZE: Final = 100.0
"""Amounts farther apart than this factor measure other things: a profit per share, a revenue."""


def other_certainty(a: Facts, b: Facts) -> bool:
    """Tell whether one report is surer of the event than the other; a hedge in a later clause is of something else."""
    sure_a, sure_b = _certainty(a), _certainty(b)
    if agree(a.key, b.key):  # the event is known: only a plain hedge counts
        sure_a, sure_b = _plainly(sure_a, a.key), _plainly(sure_b, b.key)
    if sure_a == sure_b:
        return False
    if (sure_a ^ sure_b) - _HEDGES:
        return True
    if any(_leading_hedge(facts) for facts, own in ((a, sure_a - sure_b), (b, sure_b - sure_a)) if own):
        return True
    return any(one.modal != other.modal for one, other in told_in_both(a, b))


def _plainly(certainty: set[str], key: str) -> set[str]:
    return {each for each in certainty if each not in _PLAIN or _PLAIN[each].search(key)}


def _leading_hedge(facts: Facts) -> bool:
    """Tell whether the first thing that a report tells, or all of it, is hedged."""
    leading = [event.modal for event in facts.events if event.clause == facts.events[0].clause]
    return not leading or bool(_HEDGES & set(leading))


def _certainty(facts: Facts) -> set[str]:
    """Return how sure a report is; a plan that is announced (`to cut`) is told as done by others."""
    found = set(facts.certainties) - {"planned"}
    if _REPORTED.search(facts.key):
        found.discard("possible")
    return found | set(_SHORT_OF_FACT.findall(facts.key))


def other_period(a: Facts, b: Facts) -> bool:
    """Tell whether the two name different periods of one kind, or a quarter and the whole year."""
    only_a, only_b = a.periods - b.periods, b.periods - a.periods
    if not only_a or not only_b:
        return False
    if any(one[0] == other[0] != "frequency" for one in only_a for other in only_b):
        return True
    for mine, theirs in ((only_a, only_b), (only_b, only_a)):
        whole = any(kind in _WHOLES or (kind, value) == ("frequency", "year") for kind, value in mine)
        if whole and any(kind == "quarter" for kind, _ in theirs):
            return True
    return False


def other_figure(a: Facts, b: Facts) -> bool:
    """Tell whether two figures that measure the same thing do not agree."""
    percent = "rate" in a.topics and "rate" in b.topics
    left_a, left_b, order = pair_numbers(a.numbers, b.numbers, points_are_percent=percent)
    return bool(order) or any(
        _conflict(one, other) and not (_bounds(a, one, other) or _bounds(b, other, one))
        for one in left_a
        for other in left_b
    )


def _bounds(facts: Facts, bound: Number, other: Number) -> bool:
    """Tell whether a figure is only said to lie above the other: slips under 3 %, to 2.9 %."""
    named = any(float(each) == bound.value for each in _BELOW.findall(facts.key))
    return named and (1 - _NEAR_BOUND_FRAC) * bound.value <= other.value < bound.value


def _conflict(one: Number, other: Number) -> bool:
    """Tell whether two figures that do not agree measure the same thing."""
    if one.role and other.role and one.role != other.role:
        return _rounded(one, other)  # by 5 % and to 5 %
    if (one.unit in _SHARES) != (other.unit in _SHARES):
        return False
    low, high = sorted((abs(one.value), abs(other.value)))
    if one.unit and other.unit and one.unit != other.unit:
        return low == high  # 1.2 billion kronor and dollars
    if _rounded(one, other):
        return False
    return high <= _ONE_SIZE * low or one.unit in _SHARES


def _rounded(one: Number, other: Number) -> bool:
    """Tell whether two figures may be one, cut or rounded to other digits."""
    gap, size = abs(one.value - other.value), max(abs(one.value), abs(other.value))
    signs, units = {one.sign, other.sign} - {""}, {one.unit, other.unit} - {""}
    return len(signs) < 2 and len(units) < 2 and gap <= min(max(one.half, other.half), _ROUNDING_FRAC * size)  # noqa: PLR2004 -- both say it


def shared_figures(a: Facts, b: Facts) -> int:
    """Count the figures that the second text gives too, rounded or not."""
    left_a, left_b, _ = pair_numbers(a.numbers, b.numbers, points_are_percent=True)
    again = sum(any(_rounded(one, other) for other in left_b) for one in left_a)
    return len(a.numbers) - len(left_a) + again


def same_print(a: Facts, b: Facts) -> bool:
    """Tell whether two reports give the same figure to three digits or more: hardly that of another period."""
    exact = {number.value for number in a.numbers} & {number.value for number in b.numbers}
    return any(len(f"{value:g}".replace(".", "").strip("-0")) >= _DIGITS for value in exact)
