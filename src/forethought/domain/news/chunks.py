"""Cut a long text into pieces for the embedding cache."""

import re
from typing import Final

MAX_CHARS: Final = 900
"""About 200 tokens of English; the encoder reads 256."""

_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Mrs|Ms|Dr|Jr|Sr|St|No|vs|etc|approx|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)|\b[A-Za-z])\.$"
)
_LONGEST_ABBREVIATION: Final = 8
_END: Final = re.compile(r"[.!?\u2026]['\")\]\u2019\u201d]{0,3}\s|[\u3002\uff01\uff1f]|\n")


def chunks(text: str, *, max_chars: int = MAX_CHARS, overlap_chars: int = 0) -> list[str]:
    """Cut a text at the ends of sentences; white space is folded, no other character is lost.

    Args:
        text: Plain text; a line end ends a sentence.
        max_chars: Most characters of a piece. A longer sentence is cut between words, a longer word inside.
        overlap_chars: How much of the end of a piece the next one repeats, at most; whole sentences only.

    Returns:
        In order; empty for white space.

    Raises:
        ValueError: `max_chars` below 1, or `overlap_chars` not in [0, max_chars / 2].
    """
    if max_chars < 1 or not 0 <= overlap_chars <= max_chars / 2:
        raise ValueError(f"expected max_chars >= 1 and overlap_chars <= half of it, got {max_chars}, {overlap_chars}")
    found: list[str] = []
    piece: list[str] = []
    length = -1  # of the piece with a space before each sentence but the first
    for part in _parts(text, max_chars):
        if piece and length + 1 + len(part) > max_chars:
            found.append(" ".join(piece))
            piece = _repeated(piece, min(overlap_chars, max_chars - len(part) - 1))
            length = sum(len(sentence) + 1 for sentence in piece) - 1
        piece.append(part)
        length += 1 + len(part)
    return [*found, " ".join(piece)] if piece else found


def _repeated(piece: list[str], room: int) -> list[str]:
    """Return the last sentences that fit."""
    kept: list[str] = []
    for sentence in reversed(piece):
        room -= len(sentence)
        if room < 0:
            break
        kept.append(sentence)
        room -= 1
    return kept[::-1]


def _parts(text: str, max_chars: int) -> list[str]:
    """Return sentences, those that are too long in pieces."""
    parts: list[str] = []
    for sentence in _sentences(text):
        if len(sentence) <= max_chars:
            parts.append(sentence)
        else:
            parts.extend(_cut(sentence.split(), max_chars))
    return parts


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        before = text[max(start, end.start() + 1 - _LONGEST_ABBREVIATION) : end.start() + 1]
        if text[end.end() - 1] != "\n" and _ABBREVIATION.search(before):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    return [folded for part in (*found, text[start:]) if (folded := " ".join(part.split()))]


def _cut(words: list[str], max_chars: int) -> list[str]:
    parts: list[str] = []
    line: list[str] = []
    length = -1
    for word in words:
        for piece in (word[i : i + max_chars] for i in range(0, len(word), max_chars)):
            if line and length + 1 + len(piece) > max_chars:
                parts.append(" ".join(line))
                line, length = [], -1
            line.append(piece)
            length += 1 + len(piece)
    return [*parts, " ".join(line)]
