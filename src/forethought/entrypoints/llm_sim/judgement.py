"""What the simulated model thinks of news: the rule-based analyst of news, with seeded noise per role.

Equal seed, role and news give an equal judgement. The model that is asked for plays no part.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from forethought.agents.rules import news_sentiment
from forethought.agents.rules.opinion import Opinion
from forethought.domain.decision import Signal
from forethought.entrypoints.llm_sim.conversation import Question

PREFIX: Final = "Simulated: "
_MAX_QUOTE: Final = 160
_SENTENCES_READ: Final = 8
_REMARK: Final = re.compile(r"\[(?:cut|removed):[^\]\n]{0,80}\]")
"""What our own briefings put in the place of what they leave out: not news, and never quoted."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\s*\n\s*")
_SPREAD: Final = 0.1
"""Two roles that agree may differ by so much in conviction, either way."""
_UNDECIDED: Final = 0.5
"""Conviction of an answer that is `none`."""
_OPPOSITE: Final = 0.2
"""Of noisy answers to news with a direction, the share that turns it around; the others are `none`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought."""

    signal: Signal
    conviction: float
    """In [0, 1]."""
    reasoning: str
    evidence: tuple[str, ...]
    """At most one quote, verbatim; empty for empty news."""


def judge(question: Question, *, seed: int, noise: float) -> Judgement:
    """Judge the news of a question; a share `noise` of the judgements differs from what the rules say."""
    opinion = _opinion(_REMARK.sub("\n", question.news)[: news_sentiment.MAX_READ_CHARS])
    signal, why = opinion.signal, opinion.reasoning
    if draw(seed, question, "noise") < noise:
        signal = _another(signal, draw(seed, question, "direction"))
        why = f"noise turned {opinion.signal.label} into {signal.label}; {why}"
    strength = _UNDECIDED if signal is Signal.NONE else max(abs(opinion.score), news_sentiment.THRESHOLD)
    conviction = strength + _SPREAD * (2 * draw(seed, question, "conviction") - 1)
    about = f"for {question.asset}, " if question.asset else ""
    return Judgement(
        signal=signal,
        conviction=round(min(max(conviction, 0.0), 1.0), 2),
        reasoning=f"{PREFIX}{about}{why}.",
        evidence=_quotes(question.news, signal),
    )


def draw(seed: int, question: Question, what: str) -> float:
    """Draw from [0, 1), always the same for the same arguments, evenly over questions."""
    drawn = hashlib.blake2b(f"{seed}\n{question.role}\n{what}\n".encode(), digest_size=8)
    drawn.update(question.news.encode(errors="surrogatepass"))
    return int.from_bytes(drawn.digest()) / 2**64


def sentences(news: str) -> list[str]:
    """Part news into sentences, verbatim."""
    return [s for s in (part.strip() for part in _SENTENCE_END.split(_REMARK.sub("\n", news))) if s]


@lru_cache(maxsize=1_024)
def _opinion(text: str) -> Opinion:
    """Ask the rules; kept, as every role of a panel is asked about the same news."""
    return news_sentiment.judge(text)


def _another(signal: Signal, drawn: float) -> Signal:
    if signal is Signal.NONE:
        return Signal.BUY if drawn < 1 / 2 else Signal.SELL
    return Signal(-signal) if drawn < _OPPOSITE else Signal.NONE


def _quotes(news: str, signal: Signal) -> tuple[str, ...]:
    """Quote the sentence that speaks most for the signal, the first on a tie, cut between words."""
    read = sentences(news[: news_sentiment.MAX_READ_CHARS])[:_SENTENCES_READ]
    if not read:
        return ()
    best = max(read, key=lambda sentence: signal * _opinion(sentence).score)
    if len(best) > _MAX_QUOTE:
        best = best[: _MAX_QUOTE + 1].rpartition(" ")[0].rstrip() or best[:_MAX_QUOTE]
    return (best,)
