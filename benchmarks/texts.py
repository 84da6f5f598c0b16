"""Questions and records of our own making: as many distinct ones as a run needs, the same in every run."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "SOL": "Solana",
    "XAU": "Gold",
    "WTI": "Crude oil",
    "AAPL": "Apple",
    "MSFT": "Microsoft",
    "NVDA": "Nvidia",
    "TSLA": "Tesla",
    "AMZN": "Amazon",
}
"""The ten tickers of the design's memory target."""

_VERBS = {1: ("rises", "climbs", "gains", "advances"), -1: ("falls", "drops", "loses", "declines")}
_PERCENT = (" percent", "%", " pct")
_WHEN = (
    ("ahead of the jobs report", "before the jobs report", "shortly before the jobs report"),
    ("in heavy trading", "in very heavy trading", "amid heavy trading"),
    ("in thin trading", "amid thin trading", "on thin trading"),
    ("after the central bank meeting", "following the central bank meeting", "after the meeting of the central bank"),
    ("as funds rebalance", "with funds rebalancing", "while funds rebalance"),
    ("as investors take stock", "with investors taking stock", "while investors take stock"),
    ("in New York trade", "in New York trading", "in trading in New York"),
    ("as options expire", "with options expiring", "while options expire"),
)
_ASIDE = (
    ("Turnover is above its monthly average", "Turnover stands above the monthly average"),
    ("Treasury yields are little changed", "Treasury yields show little change"),
    ("Dealers describe orderly markets", "Dealers describe markets as orderly"),
)
_OPENERS = ("", "Market report: ", "Update: ", "Just in: ")
_MOVES_PCT = (
    *("0.4", "0.7", "1.1", "1.6", "2.3", "2.9", "3.4", "4.8"),
    *("0.5", "0.8", "1.2", "1.7", "2.4", "3.1", "3.6", "5.2"),
)

_CONTEXTS = (
    "The central bank is expected to keep interest rates unchanged this month.",
    "The central bank is expected to leave interest rates unchanged this month.",
    "The central bank is widely expected to keep interest rates unchanged this month.",
    "This month the central bank is expected to keep interest rates unchanged.",
    "The central bank is likely to keep interest rates unchanged this month.",
)
"""The first is what the records were decided in; the others say the same, so their vectors lie near."""

_FIRMS = (
    "Aldermoor",
    "Brackwater",
    "Castelline",
    "Dunmere",
    "Eskdale",
    "Fennwick",
    "Garrowby",
    "Hollins",
    "Inverleith",
)
_PLACES = ("Leeds", "Porto", "Tampere", "Graz", "Cork", "Lyon", "Bergen", "Ghent", "Turku", "Siena", "Aarhus", "Bilbao")
_DEEDS = (
    "names a new head of its catering division in {place}, who brings {n} colleagues along",
    "opens a training centre for {n} apprentices in {place} and invites the public",
    "publishes a history of the company with {n} photographs from its archive in {place}",
    "repaints the {n} wagons of its museum railway near {place} in their first colours",
    "sponsors a chess tournament in {place} at which {n} schools will play",
    "moves its reading room for {n} visitors to a quieter street in {place}",
    "plants {n} lime trees around its offices in {place} together with the town",
)


class _Wording(NamedTuple):
    """Which of the wordings to take; the first of each is what is inserted."""

    verb: int = 0
    percent: int = 0
    when: int = 0
    aside: int = 0
    opener: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """A record of the generated memory, and how to tell it again."""

    asset: str
    signal: int
    move_pct: str
    when: int
    aside: int

    @property
    def text(self) -> str:
        """The wording that is inserted."""
        return self._say(self.signal, _Wording())

    def _say(self, sign: int, way: "_Wording") -> str:
        move = f"{NAMES[self.asset]} {_VERBS[sign][way.verb]} {self.move_pct}{_PERCENT[way.percent]}"
        return f"{_OPENERS[way.opener]}{move} {_WHEN[self.when][way.when]}. {_ASIDE[self.aside][way.aside]}."

    def retellings(self) -> Iterator[str]:
        """Give other wordings of the same fact, each once."""
        ways = list(itertools.product(range(4), range(3), range(3), range(2), range(4)))[1:]
        random.Random(f"{self.asset}{self.when}{self.move_pct}").shuffle(ways)  # noqa: S311 - not a secret
        return (self._say(self.signal, _Wording(*way)) for way in ways)

    def opposite(self) -> str:
        """Give the same sentence with the other direction."""
        return self._say(-self.signal, _Wording())

    def record(self, *, context: str | None = None) -> dict[str, object]:
        """Make the record to insert."""
        made: dict[str, object] = {
            "input_report": self.text,
            "output_report": "A move of this size tends to run on for a day.",
            "signal": self.signal,
            "conviction": 0.8,
            "asset": self.asset,
            "provider": "benchmark",
        }
        return made if context is None else {**made, "context": [{"text": context}]}


def stories() -> list[Story]:
    """Make the memory of a run: 16 stories an asset, none of them the opposite of another."""
    return _stories(_MOVES_PCT)


def _stories(moves_pct: Sequence[str]) -> list[Story]:
    return [
        Story(
            asset, 1 if (turn + turn // len(_WHEN)) % 2 else -1, move, turn % len(_WHEN), (turn + shift) % len(_ASIDE)
        )
        for shift, asset in enumerate(NAMES)
        for turn, move in enumerate(moves_pct)
    ]


def retellings(of: list[Story]) -> Iterator[tuple[Story, str]]:
    """Give true paraphrases, no text twice, each story in turn."""
    for turn in itertools.zip_longest(*(story.retellings() for story in of)):
        yield from ((story, text) for story, text in zip(of, turn, strict=True) if text is not None)


def unrelated(seed: str) -> Iterator[tuple[str, str]]:
    """Give (asset, text) of news that no record is about, no text twice."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    for number in itertools.count(11):
        deed = chance.choice(_DEEDS).format(place=chance.choice(_PLACES), n=number)
        yield chance.choice(list(NAMES)), f"{chance.choice(_FIRMS)} {deed}."


def situations(of: list[Story]) -> Iterator[dict[str, object]]:
    """Give questions with known text in a new situation, in turn: another context, and another asset."""
    assets = list(NAMES)
    for round_ in itertools.count():
        for index, story in enumerate(of):
            if (index + round_) % 2:
                context = _CONTEXTS[1 + round_ % (len(_CONTEXTS) - 1)]
                yield {"text": story.text, "asset": story.asset, "context": [{"text": context}]}
            else:
                other = assets[(assets.index(story.asset) + 1 + round_) % len(assets)]
                if other != story.asset:
                    yield {"text": story.text, "asset": other}


def base_context() -> str:
    """Return the context in which the records with one were decided."""
    return _CONTEXTS[0]


def contexts() -> tuple[str, ...]:
    """Return every context, to be put into the embedding cache beforehand."""
    return _CONTEXTS


def many_records(count: int) -> Iterator[dict[str, object]]:
    """Make distinct records by the thousand: half about moves that no question is about, half about other things.

    Like news is decided alike: otherwise the service would learn that its memory errs, and stop answering from it.
    """
    news = unrelated("memory")
    told = retellings(_stories([f"{tenths / 10}" for tenths in range(60, 76)]))
    for _ in range(count // 2):
        story, text = next(told)
        yield {**story.record(), "input_report": text}
        asset, text = next(news)
        yield {
            **story.record(),
            "input_report": text,
            "asset": asset,
            "signal": 0,
            "output_report": "Not about the price.",
        }
