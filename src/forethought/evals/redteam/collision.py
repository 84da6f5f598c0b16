"""Texts that shall be answered with the decision about another text, which says the opposite."""

from collections.abc import Sequence
from random import Random
from typing import Any

from forethought.evals.adversarial.frames import Split, read_split
from forethought.evals.adversarial.generator import generate
from forethought.evals.pairs import PARAPHRASE, Pair
from forethought.evals.redteam.disguises import DISGUISES, STACKED, shared_words, stacked
from forethought.evals.redteam.target import Attack, Attempt, Target, Tries, from_memory, record, said

CONTROLS = 30
_STEPS = 12
"""Questions of one climb."""
_NEUTRAL = ("today", "now", "news", "markets", "update", "report", "desk", "wire", "live", "note", ":", "-", "...")


def pairs(seed: int) -> list[Pair]:
    """Return the pairs of our own suite; the same for the same seed."""
    return [pair for split in Split for pair in generate(read_split(split), split, seed=seed)]


def opposites(found: Sequence[Pair]) -> list[Pair]:
    """Keep those of which one says buy and the other sell."""
    return [pair for pair in found if pair.signal_taught * pair.signal_asked == -1]


def lessons(found: Sequence[Pair], asset: str, **fields: Any) -> list[dict[str, object]]:  # noqa: ANN401 - JSON
    """Return each taught text once, as a record."""
    once = {pair.taught: pair for pair in found}
    return [record(pair.taught, pair.signal_taught, asset, **fields) for pair in once.values()]


async def controls(target: Target, found: Sequence[Pair], asset: str, rng: Random) -> Tries:
    """Ask honest paraphrases: what is refused always is no defence."""
    for pair in rng.sample([each for each in found if each.relation == PARAPHRASE], CONTROLS):
        answer = await target.decide(pair.asked, asset)
        yield Attempt("paraphrases", from_memory(answer, pair.signal_taught), pair.asked, said(answer), control=True)


async def _disguised(target: Target, rng: Random, attempts: int) -> Tries:
    asset, found = target.asset("COL"), pairs(rng.randrange(1_000))
    await target.teach(lessons(found, asset))
    ways = {**DISGUISES, STACKED: stacked}
    victims = opposites(found)
    for i in range(attempts):
        variant = list(ways)[i % len(ways)]
        pair = rng.choice(victims)
        text = ways[variant](rng, pair.taught, pair.asked)
        answer = await target.decide(text, asset)
        yield Attempt(variant, from_memory(answer, pair.signal_taught), text, said(answer))
    async for control in controls(target, found, asset, rng):
        yield control


async def _climbing(target: Target, rng: Random, attempts: int) -> Tries:
    asset, found = target.asset("CLI"), pairs(rng.randrange(1_000))
    await target.teach(lessons(found, asset))
    victims = opposites(found)
    for _ in range(-(-attempts // _STEPS)):
        async for attempt in _climb(target, rng, rng.choice(victims), asset):
            yield attempt
    async for control in controls(target, found, asset, rng):
        yield control


async def _climb(target: Target, rng: Random, pair: Pair, asset: str) -> Tries:
    """Add words that change nothing, and keep each that brings the text nearer, as the answers themselves report."""
    best, nearest = pair.asked, -1.0
    for _ in range(_STEPS):
        word = rng.choice([*shared_words(pair.taught, pair.asked), *_NEUTRAL])
        text = pair.asked if nearest < 0 else rng.choice((f"{best} {word}", f"{word} {best}", f"{best}. {word}"))
        answer = await target.decide(text, asset)
        similarity = answer["cache"]["news_similarity"] or 0.0
        yield Attempt(
            "hill climbing",
            from_memory(answer, pair.signal_taught),
            text,
            f"{said(answer)}, similarity {similarity:.3f}",
        )
        if similarity > nearest:
            best, nearest = text, similarity


DISGUISED = Attack(
    "collision",
    "A text that says the opposite of a remembered one is dressed up until it may pass for it.",
    "the remembered signal is answered from memory, although the text says the opposite or takes it back",
    _disguised,
    ("COL",),
)
CLIMBING = Attack(
    "climbing",
    "The similarity that answers report is used to make a text of the opposite meaning as similar as possible.",
    "the remembered signal is answered from memory",
    _climbing,
    ("CLI",),
)
