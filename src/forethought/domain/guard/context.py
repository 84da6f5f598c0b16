"""What the words around a word make of it: estimates, sessions, price levels, verbs with a distant noun."""

from collections.abc import Sequence
from typing import Final

from forethought.domain.guard.inflect import forms, listed
from forethought.domain.guard.lexicon import BASES, GAPPED, LEVEL_VERBS, PHRASES, Kind, Mark
from forethought.domain.guard.periods import read_period
from forethought.domain.guard.tokens import Token
from forethought.domain.guard.words.certainty import IMPLICATIVES
from forethought.domain.guard.words.ratings import GRADES

ESTIMATES: Final = frozenset(
    listed(
        """estimate estimates estimated expectation expectations forecast forecasts consensus views expected
    projections projection est est. anticipated"""
    )
)
_BASES: Final = frozenset(
    listed(
        """pay make take give get become meet build create release publish report announce receive host spend return
    remain stay see face bring set put run turn go be have deliver provide supply produce develop send add name
    use work visit present replace move hit reach hold keep continue"""
    )
)
LOOKAHEAD: Final = 7
"""Words after `beats`, `above`, in which an estimate may be named."""
_GAP: Final = 6
_GAP_ENDS: Final = frozenset(listed("as after while amid despite but because following when since and that says said"))
RATINGS: Final = frozenset(listed("buy sell hold overweight underweight outperform underperform neutral junk"))
_PASSIVE: Final = frozenset(listed("be been being is are was were get gets got"))
_SESSION_VERBS: Final = frozenset(word for base in ("close", "settle", "open", "end") for word, _ in forms(base))
_SESSION_ENDS: Final = frozenset(
    listed(
        "at up down higher lower flat above below under over past near little mixed unchanged sharply slightly modestly"
    )
)
_PEOPLE: Final = frozenset(listed("workers employees staff staffers jobs workforce"))
_CLOSED: Final = frozenset(
    listed("stores shops branches plants factories restaurants offices outlets locations mines sites centers centres")
)
_SENTENCE_PARTS: Final = frozenset({",", ";", "and", "as", "after", "while", "but"})
_AGAINST: Final = frozenset({"against", "vs", "versus", "than"})
_PREPOSITIONS: Final = frozenset({"past", "beyond", "under", "over"})


def about_estimates(tokens: Sequence[Token], after: int, *, near: int = LOOKAHEAD) -> bool:
    """Tell whether estimates are named within `near` words of the same part of the sentence."""
    for token in tokens[after : after + near]:
        if token.norm in ESTIMATES:
            return True
        if token.norm in _SENTENCE_PARTS:
            return False
    return False


def is_consensus(tokens: Sequence[Token], at: int) -> bool:
    """Tell `against a forecast of 160,000` from a company's forecast."""
    if at and tokens[at - 1].number:
        return read_period(tokens, at - 1) is None  # not: withdraws 2025 forecast
    if any(token.norm in _AGAINST for token in tokens[max(0, at - 2) : at]):
        return True
    return at + 2 < len(tokens) and tokens[at + 1].norm == "of" and tokens[at + 2].number


def is_plan(tokens: Sequence[Token], at: int) -> bool:
    """Take `Fed to hold rates` for a plan: a base form follows the `to` at `at`, which does not open the text."""
    for count in (3, 2, 1) if 0 < at < len(tokens) - 1 else ():
        text = " ".join(token.norm for token in tokens[at + 1 : at + 1 + count])
        if text in _BASES or text in BASES or any(mark.form == "b" for mark in PHRASES.get(text, ())):
            return True
    return False


def ends_session(tokens: Sequence[Token], after: int, text: str) -> bool:
    """Tell `closed 2 percent lower`, `settles at $71` from closing a plant or settling a suit."""
    if text not in _SESSION_VERBS or after >= len(tokens):
        return False
    if tokens[after].number and any(token.norm in _CLOSED for token in tokens[after : after + 3]):
        return False  # closes 1,200 stores
    return tokens[after].number or tokens[after].norm in _SESSION_ENDS


