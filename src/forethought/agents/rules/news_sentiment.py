"""What the wording of the news says.

The valences are VADER's (Hutto and Gilbert 2014; vaderSentiment, MIT) under our own finance lexicon, see `lexicon`.
VADER contributes negation, intensifiers ("very", "slightly") and the squashing of sums; its own words count only
`GENERAL_WEIGHT`. The Loughran-McDonald lists are not used (non-commercial licence).

VADER is quadratic in the length of a text (64,000 characters take 5 s). So it is fed pieces of at most `PIECE_TOKENS`
tokens, and of a text only the first `MAX_READ_CHARS` characters, as news begins with its point: time is bounded.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from vaderSentiment import vaderSentiment as vader  # noqa: N813 - a module in camel case

from forethought.agents.rules import lexicon
from forethought.agents.rules.opinion import Opinion, signal_of

ROLE: Final = "news_sentiment"
MAX_READ_CHARS: Final = 2_000
PIECE_TOKENS: Final = 48
GENERAL_WEIGHT: Final = 0.15
"""General English says little about a price: at 1.0 the share of right signals falls from 73 % to 65 %
(headlines labelled by people, development half)."""
THRESHOLD: Final = 0.4
"""Above one word of valence 1.5 (0.36), below one of 2 (0.46): one clear word, or two hints."""
_AHEAD: Final = 3
_BEHIND: Final = 3
_QUOTED_WORDS: Final = 3
_BEFORE_BUT: Final = 0.5
_AFTER_BUT: Final = 1.5
"""VADER's own weights around "but"."""
_NEGATION: Final = "not"
_SPOKEN: Final = {"up_move": "up", "down_move": "down"}

_SENTENCE_END: Final = re.compile(r"(?<=[.!?;]) | [-–—|]+ ")  # noqa: RUF001 - dashes as news writes them
_AMOUNT: Final = r"\$?\d[\d.,]*(?:\s?%|\s(?:points|pct|percent|per\scent|bps)\b)"
_TOKEN: Final = re.compile(
    r"https?://\S+"
    r"|\$[a-z][a-z.]*"  # a cashtag: $BEAT is a ticker
    rf"|(?P<up>(?:(?<![\w.%])\+|\bup\s(?:[a-z]+\s){{0,2}}){_AMOUNT})"
    rf"|(?P<down>(?:(?<![\w.%])[-−]|\bdown\s(?:[a-z]+\s){{0,2}}){_AMOUNT})"  # noqa: RUF001 - typeset minus sign
    r"|(?P<word>[a-z0-9][a-z0-9&'/-]*)"
    r"|(?P<comma>[,:()])"
)


