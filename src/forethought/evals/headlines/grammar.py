"""Turn a template into a headline: choose its alternatives and fill its slots from vocabularies and the market."""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from forethought.evals.headlines import causes, events, words
from forethought.evals.headlines.headline import AssetProfile, Split
from forethought.evals.headlines.inflection import cardinal, gerund, ordinal, third_person
from forethought.evals.headlines.market import Session
from forethought.evals.headlines.templating import chosen, filled, tidy

_EPOCHS = 40
"""How often in a stream the frequencies of words are drawn anew from their slow waves."""
_TRADING_DAYS = {"week": 5, "month": 21, "year": 250}

Vocabulary = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What one headline is about."""

    session: Session
    direction: int
    """1 or -1; where the headline has no signal, drawn for nothing."""
    progress: float
    """Where in the stream, in [0, 1)."""
    outlet: str
    rupees: bool


def vocabulary(split: Split, parts: tuple[Vocabulary, Vocabulary]) -> Vocabulary:
    """Take the development half, the test half, or both in one."""
    development, test = parts
    if split == "development":
        return development
    if split == "test":
        return test
    return {key: (*development.get(key, ()), *test.get(key, ())) for key in {**development, **test}}


class Grammar:
    """Writes about one asset with the words of one half.

    Args:
        profile: The asset.
        split: Which half.
        seed: Of the slow drift of word frequencies and of the outlets' tastes.
    """

    def __init__(self, profile: AssetProfile, split: Split, seed: int) -> None:
        self._profile = profile
        self._seed = seed
        self._words = vocabulary(split, (words.DEVELOPMENT, words.TEST))
        self._causes = vocabulary(split, (causes.DEVELOPMENT, causes.TEST))
        self._events = (*events.FAMILY_EVENTS[profile.family], *events.EVENTS)
        self._weights: dict[tuple[str, str, int], list[float]] = {}
        self._slots: Mapping[str, Callable[[Scene, int, Random], str]] = {
            "S": lambda scene, _, rng: self.pick("S", profile.singular, scene, rng),
            "P": lambda scene, _, rng: self.pick("P", profile.plural, scene, rng),
            "N": lambda *_: profile.adjective,
            "SV": self._subject_and_verb,
            "SA": lambda scene, direction, rng: self._with_subject(self._verb(scene, direction, rng), scene, rng),
            "peer": lambda scene, _, rng: self.pick("peer", profile.peers, scene, rng),
            "venue": lambda _s, _d, rng: rng.choice(profile.venues),
            "month": lambda _s, _d, rng: rng.choice(profile.months),
            "month_name": lambda _s, _d, rng: rng.choice(events.MONTH_NAMES),
            "house": lambda scene, _, rng: self.pick("house", events.HOUSES, scene, rng),
            "event": self._event,
            "event2": self._event,
            "why": self._why,
            "why_start": self._why,
            "rupee_clause": lambda _s, direction, rng: rng.choice(events.RUPEE[direction]),
            "move": self._verb,
            "moves": lambda scene, direction, rng: third_person(self._verb(scene, direction, rng)),
            "moving": lambda scene, direction, rng: gerund(self._verb(scene, direction, rng)),
            "moved": lambda _s, direction, rng: rng.choice(_PAST[direction]),
            "moved_pct": lambda _s, direction, rng: f"{_UP_DOWN[direction]} {rng.uniform(0.5, 12):.1f}%",
            "up": lambda _s, direction, _r: _UP_DOWN[direction],
            "above": lambda _s, direction, _r: "above" if direction > 0 else "below",
            "extreme": lambda _s, direction, _r: "high" if direction > 0 else "low",
            "adv_adj": lambda _s, _d, rng: rng.choice(("sharp", "sudden", "steep", "odd", "quiet", "broad")),
            "nth": lambda scene, _, rng: ordinal(max(scene.session.streak, rng.choice((2, 2, 3, 3, 4, 5, 6)))),
            "days": lambda _s, _d, rng: (
                f"{_number(rng.choice((2, 2, 3, 3, 3, 4, 4, 5, 6, 7)), rng)}-{rng.choice(_DAYS)}"
            ),
            "period": self._period,
            "period_word": lambda _s, _d, rng: rng.choice(("week", "month", "year")),
            "unit_word": lambda _s, _d, rng: rng.choice(("week", "month", "day", "quarter")),
            "period_plural": lambda _s, _d, rng: f"{_number(rng.randint(2, 9), rng)} {rng.choice(_SPANS)}",
            "tonnes": lambda _s, _d, rng: f"{rng.uniform(0.3, 14):.1f} tonnes",
            "pct": self._percent,
            "amt": self._amount,
            "amt2": lambda _s, _d, rng: f"{rng.uniform(0.1, 3):.1f}%",
            "px": self._price,
            "mark": self._mark,
            "range": self._range,
            "rs": self._rupee_move,
            "rspx": self._rupee_price,
        }

    def fits(self, template: str) -> bool:
        """Tell whether the asset has what the template asks for (delivery months, a local currency)."""
        profile = self._profile
        return (profile.months or "{month}" not in template) and (profile.local_rate > 0 or "rupee" not in template)

    def write(self, template: str, scene: Scene, rng: Random) -> str:
        """Fill a template; the first letter may still be small."""
        return tidy(self._expand(template, scene, scene.direction, rng))

    def pick(self, key: str, phrases: Sequence[str], scene: Scene, rng: Random, *, steepness: float = 0.8) -> str:
        """Draw a phrase: earlier lines oftener, drifting along the stream, each outlet with a taste of its own."""
        epoch = int(scene.progress * _EPOCHS)
        cached = (key, scene.outlet, epoch)
        weights = self._weights.get(cached)
        if weights is None:
            weights = self._weights[cached] = [
                (rank + 1.5) ** -steepness * self._taste(f"{key}/{phrase}", scene.outlet, epoch)
                for rank, phrase in enumerate(phrases)
            ]
        return rng.choices(phrases, weights)[0]

    def _taste(self, phrase: str, outlet: str, epoch: int) -> float:
        # hashes serve as the random numbers: a generator for each phrase and outlet would take most of the time
        drift = zlib.crc32(f"{self._seed}/{phrase}".encode())
        period, phase = 15 + 45 * (drift & 0xFFFF) / 0xFFFF, (drift >> 16) / 0xFFFF
        own = sum(zlib.crc32(f"{self._seed}/{phrase}/{outlet}".encode()).to_bytes(4, "big")) / 510 - 1
        return math.exp(0.9 * math.sin(2 * math.pi * (epoch / period + phase)) + 1.7 * own)

    def _expand(self, text: str, scene: Scene, direction: int, rng: Random) -> str:
        def fill(name: str, opposite: bool) -> str:  # noqa: FBT001 - as templating calls it
            own = -direction if opposite else direction
            return self._expand(self._fill(name, scene, own, rng), scene, own, rng)

        return filled(chosen(text, rng), fill)

    def _fill(self, name: str, scene: Scene, direction: int, rng: Random) -> str:
        slot = self._slots.get(name)
        if slot is not None:
            return slot(scene, direction, rng)
        key = f"{name}{_SIGN[direction]}"
        if key not in self._words:
            key = name
        return self.pick(key, self._words[key], scene, rng)

    def _verb(self, scene: Scene, direction: int, rng: Random) -> str:
        key = f"verb{_SIGN[direction]}"
        return self.pick(key, self._words[key], scene, rng, steepness=1.4)

    def _subject_and_verb(self, scene: Scene, direction: int, rng: Random) -> str:
        verb = self._verb(scene, direction, rng)
        if rng.random() < _IDIOMS:
            key = f"idiom{_SIGN[direction]}"
            verb = self.pick(key, self._words[key], scene, rng, steepness=0.6)
        return self._with_subject(verb, scene, rng)

    def _with_subject(self, verb: str, scene: Scene, rng: Random) -> str:
        if rng.random() < 0.3:  # noqa: PLR2004 - the share of plural subjects
            return f"{self.pick('P', self._profile.plural, scene, rng)} {verb}"
        return f"{self.pick('S', self._profile.singular, scene, rng)} {third_person(verb)}"

    def _why(self, scene: Scene, direction: int, rng: Random) -> str:
        group = rng.choices(("any", "any", self._profile.family, self._profile.family), (2, 2, 3, 4))[0]
        key = group + rng.choice(("", _SIGN[direction], _SIGN[direction]))
        return self.pick(f"why/{key}", self._causes[key], scene, rng, steepness=0.5)

    def _event(self, scene: Scene, _direction: int, rng: Random) -> str:
        key = ("event", "", int(scene.progress * _EPOCHS))
        weights = self._weights.get(key)
        if weights is None:
            weights = self._weights[key] = [self._heat(event, rank, scene) for rank, event in enumerate(self._events)]
        return rng.choices(self._events, weights)[0]

    def _heat(self, event: str, rank: int, scene: Scene) -> float:
        """Weigh a topic: the first ones are always about, the others for a few hundredths of the stream."""
        wave = Random(zlib.crc32(f"{self._seed}/heat/{event}".encode()))  # noqa: S311 - a simulation
        always = 0.4 if rank < _ALWAYS else 0.01
        return always + sum(
            4 * math.exp(-(((scene.progress - wave.random()) / wave.uniform(0.01, 0.04)) ** 2)) for _ in range(2)
        )

    def _period(self, scene: Scene, _direction: int, rng: Random) -> str:
        reach = scene.session.reach_days
        if reach < 2 * _TRADING_DAYS["week"]:
            return f"{_number(rng.randint(2, 8), rng)}-{rng.choice(('week', 'week', 'month'))}"
        unit = "week" if reach < _TRADING_DAYS["month"] * 2 else "month"
        if reach >= _TRADING_DAYS["year"]:
            return f"{_number(rng.randint(1, 7), rng)}-{rng.choice(('year', 'yr'))}"
        return f"{_number(reach // _TRADING_DAYS[unit], rng)}-{unit}"

    def _percent(self, scene: Scene, _direction: int, rng: Random) -> str:
        size = abs(scene.session.change_frac) * 100 * rng.uniform(0.7, 1.1)
        size = max(size, 0.1)
        return f"{size:.1f}%" if size < 3 or rng.random() < 0.5 else f"{size:.0f}%"  # noqa: PLR2004 - as editors round

    def _amount(self, scene: Scene, direction: int, rng: Random) -> str:
        if rng.random() < 0.5 or not self._profile.money:  # noqa: PLR2004 - percent as often as money
            about = rng.choice(("", "", "", "", "over ", "nearly ", "about "))
            return about + self._percent(scene, direction, rng) if rng.random() < 0.8 else self._points(scene)  # noqa: PLR2004
        if scene.rupees and self._profile.local_rate:
            return self._rupee_move(scene, direction, rng)
        size = abs(scene.session.change_frac) * scene.session.close
        if size < 1:
            return f"{max(1, round(size * 100))} cents"
        return f"${size:,.2f}" if self._profile.decimals else f"${size:,.0f}"

    def _points(self, scene: Scene) -> str:
        size = abs(scene.session.change_frac) * scene.session.close
        return f"{size:,.0f} points" if not self._profile.money else f"{abs(scene.session.change_frac) * 100:.2f}%"

    def _price(self, scene: Scene, _direction: int, rng: Random, *, scale: float = 1.0) -> str:
        decimals = self._profile.decimals if rng.random() < 0.7 else 0  # noqa: PLR2004 - some round
        sign = "$" if self._profile.money else ""
        unit = self._profile.unit if rng.random() < 0.6 else ""  # noqa: PLR2004 - some leave the unit out
        return f"{sign}{scene.session.close * scale:,.{decimals}f}{unit}"

    def _mark(self, scene: Scene, direction: int, rng: Random) -> str:
        close = scene.session.close
        step = 10 ** math.floor(math.log10(close)) / rng.choice((10, 20))
        level = step * (round(close / step) + direction * rng.choice((0, 0, 1, 2, 4)))
        sign = "$" if self._profile.money else ""
        return f"{sign}{level:,.{0 if step >= 1 else 2}f}"

    def _range(self, scene: Scene, direction: int, rng: Random) -> str:
        low = self._price(scene, direction, Random(0), scale=rng.uniform(0.97, 0.995))  # noqa: S311 - both ends alike
        high = self._price(scene, direction, Random(0), scale=rng.uniform(1.005, 1.03))  # noqa: S311 - both ends alike
        return rng.choice((f"{low}-{high}", f"{low} to {high}")).replace(self._profile.unit or "\0", "")

    def _rupees(self, scene: Scene) -> float:
        return scene.session.close * self._profile.local_rate * scene.session.local_scale

    def _rupee_move(self, scene: Scene, direction: int, rng: Random) -> str:
        if not self._profile.local_rate:
            return self._percent(scene, direction, rng)
        size = abs(scene.session.change_frac) * self._rupees(scene)
        step = 5 if size > 20 else 1  # noqa: PLR2004 - small moves are told to the rupee
        return f"{rng.choice(('Rs ', 'Rs ', 'Rs.', 'Rs'))}{max(step, step * round(size / step)):,}"

    def _rupee_price(self, scene: Scene, direction: int, rng: Random) -> str:
        if not self._profile.local_rate or not scene.rupees:
            return self._price(scene, direction, rng)
        price = self._rupees(scene)
        step = 10 ** max(0, math.floor(math.log10(price)) - 3)
        unit = f" {self._profile.local_unit}" if rng.random() < 0.4 else ""  # noqa: PLR2004 - some say of what
        return f"Rs {step * round(price / step):,}{unit}"


def _number(number: int, rng: Random) -> str:
    return cardinal(number) if rng.random() < 0.7 else str(number)  # noqa: PLR2004 - spelled oftener than in digits


_SIGN = {1: "+", -1: "-"}
_UP_DOWN = {1: "up", -1: "down"}
_PAST = {1: ("soared", "doubled", "boomed", "surged"), -1: ("crashed", "halved", "collapsed", "plunged")}
_DAYS = ("day", "day", "session")
_SPANS = ("days", "weeks", "weeks", "months", "months", "years")
_ALWAYS = 22
_IDIOMS = 0.25
"""How often a verb without an amount is a figure of speech."""
