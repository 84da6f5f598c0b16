"""What the mark before a word and the word after it make of it."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from forethought.domain.guard.binding import Item
from forethought.domain.guard.context import RATINGS
from forethought.domain.guard.inflect import stem
from forethought.domain.guard.kinds import KINDS
from forethought.domain.guard.lexicon import PHRASES, Kind, Mark, Marks
from forethought.domain.guard.periods import month_named
from forethought.domain.guard.tokens import Token
from forethought.domain.guard.words.certainty import OUTLOOK_VERBS
from forethought.domain.guard.words.contrasts import CONTRASTS

_SHARE_WORDS: Final = frozenset(
    {"shares", "share", "stock", "stocks", "inc", "corp", "ceo", "plc", "co", "to", "says", "cuts", "raises"}
)
_SILENT: Final = frozenset({Kind.LIGHT, Kind.DEGREE, Kind.BOUND, Kind.DESCRIPTOR, Kind.CERTAINTY})
_ON_OFF: Final = {
    "for": "+for",
    "against": "-for",
    "on": "+on",
    "to": "+on",
    "onto": "+on",
    "into": "+on",
    "off": "-on",
    "from": "-on",
    "out": "-on",
}
"""Too frequent to count by themselves; told apart only in the same place of the same sentence."""
_NEAR_ITEMS: Final = 6
_OPENERS: Final = frozenset({"had", "should", "were"})
_CLAUSE_ENDS: Final = frozenset([";", ":", "--", ".", "!", "?", "|", "(", ")", '"', ","])
_NOT_A_NAME_BEFORE: Final = frozenset(["price", "prices", "of", "rate", "rates", "date"])


def opens_condition(tokens: Sequence[Token], at: int) -> bool:
    """Tell `Had the vote gone the other way`, `Were the Fed to cut`: the verb opens its clause, and no question."""
    token = tokens[at]
    if token.norm not in _OPENERS or token.kind != "word" or at + 1 >= len(tokens) or tokens[at + 1].kind != "word":
        return False
    if at and tokens[at - 1].norm not in _CLAUSE_ENDS and tokens[at - 1].kind != "dash" and not token.cap:
        return False
    following = tokens[at + 1 :]
    clause = list(takewhile(lambda each: each.norm not in _CLAUSE_ENDS, following))
    if len(clause) < len(following) and following[len(clause)].norm == "?":
        return False
    return token.norm != "were" or any(each.norm in {"to", "not", "it"} for each in clause)


def ends_period(tokens: Sequence[Token], after: int, text: str) -> bool:
    """Tell `until end March` from an end put to something."""
    return text == "end" and after < len(tokens) and month_named(tokens[after].norm)


def only_through(items: Sequence[Item], mark: Mark, resolved: Mark, at: int, norm: str) -> bool:
    """Tell `weakens past 155`: the preposition only says through which level the move goes."""
    last = items[-1] if items else None
    return (
        mark.form == "n"
        and (mark.name == "level" or norm == "past")
        and resolved.name == "move"
        and last is not None
        and last.at == at - 1
        and last.mark.kind is Kind.EVENT
        and last.mark.name == "move"
        and {last.mark.pole, resolved.pole} == {"up", "down"}
    )


def own_outlook(items: Sequence[Item], at: int, norm: str) -> bool:
    """Tell `Broadcom forecasts`: the company's own outlook, by whichever verb."""
    last = items[-1] if items else None
    return (
        norm in OUTLOOK_VERBS
        and last is not None
        and last.at <= at - 1 <= last.at + 2
        and last.mark.kind is Kind.NAME
        and KINDS.get(last.mark.name) == "company"
        and not last.possessive
    )


def is_old_rating(tokens: Sequence[Token], at: int, items: Sequence[Item]) -> bool:
    """Tell `to buy from hold` after an upgrade: neither a trade nor a standstill."""
    rated = any(item.mark.kind is Kind.EVENT and item.mark.name == "rating" for item in items[-_NEAR_ITEMS:])
    return rated and tokens[at].norm in RATINGS and at > 0 and tokens[at - 1].norm in {"to", "from", "at"}


def nearly(tokens: Sequence[Token], at: int) -> bool:
    """Tell `almost approves`, which did not happen."""
    return at > 0 and tokens[at - 1].norm in {"almost", "nearly"} and not tokens[at].number


def meaning_of(marks: Marks, text: str) -> str:
    """Return what a phrase means in its place; empty for words that say nothing."""
    first = marks[0]
    if first.kind is Kind.COMMON:
        return stem(text)
    if first.kind not in _SILENT and not first.optional:
        return f"{first.name} {first.pole}" if first.pole else first.name or "not"
    if text in _ON_OFF:
        return _ON_OFF[text]
    pair, pole = CONTRASTS.get(text, ("", ""))
    return f"{pole}{pair}"


def is_cased(tokens: Sequence[Token], at: int, count: int, style: str) -> bool:
    """Tell whether an ordinary word stands for a name here."""
    token = tokens[at]
    if style == "sentence":
        return token.cap and (at > 0 or _may_start(tokens, at + count))
    if at == 0:
        return token.possessive or _may_start(tokens, at + count)
    return token.cap and (token.possessive or _starts_as_name(tokens, at + count))


def _may_start(tokens: Sequence[Token], after: int) -> bool:
    return after < len(tokens) and tokens[after].norm not in _NOT_A_NAME_BEFORE


def _starts_as_name(tokens: Sequence[Token], after: int) -> bool:
    following = tokens[after].norm if after < len(tokens) else ""
    marks = PHRASES.get(following)
    verb = marks is not None and marks[0].kind is Kind.EVENT and marks[0].form in {"s", "d"}
    return following in _SHARE_WORDS or verb or (after > 0 and tokens[after - 1].possessive)
