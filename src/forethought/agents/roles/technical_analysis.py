"""What the indicators say, as facts for those who decide."""

from collections.abc import Iterator

from forethought.agents.roles.spec import Facts
from forethought.domain import regime
from forethought.domain.market import Indicators, MarketState
from forethought.domain.opinion import Role


def facts(market: MarketState | None) -> Facts:
    """State the indicators of the last closed bar in numbers with their units; what is not known is said to be so."""
    known = None if market is None else market.indicators
    if known is None:
        return Facts(Role.TECHNICAL_ANALYSIS, ("Indicators: unknown, no fresh prices.",))
    return Facts(Role.TECHNICAL_ANALYSIS, tuple(_lines(known)))


def _lines(known: Indicators) -> Iterator[str]:
    yield f"Indicators of the last closed bar, {known.at:%Y-%m-%dT%H:%MZ}, close {known.close:,.6g}."
    yield f"Trend, close against SMA(20) and SMA(50): {regime.trend(known)}."
    yield f"SMA(20): {_price(known.sma_20)}. SMA(50): {_price(known.sma_50)}."
    yield f"RSI(14), 0 to 100: {_number(known.rsi_14, '.1f')}; {regime.momentum(known)}."
    yield f"MACD(12, 26, 9) histogram, in units of price: {_number(known.macd_hist, '+.4g')}."
    yield f"ATR(14), as a share of the close: {_share(known.atr_14, known.close)}."
    yield f"Place in the Bollinger band (20 bars, 2 sd), 0 lower edge, 1 upper: {_number(known.bollinger_pct, '.2f')}."


def _number(value: float | None, form: str) -> str:
    return "unknown" if value is None else format(value, form)


def _price(value: float | None) -> str:
    return _number(value, ",.6g")


def _share(value: float | None, close: float) -> str:
    return "unknown" if value is None or close <= 0 else f"{value / close:.2%}"
