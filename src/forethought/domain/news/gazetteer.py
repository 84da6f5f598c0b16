"""Which instruments a text is about: names and tickers found by a list, with rules for those that are also words.

Texts are walked word by word; a word that begins a known name is compared with the names that begin so, the longest
first. So the time is linear in the text, whatever it holds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from forethought.domain.errors import ConfigurationError
from forethought.domain.news.vendor_codes import VendorCodes, forms
from forethought.domain.strategy import ASSET_PATTERN


class InstrumentKind(StrEnum):
    """What an instrument is."""

    STOCK = "stock"
    ETF = "etf"
    CRYPTO = "crypto"
    COMMODITY = "commodity"
    INDEX = "index"
    FX = "fx"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to name an instrument, and when it does not mean it. Words of the rules are in lower case."""

    text: str
    exact: bool = False
    """Whether case counts. A text in capitals has lost its case, so `APPLE` is `Apple`, too; `aapl` is never `AAPL`."""
    not_preceded_by: frozenset[str] = frozenset()
    """Words that directly before it make it something else: `Harrison` Ford."""
    not_followed_by: frozenset[str] = frozenset()
    """Words that directly after it make it something else: apple `pie`."""
    needs: frozenset[str] = frozenset()
    """One of them must stand somewhere in the text; empty for none."""
    unless: frozenset[str] = frozenset()
    """None of them may stand anywhere in the text: a bank that sets a price `target` speaks of somebody else."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that is traded, or whose level is."""

    symbol: str
    """As everywhere else in Forethought: `AAPL`, `BRK.B`, `BTC`, `EURUSD`."""
    kind: InstrumentKind
    exchange: str
    """The calendar that it trades by, as exchange_calendars names it: `XNAS`, `24/7`."""
    currency: str
    """ISO 4217: of the price."""
    name: str
    aliases: tuple[Alias, ...] = ()
    codes: tuple[str, ...] = ()
    """How vendors write it, where no rule of `vendor_codes` says so: `.SPX`, `^GSPC`, `GC1 Comdty`."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """An alias taken apart."""

    symbol: str
    alias: Alias
    words: tuple[str, ...]
    folded: tuple[str, ...]
    gaps: tuple[str, ...]
    """What stands between the words, white space stripped; empty for white space alone."""


@dataclass(slots=True)
class _Words:
    """A text taken apart."""

    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    present: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, text: str) -> "_Words":
        """Take a text apart."""
        spans = [match.span() for match in _WORD.finditer(text)]
        folded = [text[start:end].casefold() for start, end in spans]
        return cls(text, spans, folded, set(folded))

    def gap(self, left: int) -> str:
        """Return what stands between a word and the next one."""
        return self.text[self.spans[left][1] : self.spans[left + 1][0]]

    def adjacent(self, left: int) -> bool:
        """Tell whether a word and the next one are read together: a comma parts them, a hyphen does not."""
        return not self.gap(left).strip(_JOINING)


_WORD: Final = re.compile(r"[^\W_]+")
_JOINING: Final = " \t\n\u00a0-\u2010\u2011'\u2019\"\u201c\u201d"
_APOSTROPHES: Final = ("'", "\u2019")
_LONGEST_GAP: Final = 3
_TOP_DOMAINS: Final = frozenset({"com", "org", "net", "io", "co", "info", "xyz", "app", "fi"})
_EXCHANGES: Final = (
    r"NASDAQ(?:GS|GM|CM)?|NYSE(?:[ ]?(?:ARCA|AMERICAN|MKT))?|AMEX|ARCA|BATS|CBOE|OTC(?:MKTS|QB|QX|PK)?|PINK|LON|LSE|"
    r"AIM|TSE|TSXV?|CVE|CSE|NEO|ASX|NZE|EPA|ETR|FRA|XETRA|AMS|EBR|BIT|BME|STO|CPH|HEL|OSL|SWX|SIX|VTX|HKG|HKEX|SEHK|TYO|"
    r"TPE|TWSE|TWO|NSE|BSE|SHA|SHE|SSE|SZSE|KRX|KOSDAQ|JSE|SGX|CRYPTO"
)
_MARKED: Final = re.compile(
    r"(?P<link>(?:https?://|\bwww\.)\S{1,2000})"
    r"|(?<![\w$])\$(?P<cash>[A-Za-z][A-Za-z0-9]{0,9}(?:[.\-/][A-Za-z]{1,3})?)(?!\w)"
    rf"|\b(?:(?i:{_EXCHANGES})[ ]?:[ ]?){{0,2}}(?P<venue>(?i:{_EXCHANGES}))[ ]?:[ ]?"
    r"(?P<listed>[A-Za-z0-9][A-Za-z0-9.\-]{0,9})"
    r"|\([ ]?(?P<bracket>[A-Z][A-Z0-9]{1,9}(?:[.\-][A-Z]{1,2})?)[ ]?\)"
    r"|<(?P<ric>[A-Za-z0-9.=^]{1,15})>"
)
_SHORTEST_LOWER_CASE: Final = 3
"""`$btc` is a ticker; `$m` is money."""


class Gazetteer:
    """A list of instruments and what they are called."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        """Set up; keeps nothing of a text.

        Raises:
            ConfigurationError: two instruments share a symbol, a name or a code, or a symbol or a name is malformed.
        """
        self._instruments: dict[str, Instrument] = {}
        self._phrases: dict[str, list[_Phrase]] = {}
        self._strict: dict[str, Alias] = {}
        for one in instruments:
            if not re.fullmatch(ASSET_PATTERN, one.symbol):
                raise ConfigurationError(f"instrument {one.symbol!r}: a symbol must match {ASSET_PATTERN}")
            if one.symbol in self._instruments:
                raise ConfigurationError(f"instrument {one.symbol}: is listed twice")
            self._instruments[one.symbol] = one
            for alias in one.aliases:
                self._add(one.symbol, alias)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase.words))
        self._codes = VendorCodes(
            {one.symbol: (one.kind, one.exchange, _all_codes(one)) for one in self._instruments.values()}
        )

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return them by symbol."""
        return MappingProxyType(self._instruments)

    def resolve(self, code: str) -> str | None:
        """Return the symbol behind a vendor's code; an unknown, well-formed one as it is; `None` for nonsense."""
        return self._codes.resolve(code)

    def find(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the symbols that each text names, the first mentioned first, each once."""
        return [self._find(text) for text in texts]

    def _add(self, symbol: str, alias: Alias) -> None:
        phrase = _phrase(symbol, alias)
        for other in self._phrases.get(phrase.folded[0], ()):
            if other.symbol != symbol and _same_name(other, phrase):
                raise ConfigurationError(f"instrument {symbol}: {alias.text!r} is a name of {other.symbol} already")
        self._phrases.setdefault(phrase.folded[0], []).append(phrase)
        if alias.text == symbol and alias.needs:
            self._strict[symbol] = alias

    def _find(self, text: str) -> tuple[str, ...]:
        found: list[tuple[int, str]] = []

        def blank(mark: re.Match[str]) -> str:
            if (symbol := self._marked(mark)) is not None:
                found.append((mark.start(), symbol))
            elif mark["bracket"] or mark["ric"] or mark["cash"]:
                return mark[0]  # perhaps a name
            return " " * len(mark[0])

        rest = _MARKED.sub(blank, text)
        words = _Words.of(rest)
        found = [hit for hit in found if self._believed(hit, text, words)]
        at = 0
        while at < len(words.folded):
            phrase = next((p for p in self._phrases.get(words.folded[at], ()) if _fits(p, words, at)), None)
            if phrase is None:
                at += 1
                continue
            found.append((words.spans[at][0], phrase.symbol))
            at += len(phrase.words)
        return tuple(dict.fromkeys(symbol for _, symbol in sorted(found)))

    def _marked(self, mark: re.Match[str]) -> str | None:
        """Return the known instrument that a marked ticker names."""
        if (listed := mark["listed"]) is not None:
            return self._codes.listed(mark["venue"].upper().replace(" ", ""), listed.rstrip(".-"))
        if (cash := mark["cash"]) is not None:
            return self._codes.known(cash) if cash.isupper() or len(cash) >= _SHORTEST_LOWER_CASE else None
        code = mark["bracket"] or mark["ric"]
        return self._codes.known(code) if code else None

    def _believed(self, hit: tuple[int, str], text: str, words: _Words) -> bool:
        """Tell whether a bare ticker in brackets is one: `(DOT)` is a coin or a department."""
        at, symbol = hit
        alias = self._strict.get(symbol)
        if alias is None or text[at] != "(" or not text.startswith(symbol, at + 1):
            return True
        return not alias.needs.isdisjoint(words.present)


def _all_codes(one: Instrument) -> tuple[str, ...]:
    return (*forms(one.symbol, kind=one.kind, exchange=one.exchange), *one.codes)


def _phrase(symbol: str, alias: Alias) -> _Phrase:
    spans = [match.span() for match in _WORD.finditer(alias.text)]
    if not spans:
        raise ConfigurationError(f"instrument {symbol}: {alias.text!r} has no letter or figure")
    words = tuple(alias.text[start:end] for start, end in spans)
    gaps = tuple(alias.text[left[1] : right[0]].strip(_JOINING) for left, right in pairwise(spans))
    return _Phrase(symbol, alias, words, tuple(word.casefold() for word in words), gaps)


def _same_name(left: _Phrase, right: _Phrase) -> bool:
    """Tell whether one text could be both: case parts two names only if it counts in both."""
    if (left.folded, left.gaps) != (right.folded, right.gaps):
        return False
    return not (left.alias.exact and right.alias.exact) or left.words == right.words


def _fits(phrase: _Phrase, words: _Words, at: int) -> bool:
    """Tell whether a phrase stands in a text from a word on, and means its instrument."""
    last = at + len(phrase.words) - 1
    if last >= len(words.folded) or tuple(words.folded[at : last + 1]) != phrase.folded:
        return False
    gaps = [words.gap(i) for i in range(at, last)]
    if any(len(gap) > _LONGEST_GAP or gap.strip(_JOINING) != own for gap, own in zip(gaps, phrase.gaps, strict=True)):
        return False
    return (
        (not phrase.alias.exact or _same_case(phrase, words, at))
        and (not phrase.alias.needs or not phrase.alias.needs.isdisjoint(words.present))
        and phrase.alias.unless.isdisjoint(words.present)
        and not _something_else(phrase.alias, words, at, last)
    )


def _same_case(phrase: _Phrase, words: _Words, at: int) -> bool:
    written = [words.text[start:end] for start, end in words.spans[at : at + len(phrase.words)]]
    if written == list(phrase.words):
        return True
    return not phrase.alias.text.isupper() and written == [word.upper() for word in phrase.words]


def _something_else(alias: Alias, words: _Words, first: int, last: int) -> bool:
    if first > 0 and words.folded[first - 1] in alias.not_preceded_by and words.adjacent(first - 1):
        return True
    if last + 1 >= len(words.folded):
        return False
    gap, following = words.gap(last), words.folded[last + 1]
    if gap == "." and following in _TOP_DOMAINS:
        return True
    if gap in _APOSTROPHES:  # Target's
        return False
    return following in alias.not_followed_by and words.adjacent(last)
