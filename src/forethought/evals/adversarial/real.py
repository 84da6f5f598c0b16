"""Real headlines of a folder of data, as far as the rules of perturbation certainly apply to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from forethought.domain.errors import ConfigurationError
from forethought.domain.text import normalise
from forethought.evals.adversarial.frames import Split, Words, read_split

_BITCOIN = re.compile(r"Bitcoin|BTC")
_NAMES = {
    "AAPL": "Apple",
    "AMD": "AMD|Advanced Micro Devices",
    "ASML": "ASML",
    "AVGO": "Broadcom",
    "GOOGL": "Alphabet|Google",
    "MSFT": "Microsoft",
    "NVDA": "Nvidia|NVIDIA",
    "QCOM": "Qualcomm|QUALCOMM",
    "TSM": "TSMC|Taiwan Semiconductor",
    "TXN": "Texas Instruments",
}
"""What headlines call the firms of the stock news."""
_ANY_NAME = re.compile(r"(?:\$[A-Z]{1,5}|[A-Z][\w.&'\u2019-]*)(?: (?:&|of|[A-Z][\w.&'\u2019-]*|\([A-Z]+\)))*?")
_ANY_ASSET = "EQUITY"
"""The scope of labelled texts: they name no asset, and all of them are each other's neighbours there."""
_LABELS = {"bullish": 1, "bearish": -1, "neutral": 0}

_LINK = re.compile(r"\s*https?://\S+")
_UNSAFE = re.compile(
    r"[?!#@…|:]|\.\.\.|\b(?:not|no|never|without|despite|but|could|may|might|would|won't|\w+n['\u2019]t|after all|"
    r"up|down|higher|lower|loss|losses|lost|recovers?|rebounds?|deny|denies|why|how|if|and)\b",
    re.IGNORECASE,
)
"""Where a rule could meet a second statement, a question or a condition, or a text that was cut short."""
_WORDS = range(4, 22)

_NOUN = r"(?:(?:'s|\u2019s)? (?:shares|stocks?|prices?|futures|ETFs|EPS|revenue|stock price target|price target))?"
_MOVES = (
    r"(?= (?:\d|\$|by\b|after\b|as\b|on\b|amid\b|following\b|in\b|premarket\b|more than \d|to \$?\d|"
    r"(?:above|below) \$?\d|to (?:an? )?(?:new|record|all-time|[\w-]+-(?:week|month|year)) (?:high|low)\b)|[,;]|$)"
)
_PLURAL = r"(?<=hares |tocks |rices |tures )"
"""Before the form without an ending, which may be a noun elsewhere: the price *rise*, Tesla resumes *rally*."""
_DOES = (
    r"(?= (?:by \$?\d|on (?:revenue|earnings|EPS|top line)|"
    r"(?:[\w-]+ ){0,3}(?:estimates|expectations|forecasts|consensus)))"
)
_IS = r"(?= to (?P<to>\$[\d.,]+\d|[a-z][a-z ]+?) from (?P<from>\$[\d.,]+\d|[a-z][a-z ]+?)(?: (?:at|by)\b|$))"


class Form(StrEnum):
    """How the turning word stands in the headline."""

    MOVES = "moves"
    """Gold *rises* 3 percent."""
    DOES = "does"
    """Apple *beats* estimates."""
    IS = "is"
    """Apple price target *raised* to $200 from $180."""
    PLANS = "plans"
    """Apple *to buy* a firm."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and the places in it that a rule may change."""

    text: str
    asset: str
    signal: int
    """What it is taught as: the word's direction; for plans, which have none, a buy."""
    form: Form
    who: tuple[int, int]
    verb: tuple[int, int]
    ends: tuple[tuple[int, int], tuple[int, int]] | None = None
    """Where `to` and `from` of the form IS are."""


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    asset: str
    name: re.Pattern[str]
    label: int | None


def read_headlines(folder: Path, split: Split) -> list[Headline]:
    """Return what a split may perturb: of each file the earlier half is for development, the later one for the test.

    Raises:
        ConfigurationError: the folder lacks one of the files.
    """
    words = read_split(split).words
    forms = _forms(words)
    moving = _moving()
    found = (_understood(raw, words, forms, moving) for source in _sources(folder) for raw in _half(source, split))
    return [headline for headline in found if headline is not None]


