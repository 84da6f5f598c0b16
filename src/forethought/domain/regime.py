"""The regime of a market: in words that are the same for similar states, and how far a price has moved since."""

import math
from datetime import timedelta
from enum import StrEnum
from typing import Final

from forethought.domain.market import Indicators, MarketState, Session

MIN_ELAPSED: Final = timedelta(hours=1)
"""Two moments nearer than this count as this far apart, so that one tick is not a move of many sigmas."""
MIN_VOLATILITY_DAY_FRAC: Final = 0.001
"""Least volatility that a move is measured in: 0.1 % a day, that of a quiet currency pair."""


class Trend(StrEnum):
    """Where the close stands to its averages."""

    UP = "uptrend"
    DOWN = "downtrend"
    FLAT = "no clear trend"
    UNKNOWN = "trend unknown"


class Momentum(StrEnum):
    """RSI(14) by bucket; 30 and 70 are Wilder's limits."""

    OVERSOLD = "oversold"
    WEAK = "weak momentum"
    NEUTRAL = "neutral momentum"
    STRONG = "strong momentum"
    OVERBOUGHT = "overbought"
    UNKNOWN = "momentum unknown"


class Volatility(StrEnum):
    """Standard deviation of a day's return by bucket: below 1 %, 3 %, 8 %, and from there."""

    CALM = "calm"
    NORMAL = "normal volatility"
    HIGH = "high volatility"
    EXTREME = "extreme volatility"
    UNKNOWN = "volatility unknown"


_MOMENTUM_BELOW: Final = (
    (30.0, Momentum.OVERSOLD),
    (45.0, Momentum.WEAK),
    (55.0, Momentum.NEUTRAL),
    (70.0, Momentum.STRONG),
)
_VOLATILITY_BELOW: Final = ((0.01, Volatility.CALM), (0.03, Volatility.NORMAL), (0.08, Volatility.HIGH))
_SESSION: Final = {
    Session.OPEN: "market open",
    Session.CLOSED: "market closed",
    Session.UNKNOWN: "market hours unknown",
}
DISTINCT_TEXTS: Final = len(Trend) * len(Momentum) * len(Volatility) * len(Session)
"""How many texts `words` can give: 4 x 6 x 5 x 3 = 360, so an embedding cache soon holds them all."""


def moved_sigmas(then: MarketState, now: MarketState) -> float | None:
    """Measure how far the price has moved, in multiples of what its volatility makes usual over that time.

    |ln(now / then)| / (v * sqrt(days)): v is the smaller known `volatility_day_frac` of the two states, which expires
    earlier, and at least `MIN_VOLATILITY_DAY_FRAC`; days is the time between, at least `MIN_ELAPSED`. Under a random
    walk the figure is above 3 in 0.3 % of cases; BTC of spring 2025, with its fat tails, was in 2 % of hours and 4 % of
    days. Prices are as traded: across a split the price seems to crash, and what was decided before it lapses.

    Returns:
        At least 0; `None` when a close or both volatilities are unknown or not positive.
    """
    if not _usable(then.close) or not _usable(now.close):
        return None
    known = [v for v in (then.volatility_day_frac, now.volatility_day_frac) if v is not None and math.isfinite(v)]
    if not known or then.close is None or now.close is None:
        return None
    volatility = max(min(known), MIN_VOLATILITY_DAY_FRAC)
    days = max(abs(now.at - then.at), MIN_ELAPSED) / timedelta(days=1)
    return abs(math.log(now.close) - math.log(then.close)) / (volatility * math.sqrt(days))


def words(state: MarketState) -> str:
    """Say the regime in words.

    Such as "Market regime: uptrend, strong momentum, normal volatility, market open."

    Every part is a bucket and unknown parts are said to be unknown, so similar states give the same text: one reusable
    component, of `DISTINCT_TEXTS` possible ones.
    """
    parts = (trend(state.indicators), momentum(state.indicators), volatility(state.volatility_day_frac))
    return f"Market regime: {', '.join(parts)}, {_SESSION[state.session]}."


def trend(indicators: Indicators | None) -> Trend:
    """Tell the trend: up when close > SMA20 > SMA50, down when close < SMA20 < SMA50, else none."""
    if indicators is None or indicators.sma_20 is None or indicators.sma_50 is None:
        return Trend.UNKNOWN
    if indicators.close > indicators.sma_20 > indicators.sma_50:
        return Trend.UP
    if indicators.close < indicators.sma_20 < indicators.sma_50:
        return Trend.DOWN
    return Trend.FLAT


def momentum(indicators: Indicators | None) -> Momentum:
    """Tell the momentum by RSI: below 30, 45, 55, up to 70, above."""
    rsi = None if indicators is None else indicators.rsi_14
    if rsi is None or not math.isfinite(rsi):
        return Momentum.UNKNOWN
    return next((name for limit, name in _MOMENTUM_BELOW if rsi < limit), Momentum.OVERBOUGHT)


def volatility(day_frac: float | None) -> Volatility:
    """Tell the volatility of a day, as a fraction, by bucket."""
    if day_frac is None or not math.isfinite(day_frac):
        return Volatility.UNKNOWN
    return next((name for limit, name in _VOLATILITY_BELOW if day_frac < limit), Volatility.EXTREME)


def _usable(price: float | None) -> bool:
    return price is not None and math.isfinite(price) and price > 0
