"""What is wrong with bars: some are refused, others are written and reported."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np

from forethought.domain.market import Bar, Session

MIN_RETURNS: Final = 20
"""Fewer returns than this say nothing of what is usual."""
SPIKE_SIGMAS: Final = 10.0
"""BTC's 5-minute returns of spring 2025 went beyond 10 robust sigmas 45 times in 31,679; three came back at once."""
STUCK_BARS: Final = 10
HOLIDAYS: Final = timedelta(days=5)
"""The longest weekend of a market, with a margin; daily bars of that age are still the last ones."""
_LATE_BARS: Final = 3
_MIN_SIGMA: Final = 1e-4
"""Least usual return: that of a series which hardly moves."""
_MAD_TO_SIGMA: Final = 1.4826
"""Median absolute deviation to standard deviation, for normal returns."""
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
"""A date that was read as seconds since 1970, such as 20250301, lies before this."""
_CLOCK_SKEW: Final = timedelta(minutes=1)
_PRICES: Final = (1e-12, 1e12)
_MAX_VOLUME: Final = 1e18
_ROUNDING: Final = 1e-6
"""Vendors adjust each price of a bar by itself; by this fraction a close may lie outside its range."""
_WHOLE_RATIOS: Final = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 100.0)
RATIOS: Final = tuple(sorted(r for up in (1.5, *_WHOLE_RATIOS) for r in (up, 1 / up)))
"""Splits that occur, and their reverse."""
_RATIO_TOLERANCE: Final = 0.05
"""A split day also has a return; NVDA opened 0.4 % off in 2024, GOOGL 0.8 % in 2022."""
_CLEAR_SPLIT: Final = math.log(1.3)
"""A smaller split hides in an ordinary day's return and cannot be judged by it."""
_MAX_RATIO: Final = 1_000.0
_VOLUMES: Final = 20
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Missing = Callable[[datetime, datetime], int]
"""How many bars the market should have given that opened in [first, last)."""


class Code(StrEnum):
    """What can be wrong."""

    NON_FINITE = "non_finite"
    NON_POSITIVE = "non_positive"
    OUT_OF_RANGE = "out_of_range"
    INCONSISTENT = "inconsistent"
    DUPLICATE = "duplicate"
    MISALIGNED = "misaligned"
    INVALID_TIME = "invalid_time"
    NOT_KEPT = "not_kept"
    GAP = "gap"
    SPIKE = "spike"
    STALE = "stale"
    SPLIT_SUSPECTED = "split_suspected"
    SPLIT_MISMATCH = "split_mismatch"


REFUSED: Final = frozenset(list(Code)[: list(Code).index(Code.GAP)])
"""Bars with these are not written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong."""

    code: Code
    at: datetime
    """When the bar opened, or the first of several."""
    detail: str


def sift(bars: Sequence[Bar], *, length: timedelta, now: datetime) -> tuple[list[Bar], list[Finding]]:
    """Part the bars that can be kept, in time order, from those that are refused. Of two for one time the last stays.

    A bar of the future is refused because a series forgets by its newest bar: one of next century would empty it.
    """
    kept: dict[datetime, Bar] = {}
    findings: list[Finding] = []
    for bar in bars:
        if (wrong := _refusal(bar, length, now)) is not None:
            findings.append(Finding(wrong[0], bar.opened_at, wrong[1]))
            continue
        if bar.opened_at in kept:
            findings.append(Finding(Code.DUPLICATE, bar.opened_at, "another bar for this time follows; the last stays"))
        kept[bar.opened_at] = bar
    return sorted(kept.values(), key=lambda bar: bar.opened_at), findings


