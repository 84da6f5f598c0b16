"""What the mark before a word and the word after it make of it."""

from collections.abc import Sequence
from typing import Final

from forethought.domain.guard.binding import Item
from forethought.domain.guard.kinds import KINDS
from forethought.domain.guard.lexicon import PHRASES, Kind, Mark
from forethought.domain.guard.lexicon_more import OUTLOOK_VERBS
from forethought.domain.guard.periods import month_named
from forethought.domain.guard.tokens import Token

_SHARE_WORDS: Final = frozenset(
    {"shares", "share", "stock", "stocks", "inc", "corp", "ceo", "plc", "co", "to", "says", "cuts", "raises"}
)
_NOT_A_NAME_BEFORE: Final = frozenset(["price", "prices", "of", "rate", "rates", "date"])


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
