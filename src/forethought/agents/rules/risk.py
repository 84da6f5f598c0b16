"""How much of a conviction the state of the market leaves."""

from dataclasses import dataclass
from typing import Final

from forethought.domain.market import MarketState, Session
from forethought.domain.regime import Volatility, volatility

ROLE: Final = "risk"
_SCALE: Final = {
    Volatility.CALM: 1.0,
    Volatility.NORMAL: 1.0,
    Volatility.HIGH: 0.7,
    Volatility.EXTREME: 0.0,
    Volatility.UNKNOWN: 0.8,
}
_CLOSED: Final = 0.8
"""What is left while the market is closed: the price may open elsewhere."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """What remains of a conviction, and why."""

    scale_frac: float
    """In [0, 1]; convictions are multiplied by it."""
    veto: bool
    """True when no position is to be taken at all."""
    reasoning: str


def judge(market: MarketState | None) -> RiskView:
    """Weigh volatility and session; extreme volatility vetoes. Never abstains: without prices it says so."""
    if market is None or market.close is None:
        return RiskView(_SCALE[Volatility.UNKNOWN], veto=False, reasoning="no price data")
    level = volatility(market.volatility_day_frac)
    closed = market.session is Session.CLOSED
    scale = _SCALE[level] * (_CLOSED if closed else 1.0)
    said = f"{level}, market closed" if closed else str(level)
    return RiskView(scale, veto=level is Volatility.EXTREME, reasoning=said)
