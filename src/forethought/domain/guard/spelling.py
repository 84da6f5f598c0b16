"""Words that hide one that decides: misspelt by one letter, run together with a small word, or taken apart.

Such a word is no detail where the other text lacks it: `fial to`, `doesnot`, `cl oses`.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from forethought.domain.guard.details import compounds
from forethought.domain.guard.facts import Facts
from forethought.domain.guard.inflect import listed, stem
from forethought.domain.guard.lexicon import CASED, GAPPED, PHRASES, Kind
from forethought.domain.guard.numbers import NUMBER_WORDS
from forethought.domain.guard.periods import PERIOD_WORDS
from forethought.domain.guard.tokens import Token
from forethought.domain.guard.words.contrasts import CONTRASTS

_DECIDING: Final = frozenset({Kind.EVENT, Kind.NEGATION, Kind.CERTAINTY})
_LITTLE: Final = frozenset({Kind.LIGHT, Kind.BOUND, Kind.NEGATION, Kind.CERTAINTY, Kind.DEGREE})
_MIN_TELLING: Final = 3
_MIN_REST: Final = 2
_SHORT: Final = 2
"""Letters of a word that is a fragment unless it is known."""
_MOST_PARTS: Final = 4
_KNOWN_SHORT: Final = frozenset(
    listed(
        """ai al am bn ce cm da de di do du el er et eu ev ex ft hq id ii iv hr ip it jv kg km la le lb les mg mm mr
        ms mt mw oh ok op pc pe pm pr qe qt re si st tv uk un us va van vi vp vs wk yr"""
    )
)
"""Words of two letters that real headlines have, also foreign ones of names."""
_LONE: Final = frozenset({"a", "i", "s"})


def _vocabulary() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    known: set[str] = {*NUMBER_WORDS, *PERIOD_WORDS, *CONTRASTS, *GAPPED}
    telling: set[str] = {*CONTRASTS, *GAPPED}
    small: set[str] = set()
    for phrase, marks in (*PHRASES.items(), *CASED.items()):
        words = phrase.split(" ")
        known.update(words)
        kind = marks[0].kind
        if kind is Kind.NEGATION or (len(words) == 1 and kind in _DECIDING):
            telling.update(words)
        if len(words) == 1 and kind in _LITTLE:
            small.add(phrase)
    return frozenset(known), frozenset(telling), frozenset(small)


_KNOWN, _TELLING, _SMALL_WORDS = _vocabulary()
"""Every word of any table; those that decide what a text says; those that say nothing by themselves."""
_NEGATING: Final = frozenset(phrase for phrase, marks in PHRASES.items() if marks[0].kind is Kind.NEGATION)


def _shortened(word: str) -> Iterator[str]:
    """Yield a word and what is left of it without any one letter."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _neighbourhood() -> dict[str, tuple[str, ...]]:
    """Index each deciding word by its forms without one letter: two words one slip apart share a form (SymSpell)."""
    index: dict[str, list[str]] = {}
    for word in sorted(_TELLING):
        for short in set(_shortened(word)) if len(word) >= _MIN_TELLING else ():
            index.setdefault(short, []).append(word)
    return {short: tuple(words) for short, words in index.items()}


_NEIGHBOURS: Final = _neighbourhood()


def garbled(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the unknown words of a text that may be a deciding word in disguise; fragments with what they join."""
    found: set[str] = set()
    for at, token in enumerate(tokens):
        if token.kind != "word":
            continue
        if token.norm not in _KNOWN and len(token.norm) > 1 and _is_garbled(token.norm):
            found.add(token.norm)
        found.update(_taken_apart(tokens, at))
    return frozenset(found)


def hidden(mine: Facts, other: Facts) -> set[str]:
    """Return the garbled words of a text that nothing explained there and that the other lacks in any form."""
    same = compounds(set(mine.garbled), other.key) | compounds(set(other.words) - set(mine.words), mine.key)
    return {
        word
        for word in mine.garbled - other.garbled - same
        if " " in word or (stem(word) in mine.words and stem(word) not in other.words)
    }


@lru_cache(maxsize=8_192)
def _is_garbled(word: str) -> bool:
    if len(word) <= _SHORT:
        return word not in _KNOWN_SHORT
    return _is_misspelt(word) or _run_together(word)


def _is_misspelt(word: str) -> bool:
    return any(
        one_slip(word, meant)
        for short in set(_shortened(word))
        for meant in _NEIGHBOURS.get(short, ())
        if meant != word
    )


def one_slip(one: str, other: str) -> bool:
    """Tell whether a letter more, a letter less, another letter or two swapped letters part two different words."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[1::-1] and left[2:] == right[2:]


def _run_together(word: str) -> bool:
    """Tell `doesnot`, `deniesit`: a deciding word and a small one, either way round; `stopsshort`, two of them."""
    for cut in range(_MIN_REST, len(word) - _MIN_REST + 1):
        one, two = word[:cut], word[cut:]
        for telling, rest in ((one, two), (two, one)):
            if len(telling) >= _MIN_TELLING and telling in _TELLING and rest in _SMALL_WORDS:
                return True
        if min(len(one), len(two)) > _MIN_TELLING and {one, two} <= _TELLING:
            return True
    return False


def _taken_apart(tokens: Sequence[Token], at: int) -> Iterator[str]:
    """Yield the fragments that begin at a place and together are a deciding word: `cl oses`, `retu-rn`, `n o`."""
    joined, unknown = "", False
    for end in range(at, min(at + _MOST_PARTS, len(tokens))):
        token = tokens[end]
        if token.kind != "word" or (token.possessive and end > at) or (token.norm in _LONE and not token.joined):
            return  # a wait is not await, a-wait is
        joined += token.norm
        unknown |= token.norm not in _KNOWN or (len(token.norm) == 1 and token.norm not in _LONE)
        if end > at and unknown and (joined in _TELLING or joined in _NEGATING):
            yield " ".join(part.norm for part in tokens[at : end + 1])
