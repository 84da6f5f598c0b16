"""What the price has been doing."""

from collections.abc import Iterator
from typing import Final

from forethought.agents.rules.opinion import Opinion, signal_of
from forethought.domain.market import Indicators, MarketState

ROLE: Final = "market_context"
THRESHOLD: Final = 0.3
_OVERSOLD: Final = 30.0
_OVERBOUGHT: Final = 70.0
"""Wilder's limits of the RSI."""


def judge(market: MarketState | None) -> Opinion:
    """Average the votes of the indicators that are known; abstain when none is."""
    votes = [] if market is None or market.indicators is None else list(_votes(market.indicators))
    if not votes:
        return Opinion(ROLE, signal_of(0.0, threshold=THRESHOLD), 0.0, "no indicators", abstained=True)
    score = sum(vote for vote, _ in votes) / len(votes)
    said = ", ".join(clause for vote, clause in votes if vote) or "nothing stands out"
    return Opinion(ROLE, signal_of(score, threshold=THRESHOLD), abs(score), f"indicators: {said}", score)


def _votes(known: Indicators) -> Iterator[tuple[float, str]]:
    """Give each known indicator a vote in [-1, 1]: MACD and averages follow trends, RSI and bands turn at extremes."""
    if known.rsi_14 is not None:
        yield _extreme(known.rsi_14, low=_OVERSOLD, high=_OVERBOUGHT, below="RSI oversold", above="RSI overbought")
    if known.macd_hist is not None:
        yield _side(known.macd_hist, "MACD")
    if known.sma_20 is not None and known.sma_50 is not None:
        yield _trend(known.close, known.sma_20, known.sma_50)
    if known.bollinger_pct is not None:
        yield _extreme(known.bollinger_pct, low=0.0, high=1.0, below="below its band", above="above its band")


def _extreme(value: float, *, low: float, high: float, below: str, above: str) -> tuple[float, str]:
    if value < low:
        return 1.0, below
    return (-1.0, above) if value > high else (0.0, "")


def _side(value: float, name: str) -> tuple[float, str]:
    if value == 0:
        return 0.0, ""
    return (0.5, f"{name} rising") if value > 0 else (-0.5, f"{name} falling")


def _trend(close: float, sma_20: float, sma_50: float) -> tuple[float, str]:
    if close > sma_20 > sma_50:
        return 1.0, "uptrend"
    return (-1.0, "downtrend") if close < sma_20 < sma_50 else (0.0, "")