def _sources(folder: Path) -> Iterator[list[_Raw]]:
    coins = _rows(folder / "news" / "btc_news_2025-05.parquet", by="datetime")
    yield _distinct(_Raw(row["headline"], "BTC", _BITCOIN, None) for row in coins)
    stocks = _rows(folder / "news" / "us_stock_news_2022q4.parquet", by="published_at")
    named = ((row["title"], row["company"], _NAMES.get(row["company"])) for row in stocks)
    yield _distinct(_Raw(title, asset, re.compile(name), None) for title, asset, name in named if name is not None)
    texts = _rows(folder / "labelled" / "twitter_financial_news.parquet", by=None)
    yield _distinct(_Raw(row["text"], _ANY_ASSET, _ANY_NAME, _LABELS[row["label"]]) for row in texts)


def _rows(path: Path, *, by: str | None) -> list[dict[str, Any]]:
    if not path.is_file():
        raise ConfigurationError(f"--real: {path} is no file")
    try:
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ConfigurationError(f"--real: {path} cannot be read: {error}") from error
    return rows if by is None else sorted(rows, key=lambda row: str(row[by]))


def _distinct(rows: Iterator[_Raw]) -> list[_Raw]:
    """Drop texts that came before; what is cleaned here is only the link."""
    seen: dict[str, _Raw] = {}
    for row in rows:
        text = normalise(_LINK.sub("", row.text or ""))
        seen.setdefault(text.casefold(), _Raw(text, row.asset, row.name, row.label))
    return list(seen.values())


def _half(rows: list[_Raw], split: Split) -> list[_Raw]:
    middle = len(rows) // 2
    return rows[:middle] if split is Split.DEVELOPMENT else rows[middle:]


def _forms(words: Words) -> dict[Form, str]:
    active = [w for pair in words.turned for w in pair if not w.endswith("ed") and w != "cut"]
    passive = [w for pair in words.turned for w in pair if w not in active]
    moves = (*words.up, *words.down)
    single, plural = [w for w in moves if w.endswith("s")], [w for w in moves if not w.endswith("s")]
    return {
        Form.MOVES: f"(?P<verb>(?i:{'|'.join(single)})|{_PLURAL}(?i:{'|'.join(plural)}))(?i:{_MOVES})",
        Form.DOES: f"(?P<verb>(?i:{'|'.join(active)}))(?i:{_DOES})",
        Form.IS: f"(?P<verb>(?i:{'|'.join(passive)}))(?i:{_IS})",
        Form.PLANS: "(?P<verb>(?i:to (?:acquire|buy|build|launch|open|invest|sell|expand)))(?= )",
    }


def _moving() -> re.Pattern[str]:
    """What moves, in either split: a headline with two such words says two things."""
    stems = {
        word
        for split in Split
        for words in [read_split(split).words]
        for word in (*words.up, *words.down, *(w for pair in words.turned for w in pair))
    }
    return re.compile(
        rf"\b(?:{'|'.join(sorted(stems, key=len, reverse=True))}|losses|slump\w*|crash\w*)\b", re.IGNORECASE
    )


def _understood(raw: _Raw, words: Words, forms: dict[Form, str], moving: re.Pattern[str]) -> Headline | None:
    if len(raw.text.split()) not in _WORDS or _UNSAFE.search(raw.text):
        return None
    for form, rule in forms.items():
        found = re.match(rf"(?P<who>{raw.name.pattern}){_NOUN} {rule}", raw.text)
        if found is None or len(moving.findall(raw.text)) != (form is not Form.PLANS):
            continue
        signal = _signal(found["verb"].lower(), words) if form is not Form.PLANS else 1
        if raw.label is not None and form is not Form.PLANS and raw.label != signal:
            return None  # its reader saw something else in it
        ends = (found.span("to"), found.span("from")) if form is Form.IS else None
        return Headline(raw.text, raw.asset, signal, form, found.span("who"), found.span("verb"), ends)
    return None


def _signal(verb: str, words: Words) -> int:
    return 1 if verb in {*words.up, *(good for good, _ in words.turned)} else -1
