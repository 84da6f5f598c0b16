"""Unicode folding, readability and tokens of a headline or a short news text."""

import html
import re
import unicodedata
from dataclasses import dataclass

MAX_CHARS = 4_000
"""The guard reads no further: a longer text is unreadable as a whole, because a contradiction may hide in any part."""
_MAX_RAW = 8 * MAX_CHARS
"""Characters before folding, which may only shrink a text that far; a longer one is not even folded."""
_MOST_ESCAPES = 3
_MIN_LATIN_FRAC = 0.85
"""Share of letters that must be Latin; the word tables are English."""

_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": " - ",
        "\u2015": " - ",
        "\u2044": "/",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
        **{chr(code): None for code in range(0xFE00, 0xFE10)},
        **{chr(code): " " for code in range(32)},
    }
)
_HOSTILE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u0300-\u036f\u20d0-\u20f0"  # bidirectional overrides, overlaid marks
    "\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200e\u200f\u2061-\u2064\u3164\uffa0\U000e0000-\U000e0fff"  # unseen
    "\U0001f130-\U0001f189]"  # letters in boxes
    "|[\U0001f1e6-\U0001f1ff]{3}"  # more than one flag: a word in flag letters
    "|(?<=[A-Za-z])[\u2190-\u2bff\U0001f000-\U0001faff]+(?=[A-Za-z])"  # an emoji inside a word
)
"""What people see is not what would be read."""
_SPELT_OUT = re.compile(r"(?<![\w'&/])[^\W\d_](?:[\s*_|~-]{1,3}[^\W\d_]){2}(?![\w'&/])")
"""Three single letters in a row: a word that is taken apart."""
_LATIN_ALIKE = re.compile("[\u0131\u0138\u017f-\u02af\u1d00-\u1dbf\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f]")
"""Latin letters of phonetic and old alphabets; they look like others, and no table knows them."""
_URL = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S+")
_SMALL = re.compile(r"(?<![A-Za-z])[a-z]{2,}")
_CAPS = re.compile(r"[A-Z]")
_MIXED = re.compile(r"[a-z][A-Z]")
_WORD = re.compile(r"[^\W\d_]+")
_DROPPED = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))|'|(?<=\d)\s+(?=%)")
_PUNCTUATION = re.compile(
    r"""(?<![\d])\.|\.(?!\d)        # points outside a number
      | (?<=\w)-(?=\D|$) | -(?!\(?[$\u20ac\u00a3\u00a5]?\d) | (?<=[^\W\d])-(?=\d)
      | \((?![$\u20ac\u00a3\u00a5]?\d) | (?<!\d)\)
      | [,;:!"/\\\[\]{}&#@*_~`|\u2026\u2022\u00b7\u00ab\u00bb\s]+
    """,
    re.VERBOSE,
)

