"""Words, quantities and signs of a folded text."""

import re
from dataclasses import dataclass

from forethought.domain.guard.lexicon import EXCHANGES
from forethought.domain.guard.text import TOKEN

_TICKER = re.compile(
    r"\(\s*\$?(?:([A-Za-z]{2,10})\s*:\s*)+\$?([A-Z][A-Z.]{0,6})\s*\)|\(\$?([A-Z]{2,5})(?:\.[A-Z]{1,2})?\)"
)
_PAIR = re.compile(r"(?<![\w/])\$?([A-Za-z]{3,5})\s?[/-]\s?([A-Za-z]{3,4})(?![\w/])")
_GLUED = re.compile(r"\b(USD|EUR|GBP|JPY|CNY|RMB|CHF|AUD|CAD|INR|HKD|KRW|BTC|ETH)(?=\d)")
_CONTRACTIONS = ("n't", "'ll", "'re", "'ve")


@dataclass(slots=True)
class Token:
    """One word, quantity or mark."""

    norm: str
    """Small letters, without possessive ending; a mark stands for itself."""
    kind: str
    """The name of the group of `text.TOKEN` that matched."""
    cap: bool = False
    upper: bool = False
    possessive: bool = False
    joined: bool = False
    """A hyphen follows at once."""
    number: bool = False
    value: str = ""
    currency: str = ""
    suffix: str = ""
    sign: str = ""


def bracketed_tickers(text: str) -> tuple[str, list[str]]:
    """Take `(NASDAQ: AAPL)` and `(AAPL)` out of a text.

    Returns:
        The text without them, and the symbols; one without an exchange only when it stands in capitals.
    """
    if "(" not in text:
        return text, []
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        exchange, symbol, bare = match.groups()
        if exchange and exchange.casefold() not in EXCHANGES:
            return match.group()
        found.append((symbol or bare).split(".")[0])
        return " "

    return _TICKER.sub(take, text), found


def pairs(text: str, codes: frozenset[str]) -> list[tuple[str, str]]:
    """Find the pairs such as EUR/USD and BTC-USD whose second part is a currency code."""
    if "/" not in text and "-" not in text:
        return []
    found = [(one.upper(), two.upper()) for one, two in _PAIR.findall(text)]
    return [pair for pair in found if pair[1] in codes]


def tokenise(text: str) -> list[Token]:
    """Split a folded text. Hyphens inside a word part it without leaving a mark."""
    tokens: list[Token] = []
    for match in TOKEN.finditer(_GLUED.sub(r"\1 ", text)):
        kind = match.lastgroup or ""
        if kind in {"word", "dots"}:
            tokens.append(_word(match.group(), kind))
        elif match["val"]:
            tokens.append(_number(match))
        elif kind == "mark":
            _mark(tokens, match)
        else:
            raw = match.group()
            tokens.append(Token(raw.casefold(), kind, cap=raw[:1].isupper(), upper=raw.isupper()))
    return tokens


def _word(raw: str, kind: str) -> Token:
    norm = raw.casefold()
    if kind == "dots":
        norm = norm.replace(".", "")
    possessive = False
    if "'" in norm and not norm.endswith(_CONTRACTIONS):
        possessive = norm.endswith("'s")
        norm = norm.partition("'")[0] if possessive else norm.replace("'", "")
    return Token(norm, "word", raw[0].isupper(), len(raw) > 1 and raw.isupper(), possessive)


def _number(match: re.Match[str]) -> Token:
    value = match["val"]
    whole, comma, rest = value.rpartition(",")
    if comma and len(rest) < 3:  # noqa: PLR2004 -- a decimal comma, not a thousands separator
        value = f"{whole.replace(',', '')}.{rest}"
    value = value.replace(",", "")
    currency = (match["cur"] or "").casefold()
    sign = match["sign"] or match["sign2"] or ""
    if match["open"] and currency and match.string[match.end() : match.end() + 1] == ")":
        sign = "-"
    suffix = (match["suf"] or "").strip().casefold()
    return Token(value, "num", number=True, value=value, currency=currency, suffix=suffix, sign=sign)


def _mark(tokens: list[Token], match: re.Match[str]) -> None:
    mark, text, end = match.group(), match.string, match.end()
    if mark == "-" and (end >= len(text) or not text[end].isspace()):
        if tokens and tokens[-1].number and end < len(text) and text[end].isdigit():
            tokens.append(Token("to", "range"))
        elif tokens:
            tokens[-1].joined = True
        return
    if mark == "+" and tokens and tokens[-1].norm == "opec":
        return
    if mark == "." and end < len(text) and not text[end].isspace():
        return
    tokens.append(Token(mark, "mark"))
