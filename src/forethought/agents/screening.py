"""Take sentences that address a model out of text that strangers wrote.

The screen is one defence of several (docs/guides/prompt-safety.md): it removes what no news would say. What real news
also says ("treat the stock as a buy") it must let pass; the fence and the vetting stand behind it.

Linear on hostile input; the wordings are in `screening_rules`.
"""

import base64
import codecs
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from forethought.agents.screening_rules import FOLLOW_UPS, HARD, Rule

REMOVED: Final = "[removed: instruction-like text]"
"""Stands where one or more sentences were taken out."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A text without the sentences that address a model."""

    text: str
    codes: tuple[str, ...]
    """Why parts were removed, one code for each: `override`, `role`, `chat_markup`, `prompt`, `tool`, `format`,
    `encoded`, `spaced`, `follow_up`."""

    @property
    def empty(self) -> bool:
        """Whether nothing but removed text is left."""
        return not any(char.isalnum() for char in self.text.replace(REMOVED, ""))


_NEIGHBOURHOOD_CHARS: Final = 400
"""How far from an instruction what follows from it may stand: some three sentences."""


class _Hit(NamedTuple):
    code: str
    start: int
    end: int


def screen(text: str) -> Screened:
    """Remove the sentences in which a model is addressed.

    The text should be stripped of invisible characters before (`domain.text.clean`); look-alike letters and digits are
    seen through here.
    """
    readable = fold(text)
    hits = [*_hits(readable, HARD), *_encoded(text, readable)]
    if not hits:
        return Screened(text, ())
    near = (
        hit
        for hit in _hits(readable, (FOLLOW_UPS,))
        if any(start - _NEIGHBOURHOOD_CHARS < hit.start < end + _NEIGHBOURHOOD_CHARS for _, start, end in hits)
    )
    return _without(text, [*hits, *near])


def fold(text: str) -> str:
    """Bring to lower case Latin letters what looks like them, so that patterns see what a model reads.

    Letters of other scripts that look like Latin ones, and digits inside words (`1gnore`). The length stays, so that
    places in the result are places in the text.
    """
    folded = text.lower().replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"').replace("\u2013", "-")
    if len(folded) != len(text) or _ODD.search(folded) is not None:
        folded = text.translate(_LOOK_ALIKES)
    return _DIGITS_FOR_LETTERS.sub(lambda match: match[0].translate(_LEET), folded)


def readings(text: str) -> Iterator[str]:
    """Yield what a text says when what is encoded in it (base64, hexadecimal) is read."""
    for _, _, said in _blobs(text):
        yield said


# --- patterns ---------------------------------------------------------------------------------------------------------

_LATIN: Final = {
    "a": "A\u0430\u0251\u03b1\u0410\u0391",
    "b": "B\u0412\u0392",
    "c": "C\u0441\u03f2\u0421",
    "d": "D\u0501",
    "e": "E\u0435\u0454\u0415\u0395",
    "f": "F",
    "g": "G\u0261",
    "h": "H\u04bb\u041d\u0397",
    "i": "I\u0456\u03b9\u0131\u0406\u0399",
    "j": "J\u0458\u0408",
    "k": "K\u043a\u041a\u039a\u03ba",
    "l": "L\u04cf",
    "m": "M\u043c\u041c\u039c",
    "n": "N\u039d",
    "o": "O\u043e\u03bf\u03c3\u041e\u039f",
    "p": "P\u0440\u03c1\u0420\u03a1",
    "q": "Q\u051b",
    "r": "R\u0280",
    "s": "S\u0455\u0405",
    "t": "T\u0442\u0422\u03a4\u03c4",
    "u": "U\u03c5",
    "v": "V\u03bd\u0475",
    "w": "W\u051d\u03c9",
    "x": "X\u0445\u03c7\u0425\u03a7",
    "y": "Y\u0443\u03b3\u0423\u03a5",
    "z": "Z\u0396",
}
"""Capitals of each letter, and the commonest Cyrillic and Greek ones of Unicode's table of confusables.

`str.lower` alone would change the length of some texts.
"""
_LOOK_ALIKES: Final = {ord(odd): plain for plain, odds in _LATIN.items() for odd in odds}
_ODD: Final = re.compile("[\u0131\u0180-\u1fff]")
_LEET: Final = str.maketrans("013457@", "oieasta")
_DIGITS_FOR_LETTERS: Final = re.compile("[013457@]{1,3}(?=[a-z])")


def _hits(readable: str, rules: Iterable[Rule]) -> Iterator[_Hit]:
    for rule in rules:
        if any(gate in readable for gate in rule.gates):
            yield from (_Hit(rule.code, *match.span()) for match in rule.pattern.finditer(readable))


# --- encoded text -----------------------------------------------------------------------------------------------------

_BLOB: Final = re.compile(r"[A-Za-z0-9+/_-]{20,4000}={0,2}")
_READABLE_FRAC: Final = 0.95
"""Share of letters, digits and plain punctuation from which decoded bytes count as a text."""


def _encoded(text: str, readable: str) -> Iterator[_Hit]:
    yield from (_Hit("encoded", start, end) for start, end, _ in _blobs(text))
    if "rot13" in readable or "rot-13" in readable:
        yield from (hit._replace(code="encoded") for hit in _hits(codecs.encode(readable, "rot13"), HARD))


def _blobs(text: str) -> Iterator[tuple[int, int, str]]:
    """Find what decodes to a readable text. Hashes and addresses, which real news names, decode to noise."""
    for match in _BLOB.finditer(text):
        for decode in (bytes.fromhex, _from_base64):
            try:
                said = decode(match[0]).decode("ascii")
            except ValueError:  # no such code, or no text
                continue
            plain = sum(char.isalnum() or char in " .,:;'\"!?-_{}()\n" for char in said)
            if " " in said and plain >= _READABLE_FRAC * len(said):
                yield match.start(), match.end(), said


def _from_base64(blob: str) -> bytes:
    blob = blob.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(blob + "=" * (-len(blob) % 4))


# --- removal ----------------------------------------------------------------------------------------------------------

_ENDS: Final = re.compile("[.!?\u2026\u3002][\"')\\]\u201d\u2019]{0,3}(?=\\s|$)|[\u3002\uff01\uff1f]|\n")


def _without(text: str, hits: Iterable[_Hit]) -> Screened:
    """Replace the sentences in which something was found; neighbours become one gap."""
    ends = [0, *(match.end() for match in _ENDS.finditer(text))]
    found: dict[tuple[int, int, str], None] = {}
    for hit in sorted(hits, key=lambda hit: hit.start):
        left = ends[bisect_right(ends, hit.start) - 1]
        after = bisect_left(ends, hit.end)
        found[left, ends[after] if after < len(ends) else len(text), hit.code] = None
    kept: list[str] = []
    at = 0
    for left, right, _ in found:
        between = text[at:left].strip()
        if between or not kept:
            kept += [between, REMOVED]
        at = max(at, right)
    kept.append(text[at:].strip())
    return Screened(" ".join(part for part in kept if part), tuple(code for _, _, code in found))
