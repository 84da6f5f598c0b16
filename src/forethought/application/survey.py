"""What is known of the market at a moment."""

from datetime import datetime

from forethought.application.encode import market_component
from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.market_data import MarketData
from forethought.domain.market import MarketState
from forethought.domain.regime import words
from forethought.domain.situation import Component


class Survey:
    """The market's state by asset and time, from prices and the calendar."""

    def __init__(self, market_data: MarketData, calendar: TradingCalendar) -> None:
        self._market_data = market_data
        self._calendar = calendar

    async def __call__(self, asset: str, at: datetime, *, close: float | None = None) -> MarketState | None:
        """Return the state, or `None` when no price is known.

        Args:
            asset: Its symbol.
            at: Nothing later is used.
            close: A price that came with a record; it stands in where the price data has none.
        """
        indicators = await self._market_data.indicators(asset, as_of=at)
        price = indicators.close if indicators is not None else close
        if price is None:
            return None
        volatility = indicators.volatility_day_frac if indicators is not None else None
        return MarketState(at, price, volatility, self._calendar.session(asset, at), indicators)

    @staticmethod
    def component(state: MarketState | None) -> Component | None:
        """Make the component that says the regime in words; `None` without indicators: a lone price is no regime."""
        return None if state is None or state.indicators is None else market_component(words(state))