def _refusal(bar: Bar, length: timedelta, now: datetime) -> tuple[Code, str] | None:
    prices = (bar.open, bar.high, bar.low, bar.close)
    least, most = min(prices), max(prices)
    if not math.isfinite(sum(prices) + bar.volume):
        return Code.NON_FINITE, "a price or the volume is missing or not a finite number"
    if least <= 0 or bar.volume < 0:
        return Code.NON_POSITIVE, f"expected prices above 0 and a volume of at least 0, found {least:g}, {bar.volume:g}"
    if least < _PRICES[0] or most > _PRICES[1] or bar.volume > _MAX_VOLUME:
        return Code.OUT_OF_RANGE, f"no price or volume of this world: {least:g} to {most:g}, {bar.volume:g}"
    if bar.high < most * (1 - _ROUNDING) or bar.low > least * (1 + _ROUNDING):
        return Code.INCONSISTENT, f"open {bar.open:g} and close {bar.close:g} outside [{bar.low:g}, {bar.high:g}]"
    return _untimely(bar, length, now)


def _untimely(bar: Bar, length: timedelta, now: datetime) -> tuple[Code, str] | None:
    if not _EARLIEST <= bar.opened_at <= now + _CLOCK_SKEW:
        return Code.INVALID_TIME, f"opened at {bar.opened_at:%Y-%m-%d %H:%M}: before 1971 or in the future"
    if (bar.opened_at - _EPOCH) % length:
        return Code.MISALIGNED, f"a bar of {length} opens at a multiple of it, UTC, not at {bar.opened_at:%H:%M:%S}"
    return None


def suspicions(
    bars: Sequence[Bar], *, before: Sequence[Bar], split_days: Sequence[date], length: timedelta, missing: Missing
) -> list[Finding]:
    """Find what is suspicious about bars that can be kept; both in time order, prices as traded.

    A spike is known when it has reverted, so the last bar of `before` may be found to be one.

    Args:
        bars: What is new.
        before: The bars before them that are known, to compare with; 20 or more let a single bar be judged.
        split_days: Days on which a jump of the price is explained.
        length: Of a bar.
        missing: See there; asked where two bars are further apart than their length.
    """
    known = [*before[-3 * MIN_RETURNS :], *bars]
    first = len(known) - len(bars)
    return [
        *_gaps(known[max(0, first - 1) :], length, missing),
        *_spikes(known, first, split_days),
        *_stuck(known, first),
        *_suspected_splits(known, first, split_days),
    ]


def _gaps(bars: Sequence[Bar], length: timedelta, missing: Missing) -> Iterator[Finding]:
    for one, two in pairwise(bars):
        since = one.opened_at + length
        if two.opened_at > since and (count := missing(since, two.opened_at)):
            yield Finding(Code.GAP, since, f"{count} bars missing until {two.opened_at:%Y-%m-%d %H:%M}")


def _spikes(bars: Sequence[Bar], first: int, split_days: Sequence[date]) -> Iterator[Finding]:
    if len(bars) < MIN_RETURNS + 1:
        return
    returns = np.diff(np.log([bar.close for bar in bars]))
    sigma = max(_MIN_SIGMA, _MAD_TO_SIGMA * float(np.median(np.abs(returns))))
    for i in np.flatnonzero(np.abs(returns[:-1]) > SPIKE_SIGMAS * sigma).tolist():
        there, back = float(returns[i]), float(returns[i + 1])
        if i + 2 < first or abs(there + back) > abs(there) / 4 or _explained(bars[i], bars[i + 1], split_days):
            continue
        detail = f"moved {math.expm1(there):+.2%}, {abs(there) / sigma:.0f} times the usual, and came back"
        yield Finding(Code.SPIKE, bars[i + 1].opened_at, detail)


def _stuck(bars: Sequence[Bar], first: int) -> Iterator[Finding]:
    same = 1
    for i, (one, two) in enumerate(pairwise(bars), start=1):
        equal = (one.open, one.high, one.low, one.close) == (two.open, two.high, two.low, two.close)
        same = same + 1 if equal and one.volume == two.volume == 0 else 1
        if same == STUCK_BARS and i >= first:
            at = bars[i - STUCK_BARS + 1].opened_at
            yield Finding(Code.STALE, at, f"{STUCK_BARS} equal bars or more without any volume")


