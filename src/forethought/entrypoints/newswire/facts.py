"""Who and what a story is about: drawn once, told by all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Final

from forethought.entrypoints.newswire.instruments import Instrument
from forethought.entrypoints.newswire.wordings import Kind

# Those below are invented: nothing is said of real brokers and exchanges, and no real deal is told.
_BROKERS: Final = ("Halden & Cray", "Northmere Securities", "Ostrow Capital", "Pelham Vance", "Brightwater Research")
_RIVALS: Final = ("Corvane Systems", "Altimar", "Lindqvist Group", "Tessaro", "Bayfold Industries", "Quillon Labs")
_EXCHANGES: Final = ("Coinharbor", "Novadex", "Tidemark Exchange", "Blockway")
_PLACES: Final = ("Ohio", "Texas", "Dublin", "Singapore", "Rotterdam", "Ontario", "Osaka", "Leipzig", "Arizona", "Lyon")
_QUARTERS: Final = ("first-quarter", "second-quarter", "third-quarter", "fourth-quarter")
_SPLITS: Final = (2.0, 3.0, 4.0, 5.0, 10.0, 20.0)

_FORMS: Final[Mapping[str, str]] = {
    "eps": "{:.2f}",
    "bn": "{:.1f}",
    "mn": "{:.0f}",
    "pct": "{:.1f}",
    "target": "{:.0f}",
    "count": "{:,.0f}",
    "ratio": "{:.0f}",
    "cpi": "{:.1f}",
    "jobs": "{:.0f}",
    "rate": "{:.2f}",
    "bps": "{:.0f}",
    "number": "{:.0f}",
    "move": "{:.1f}",
}
_STEPS: Final[Mapping[str, float]] = {"rate": 0.25, "count": 100.0, "eps": 0.01, "cpi": 0.1, "pct": 0.1, "bn": 0.1}
"""Between two values of a figure; 1 where it is not named."""
_EXPECTED: Final[Mapping[str, tuple[str, int]]] = {"est": ("eps", 1), "cpi_est": ("cpi", -1), "jobs_est": ("jobs", 1)}
"""What analysts expected of a figure, and whether more of it is good."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and figures of a story."""

    words: Mapping[str, str]
    figures: Mapping[str, float]
    first: Mapping[str, float]
    """The figures as they were told first: what was expected does not change when they are corrected."""
    surprise_frac: float
    """How far the first outcome lies from what was expected."""

    def corrected(self, kind: Kind) -> "Facts":
        """Return them with another value of the figure that matters; a surprise becomes a greater one."""
        more = kind.direction >= 0
        if any(of == kind.figure and good < 0 for of, good in _EXPECTED.values()):
            more = not more
        step = _STEPS.get(kind.figure, 1.0)
        was = self.figures[kind.figure]
        by = max(step, round(0.15 * was / step) * step)
        now = was + by if more or was <= by else was - by
        return replace(self, figures={**self.figures, kind.figure: now})

    def texts(self, kind: Kind) -> dict[str, str]:
        """Spell all of them for a kind of event."""
        spelt = {name: form.format(self.figures[name]) for name, form in _FORMS.items()}
        for name, (of, good) in _EXPECTED.items():
            off = max(_STEPS.get(of, 1.0), self.surprise_frac * self.first[of])
            spelt[name] = _FORMS[of].format(self.first[of] - good * (kind.direction or 1) * off)
        return {**self.words, **spelt}


def draw(rng: Random, instrument: Instrument, at: datetime) -> Facts:
    """Draw the facts of a story."""
    words = {
        "name": instrument.name,
        "company": instrument.full or instrument.name,
        "sym": instrument.symbol,
        "country": instrument.country,
        "bank": instrument.bank,
        "broker": rng.choice(_BROKERS),
        "rival": rng.choice(_RIVALS),
        "exchange": rng.choice(_EXCHANGES),
        "place": rng.choice(_PLACES),
        "quarter": rng.choice(_QUARTERS),
        "weekday": f"{at:%A}",
    }
    figures = {
        "eps": rng.uniform(0.4, 6),
        "bn": rng.uniform(1.2, 48),
        "mn": rng.uniform(60, 950),
        "pct": rng.uniform(2, 19),
        "target": rng.uniform(40, 900),
        "count": 100.0 * rng.randint(12, 960),
        "ratio": rng.choice(_SPLITS),
        "cpi": rng.uniform(1.4, 8.9),
        "jobs": rng.uniform(12, 480),
        "rate": 0.25 * rng.randint(3, 36),
        "bps": rng.choice((25.0, 50.0)),
        "number": float(rng.randint(3, 30)),
        "move": rng.uniform(0.3, 4),
    }
    return Facts(words, figures, figures, rng.uniform(0.03, 0.15))