class _Analyzer(Protocol):
    """The part of VADER that is used."""

    lexicon: dict[str, float]

    def sentiment_valence(
        self, valence: float, sentitext: object, item: str, i: int, sentiments: list[float]
    ) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as VADER shall see it, and as we may quote it."""

    text: str
    quote: str | None = None
    """Entries of our lexicon only; `None` for a word of the news itself."""


@cache
def _analyzer() -> _Analyzer:
    """Build VADER once (9 ms) with our lexicon over a damped general one."""
    analyzer: _Analyzer = vader.SentimentIntensityAnalyzer()
    skipped = lexicon.NEUTRAL_WORDS | lexicon.NEGATORS | lexicon.FILLERS | vader.BOOSTER_DICT.keys()
    general = {
        word: valence * GENERAL_WEIGHT
        for word, valence in analyzer.lexicon.items()
        if word.isalpha() and len(word) > 2 and word not in skipped  # noqa: PLR2004 - shorter ones are chat shorthand
    }
    own = {lexicon.IDIOMS.get(entry, entry): valence for entry, valence in lexicon.WORDS.items()}
    bad, good = -lexicon.DIRECTION_VALENCE, lexicon.DIRECTION_VALENCE
    direction = {lexicon.BAD_RISES: bad, lexicon.BAD_FALLS: good, lexicon.PRIZE_FALLS: bad}
    analyzer.lexicon = general | own | direction
    return analyzer


def warm() -> None:
    """Build the analyser now instead of at the first text."""
    _analyzer()


def judge(news: str) -> Opinion:
    """Judge the first `MAX_READ_CHARS` characters of a news text; abstain when no word of it carries a feeling."""
    scores: list[float] = []
    felt: list[tuple[float, str | None]] = []
    for piece in _pieces(news[:MAX_READ_CHARS]):
        valences = _valences(piece)
        scores.append(vader.normalize(sum(valences)))
        felt.extend(_felt(piece, valences))
    score = _weigh(scores)
    signal = signal_of(score, threshold=THRESHOLD)
    if not felt:
        return Opinion(ROLE, signal, 0.0, "the news has no word with a clear meaning", abstained=True)
    return Opinion(ROLE, signal, abs(score), _reason(score, felt), score)


def _weigh(scores: Sequence[float]) -> float:
    """Average the sentences that say something; the k-th sentence weighs 1 / k, as news puts the point first."""
    weights = [1.0 / k if score else 0.0 for k, score in enumerate(scores, 1)]
    total = math.fsum(weights)
    return math.fsum(w * s for w, s in zip(weights, scores, strict=True)) / total if total else 0.0


def _reason(score: float, felt: Iterable[tuple[float, str | None]]) -> str:
    """Name the strongest lexicon entries that point the way of the score, and no other word."""
    tone = "weak or mixed" if abs(score) < THRESHOLD else "positive" if score > 0 else "negative"
    ranked = sorted(((abs(v), quote) for v, quote in felt if quote and v * score > 0), key=lambda pair: -pair[0])
    quotes = list(dict.fromkeys(quote for _, quote in ranked))[:_QUOTED_WORDS]
    return f"the wording of the news is {tone} ({', '.join(quotes) or 'general tone'})"


def _pieces(text: str) -> Iterator[list[_Token]]:
    """Cut a text into sentences and those into runs of at most `PIECE_TOKENS` tokens."""
    for line in text.lower().replace("’", "'").splitlines():  # noqa: RUF001 - the apostrophe of typeset news
        for sentence in _SENTENCE_END.split(" ".join(line.split())):
            tokens = _bind(_drop_fillers(_merge_idioms(_words(sentence))))
            yield from (tokens[i : i + PIECE_TOKENS] for i in range(0, len(tokens), PIECE_TOKENS))


def _words(sentence: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(sentence):
        if match["up"]:
            found.append("up_move")
        elif match["down"]:
            found.append("down_move")
        elif match["word"]:
            found.append(match["word"].removesuffix("'s").strip("'-/&"))
        elif match["comma"]:
            found.append(",")
    return found


def _merge_idioms(words: Sequence[str]) -> Iterator[str]:
    """Replace idioms, the longest first, by the token that stands for them."""
    i = 0
    while i < len(words):
        longest = min(lexicon.LONGEST_IDIOM, len(words) - i) if words[i] in lexicon.IDIOM_STARTS else 1
        for n in range(longest, 1, -1):
            token = lexicon.IDIOMS.get(" ".join(words[i : i + n]))
            if token is not None:
                yield token
                i += n
                break
        else:
            yield words[i]
            i += 1


def _drop_fillers(words: Iterable[str]) -> list[str]:
    kept = (word for word in words if word and (word in lexicon.WALLS or word not in lexicon.FILLERS))
    return [_NEGATION if word in lexicon.NEGATORS else word for word in kept]


def _bind(words: Sequence[str]) -> list[_Token]:
    """Bind a rise or fall to what rises or falls: "unemployment falls" is good, "profit falls" is not mixed."""
    tokens = [_Token(word, _quote(word)) for word in words]
    for i, word in enumerate(words):
        if word not in lexicon.BAD_THINGS and word not in lexicon.PRIZES:
            continue
        mover = _mover(words, i)
        meaning = None if mover is None else _meaning(word, words[mover])
        if mover is not None and meaning is not None:
            tokens[i] = _Token("thing")
            tokens[mover] = _Token(meaning, _said(f"{word} {words[mover]}"))
    return [token for token in tokens if token.text not in lexicon.FILLERS]


def _meaning(thing: str, mover: str) -> str | None:
    """Name what it means that the thing moves so; `None` leaves both words as they are."""
    if thing in lexicon.BAD_THINGS:
        return lexicon.BAD_FALLS if mover in lexicon.FALLS else lexicon.BAD_RISES
    return lexicon.PRIZE_FALLS if mover in lexicon.FALLS - lexicon.LIFTED else None


def _said(words: str) -> str:
    return words.replace("_move", "").replace("_", " ")


def _quote(word: str) -> str | None:
    entry = word.replace("_", " ")
    return _SPOKEN.get(word, entry if entry in lexicon.WORDS else None)


def _mover(words: Sequence[str], i: int) -> int | None:
    """Find the direction word of the bad thing at `i`: within three words after it, else within three before."""
    for candidates in (range(i + 1, min(i + 1 + _AHEAD, len(words))), range(i - 1, max(i - 1 - _BEHIND, -1), -1)):
        for j in candidates:
            if words[j] in lexicon.WALLS or words[j] in lexicon.GOOD_THINGS:
                break
            if words[j] in lexicon.FALLS or words[j] in lexicon.RISES:
                return j
    return None


def _valences(tokens: Sequence[_Token]) -> list[float]:
    """Ask VADER for each token's valence after negation and intensifiers, then weigh the sides of a "but"."""
    text = vader.SentiText(" ".join(token.text for token in tokens))
    words: list[str] = text.words_and_emoticons
    valences: list[float] = []
    for i, word in enumerate(words):
        _analyzer().sentiment_valence(0.0, text, word, i, valences)
    if "but" in words:
        but = words.index("but")
        return [v * (_BEFORE_BUT if i < but else _AFTER_BUT) for i, v in enumerate(valences)]
    return valences


def _felt(tokens: Sequence[_Token], valences: Sequence[float]) -> Iterator[tuple[float, str | None]]:
    """Yield each valence with what may be quoted of it; an entry that a negation turned around gets a "not"."""
    known = _analyzer().lexicon
    for token, valence in zip(tokens, valences, strict=True):
        if valence:
            turned = valence * known[token.text] < 0
            yield valence, f"not {token.quote}" if turned and token.quote else token.quote
