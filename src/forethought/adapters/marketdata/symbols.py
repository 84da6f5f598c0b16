"""What a ticker of ours is, so that each vendor can be asked under its own name for it."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forethought.adapters.marketdata.calendars import ALWAYS_OPEN, COINS, COMMODITIES, CURRENCIES, WEEKDAYS, calendar_of
from forethought.domain.news.gazetteer import InstrumentKind


@dataclass(frozen=True, slots=True)
class Traded:
    """A ticker, read: what is priced, and in what."""

    kind: InstrumentKind
    base: str
    """`BTC` of `BTCUSD`; the ticker itself where it is no pair."""
    quote: str = "USD"


INDICES: Final = frozenset({"SPX", "NDX", "DJI", "RUT", "VIX"})
_FULL_NAMES: Final = MappingProxyType({"BITCOIN": "BTC", "XBT": "BTC", "ETHEREUM": "ETH"})
_MONEY: Final = frozenset({"USD", "EUR", "GBP"})
_TICKER: Final = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,15}")


def read_ticker(ticker: str) -> Traded | None:
    """Tell what a ticker stands for, by the same rules as the calendars; `None` when it is none that a vendor has.

    A coin against another coin or a stablecoin (`BTCUSDT`) is `None`: its price in dollars is another series.
    """
    symbol = ticker.strip().upper()
    if symbol in COINS | _FULL_NAMES.keys() and symbol != "CRYPTO":
        return Traded(InstrumentKind.CRYPTO, _FULL_NAMES.get(symbol, symbol))
    if symbol in COMMODITIES:
        return Traded(InstrumentKind.COMMODITY, symbol.removesuffix("USD"))
    if symbol in INDICES:
        return Traded(InstrumentKind.INDEX, symbol)
    if (pair := _pair(symbol)) is not None:
        return pair
    is_share = _TICKER.fullmatch(symbol) and calendar_of(symbol) not in {None, ALWAYS_OPEN, WEEKDAYS}
    return Traded(InstrumentKind.STOCK, symbol) if is_share else None


def _pair(symbol: str) -> Traded | None:
    pair = symbol.removesuffix("=X").replace("/", "").replace("-", "")
    base, quote = pair[:-3], pair[-3:]
    if base in CURRENCIES and quote in CURRENCIES:
        return Traded(InstrumentKind.FX, base, quote)
    if (base in COINS or base in _FULL_NAMES) and quote in _MONEY:
        return Traded(InstrumentKind.CRYPTO, _FULL_NAMES.get(base, base), quote)
    return None
