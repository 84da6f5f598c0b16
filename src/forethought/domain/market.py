"""The state of a market, as numbers and as words that are the same for similar states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Bar:
    """One OHLCV bar; prices in the quote currency, volume in units of the asset."""

    opened_at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


class Session(StrEnum):
    """Whether the market of an asset trades."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Indicators:
    """What TA-Lib says of the bars known at a time; `None` where there are too few bars."""

    at: datetime
    close: float
    return_1_frac: float | None
    """Close over the close one bar before, minus 1."""
    return_day_frac: float | None
    """Close over the close 24 hours before, minus 1."""
    rsi_14: float | None
    """In [0, 100]."""
    macd_hist: float | None
    sma_20: float | None
    sma_50: float | None
    atr_14: float | None
    bollinger_pct: float | None
    """Where the close lies between the lower (0) and upper (1) band of 20 bars and 2 standard deviations."""
    volatility_day_frac: float | None
    """Standard deviation of bar returns over the last 24 hours, scaled to one day."""


@dataclass(frozen=True, slots=True)
class MarketState:
    """What is known of the market at one moment: enough to say later how far it has moved."""

    at: datetime
    close: float | None
    volatility_day_frac: float | None
    session: Session
    indicators: Indicators | None = None