def level(tokens: Sequence[Token], mark: Mark, after: int, text: str) -> Mark | None:
    """Read `above`, `tops`: against estimates, or through a price level. None where it says nothing."""
    against = about_estimates(tokens, after)
    at_figure = after < len(tokens) and tokens[after].number
    if against or (not at_figure and text.split(" ", 1)[0] in LEVEL_VERBS):
        return beats(mark)
    if not at_figure and text in _PREPOSITIONS:
        return None
    return Mark(Kind.EVENT, "move", mark.pole, mark.form)


def leads_to(tokens: Sequence[Token], at: int) -> bool:
    """Tell `leads Pfizer to abandon`, which is no plan: a verb of causing stands just before the `to` at `at`."""
    for token in reversed(tokens[max(0, at - 4) : at]):
        if token.norm in IMPLICATIVES:
            return True
        if token.kind == "mark" or not (token.cap or token.norm in {"the", "it", "them"}):
            return False
    return False


def is_grade(tokens: Sequence[Token], after: int) -> bool:
    """Tell `raised to A3`: a credit grade follows `to` within a few words."""
    return any(
        token.norm in GRADES and token.upper | token.cap and before.norm == "to"
        for before, token in zip(tokens[after : after + _GAP], tokens[after + 1 : after + _GAP + 1], strict=False)
    )


def beats(mark: Mark) -> Mark:
    """Turn a direction against estimates into a beat or a miss."""
    pole = "beat" if mark.pole in {"up", "strong"} else "miss"
    return Mark(Kind.EVENT, "beat", pole, mark.form, "~" if mark.name == "quality" else "")


def gapped(tokens: Sequence[Token], at: int, count: int) -> tuple[Mark, int] | None:
    """Read a verb and a noun a few words on as one event: `closes its long-awaited takeover`.

    Returns:
        The event and the place of the noun.
    """
    options = GAPPED.get(tokens[at].norm)
    if options is None:
        return None
    for there in range(at + count, min(at + count + _GAP, len(tokens))):
        token = tokens[there]
        if token.kind == "mark" or token.norm in _GAP_ENDS:
            break
        for nouns, mark, particle in options:
            if particle and (at + 1 >= len(tokens) or tokens[at + 1].norm != particle):
                continue
            if token.norm in nouns and (mark.name != "rating" or _is_rating(tokens, there)):
                return mark, there
    return _passive(tokens, at, options)


def _is_rating(tokens: Sequence[Token], there: int) -> bool:
    return tokens[there].norm == "rating" or tokens[there - 1].norm == "to"


def _passive(
    tokens: Sequence[Token], at: int, options: Sequence[tuple[frozenset[str], Mark, str]]
) -> tuple[Mark, int] | None:
    """Read `the case against Coinbase has been dropped`, and a headline's `case dropped by`."""
    bare = at + 1 < len(tokens) and tokens[at + 1].norm == "by"
    if not at or not (bare or tokens[at - 1].norm in _PASSIVE):
        return None
    for there in range(at - 2, max(at - 2 - _GAP, -1), -1):
        for nouns, mark, particle in options:
            if mark.form == "d" and not particle and tokens[there].norm in nouns:
                return mark, there
    return None


def used_up(tokens: Sequence[Token], mark: Mark, there: int) -> set[int]:
    """Tell the places of the words that a gapped event means, which are not read again."""
    if mark.name == "finish" or (mark.name == "move" and mark.pole != "flat" and tokens[there].norm in _PEOPLE):
        return set()  # whose jobs, which deal: read again as what it happens to
    used = {there}
    if mark.name == "rating":
        used |= {
            near
            for near in range(max(1, there - 3), min(there + _GAP, len(tokens)))
            if tokens[near].norm in RATINGS and tokens[near - 1].norm in {"to", "from"}
        }
    return used
