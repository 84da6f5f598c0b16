"""Clean, normalise and identify the text of news.

Everything here runs in linear time on hostile input: no pattern can start at many places and run far from each; what
runs is bounded by a count, or stops at the character that starts it.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from forethought.domain.errors import InvalidText


@dataclass(frozen=True, slots=True)
class CleanText:
    """News without what is not news; on one line. Empty when nothing else was there."""

    text: str
    rules: tuple[str, ...]
    """Which rules changed something, in the order they ran."""


def normalise(text: str) -> str:
    """Bring to the form that identifies a text: NFKC, white space folded and stripped, case kept.

    Of a run of combining marks the first eight are kept.
    """
    return " ".join(_nfkc(text).split())


def text_id(text: str) -> str:
    """Identify a text: sha256 of its normalised form, 64 hex digits."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()


def require_text(text: str, *, max_chars: int, field: str) -> str:
    """Return the text unchanged if it can be used.

    Raises:
        InvalidText: empty after normalising, longer than `max_chars`, or holding a NUL or a lone surrogate.
    """
    if len(text) > max_chars:
        raise InvalidText(f"{field}: expected at most {max_chars} characters, found {len(text)}", field=field)
    if (bad := _NOT_TEXT.search(text)) is not None:
        raise InvalidText(f"{field}: U+{ord(bad[0]):04X} at {bad.start()} is not text", field=field)
    if not normalise(text):
        raise InvalidText(f"{field}: expected a text, found an empty one", field=field)
    return text


def clean(text: str) -> CleanText:
    """Drop what is not news: mark-up, links, datelines, bylines, legal lines, handles, invisible characters.

    Figures stay as they are: what a boilerplate rule would drop is kept when it holds a percentage, a currency sign, a
    decimal or a ticker. Tickers (`$AAPL`, `(NASDAQ: AAPL)`, `AAPL.O`) are never touched. Minus signs become the ASCII
    one. NFKC alone would turn some figures into others; so "one and a half" as one sign becomes `1 1/2`, with the
    fraction stroke, and a superscript two after a figure becomes `^2`.
    """
    fired: list[str] = []
    for name, rule in _RULES:
        changed = rule(text)
        if changed != text:
            fired.append(name)
            text = changed
    return CleanText(text, tuple(fired))


_NOT_TEXT = re.compile("[\0\ud800-\udfff]")

# --- characters -------------------------------------------------------------------------------------------------------

# Controls but white space, format characters (zero width, bidi, soft hyphen), variation selectors, tags, surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Normalising sorts a run of combining marks in quadratic time (65,000 marks: 3 s); no script stacks more than a few.
_MARK = "[" + "".join(mark for mark in map(chr, range(0x300, 0x1E950)) if unicodedata.combining(mark)) + "]"
_MARKS = re.compile(f"({_MARK}{{8}}){_MARK}+")
_SUPERSCRIPT = re.compile("(?<=[0-9])(?=[\u00b2\u00b3\u00b9\u2070\u2074-\u2079])")
_COMPOSED_NUMBER = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215f\u2189\u2460-\u249b])")
_MINUS = re.compile("[\u2010\u2011\u2212\ufe63\uff0d]")


def _nfkc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", _MARKS.sub(r"\1", text))


def _strip_invisible(text: str) -> str:
    return _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text))


def _compose(text: str) -> str:
    if text.isascii():
        return text
    text = _COMPOSED_NUMBER.sub(" ", _SUPERSCRIPT.sub("^", _MINUS.sub("-", text)))
    return _nfkc(text)


def _fold(text: str) -> str:
    return " ".join(text.split())


# --- mark-up ----------------------------------------------------------------------------------------------------------

# With the semicolon only: `P&L` and `AT&T` are names.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE = re.compile("abbr|cite|code|em|font|mark|small|span|strike|strong|sub|sup|time|[abisu]", re.IGNORECASE)
_BLOCK = re.compile(
    "article|aside|blockquote|body|br|button|caption|center|d[dlt]|div|fig(?:caption|ure)|footer|form|h[1-6r]|head(?:er)?|"
    "html|iframe|img|input|label|link|li|main|meta|nav|ol|p|picture|pre|script|section|source|style|svg|table|t[dhr]|"
    "tbody|tfoot|thead|title|ul|video",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>])([^<>]{0,2000})>")
