"""Judge precedents: the composed vector retrieved them, their parts decide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from forethought.application.encode import Encoded
from forethought.application.ports.calendar import TradingCalendar
from forethought.domain.agreement import Evidence, Odds, Traits, estimate
from forethought.domain.decision import Signal, Times
from forethought.domain.entry import Candidate
from forethought.domain.guard import Alignment, Facts, GuardFinding, compare, read
from forethought.domain.market import MarketState
from forethought.domain.similarity import cosine
from forethought.domain.situation import Situation
from forethought.domain.strategy import RetrievalRule, Strategy
from forethought.domain.validity import Expiry, Moment, expired

SLOW_OVERLAP = 0.6
"""Least share of common rows (Jaccard) for an events prompt to vote: 8 of 10 rows in common give .67."""
SLOW_VOTES = 5
"""How many of the newest fitting situations vote (events data: five alike agree in 94 %, the last one in 83 %)."""

CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Judged:
    """A precedent with what speaks for and against it."""

    candidate: Candidate
    news_similarity: float
    context_similarity: float
    finding: GuardFinding | None
    """`None` where the guard was not asked: rows of events prompts are compared by identity."""
    overlap: float
    """Share of common rows of events prompts; 1 for texts."""
    threshold: float
    """The least news similarity that applied."""
    refusal: str | None
    """The first reason against it: a guard or expiry code, `news_similarity`, `context`, `rows`, `exact`, `scope`,
    `contested`."""

    @property
    def alignment(self) -> Alignment:
        """How much the news share."""
        if self.finding is not None:
            return self.finding.alignment
        return Alignment.IDENTICAL if self.refusal is None else Alignment.WEAK

    @property
    def signal(self) -> Signal:
        """What the precedent says."""
        return self.candidate.entry.decision.signal


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best precedent of a rung, and what its answer is worth."""

    best: Judged
    odds: Odds
    traits: Traits
    precedents: tuple[str, ...]
    sources: tuple[str, ...]
    """Decision ids of the precedents."""


@lru_cache(maxsize=32_768)
def facts_of(text: str, asset: str) -> Facts:
    """Read a text's facts once."""
    return read(text, asset=asset)


class Assess:
    """Compare a situation with candidates, by parts."""

    def __init__(self, calendar: TradingCalendar) -> None:
        self._calendar = calendar

    def expiry(
        self, strategy: Strategy, asset: str, *, times: Times, then: MarketState | None, now: Moment
    ) -> Expiry | None:
        """Return why an entry must not be used at that moment, or `None`."""
        reopened: datetime | None = None
        if strategy.validity.expire_at_open:
            reopened = self._calendar.next_open(asset, times.decided_at)
        return expired(strategy.validity, times=times, then=then, now=now, reopened_at=reopened)

    def judge(
        self,
        situation: Situation,
        encoded: Encoded,
        candidates: Sequence[Candidate],
        strategy: Strategy,
        now: Moment,
        *,
        distrusted: frozenset[str] = frozenset(),
    ) -> list[Judged]:
        """Judge every candidate, best first among those that pass; what distrusted sources said never does."""
        judged = [self._judge(situation, encoded, candidate, strategy, now) for candidate in candidates]
        if distrusted:
            judged = [
                replace(j, refusal=CONTESTED) if j.refusal is None and j.candidate.entry.source in distrusted else j
                for j in judged
            ]
        return sorted(judged, key=_order)

    def _judge(
        self, situation: Situation, encoded: Encoded, candidate: Candidate, strategy: Strategy, now: Moment
    ) -> Judged:
        entry, rule, asset = candidate.entry, strategy.retrieval, situation.scope.asset
        news = cosine(encoded.news, entry.news_vector)
        context = _context_similarity(encoded, candidate)
        is_events = bool(situation.row_ids or entry.row_ids)
        finding, refusal, threshold = None, None, rule.tau_strong
        if entry.scope != situation.scope:
            refusal = "scope"
        elif entry.sha == situation.sha(entry.model_tag):
            refusal = "exact"  # the rung above has judged it already
        elif is_events:
            refusal = None if situation.news.component.id in entry.row_ids else "rows"
        elif news < rule.tau_strong:
            refusal = "news_similarity"  # whatever the guard would say, so it is not asked
        else:
            finding = compare(facts_of(situation.news.clean.text, asset), facts_of(entry.news_text, asset))
            threshold = _threshold(rule, finding.alignment)
            refusal = finding.refusal.value if finding.refusal else "news_similarity" if news < threshold else None
        if refusal is None:
            expiry = self.expiry(strategy, asset, times=entry.times, then=entry.market, now=now)
            refusal = expiry.value if expiry else "context" if context < rule.context_min else None
        if refusal is None and entry.contested:
            refusal = CONTESTED
        overlap = _overlap(situation.row_ids, entry.row_ids)
        return Judged(candidate, news, context, finding, overlap, threshold, refusal)

    def precedent(self, judged: Sequence[Judged], evidence: Evidence) -> Verdict | None:
        """Estimate the best precedent; `None` when none may be reused."""
        passing = [j for j in judged if j.refusal is None and j.overlap == 1.0]
        return _verdict("precedent", passing[0], passing, evidence) if passing else None

    def vote(self, judged: Sequence[Judged], evidence: Evidence) -> Verdict | None:
        """Let the newest fitting neighbours of a wider retrieval vote; `None` when there is none."""
        passing = [j for j in judged if j.refusal is None and j.overlap >= SLOW_OVERLAP]
        newest = sorted(passing, key=lambda j: j.candidate.entry.times.decided_at, reverse=True)[:SLOW_VOTES]
        if not newest:
            return None
        weights: dict[Signal, float] = {}
        for j in newest:
            weights[j.signal] = weights.get(j.signal, 0.0) + max(0.0, j.news_similarity) * j.overlap
        winner = max(weights, key=lambda s: weights[s])
        return _verdict("slow", next(j for j in newest if j.signal is winner), newest, evidence)


def _threshold(rule: RetrievalRule, alignment: Alignment) -> float:
    if alignment is Alignment.WEAK:
        return rule.tau
    return rule.tau_fair if alignment is Alignment.FAIR else rule.tau_strong


def _order(judged: Judged) -> tuple[bool, float, float, float, float]:
    return (
        judged.refusal is not None,
        -judged.alignment.rank,
        -judged.overlap,
        -judged.news_similarity - judged.context_similarity,
        -judged.candidate.entry.times.decided_at.timestamp(),
    )


def _verdict(rung: str, best: Judged, passing: Sequence[Judged], evidence: Evidence) -> Verdict:
    votes_for = sum(j.signal is best.signal for j in passing)
    traits = Traits(
        rung=rung,
        alignment=best.alignment,
        news_similarity=best.news_similarity,
        votes_for=votes_for,
        votes_against=len(passing) - votes_for,
        structured=bool(best.candidate.entry.row_ids),
    )
    alike = [j.candidate for j in passing if j.signal is best.signal]
    keys, sources = tuple(c.key for c in alike), tuple(c.entry.decision_id for c in alike)
    return Verdict(best, estimate(traits, evidence), traits, keys, sources)


def _context_similarity(encoded: Encoded, candidate: Candidate) -> float:
    stored = candidate.entry.context_vector
    if encoded.context is None and stored is None:
        return 1.0
    if encoded.context is None or stored is None:
        return 0.0
    return cosine(encoded.context, stored)


def _overlap(asked: frozenset[str], stored: frozenset[str]) -> float:
    if not asked and not stored:
        return 1.0
    return len(asked & stored) / len(asked | stored)
