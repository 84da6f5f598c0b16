"""Words that no table explains: which of them could be what the news is about, and which belong to a name."""

from collections.abc import Sequence
from typing import Final

from forethought.domain.guard.binding import Item
from forethought.domain.guard.inflect import listed
from forethought.domain.guard.lexicon import Kind
from forethought.domain.guard.tokens import Token

_BEFORE_VERB: Final = frozenset(
    listed(
        """to has have had is are was were be been being will would can could may might should did does do it they he
    she then later also now and but who which just quickly nearly almost"""
    )
)
_DOERS: Final = frozenset({"it", "they", "he", "she", "who", "which", "we"})
_AFTER_VERB: Final = frozenset(
    listed("its the his her their all every out up down off away back over into onto it them some more less by from to")
)
_VERB_ENDINGS: Final = ("ed", "ing", "es", "ify", "ise", "ize")
_NOUN_ENDINGS: Final = ("ness", "ment", "tion", "sion", "ity", "ship", "ism", "ology", "eries")
_PREFIXES: Final = frozenset(listed("un dis mis de counter anti pseudo quasi mock faux fake non semi"))
_DESIGNATIONS: Final = frozenset(
    listed(
        """motors motor health software systems chips foods bio therapeutics pharma pharmaceuticals biosciences
    biotech sciences energy holdings holding labs laboratories technologies technology tech airlines airways bank
    bancorp industries partners capital resources networks robotics logistics brands steel petroleum semiconductor
    semiconductors studios medical mining materials electric insurance financial media entertainment stores retail
    devices aerospace dynamics solutions group inc corp"""
    )
)


def decisive(tokens: Sequence[Token], at: int, items: Sequence[Item], *, proper: bool) -> bool:
    """Tell whether an unexplained word stands where a verb would: it may be what happens.

    By its ending, by the small word before or after it, or right behind a name that has done nothing yet.
    """
    word = tokens[at].norm
    if proper or word.endswith(_NOUN_ENDINGS):
        return False
    before = tokens[at - 1] if at else None
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if word.endswith(("ed", "ify", "ise", "ize")) or (before is not None and before.norm in _DOERS):
        return True
    if before is not None and before.norm in _BEFORE_VERB and word.endswith((*_VERB_ENDINGS, "s", "en")):
        return True
    if following is not None and (following.norm in _AFTER_VERB or following.number) and word.endswith("s"):
        return True
    last = items[-1] if items else None
    named = last is not None and last.at == at - 1 and last.mark.kind in {Kind.NAME, Kind.WORD} and not last.possessive
    return named and (following is None or following.kind == "mark" or word.endswith("s"))


def turns_round(tokens: Sequence[Token], at: int) -> bool:
    """Tell `un-approves`, `mock-approves`: a prefix with a hyphen."""
    return tokens[at].joined and tokens[at].norm in _PREFIXES and not tokens[at].upper


def designation(tokens: Sequence[Token], at: int, items: Sequence[Item], *, style: str) -> str:
    """Return the name that `Motors`, `Health` belongs to where it follows an unknown name; empty for none."""
    last = items[-1] if items else None
    if (
        tokens[at].norm not in _DESIGNATIONS
        or not tokens[at].cap
        or style not in {"sentence", "title"}
        or last is None
        or last.at != at - 1
        or last.mark.kind is not Kind.WORD
        or last.possessive
    ):
        return ""
    return last.mark.name