_HIDDEN = (("<!--", "-->"), (r"<script\b", r"</script\s{0,20}>"), (r"<style\b", r"</style\s{0,20}>"))
_HIDDEN_PATTERNS = tuple((re.compile(left, re.IGNORECASE), re.compile(right, re.IGNORECASE)) for left, right in _HIDDEN)
_MOST_ESCAPES = 3


def _unescape(text: str) -> str:
    """Resolve entities, also those that were escaped again on the way (`&amp;amp;`)."""
    for _ in range(_MOST_ESCAPES):
        resolved = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if resolved == text:
            break
        text = resolved
    return _strip_invisible(text)


def _drop_tags(text: str) -> str:
    if "<" not in text:
        return text
    for opening, closing in _HIDDEN_PATTERNS:
        text = _drop_between(text, opening, closing)
    return _TAG.sub(_drop_tag, text)


def _drop_tag(tag: re.Match[str]) -> str:
    """Drop a known tag that has no attributes, or well-formed ones; `a <b and c> d` is text."""
    name, rest = tag[2], tag[3].strip().rstrip("/")
    if rest and "=" not in rest:
        return tag[0]
    if _INLINE.fullmatch(name):
        return ""
    return "\n" if _BLOCK.fullmatch(name) else tag[0]


def _drop_between(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """Drop what no reader sees. It leaves a space, but inside a word nothing: `fa<!-- -->lls` is shown as one word."""
    kept: list[str] = []
    at = 0
    while (start := opening.search(text, at)) is not None and (end := closing.search(text, start.end())) is not None:
        kept.append(text[at : start.start()])
        at = end.end()
        if not (kept[-1][-1:].isalnum() and text[at : at + 1].isalnum()):
            kept.append(" ")
    return "".join([*kept, text[at:]]) if kept else text


# --- boilerplate ------------------------------------------------------------------------------------------------------

_FIGURE = re.compile(
    r"[%$€£¥₹]|[0-9][.,][0-9]|\b(?:NASDAQ|NYSE|AMEX|LSE|TSX)\b|\b[A-Z]{1,5}\.(?:O|N|L|PA|DE|OQ|TO)\b"  # a ticker
)
_FIGURE_OR_MOVE = re.compile(
    rf"{_FIGURE.pattern}|\b(?i:up|down|not?|(?:approve|ban|beat|buy|climb|cut|deny|drop|fall|gain|halt|hike|jump|lose|miss|"
    r"plunge|raise|reject|rise|sell|sink|slide|slump|soar|surge|win)(?:s|d|ed)?|fell|rose|sank|slid|won|lost)\b"
)
_AGENCY = (
    r"(?:Thomson Reuters|Reuters|Reuters Breakingviews|Bloomberg|Bloomberg News|AP|AFP|UPI|DJ|Dow Jones|"
    r"Dow Jones Newswires|MT Newswires|RTTNews|CNBC|MarketWatch|WSJ|Benzinga|Xinhua|Kyodo|TASS|Interfax|"
    r"PTI|ANI|IANS|CoinDesk|PRNewswire|PR Newswire|Business Wire|GlobeNewswire|GLOBE NEWSWIRE|ACCESSWIRE)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE = rf"{_MONTH} [0-9]{{1,2}}(?:, (?:19|20)[0-9]{{2}})?"
_LINK = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"')\]]+"
    r"|\b(?:pic\.twitter\.com|t\.co|bit\.ly|reut\.rs|bloom\.bg|on\.wsj\.com|on\.ft\.com|cnb\.cx|trib\.al|ow\.ly|dlvr\.it"
    r"|buff\.ly|goo\.gl|tinyurl\.com|is\.gd)/[A-Za-z0-9_-]+",
    re.IGNORECASE,
)
_STROKE = "(?:--?|[\u2013\u2014:])"
_DATELINE = re.compile(rf"^([^\n(/]{{0,80}})[(/](?i:{_AGENCY})[)/][ \t]{{0,4}}{_STROKE}[ \t]?", re.MULTILINE)
_PLACE_AND_DATE = re.compile(rf"[ \t]{{0,8}}(?:[A-Z][A-Za-z .,'-]{{1,50}}, )?{_DATE},?[ \t]{{0,4}}-{{0,2}}|\s{{0,8}}")
_SOURCE_AT_END = re.compile(rf"[ \t][|\u2013\u2014-][ \t]{_AGENCY}[ \t]{{0,8}}$", re.MULTILINE)
_BYLINES = (
    re.compile(r"\((?:Additional )?[Rr]eporting (?:and writing )?by [^()\n]{1,300}(?:\)|$)", re.MULTILINE),
    re.compile(
        r"\b(?:Additional )?[Rr]eporting by [^\n;]{1,200}; ?(?:[Ww]riting by [^\n;]{1,100}; ?)?"
        r"[Ee]diting by [^\n.;()]{1,120}\)?\.?"
    ),
    re.compile(r"\((?:[Ww]riting|[Ee]diting|[Cc]ompiled) by [^()\n]{1,200}\)"),
)
_LEGAL = (
    re.compile(
        r"(?:©|\([Cc]\)|\b[Cc]opyright\b)[ \t]{0,4}(?:©|\([Cc]\))?[ \t]{0,4}(?:19|20)[0-9]{2}\b[^\n.]{0,100}(?:\.|$)",
        re.MULTILINE,
    ),
    re.compile(r"\bAll rights reserved\b\.?", re.IGNORECASE),
    re.compile(r"\bOur Standards: (?:The )?Thomson Reuters Trust Principles\b\.?", re.IGNORECASE),
)
_CALLS = (
    re.compile(r"\bClick here (?:to|for)\b[^\n.!?]{0,120}[.!?]?", re.IGNORECASE),
    re.compile(
        r"[\[(]?\b(?:Read more|Continue reading|Read the full (?:story|article))\b"
        r"[^\n.!?]{0,60}[.!?…\])>»]{0,4}[ \t]{0,8}$",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"\b(?:Sign up|Subscribe) (?:for|to) (?:our|the) [^\n.!?]{0,60}newsletter[^\n.!?]{0,60}[.!?]?", re.IGNORECASE
    ),
)
_HANDLES = (
    re.compile(r"^[ \t]{0,8}RT @\w{1,30}:?[ \t]?", re.MULTILINE),
    re.compile(r"[ \t]via @\w{1,30}[ \t]{0,8}$", re.MULTILINE),
)


def _drop(*patterns: re.Pattern[str], keep: re.Pattern[str] = _FIGURE) -> Callable[[str], str]:
    """Make a rule that drops what matches, unless it holds what is to be kept, or ends inside a word or a figure."""

    def drop(match: re.Match[str]) -> str:
        return match[0] if keep.search(match[0]) or _ends_inside(match) else ""

    def rule(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(drop, text)
        return text

    return rule


def _ends_inside(match: re.Match[str]) -> bool:
    """Tell whether what follows belongs to the last character: `... 0.` and then `3%`."""
    last, following = match[0][-1:], match.string[match.end() : match.end() + 1]
    return (last.isalnum() or last in "+-.,$€£¥₹") and (following.isalnum() or following == "%")


def _drop_dateline(text: str) -> str:
    """Drop agency, place and date; a place without a date stays: "OIL FALLS (Reuters) -" must not lose its words."""
    return _DATELINE.sub(lambda match: "" if _is_place(match[1]) else match[1], text)


def _is_place(text: str) -> bool:
    return _PLACE_AND_DATE.fullmatch(text) is not None and _FIGURE_OR_MOVE.search(text) is None


_RULES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("invisible", _strip_invisible),
    ("entities", _unescape),
    ("tags", _drop_tags),
    ("nfkc", _compose),
    ("links", lambda text: _LINK.sub("", text)),
    ("handles", _drop(*_HANDLES)),
    ("dateline", _drop_dateline),
    ("byline", _drop(*_BYLINES)),
    ("legal", _drop(*_LEGAL, keep=_FIGURE_OR_MOVE)),
    ("call_to_action", _drop(*_CALLS, keep=_FIGURE_OR_MOVE)),
    ("source", _drop(_SOURCE_AT_END)),
    ("whitespace", _fold),
)