TOKEN = re.compile(
    r"""
      (?P<cash>\$[A-Za-z][A-Za-z]{0,9}(?:[.-][A-Z]{1,3})?(?![\w$]))
    | (?P<iso>(?<![\w])(?:19|20)\d\d-[01]?\d-[0-3]?\d(?!\w))
    | (?P<slash>(?<![\w./])\d{1,4}/\d{1,2}(?:/\d{2,4})?(?![\w/]))
    | (?P<num>(?P<open>\()?(?P<sign>(?<![\w)%.,])[+-])?\s?
        (?P<cur>(?:US|HK|NZ|[ACS])?\$|[\u20ac\u00a3\u00a5\u20b9\u20a9\u20bf])?
        \s?(?P<sign2>(?<=[$\u20ac\u00a3\u00a5])-)?
        (?P<val>(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+|,\d{1,2}(?!\d))?|(?<!\d)\.\d+))
        (?P<suf>\s?(?:%|(?:bps?|pct|pps?|mln|bln|bn|trn|tn)(?![\w%]))|(?:mm|mn|k|m|b|t|x|c|p|\u00a2|st|nd|rd|th)(?![\w%])|\+)?(?![A-Za-z]))
    | (?P<dots>(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?)
    | (?P<alnum>\d+(?:[.,]\d+)+[^\W_]+|[^\W_]*\d[^\W_]*)
    | (?P<word>[^\W\d_]+(?:&[^\W\d_]+)*(?:'[^\W\d_]+)?)
    | (?P<dash>(?<!\S)-+(?!\S)|--+)
    | (?P<up>[\u2191\u2197\u25b2\U0001F4C8\U0001F680\U0001F7E2])
    | (?P<down>[\u2193\u2198\u25bc\U0001F4C9\U0001F534])
    | (?P<mark>[,;:?!().+%/|"-])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made comparable."""

    text: str
    """NFKC, plain quotes and dashes, no accents, no addresses; case as given. Empty when the text is not readable."""
    key: str
    """Equal for two texts that say the same characters, whatever their case, spacing and punctuation."""
    fault: str | None
    """Why the guard cannot read the text."""


def fold(text: str) -> Folded:
    """Fold a text for reading and for the test of identity. Linear in its length."""
    if len(text) > _MAX_RAW:
        return Folded("", " ".join(text.casefold().split()), f"longer than {MAX_CHARS} characters")
    plain = unicodedata.normalize("NFKC", _unescape(text)).translate(_PLAIN)
    plain = _URL.sub(" ", plain)
    fault = _fault(plain)
    if not plain.isascii():
        plain = _without_accents(plain)
    return Folded("" if fault else plain, _key(plain), fault)


def _unescape(text: str) -> str:
    """Resolve entities, also those that were escaped again on the way (`&amp;amp;`)."""
    for _ in range(_MOST_ESCAPES):
        if "&" not in text or (resolved := html.unescape(text)) == text:
            break
        text = resolved
    return text


def _key(plain: str) -> str:
    return " ".join(_PUNCTUATION.sub(" ", _DROPPED.sub("", plain.casefold())).replace("?", " ?").split())


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(char for char in parts if not unicodedata.combining(char)).replace("\u00df", "ss")


def _fault(plain: str) -> str | None:
    if len(plain) > MAX_CHARS:
        return f"longer than {MAX_CHARS} characters"
    if (disguise := _disguise(plain)) is not None:
        return disguise
    if plain.isascii():
        return None if any(map(str.isalpha, plain)) else "no letters"
    words = _WORD.findall(plain)
    return _script_fault(words) if words else "no letters"


def _disguise(plain: str) -> str | None:
    """Tell what makes a text look like another one than it is."""
    if _SPELT_OUT.search(plain):
        return "letters parted from each other"
    if _HOSTILE.search(plain):
        return "hidden or overlaid characters"
    return "letters that look like others" if _LATIN_ALIKE.search(plain) else None


def _script_fault(words: list[str]) -> str | None:
    latin = total = 0
    for word in words:
        mine = len(word) if word.isascii() else sum(map(_is_latin, word))
        if 0 < mine < len(word):
            return f"mixed scripts in one word: {word[:20]!r}"
        latin += mine
        total += len(word)
    return None if latin >= _MIN_LATIN_FRAC * total else "not in Latin script"


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")


def case_style(text: str) -> str:
    """Tell how a text uses capitals: `upper`, `lower`, `title` or `sentence`. Only in the last do they mark names."""
    words = [word for word in _WORD.findall(text) if len(word) > 3]  # noqa: PLR2004 -- short words stay small in titles
    if not _CAPS.search(text):
        return "lower"
    mixed = sum(_MIXED.search(word) is not None for word in words)
    if mixed > 1 and mixed > sum(not word.isupper() for word in words) / 2:
        return "lower"  # aPpLe bUyS, aPPLE BUYS: the capitals say nothing
    if not words:
        return "sentence"
    upper = sum(map(str.isupper, words))
    if upper > 0.8 * len(words) and not _SMALL.search(text):
        return "upper"
    small = sum(map(str.islower, words))
    return "title" if small <= 0.25 * len(words) else "sentence"
