"""Streams about one asset."""

import zlib
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from forethought.domain.decision import Signal
from forethought.evals.headlines import templates_development as development, templates_test as test
from forethought.evals.headlines.events import DESKS
from forethought.evals.headlines.grammar import Grammar, Scene
from forethought.evals.headlines.headline import AssetProfile, Headline, Split
from forethought.evals.headlines.market import Market, Session
from forethought.evals.headlines.outlets import OUTLETS, Outlet, styled

_NONE_SHARE = 0.20
_WITH_SESSION = 0.88
"""How often a directional headline goes the way of its session; the rest tell of moves within the day."""
_REPEAT = 0.075
_REPEAT_VERBATIM = 0.5
_OPPOSITE_NOISE = 0.25
"""The share of wrong labels with the opposite sign: people who disagree mostly do so on whether there is a signal."""
_A_DAY = ((0, 1, 2, 3, 4, 6), (0.38, 0.27, 0.16, 0.10, 0.06, 0.03))


def stream(
    asset: AssetProfile, n: int, seed: int, noise: float = 0.025, *, split: Split = "development"
) -> list[Headline]:
    """Write a stream in time order, the same one for the same arguments.

    Args:
        asset: What it is about.
        n: How many headlines; about seven sessions of the market for every ten.
        seed: Of everything random.
        noise: The chance, in [0, 1], that the label is one of the two wrong ones.
        split: The half of templates, verbs and causes.
    """
    rng = Random(zlib.crc32(f"{asset.asset}/{split}/{seed}".encode()))  # noqa: S311 - a simulation
    newsroom = _Newsroom(asset, split, seed, rng)
    market = Market(asset, rng)
    told: list[Headline] = []
    while len(told) < n:
        session = market.next_session()
        today: list[Headline] = []
        for _ in range(rng.choices(*_A_DAY)[0]):
            today += newsroom.stories(session, len(told) / n)
        told += sorted(today, key=lambda headline: headline.at)
    return [_judged(headline, noise, rng) for headline in told[:n]]


class _Newsroom:
    """All outlets that write about one asset."""

    def __init__(self, asset: AssetProfile, split: Split, seed: int, rng: Random) -> None:
        self._grammar = Grammar(asset, split, seed)
        self._rng = rng
        self._family = asset.family
        self._outlet_weights = [rng.uniform(0.3, 1.5) for _ in OUTLETS]
        self._templates = {name: self._fitting(split, name) for name in ("MOVE", "UP", "DOWN", "NONE")}

    def stories(self, session: Session, progress: float) -> list[Headline]:
        """Write one story, and sometimes what another outlet made of it minutes later."""
        rng = self._rng
        signal = self._signal(session)
        outlet = self._outlet(progress)
        scene = Scene(session, int(signal) or rng.choice((1, -1)), progress, outlet.name, outlet.rupees)
        template = self._template(signal, scene)
        text = self._grammar.write(template, scene, rng)
        at = session.day + timedelta(minutes=rng.randint(0, 1_380), seconds=rng.randint(0, 59))
        desk = rng.choice(DESKS[self._family])
        told = [Headline(styled(text, outlet, desk, rng), signal, at)]
        if rng.random() < _REPEAT:
            other = self._outlet(progress)
            if rng.random() >= _REPEAT_VERBATIM:
                text = self._grammar.write(template, scene, rng)
            told.append(
                Headline(styled(text, other, desk, rng), signal, at + timedelta(seconds=rng.randint(40, 2_400)))
            )
        return told

    def _fitting(self, split: Split, name: str) -> list[str]:
        modules = {"development": (development,), "test": (test,), "both": (development, test)}[split]
        found: Sequence[str] = [template for module in modules for template in getattr(module, name)]
        return [template for template in found if self._grammar.fits(template)]

    def _signal(self, session: Session) -> Signal:
        if self._rng.random() < _NONE_SHARE:
            return Signal.NONE
        return Signal(session.direction if self._rng.random() < _WITH_SESSION else -session.direction)

    def _outlet(self, progress: float) -> Outlet:
        weights = [
            weight * (outlet.spell[0] <= progress <= outlet.spell[1])
            for outlet, weight in zip(OUTLETS, self._outlet_weights, strict=True)
        ]
        return self._rng.choices(OUTLETS, weights)[0]

    def _template(self, signal: Signal, scene: Scene) -> str:
        if signal is Signal.NONE:
            name = "NONE"
        else:
            one_sided = "UP" if signal is Signal.BUY else "DOWN"
            # as often as there are templates of either kind
            sizes = [len(self._templates[name]) for name in ("MOVE", one_sided)]
            name = self._rng.choices(("MOVE", one_sided), sizes)[0]
        return self._grammar.pick(name, self._templates[name], scene, self._rng, steepness=0.5)


def _judged(headline: Headline, noise: float, rng: Random) -> Headline:
    if rng.random() >= noise:
        return headline
    if headline.signal is Signal.NONE:
        wrong = rng.choice((Signal.BUY, Signal.SELL))
    elif rng.random() < _OPPOSITE_NOISE:
        wrong = Signal(-headline.signal)
    else:
        wrong = Signal.NONE
    return Headline(headline.text, wrong, headline.at)
