"""Change real headlines by rules that certainly apply to them, and tell them again by rules that change nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from forethought.evals.adversarial.frames import Split, SplitTexts, Words
from forethought.evals.adversarial.real import Form, Headline, read_headlines
from forethought.evals.pairs import PARAPHRASE, Pair

MAX_HEADLINES = 200
"""Of a split; a seeded draw where more can be perturbed."""

Change = tuple[str, str, int, str]
"""Kind, rule, signal and text."""

_FIGURE = re.compile(r"(?<=[$€£])\d[\d,.]*\d|(?<=[$€£])\d|\b\d[\d,.]*(?=%| percent| million| billion|bps| bps)")
_PERCENT = re.compile(r"(?<=\d)(?:%| percent\b)")
_SIDES = {"above": "below", "below": "above", "high": "low", "low": "high"}
_SIDE = re.compile(
    r"\b(?:above|below)\b(?= \$?\d)|(?<= new |cord |time |year |onth |week )(?:high|low)\b", re.IGNORECASE
)
_REASON = re.compile(r"^(?P<what>.{8,}?) (?P<link>after|as|amid|following) (?P<why>.{8,})$", re.IGNORECASE)


def perturb(folder: Path, texts: SplitTexts, split: Split, *, seed: int) -> list[Pair]:
    """Return pairs of real headlines and what the rules make of them; the same for the same seed and data.

    Raises:
        ConfigurationError: the folder lacks one of the files.
    """
    headlines = read_headlines(folder, split)
    rng = Random(f"{seed}:{split}:real")  # noqa: S311 - a recorded draw, no secret
    if len(headlines) > MAX_HEADLINES:
        headlines = rng.sample(headlines, MAX_HEADLINES)
    return [
        Pair(each.text, text, each.asset, kind, each.signal, signal, rule)
        for each in headlines
        for kind, rule, signal, text in _changes(each, texts.words, rng)
        if text != each.text
    ]


def _changes(headline: Headline, words: Words, rng: Random) -> Iterator[Change]:
    if headline.form is Form.PLANS:
        yield _denied(headline, words)
    else:
        yield _turned(headline, words)
        yield _negated(headline)
    if headline.form in {Form.MOVES, Form.DOES}:
        yield "certainty", "maybe", 0, _at_verb(headline, words.maybe.format(do=_base(_verb(headline))))
    if headline.text.count(who := _part(headline, headline.who)) == 1:
        other = words.coin if headline.asset == "BTC" else rng.choice(words.names)
        yield "entity", "name", 0, headline.text.replace(who, other)
    yield from _figures(headline, words)
    yield "retraction", "taken back", 0, rng.choice(words.retracted).format(it=headline.text)
    yield from _told_again(headline, words)


def _turned(headline: Headline, words: Words) -> Change:
    pairs = [*zip(words.up, words.down, strict=True), *words.turned]
    opposite = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    text = _SIDE.sub(
        lambda side: _in_case_of(side[0], _SIDES[side[0].lower()]),
        _at_verb(headline, opposite[_verb(headline)]),
    )
    if headline.ends is not None:  # raised to 5 from 4 becomes cut to 4 from 5
        to, since = (_part(headline, end) for end in headline.ends)
        text = text.replace(f"to {to} from {since}", f"to {since} from {to}")
    return "direction", headline.form, -headline.signal, text


def _negated(headline: Headline) -> Change:
    if headline.form is Form.IS:
        return "negation", "not", 0, _at_verb(headline, f"not {_verb(headline)}")
    base = _base(_verb(headline))
    does = "do" if base == _verb(headline) else "does"
    return "negation", "not", 0, _at_verb(headline, f"{does} not {base}")


def _denied(headline: Headline, words: Words) -> Change:
    who = headline.text[: headline.verb[0]].strip()
    do = headline.text[headline.verb[0] :].split(" ", 1)[1]
    return "certainty", "denied", 0, words.denied.format(who=who, do=do[:1].lower() + do[1:])


def _figures(headline: Headline, words: Words) -> Iterator[Change]:
    text = headline.text
    figures = [found.span() for found in [_FIGURE.search(text)] if found] if headline.ends is None else _both(headline)
    for start, _ in figures:  # one figure, or in raised to $159 from $150 both, so that it stays a rise
        text = text[:start] + str(int(text[start]) % 9 + 1) + text[start + 1 :]
    if figures:
        yield "number", "figure", headline.signal, text
    text = headline.text
    for unit, other in words.units:
        if found := re.search(rf"(?<=\d){unit}|(?<=\d )\b{unit}\b", text):
            yield "unit", unit, headline.signal, text[: found.start()] + other + text[found.end() :]
    for one, other in words.periods:
        for period, instead in ((one, other), (other, one)):
            if len(found_all := re.findall(rf"\b{period}\b", text)) == 1 and found_all:
                yield "period", "period", headline.signal, re.sub(rf"\b{period}\b", instead, text)


def _both(headline: Headline) -> list[tuple[int, int]]:
    """Return where the figures of a change from one to the other are, if as many digits leave their order alone."""
    to, since = headline.ends or ((0, 0), (0, 0))
    texts = [headline.text[slice(*span)] for span in (to, since)]
    if not all(re.fullmatch(r"\$[1-8]\d*", text) for text in texts) or len(texts[0]) != len(texts[1]):
        return []
    return [(start + 1, end) for start, end in (to, since)]


def _told_again(headline: Headline, words: Words) -> Iterator[Change]:
    yield PARAPHRASE, "capitals", headline.signal, headline.text.upper()
    for one, other in words.alike:
        if _verb(headline) == one:
            yield PARAPHRASE, "synonym", headline.signal, _at_verb(headline, other)
    if found := _PERCENT.search(headline.text):
        instead = " percent" if found[0] == "%" else "%"
        yield PARAPHRASE, "number", headline.signal, _PERCENT.sub(instead, headline.text)
    if headline.form in {Form.MOVES, Form.DOES} and (found := _REASON.match(headline.text)):
        text = f"{found['link'].capitalize()} {found['why']}, {found['what']}"
        yield PARAPHRASE, "order", headline.signal, text


def _verb(headline: Headline) -> str:
    return _part(headline, headline.verb).lower()


def _at_verb(headline: Headline, new: str) -> str:
    """Put something in the verb's place, in its case."""
    start, end = headline.verb
    return headline.text[:start] + _in_case_of(headline.text[start:end], new) + headline.text[end:]


def _in_case_of(word: str, new: str) -> str:
    if word.isupper():
        return new.upper()
    return new.title() if word[0].isupper() else new


def _part(headline: Headline, span: tuple[int, int]) -> str:
    return headline.text[slice(*span)]


def _base(verb: str) -> str:
    """Take the third person's ending away: rallies, misses, climbs."""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith("sses"):
        return verb[:-2]
    return verb.removesuffix("s")
