"""Fill the templates of a split: one pair for every way in which a piece of news is told again or changed."""

import random
from collections.abc import Iterator, Mapping

from forethought.evals.adversarial.frames import Frame, Split, SplitTexts
from forethought.evals.pairs import PARAPHRASE, Pair

FILLINGS = 2
"""Of each template, with different entities, figures and periods."""
_RETRACTIONS = 2
"""Of those in the vocabulary, for each filling."""
_SAME = 0
"""What news of somebody else, or news that was taken back, says about the asset: stay out."""

Slots = Mapping[str, str]


def generate(texts: SplitTexts, split: Split, *, seed: int) -> list[Pair]:
    """Return the pairs of a split; the same for the same seed.

    Args:
        texts: Templates and vocabulary.
        split: Part of each pair's id, and of the seed of its template.
        seed: Which entities, figures, periods and retractions are drawn.
    """
    pairs: dict[tuple[str, str, str], Pair] = {}
    for i, frame in enumerate(texts.frames):
        # A generator for each template: what is drawn for one does not hang on how many stand before it.
        rng = random.Random(f"{seed}:{split}:{i}")  # noqa: S311 - a recorded draw, no secret
        for slots in _fillings(frame, texts, rng):
            for pair in _pairs(frame, texts, slots, rng):
                pairs.setdefault((pair.asset, pair.taught, pair.asked), pair)
    return list(pairs.values())


def _fillings(frame: Frame, texts: SplitTexts, rng: random.Random) -> Iterator[Slots]:
    entities = texts.lists[frame.of]
    for entity in rng.sample(entities, FILLINGS):
        name, symbol, alias = entity
        slots = {"name": name, "symbol": symbol, "alias": alias}
        slots["peer"] = rng.choice([each[0] for each in entities if each != entity])
        if frame.party is not None:
            (slots["party"], slots["party_alias"]), (slots["rival"], _) = rng.sample(texts.lists[frame.party], 2)
        if frame.when is not None:
            (slots["when"], slots["w"]), (slots["then"], _) = rng.sample(texts.lists[frame.when], 2)
        if frame.n:
            slots["n"], slots["m"] = rng.sample(frame.n, 2)
        yield slots


def _pairs(frame: Frame, texts: SplitTexts, slots: Slots, rng: random.Random) -> Iterator[Pair]:
    taught = _sentence(frame.text, slots)

    def pair(kind: str, style: str, signal: int, asked: str) -> Pair:
        return Pair(taught, asked, slots["symbol"], kind, frame.signal, signal, style)

    for style, text in frame.same:
        yield pair(PARAPHRASE, style, frame.signal, _sentence(text, slots))
    yield pair(PARAPHRASE, "capitals", frame.signal, taught.upper())
    for kind, signal, text in (*frame.other, *_changed(frame)):
        yield pair(kind, frame.desk, signal, _sentence(text, slots))
    for text in _taken_back(frame, texts, slots, rng):
        yield pair("retraction", frame.desk, _SAME, text)
    if frame.n:
        yield pair("retraction", frame.desk, frame.signal, _corrected(frame, texts, slots, rng))


def _changed(frame: Frame) -> Iterator[tuple[str, int, str]]:
    """Yield what follows from the template itself: another name, figure, unit or period in its place."""
    text = frame.text
    if "{name}" in text:
        yield "entity", _SAME, text.replace("{name}", "{peer}")
    if "{party}" in text:
        yield "entity", frame.signal, text.replace("{party}", "{rival}")
    if "{n}" in text:
        yield "number", frame.signal, text.replace("{n}", "{m}")
    if frame.unit is not None:
        yield "unit", frame.signal, text.replace(*frame.unit)
    if "{when}" in text:
        yield "period", frame.signal, text.replace("{when}", "{then}")


def _taken_back(frame: Frame, texts: SplitTexts, slots: Slots, rng: random.Random) -> Iterator[str]:
    it = frame.text.format_map(slots)
    for how in rng.sample(texts.retractions, _RETRACTIONS):
        yield _sentence(how, {"it": it, "It": _capital(it)})


def _corrected(frame: Frame, texts: SplitTexts, slots: Slots, rng: random.Random) -> str:
    fixed = frame.text.replace("{n}", "{m}").format_map(slots)
    return _sentence(rng.choice(texts.corrections), {"fixed": fixed, "Fixed": _capital(fixed), "n": slots["n"]})


def _sentence(template: str, slots: Slots) -> str:
    return _capital(template.format_map(slots))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
