"""The houses that publish, each with its style."""

import re
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

Case: TypeAlias = Literal["sentence", "title", "upper", "lower"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One publisher. Names are not real ones."""

    name: str
    case: Case
    percent: str
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    decorated: float = 0.0
    """Chance of a prefix or suffix."""
    sloppy: float = 0.005
    """Chance of a typo."""
    rupees: bool = False
    """Whether it prices in the local currency, where there is one."""
    spell: tuple[float, float] = (0.0, 1.0)
    """When it publishes, as fractions of the stream."""


OUTLETS = (
    Outlet(
        "wire",
        "sentence",
        "%",
        ("UPDATE 1-", "UPDATE 2-", "{desk}-", "UPDATE 4-", "MARKETS-", "GLOBAL MARKETS-"),
        (),
        0.2,
    ),
    Outlet("watch", "sentence", "%", ("Futures movers: ", "{desk} stocks: ", "MARKET SNAPSHOT: "), (), 0.05),
    Outlet("watch-early", "lower", " %", (), (), 0.0, spell=(0.0, 0.7)),
    Outlet("agency", "title", " pct", (), (" - agency", " (wrap)"), 0.08, 0.01, rupees=True),
    Outlet(
        "economic-daily", "sentence", "%", ("Commodities: ", "Market update: "), (": Report",), 0.08, 0.01, rupees=True
    ),
    Outlet(
        "broker-desk",
        "title",
        "%",
        ("{desk} OUTLOOK: ", "COMMODITY OUTLOOK: ", "Daily note: "),
        (),
        0.35,
        0.02,
        spell=(0.2, 1.0),
    ),
    Outlet("terminal", "upper", "%", ("*", "RPT-", "TABLE-"), (), 0.25, 0.005, spell=(0.0, 0.8)),
    Outlet("tabloid", "title", " per cent", ("Revealed: ", "Shock: "), ("!", " - here's why"), 0.15, 0.03),
    Outlet(
        "blog",
        "sentence",
        " percent",
        ("Chart: ", "Note: "),
        (" | Market Blog", " [video]", "..."),
        0.15,
        0.04,
        spell=(0.4, 1.0),
    ),
    Outlet(
        "portal",
        "title",
        "%",
        ("Live: ", "Price today: "),
        (" | Details here", " - Check rates"),
        0.2,
        0.02,
        rupees=True,
        spell=(0.45, 1.0),
    ),
    Outlet("analysts", "sentence", "%", ("Analysis-", "Technicals: ", "COLUMN-"), (), 0.25, 0.01, spell=(0.1, 0.9)),
    Outlet("lower-wire", "lower", "%", ("update : ", "{desk} : "), (), 0.1, 0.005),
    Outlet(
        "social",
        "sentence",
        "%",
        ("JUST IN: ", "$ "),
        (" #markets", " pic", " https://t.co/x"),
        0.3,
        0.05,
        spell=(0.55, 1.0),
    ),
    Outlet("gazette", "title", "pc", (), (), 0.0, 0.01, spell=(0.0, 0.5)),
)

_TRUNCATED = 0.006
"""Chance that a text is cut, as by a feed with a limit."""
_PERCENT = re.compile(r"(?<=\d)%")
_SMALL = frozenset(
    ("a", "an", "as", "at", "by", "for", "from", "in", "of", "on", "to", "the", "and", "but", "or", "vs")
)


def styled(text: str, outlet: Outlet, desk: str, rng: Random) -> str:
    """Set a text in the style of an outlet: percent sign, case, prefix or suffix, and its slips of the keyboard."""
    text = _PERCENT.sub(outlet.percent, text)
    if rng.random() < outlet.sloppy:
        text = mistyped(text, rng)
    if rng.random() < _TRUNCATED:
        text = text[: max(20, int(len(text) * rng.uniform(0.6, 0.9)))].rstrip() + rng.choice(("...", "", " ..."))
    text = _cased(text, outlet.case)
    if rng.random() < outlet.decorated:
        chosen = rng.choice((*outlet.prefixes, *outlet.suffixes))
        edge = chosen.replace("{desk}", desk)
        text = text + edge if chosen in outlet.suffixes else edge + text
    return text.lower() if outlet.case == "lower" else text


def mistyped(text: str, rng: Random) -> str:
    """Swap, drop or double one letter."""
    places = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    middle = rng.choice((text[at + 1] + text[at], text[at + 1], text[at] * 2 + text[at + 1]))
    return text[:at] + middle + text[at + 2 :]


def _cased(text: str, case: Case) -> str:
    if case == "upper":
        return text.upper()
    if case == "lower":
        return text.lower()
    if case == "title":
        words = text.split(" ")
        text = " ".join(w if w in _SMALL and i else w[:1].upper() + w[1:] for i, w in enumerate(words))
    return text[:1].upper() + text[1:]
