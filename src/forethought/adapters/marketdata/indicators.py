"""Indicators by TA-Lib over arrays of closed bars."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import talib

from forethought.domain.market import Indicators

Floats: TypeAlias = npt.NDArray[np.float64]
Micros: TypeAlias = npt.NDArray[np.int64]
"""Microseconds since 1970, UTC."""

WARM_UP_BARS: Final = 640
"""RSI and ATR remember every bar, fading by 13/14 a bar, MACD by 25/27: what lies 600 bars back weighs below 1e-19."""
DAY_US: Final = 86_400_000_000
SPAN_US: Final = 2 * DAY_US
"""Two days always hold one whole UTC day."""
_MIN_RETURNS: Final = 20
"""Fewer returns than this give no volatility worth the name."""
_MAX_GAP_US: Final = 5 * DAY_US
"""A close older than this before the last one is no "24 hours before": the longest holiday weekend is shorter."""


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive closed bars up to one moment, oldest first; prices float64, all arrays of one length >= 1."""

    opened_us: Micros
    high: Floats
    low: Floats
    close: Floats


def compute(window: Window, *, at: datetime) -> Indicators:
    """Return the indicators of the last bar of a window; TA-Lib sees the last `WARM_UP_BARS` bars of it.

    The window should also reach `SPAN_US` back, which the figures of a day need where bars are a minute or so.
    TA-Lib takes variances below 1e-14 for zero, which is wrong for coins priced in millionths. So prices are scaled by
    a power of two, which changes no digit, and scaled back.
    """
    close = float(window.close[-1])
    scale = math.ldexp(1.0, 10 - math.frexp(close)[1])
    highs, lows, closes = (a[-WARM_UP_BARS:] * scale for a in (window.high, window.low, window.close))
    upper, _, lower = talib.BBANDS(closes, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
    return Indicators(
        at=at,
        close=close,
        return_1_frac=float(closes[-1] / closes[-2] - 1.0) if len(closes) > 1 else None,
        return_day_frac=_return_day(window),
        rsi_14=_last(lambda: talib.RSI(closes, timeperiod=14)),
        macd_hist=_last(lambda: talib.MACD(closes)[2], scale),
        sma_20=_last(lambda: talib.SMA(closes, timeperiod=20), scale),
        sma_50=_last(lambda: talib.SMA(closes, timeperiod=50), scale),
        atr_14=_last(lambda: talib.ATR(highs, lows, closes, timeperiod=14), scale),
        bollinger_pct=_within(float(closes[-1]), float(lower[-1]), float(upper[-1])),
        volatility_day_frac=_volatility_day(window),
    )


def _last(indicator: Callable[[], Floats], scale: float = 1.0) -> float | None:
    value = float(indicator()[-1])
    return value / scale if math.isfinite(value) else None


def _within(value: float, lower: float, upper: float) -> float | None:
    """Place a value between two bands; bands that coincide place nothing."""
    width = upper - lower
    return (value - lower) / width if math.isfinite(width) and width > 0 else None


def _return_day(window: Window) -> float | None:
    """Compare with the last close that was known 24 hours before; over a weekend that is Friday's."""
    last_us = int(window.opened_us[-1])
    before = int(np.searchsorted(window.opened_us, last_us - DAY_US, side="right")) - 1
    if before < 0 or last_us - int(window.opened_us[before]) > _MAX_GAP_US:
        return None
    return float(window.close[-1] / window.close[before] - 1.0)


def _volatility_day(window: Window) -> float | None:
    """Sample deviation of the bar returns of 24 hours, at least 20 of them, times the square root of bars a day.

    Bars a day is the largest number of bars on one UTC day of the last week: 288 for 5-minute bars of a coin, 78 for
    those of a US share, 1 for daily bars (whose volatility is so that of the last 20 days).
    """
    opened, last_us = window.opened_us, int(window.opened_us[-1])
    in_day = len(opened) - int(np.searchsorted(opened, last_us - DAY_US, side="right"))
    count = max(in_day, _MIN_RETURNS)
    if len(opened) < count + 1:
        return None
    returns = np.diff(window.close[-count - 1 :]) / window.close[-count - 1 : -1]
    week = opened[int(np.searchsorted(opened, last_us - 7 * DAY_US, side="right")) :] // DAY_US
    per_day = int(np.bincount(week - week[0]).max())
    return float(np.std(returns, ddof=1)) * math.sqrt(per_day)
