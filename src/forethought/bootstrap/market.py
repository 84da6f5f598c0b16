"""Prices: where they are kept, who sends them, and what is known of the market."""

import os
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from forethought.adapters.files.event_library import read_event_library
from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.failover import Failover
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.marketdata.sources import price_sources
from forethought.adapters.marketdata.stored import StoredMarketData
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RedisPriceStore
from forethought.adapters.redis.store import Store
from forethought.application.parts import Parts
from forethought.application.ports.clock import Clock
from forethought.application.ports.events import Events
from forethought.application.price_feed import PriceFeed
from forethought.application.prices import Prices
from forethought.application.survey import Survey
from forethought.application.warm import Allowance, Warm
from forethought.domain.errors import ConfigurationError
from forethought.domain.news.gazetteer import Gazetteer
from forethought.settings import MarketSettings, WarmSettings


@dataclass(frozen=True)
class Market:
    """What serves prices."""

    calendar: ExchangeCalendars
    data: StoredMarketData
    survey: Survey
    store: RedisPriceStore


async def build_market(
    set_to: MarketSettings, *, store: Store, keys: Keys, clock: Clock, gazetteer: Gazetteer, background: bool
) -> Market:
    """Build it.

    Raises:
        ConfigurationError: a price file is wrong.
    """
    # The service never waits for a calendar to be built; a replay needs the same answer each time.
    exchanges = {symbol: each.exchange for symbol, each in gazetteer.instruments.items()}
    calendar = ExchangeCalendars(calendars=exchanges, background=background)
    files = FileMarketData(
        [PriceFile(path, asset=asset) for asset, path in set_to.price_files.items()],
        max_staleness=timedelta(seconds=set_to.max_staleness_s),
    )
    await files.warm()  # a bad price file refuses the start rather than a request
    prices = RedisPriceStore(store, keys)
    data = StoredMarketData(prices, calendar, clock, fallback=files)
    return Market(calendar, data, Survey(data, calendar), prices)


def build_feed(market: Market, prices: Prices, *, clock: Clock, stack: AsyncExitStack) -> PriceFeed:
    """Make the feed of the tickers in the settings.

    Raises:
        ConfigurationError: there is nobody to ask.
    """
    configured = price_sources(os.environ, clock=clock)
    sources = [each.source for each in configured if each.source is not None]
    if not sources:
        why = "; ".join(f"{each.name}: {each.off}" for each in configured)
        raise ConfigurationError(f"FORETHOUGHT_MARKET__TICKERS names tickers, but no source of prices is on: {why}")
    for source in sources:
        stack.push_async_callback(source.close)
    return PriceFeed(
        prices=prices,
        source=Failover(sources),
        calendar=market.calendar,
        clock=clock,
    )


def new_prices(market: Market, *, clock: Clock, events: Events) -> Prices:
    """Make the use cases of prices."""
    return Prices(market.store, market.survey, market.calendar, clock, events)


def build_warm(set_to: WarmSettings, parts: Parts, market: Market, gazetteer: Gazetteer) -> Coroutine[Any, Any, None]:
    """Make the loop that thinks ahead.

    Raises:
        ConfigurationError: an instrument is not in the gazetteer, or the library is wrong.
    """
    if unknown := [each for each in set_to.tickers if each not in gazetteer.instruments]:
        raise ConfigurationError(
            f"FORETHOUGHT_WARM__TICKERS: {', '.join(unknown)}: not among the instruments; "
            "FORETHOUGHT_NEWS__INSTRUMENTS_FILE adds some"
        )
    warm = Warm(
        parts,
        calendar=market.calendar,
        library=read_event_library(set_to.library),
        strategy=set_to.strategy,
        allowance=Allowance(calls=set_to.calls, usd=set_to.usd),
    )
    return warm.run([gazetteer.instruments[each] for each in set_to.tickers])
