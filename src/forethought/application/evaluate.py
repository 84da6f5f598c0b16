"""Look now and then at what had been foretold of the latest labels: what the answers from memory are worth today."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from forethought.application.parts import Parts
from forethought.domain.agreement import lower_bound
from forethought.domain.decision import Scope, Signal
from forethought.domain.errors import StoreUnavailable
from forethought.domain.interval import wilson
from forethought.domain.learning import Foretold, Lesson
from forethought.domain.strategy import ErrorBudget

log = structlog.get_logger(__name__)

DAY = timedelta(days=1)
LATEST = 500
"""Labels of the window that counts them."""
WINDOWS = ("day", "latest")
_LEASE = Scope("evaluation", "-", "-", "-")
"""Whose claim makes one process evaluate: no asset can be called `-`, so it is nobody's scope."""
_LEASE_S = 60.0
_LOOK_EVERY_S = 15.0
_SURE = 0.80
"""Of the one-sided bound that must lie over the budget for an alert: where a reflex is tightened, too."""
_MIN_ERRORS = 2
"""One error says nothing about a share."""

Promise = Callable[[Foretold], float | None]
"""The chance of agreement that was foretold; `None` where it was not kept."""


def not_kept(_: Foretold) -> None:
    """Know no chances: nothing is said of calibration."""


@dataclass(frozen=True, slots=True)
class Counted:
    """`k` of `n`; both are effective numbers where observations have weights."""

    k: int
    n: int

    @property
    def shares(self) -> tuple[float | None, float, float]:
        """Point (`None` for n = 0) and 95 % interval after Wilson."""
        if self.n == 0:
            return None, 0.0, 1.0
        low, high = wilson(self.k, self.n)
        return self.k / self.n, low, high


@dataclass(frozen=True, slots=True)
class Figures:
    """What the reflex of one scope had said of the labels of one window."""

    labels: int
    """All of them; those that came before there was a reflex count as not answered."""
    answered: Counted
    """Weighted by the inverse of the chance of being labelled; n is the effective number (Kish 1965)."""
    wrong: Counted
    """Of what was answered."""
    opposite: Counted
    majority_wrong: Counted
    """The commonest signal until then, on the labels that were answered."""
    repeat_wrong: Counted
    """The signal before, on the labels that were answered."""
    expected_wrong: float | None
    """The share that should have been wrong by what was foretold of the answers; `None` where that was not kept."""

    @property
    def calibration_gap(self) -> float | None:
        """Observed minus expected share of wrong answers: above 0 it was too sure of itself."""
        observed = self.wrong.shares[0]
        return None if observed is None or self.expected_wrong is None else observed - self.expected_wrong

    def over(self, budget: ErrorBudget) -> bool:
        """Tell whether the answers are likely over the budget (Clopper-Pearson, one-sided, 80 %)."""
        pairs = ((self.wrong, budget.delta), (self.opposite, budget.delta_opp))
        return any(
            counted.k >= _MIN_ERRORS and lower_bound(counted.k, counted.n, confidence=_SURE) > allowed
            for counted, allowed in pairs
        )

    def named(self) -> Mapping[str, tuple[float | None, float, float]]:
        """Return the shares by name, for metrics and logs."""
        names = ("answered", "wrong", "opposite", "majority_wrong", "repeat_wrong")
        return {name: getattr(self, name).shares for name in names}


