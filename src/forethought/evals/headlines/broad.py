"""A broad stream: many companies, labelled by sentiment, with much that is said once only."""

from datetime import UTC, datetime, timedelta
from random import Random

from forethought.domain.decision import Signal
from forethought.evals.headlines.broad_templates import MOVE, NEUTRAL, ODDMENTS, SIDES, WORDS
from forethought.evals.headlines.headline import Headline
from forethought.evals.headlines.outlets import mistyped
from forethought.evals.headlines.templating import chosen, filled, tidy

_START = datetime(2019, 1, 2, 9, tzinfo=UTC)
_SHARES = ((Signal.NONE, Signal.BUY, Signal.SELL), (0.60, 0.22, 0.18))
_NOISE = 0.05
"""Sentiment is harder to agree on than the direction of a price."""
_COMPANIES = 700
_ONSETS = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
    "qu",
)
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "y")
_CODAS = ("", "", "n", "r", "l", "s", "x", "nd", "rt", "ck", "m", "th")
_KINDS = (
    "",
    "",
    " Corp",
    " Inc",
    " Holdings",
    " Group",
    " Pharma",
    " Energy",
    " Bancorp",
    " Systems",
    " Foods",
    " Air",
    " & Sons",
)
_FIRST = (
    "Ana",
    "Tom",
    "Mei",
    "Raj",
    "Lena",
    "Omar",
    "Kate",
    "Luis",
    "Ingrid",
    "Paul",
    "Yuki",
    "Sam",
    "Nadia",
    "Greg",
    "Ivo",
    "Ruth",
)
_TAILS = (
    "",
    "",
    "",
    "",
    "",
    " https://t.co/{word}",
    " #{word}",
    " via {word}",
    " - {word} {word}",
    " $$",
    " ...",
    ", {person} says",
    " ahead of {event}",
    "; {topic} in focus",
    " in {place}",
    " despite {topic}",
)


def broad(n: int, seed: int) -> list[Headline]:
    """Write a broad stream in time order, the same one for the same arguments."""
    rng = Random(f"broad/{seed}")  # noqa: S311 - a simulation
    newsroom = _Newsroom(rng)
    at = _START
    told = []
    for _ in range(n):
        at += timedelta(seconds=rng.expovariate(1 / 3_600))
        told.append(Headline(*newsroom.story(), at=at))
    return told


class _Newsroom:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._companies = [self._company() for _ in range(_COMPANIES)]
        self._prominence = [1 / (rank + 3) for rank in range(_COMPANIES)]

    def story(self) -> tuple[str, Signal]:
        """Write one text; its label is wrong at the rate at which people disagree."""
        rng = self._rng
        signal = rng.choices(*_SHARES)[0]
        side = int(signal)
        template = rng.choice(MOVE if side else NEUTRAL)
        lean = side or rng.choice((1, -1))
        text = tidy(self._expand(template + rng.choice(_TAILS), lean, self._subject()))
        if rng.random() < 0.03:  # noqa: PLR2004 - the share with a typo
            text = mistyped(text, rng)
        if rng.random() < _NOISE:
            signal = rng.choice([other for other in Signal if other is not signal])
        return text[:1].upper() + text[1:], signal

    def _subject(self) -> tuple[str, str]:
        return self._rng.choices(self._companies, self._prominence)[0]

    def _expand(self, text: str, side: int, subject: tuple[str, str]) -> str:
        def fill(name: str, opposite: bool) -> str:  # noqa: FBT001 - as templating calls it
            own = -side if opposite else side
            return self._expand(self._fill(name, own, subject), own, subject)

        return filled(chosen(text, self._rng), fill)

    def _fill(self, name: str, side: int, subject: tuple[str, str]) -> str:
        rng = self._rng
        if name in SIDES[side]:
            return rng.choice(SIDES[side][name])
        if name in WORDS:
            return rng.choice(WORDS[name])
        if name in {"co", "tag"}:
            return (
                subject[0] if name == "co" else rng.choice((f"${subject[1]}", f"${subject[1]}", f"${subject[1]} -", ""))
            )
        if name in {"word", "place", "co2", "person", "drug"}:
            return self._invented(name)
        return self._number(name)

    def _invented(self, name: str) -> str:
        word = self._word()
        return {
            "word": self._rng.choice(ODDMENTS),
            "place": word.capitalize() + self._rng.choice(("", "", "ville", "burg", " City", "ton")),
            "co2": word.capitalize() + self._rng.choice(_KINDS),
            "person": f"{self._rng.choice(_FIRST)} {word.capitalize()}",
            "drug": f"{word}{self._rng.choice(('mab', 'nib', 'tide', 'vir'))}",
        }[name]

    def _number(self, name: str) -> str:
        rng = self._rng
        return {
            "pct": f"{rng.uniform(0.3, 30):.1f}%",
            "pct2": f"{rng.uniform(0.3, 30):.0f}%",
            "q": str(rng.randint(1, 4)),
            "age": str(rng.randint(41, 99)),
            "year": str(rng.randint(1999, 2024)),
            "eps": f"{rng.uniform(0.02, 4):.2f}",
            "eps2": f"{rng.uniform(0.02, 4):.2f}",
            "m": f"{rng.uniform(3, 900):.1f}",
            "m2": f"{rng.uniform(3, 900):.1f}",
            "px": str(rng.randint(4, 400)),
            "px2": str(rng.randint(4, 400)),
            "count": f"{rng.randint(30, 9_000):,}",
        }[name]

    def _word(self) -> str:
        rng = self._rng
        return "".join(
            rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(rng.choice((1, 1, 2, 2)))
        )

    def _company(self) -> tuple[str, str]:
        word = self._word()
        ticker = "".join(dict.fromkeys(word.upper()))[: self._rng.randint(2, 4)]
        return word.capitalize() + self._rng.choice(_KINDS), ticker
