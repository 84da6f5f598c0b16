"""What a reflex reads in a text: words, what stands near them, in which clause, and beginnings of words.

No word here is good or bad: connectives and negations only tell clauses apart, so that "slips as the dollar rises" and
"rises as the dollar slips" look different. What they mean is learned, and every label could be negated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction import FeatureHasher

BUCKETS = 2**18
TEXT_SCALE = 3.0
"""Norm of the text features beside the embedding's 1. Of .5 to 6 on four streams 3 to 4 was best: at 1 the embedding,
which cannot tell a rise from a fall, carries too much."""
MAX_WORDS = 120
"""Of a long text its head is read: a headline and its first paragraph; the embedding sees more of it."""
_REACH = 3
"""How far apart two words may stand to count as a pair ("snaps … decline"). 8 was no better than 3."""

_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"\$?[a-z][a-z'&.-]*|[+-]?\d[\d,.]*\s?%?|[!?:;]")
_NUMBER = re.compile(r"[+-]?\d")
_NOT = re.compile(r"n't\b")
_JOINTS = re.compile(r"[-/]")
_COUNTS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ]
)
_NEGATIONS = frozenset(
    ["not", "no", "never", "without", "nor", "fails", "fail", "failed", "denies", "denied", "unlikely"]
)
_NEGATED_WORDS = 3
_CONNECTIVES = frozenset(
    [
        "as",
        "after",
        "amid",
        "despite",
        "but",
        "while",
        "though",
        "although",
        "ahead",
        "before",
        "following",
        "because",
        "since",
        "yet",
        "even",
        "on",
        ";",
        ":",
        "-",
    ]
)
_STEM, _LONGER_STEM, _ENDING = 4, 5, 3

Matrix: TypeAlias = Any
"""A scipy CSR matrix, float32; scipy carries no types."""


def words(text: str) -> list[str]:
    """Split a text into lower-case words; figures become `#` with their sign and per cent, small counts `#n`."""
    lowered = _NOT.sub(" not", _LINK.sub(" ", text).lower())
    found: list[str] = []
    for match in _WORD.finditer(lowered):
        word = match[0]
        if _NUMBER.match(word):
            sign = word[0] if word[0] in "+-" else ""
            found.append(f"{sign}#{'%' if '%' in word else ''}")
        else:
            parts = _JOINTS.split(word) if len(word) > 1 else [word]
            found += ["#n" if part in _COUNTS else part for part in (p.strip(".'-") for p in parts) if part]
        if len(found) >= MAX_WORDS:
            break
    return found


def features(text: str) -> list[str]:
    """Name the features of a text."""
    return list(_features(words(text)))


def _features(found: list[str]) -> Iterator[str]:
    clause, negated = "^", 0
    for i, word in enumerate(found):
        yield f"w={word}"
        for distance in range(1, min(i, _REACH) + 1):
            yield f"{'b' if distance == 1 else 'p'}={found[i - distance]}_{word}"
        if i > 1:
            yield f"t={found[i - 2]}_{found[i - 1]}_{word}"
        if word in _CONNECTIVES:
            clause = word
        else:
            yield f"c={clause}={word}"
        if negated:
            yield f"n={word}"
            negated -= 1
        if word in _NEGATIONS:
            negated = _NEGATED_WORDS
        if len(word) > _STEM:
            yield f"x={word[:_STEM]}"
            yield f"y={word[:_LONGER_STEM]}" if len(word) > _LONGER_STEM else f"z={word[-_ENDING:]}"
    if found:
        yield f"F={found[0]}"
        yield f"L={found[-1]}"


_HASHER = FeatureHasher(BUCKETS, input_type="string", alternate_sign=False, dtype=np.float32)


KEPT = 8_192
"""Texts whose features are kept, at 2 to 10 kB: one is read when it is asked, when it is learned, and as a canary."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """The features of one text; read-only."""

    columns: npt.NDArray[np.int32]
    """Ascending, below BUCKETS."""
    values: npt.NDArray[np.float32]
    """Of norm TEXT_SCALE; empty for a text without words."""
    words: npt.NDArray[np.int32]
    """The columns of its single words, ascending."""


@lru_cache(maxsize=KEPT)
def text_row(text: str) -> TextRow:
    """Return the features of a text."""
    found = words(text)
    # The hasher alone, once: a vectoriser checks and normalises for longer than all the rest takes.
    hashed = _HASHER.transform([list(_features(found)), [f"w={word}" for word in found]])
    columns, single = np.split(hashed.indices, hashed.indptr[1:2])
    counts = hashed.data[: len(columns)]
    norm = np.linalg.norm(counts.astype(np.float64))
    return TextRow(columns, (counts * (TEXT_SCALE / norm)).astype(np.float32) if len(counts) else counts, single)


def text_matrix(texts: Sequence[str]) -> Matrix:
    """Return text features, shape (n, BUCKETS), as of `text_row`; not for no texts."""
    rows = [text_row(text) for text in texts]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    data, columns = np.concatenate([row.values for row in rows]), np.concatenate([row.columns for row in rows])
    return sparse.csr_matrix((data, columns, ends), shape=(len(rows), BUCKETS))