class Evaluate:
    """Evaluates every scope now and then, in one process at a time. It embeds nothing and asks no model."""

    def __init__(self, parts: Parts, *, every: timedelta, promise: Promise = not_kept) -> None:
        """Prepare.

        Args:
            parts: Of the service.
            every: Time between two evaluations; the first is made as soon as this process has its turn.
            promise: Tells what was foretold of an answer's chances.
        """
        self._parts = parts
        self._every_ms = every / timedelta(milliseconds=1)
        self._promise = promise
        self._owner = parts.identifiers.new()
        self._done_ms = -math.inf

    async def run(self) -> None:
        """Evaluate until cancelled. Whoever has the turn keeps it while it lives, so that one `/metrics` tells."""
        while True:
            try:
                await self.turn()
            except StoreUnavailable as error:
                log.info("evaluate.no_store", reason=str(error))
            except Exception:  # the edge of the loop: what one scope holds must not end the evaluation of others
                log.exception("evaluate.defect")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def turn(self) -> bool:
        """Evaluate if it is time and no other process does; tell whether it was done.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        if not await self._parts.lessons.claim(_LEASE, owner=self._owner, for_s=_LEASE_S):
            return False
        now_ms = self._parts.clock.monotonic_ms()
        if now_ms - self._done_ms < self._every_ms:
            return False
        self._done_ms = now_ms
        await self.once()
        return True

    async def once(self) -> Mapping[Scope, Mapping[str, Figures]]:
        """Evaluate every scope that has a reflex and whose strategy is still in force; return the figures by window.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        found = {}
        strategies = self._parts.strategies.all()
        for scope in await self._parts.lessons.versions():
            strategy = strategies.get(scope.strategy)
            if strategy is None or strategy.version != scope.strategy_version:
                continue
            page = await self._parts.lessons.since(scope, None)
            # A process apart is not needed: 10,000 lessons are counted in some ten milliseconds.
            found[scope] = evaluate(page.lessons, now=self._parts.clock.now(), promise=self._promise)
            self._tell(scope, found[scope], strategy.budget)
        return found

    def _tell(self, scope: Scope, windows: Mapping[str, Figures], budget: ErrorBudget) -> None:
        parts = self._parts
        for window, figures in windows.items():
            parts.metrics.evaluated(
                strategy=scope.strategy,
                asset=scope.asset,
                window=window,
                labels=figures.labels,
                shares=figures.named(),
                calibration_gap=figures.calibration_gap,
            )
            what = _what(scope, window, figures, budget)
            if not figures.over(budget):
                log.info("evaluation", **what)
                continue
            log.warning("evaluation.over_budget", **what)
            parts.events.publish("alert", scope.asset, {"what": "evaluation", **what})


def evaluate(lessons: Sequence[Lesson], *, now: datetime, promise: Promise = not_kept) -> Mapping[str, Figures]:
    """Count over both windows.

    Args:
        lessons: Of one scope, in the order in which they came.
        now: The end of the day that is looked at.
        promise: See `Evaluate`.
    """
    seen = _seen(lessons)
    chosen = {"day": [each for each in seen if each.lesson.times.known_at > now - DAY], "latest": seen[-LATEST:]}
    return {window: _figures(chosen[window], promise) for window in WINDOWS}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A lesson, and what somebody without a look at the text would have said."""

    lesson: Lesson
    majority: Signal | None
    before: Signal | None

    @property
    def told(self) -> Foretold | None:
        """What was foretold and answered."""
        told = self.lesson.foretold
        return told if told is not None and told.answered else None


def _seen(lessons: Sequence[Lesson]) -> list[_Seen]:
    counts: dict[Signal, int] = {}
    found: list[_Seen] = []
    for lesson in lessons:
        majority = max(counts, key=counts.__getitem__) if counts else None
        found.append(_Seen(lesson, majority, found[-1].lesson.signal if found else None))
        counts[lesson.signal] = counts.get(lesson.signal, 0) + 1
    return found


def _figures(seen: Sequence[_Seen], promise: Promise) -> Figures:
    told = [(each, told) for each in seen if (told := each.told) is not None]
    n = len(told)
    promised = [promise(answer) for _, answer in told]
    known = [chance for chance in promised if chance is not None]
    return Figures(
        labels=len(seen),
        answered=_weighted(seen),
        wrong=Counted(sum(answer.signal is not each.lesson.signal for each, answer in told), n),
        opposite=Counted(sum(answer.signal.opposes(each.lesson.signal) for each, answer in told), n),
        majority_wrong=Counted(sum(each.majority is not each.lesson.signal for each, _ in told), n),
        repeat_wrong=Counted(sum(each.before is not each.lesson.signal for each, _ in told), n),
        # With gaps the two shares would speak of different answers.
        expected_wrong=1 - sum(known) / n if n and len(known) == n else None,
    )


def _weighted(seen: Sequence[_Seen]) -> Counted:
    total = sum(each.lesson.weight for each in seen)
    if total == 0:
        return Counted(0, 0)
    effective = round(total * total / sum(each.lesson.weight**2 for each in seen))
    share = sum(each.lesson.weight for each in seen if each.told is not None) / total
    return Counted(round(share * effective), effective)


def _what(scope: Scope, window: str, figures: Figures, budget: ErrorBudget) -> dict[str, object]:
    shares = {
        f"{name}_frac": None if point is None else [round(point, 4), round(low, 4), round(high, 4)]
        for name, (point, low, high) in figures.named().items()
    }
    gap = figures.calibration_gap
    return {
        "strategy": scope.strategy,
        "asset": scope.asset,
        "window": window,
        "labels": figures.labels,
        "answered_n": figures.wrong.n,
        **shares,
        "calibration_gap": None if gap is None else round(gap, 4),
        "delta": budget.delta,
        "delta_opp": budget.delta_opp,
    }
