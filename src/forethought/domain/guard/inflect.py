"""Regular English inflection, both ways: from a base to its forms, and from a word to a rough stem."""

import re
from collections.abc import Iterator
from typing import Final

from forethought.domain.guard.words.synonyms import KEPT_ISE, SAME_WORDS, SPELLINGS

_SPEC = re.compile(r"(?P<base>[a-z]+)(?P<double>\+)?(?:\((?P<past>[a-z/]+)\))?$")
_VOWELS = frozenset("aeiou")
_SUFFIXES = (
    ("ations", "ate"),
    ("ation", "ate"),
    ("ies", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("ers", ""),
    ("er", ""),
    ("ed", ""),
    ("es", ""),
    ("ly", ""),
)
_MIN_STEM = 4
_AMERICAN: Final = {british: other for british, _, other in (pair.partition(":") for pair in SPELLINGS.split())}
_BRITISH: Final = {other: british for british, other in _AMERICAN.items()}
_ISE = re.compile(r"^(?P<root>\w{3,}?)is(?P<ending>e|es|ed|ing|ation|ations|er|ers)$")
_IZE = re.compile(r"^(?P<root>\w{3,}?)iz(?P<ending>e|es|ed|ing|ation|ations|er|ers)$")
_KEPT_ISE: Final = frozenset(KEPT_ISE.split())
_NO_PLURAL = ("ss", "us", "is", "as")


def forms(spec: str) -> Iterator[tuple[str, str]]:
    """Yield the forms of a verb with their kind: `b` base, `s` third person, `d` past, `g` -ing.

    A spec is the base, `+` where the last letter doubles, and irregular pasts in parentheses:
    `drop+`, `rise(rose/risen)`.
    """
    match = _SPEC.match(spec)
    if match is None:
        raise ValueError(f"a verb is written base, base+ or base(past/participle), found {spec!r}")
    base, past = match["base"], match["past"]
    stem = base + base[-1] if match["double"] else base
    yield base, "b"
    yield _third_person(base), "s"
    yield (stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else stem) + "ing", "g"
    for word in past.split("/") if past else (_past(stem, doubled=bool(match["double"])),):
        yield word, "d"


def _third_person(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in _VOWELS else base + "s"


def _past(stem: str, *, doubled: bool) -> str:
    if stem.endswith("e") and not doubled:
        return stem + "d"
    return stem[:-1] + "ied" if stem.endswith("y") and stem[-2] not in _VOWELS else stem + "ed"


def listed(text: str) -> tuple[str, ...]:
    """Split a table of words."""
    return tuple(text.split())


def american(word: str) -> str:
    """Bring British spelling to American: `monopolise`, `labour`, `fuelled`."""
    if (other := _AMERICAN.get(word)) is not None:
        return other
    if (other := _AMERICAN.get(word.removesuffix("s"))) is not None:
        return f"{other}s"
    match = _ISE.match(word)
    if match is None or f"{match['root']}ise" in _KEPT_ISE:
        return word
    return f"{match['root']}iz{match['ending']}"


def spellings(text: str) -> Iterator[str]:
    """Yield the American and the British form of a phrase where they differ from it."""
    words = text.split(" ")
    for change in (american, _british):
        other = " ".join(map(change, words))
        if other != text:
            yield other


def _british(word: str) -> str:
    if (other := _BRITISH.get(word)) is not None:
        return other
    return _IZE.sub(r"\g<root>is\g<ending>", word)


def stem(word: str) -> str:
    """Cut a word to a rough stem, so that unknown words that differ by an ending, by spelling or by choice meet."""
    cut = _cut(american(word))
    return _SAME.get(cut, cut)


def _cut(word: str) -> str:
    for suffix, ending in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM - len(ending):
            word = word[: -len(suffix)] + ending
            break
    else:
        if word.endswith("s") and len(word) >= _MIN_STEM and not word.endswith(_NO_PLURAL):
            word = word[:-1]
    if word.endswith("e") and len(word) >= _MIN_STEM:
        return word[:-1]
    if len(word) > _MIN_STEM and word[-1] == word[-2]:
        return word[:-1]
    return word


_SAME: Final = {
    cut: group[0]
    for line in SAME_WORDS.strip().splitlines()
    if (group := [_cut(american(word)) for word in line.split()])
    for cut in group
}