def _suspected_splits(bars: Sequence[Bar], first: int, split_days: Sequence[date]) -> Iterator[Finding]:
    for i in range(max(1, first), len(bars)):
        one, two = bars[i - 1], bars[i]
        jump = one.close / two.open  # at most 1e24: see `_PRICES`
        if abs(math.log(jump)) < _CLEAR_SPLIT or _explained(one, two, split_days):
            continue
        if (ratio := usual_ratio(jump)) is not None and _volume_follows(bars, i, ratio):
            detail = f"opened at 1/{ratio:g} of the close before, with the volume of a split; not adjusted"
            yield Finding(Code.SPLIT_SUSPECTED, two.opened_at, detail)


def usual_ratio(jump: float) -> float | None:
    """Return the usual split ratio nearest to a jump of the price, or `None` when none is within 5 %."""
    nearest = min(RATIOS, key=lambda ratio: abs(math.log(jump / ratio)))
    return nearest if abs(jump / nearest - 1) <= _RATIO_TOLERANCE else None


def _volume_follows(bars: Sequence[Bar], i: int, ratio: float) -> bool:
    """Tell whether the volume grew by at least the root of the ratio, or shrank so; without volumes it may have."""
    usual = median(bar.volume for bar in bars[max(0, i - _VOLUMES) : i])
    if usual <= 0 or bars[i].volume <= 0:
        return True
    return (math.log(bars[i].volume) - math.log(usual)) / math.log(ratio) >= 0.5  # noqa: PLR2004 - the root


def _explained(one: Bar, two: Bar, split_days: Sequence[date]) -> bool:
    return any(one.opened_at.date() < day <= two.opened_at.date() for day in split_days)


def split_refusal(on: date, ratio: float, bars: Sequence[Bar]) -> Finding | None:
    """Tell why a declared split is not believed, or `None`.

    The price has to move by more than half of what was declared (in logarithms). A split below 1.3 for 1 hides in a
    day's return, and one whose days are not among the bars cannot be judged: both are believed.

    Args:
        on: The first day at the new price.
        ratio: New shares for an old one.
        bars: As traded, in time order.
    """
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    if not (math.isfinite(ratio) and 1 / _MAX_RATIO <= ratio <= _MAX_RATIO) or ratio == 1:
        return Finding(Code.SPLIT_MISMATCH, at, f"{ratio:g} new shares for an old one is no split")
    expected = math.log(ratio)
    i = next((i for i, bar in enumerate(bars) if bar.opened_at >= at), 0)
    if i == 0 or abs(expected) < _CLEAR_SPLIT:
        return None
    moved = math.log(bars[i - 1].close / bars[i].open)
    if moved / expected > 0.5:  # noqa: PLR2004 - half
        return None
    detail = f"a split of {ratio:g} was declared, but the price went from {bars[i - 1].close:g} to {bars[i].open:g}"
    return Finding(Code.SPLIT_MISMATCH, at, f"{detail}: adjusted already, or another day")


def is_stale(
    known_at: datetime, at: datetime, *, length: timedelta, session: Session, next_open: datetime | None
) -> bool:
    """Tell whether the last close is too old to speak of the market.

    Three bars late while the market is open (an unknown one counts as open), five days while it is closed, and five
    days for daily bars, which come after the day.

    Args:
        known_at: When the last bar closed.
        at: Now.
        length: Of a bar.
        session: Whether the market trades at `at`.
        next_open: Its first opening after `known_at`; `None` when it never closes or is unknown.
    """
    if length >= timedelta(days=1):
        return at - known_at > HOLIDAYS
    if next_open is not None and next_open <= at:
        return at - next_open > _LATE_BARS * length
    return at - known_at > (HOLIDAYS if session is Session.CLOSED else _LATE_BARS * length)
