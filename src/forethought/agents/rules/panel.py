"""The panel of rules: it stands in when no LLM panel may answer in time. Interim only: its answers never teach."""

import hashlib
import time
from collections.abc import Callable
from typing import Final

from forethought.agents.rules import lexicon, market_context, news_sentiment, risk
from forethought.agents.rules.opinion import Opinion, signal_of
from forethought.application.ports.analysts import Case, Deliberation, Early
from forethought.domain.decision import Decision, Signal

NAME: Final = "rules"
_REVISION: Final = 1
"""Raise it when a rule or threshold changes; the tables of the lexicon are hashed into the version."""
_CHART_WEIGHT: Final = 0.2
"""The question is what the news means: the chart adds at most this much, and never decides by itself."""
_ROLES: Final = (news_sentiment.ROLE, market_context.ROLE, risk.ROLE)
_PREFIX: Final = "Rules (interim): "


def _version() -> str:
    tables = (
        sorted(lexicon.WORDS.items()),
        *map(
            sorted,
            (
                lexicon.NEUTRAL_WORDS,
                lexicon.BAD_THINGS,
                lexicon.GOOD_THINGS,
                lexicon.PRIZES,
                lexicon.RISES,
                lexicon.FALLS,
                lexicon.LIFTED,
                lexicon.NEGATORS,
                lexicon.FILLERS,
                lexicon.WALLS,
            ),
        ),
    )
    return f"{_REVISION}.{hashlib.sha256(repr(tables).encode()).hexdigest()[:8]}"


class RulesPanel:
    """Three rule-based analysts and a fixed way to weigh them: deterministic, without I/O or cost.

    Reads the first `news_sentiment.MAX_READ_CHARS` characters of the news: 0.06 ms for a headline, 1 ms for an article
    of any length, 3 ms for the worst text that was found.
    """

    def __init__(self, *, timer_s: Callable[[], float] = time.perf_counter) -> None:
        """Build VADER, 10 ms; `timer_s` is read before and after each judgement."""
        self._timer_s = timer_s
        self._version = _version()
        news_sentiment.warm()

    @property
    def name(self) -> str:
        """`rules`."""
        return NAME

    @property
    def version(self) -> str:
        """Revision of the rules and hash of the lexicon, such as `1.0f3a9c12`."""
        return self._version

    @property
    def interim_only(self) -> bool:
        """True: these answers are never precedents, training data or shadow labels."""
        return True

    async def deliberate(
        self,
        case: Case,
        *,
        timeout_s: float,  # noqa: ARG002 - never needs the time
        early: Early | None = None,  # noqa: ARG002 - it is there before anybody can be impatient
    ) -> Deliberation:
        """Judge a case at once. Answers whatever is left of the time: it is the answer of last resort."""
        started_s = self._timer_s()
        signal, conviction, reasoning = _judge(case)
        took_ms = max(0.0, self._timer_s() - started_s) * 1_000
        decision = Decision(
            signal=signal,
            conviction=conviction,
            reasoning=reasoning,
            agent_versions=dict.fromkeys((NAME, *_ROLES), self._version),
            labels={"by": NAME},
            latency_ms=took_ms,
        )
        return Deliberation(decision=decision, cost_usd=0.0, took_ms=took_ms)


def _judge(case: Case) -> tuple[Signal, float, str]:
    news = news_sentiment.judge(case.news)
    chart = market_context.judge(case.market)
    danger = risk.judge(case.market)
    evidence = max(-1.0, min(1.0, news.score + _CHART_WEIGHT * chart.score))
    signal = _signal(news, evidence)
    said = f"{news.reasoning}; {chart.reasoning}; {danger.reasoning}"
    if danger.veto or signal is Signal.NONE:
        why = "stay out" if danger.veto else "too little evidence"
        return Signal.NONE, 0.0, f"{_PREFIX}{why}: {said}."
    return signal, round(abs(evidence) * danger.scale_frac, 4), f"{_PREFIX}{said}."


def _signal(news: Opinion, evidence: float) -> Signal:
    """Follow the news where it is clear by itself and the chart does not take that away."""
    signal = signal_of(evidence, threshold=news_sentiment.THRESHOLD)
    return signal if signal is news.signal else Signal.NONE
