"""What the stories are about."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Instrument:
    """One thing that is traded."""

    symbol: str
    name: str
    """In a headline."""
    about: str
    """`stock`, `etf`, `crypto`, `commodity`, `fx` or `index`."""
    full: str = ""
    """Of a company; else as `name`."""
    country: str = ""
    """Of an index or a currency."""
    bank: str = ""
    """The central bank there."""
    ric: str = ""
    """How Reuters would name it."""


def _stock(ric: str, name: str, full: str) -> Instrument:
    return Instrument(ric.partition(".")[0], name, "stock", full=full, ric=ric)


INSTRUMENTS: Final[tuple[Instrument, ...]] = (
    _stock("AAPL.O", "Apple", "Apple Inc"),
    _stock("MSFT.O", "Microsoft", "Microsoft Corp"),
    _stock("NVDA.O", "Nvidia", "Nvidia Corp"),
    _stock("AMZN.O", "Amazon", "Amazon.com Inc"),
    _stock("GOOGL.O", "Alphabet", "Alphabet Inc"),
    _stock("META.O", "Meta", "Meta Platforms Inc"),
    _stock("TSLA.O", "Tesla", "Tesla Inc"),
    _stock("JPM.N", "JPMorgan", "JPMorgan Chase & Co"),
    _stock("LLY.N", "Eli Lilly", "Eli Lilly and Co"),
    _stock("XOM.N", "Exxon", "Exxon Mobil Corp"),
    _stock("WMT.N", "Walmart", "Walmart Inc"),
    _stock("BA.N", "Boeing", "Boeing Co"),
    _stock("AMD.O", "AMD", "Advanced Micro Devices Inc"),
    _stock("INTC.O", "Intel", "Intel Corp"),
    _stock("NFLX.O", "Netflix", "Netflix Inc"),
    _stock("DIS.N", "Disney", "Walt Disney Co"),
    _stock("PFE.N", "Pfizer", "Pfizer Inc"),
    _stock("CAT.N", "Caterpillar", "Caterpillar Inc"),
    Instrument("SPY", "SPDR S&P 500 ETF", "etf", ric="SPY.P"),
    Instrument("QQQ", "Invesco QQQ Trust", "etf", ric="QQQ.O"),
    Instrument("GLD", "SPDR Gold Shares", "etf", ric="GLD.P"),
    Instrument("TLT", "iShares 20+ Year Treasury Bond ETF", "etf", ric="TLT.O"),
    Instrument("IWM", "iShares Russell 2000 ETF", "etf", ric="IWM.P"),
    Instrument("BTC", "Bitcoin", "crypto", ric="BTC="),
    Instrument("ETH", "Ethereum", "crypto", ric="ETH="),
    Instrument("SOL", "Solana", "crypto", ric="SOL="),
    Instrument("XRP", "XRP", "crypto", ric="XRP="),
    Instrument("ADA", "Cardano", "crypto", ric="ADA="),
    Instrument("DOGE", "Dogecoin", "crypto", ric="DOGE="),
    Instrument("XAU", "Gold", "commodity", ric="XAU="),
    Instrument("XAG", "Silver", "commodity", ric="XAG="),
    Instrument("WTI", "Crude Oil", "commodity", ric="CLc1"),
    Instrument("NATGAS", "Natural Gas", "commodity", ric="NGc1"),
    Instrument("COPPER", "Copper", "commodity", ric="HGc1"),
    Instrument("WHEAT", "Wheat", "commodity", ric="Wc1"),
    Instrument("EUR", "Euro", "fx", country="Germany", ric="EUR="),
    Instrument("JPY", "Yen", "fx", country="Japan", ric="JPY="),
    Instrument("GBP", "Pound", "fx", country="Britain", ric="GBP="),
    Instrument("CNY", "Yuan", "fx", country="China", ric="CNY="),
    Instrument("TRY", "Lira", "fx", country="Turkey", ric="TRY="),
    Instrument("MXN", "Peso", "fx", country="Mexico", ric="MXN="),
    Instrument("SPX", "S&P 500", "index", country="the United States", bank="Federal Reserve", ric=".SPX"),
    Instrument("FTSE", "FTSE 100", "index", country="Britain", bank="Bank of England", ric=".FTSE"),
    Instrument("DAX", "DAX", "index", country="Germany", bank="European Central Bank", ric=".GDAXI"),
    Instrument("N225", "Nikkei 225", "index", country="Japan", bank="Bank of Japan", ric=".N225"),
    Instrument("TSX", "S&P/TSX Composite", "index", country="Canada", bank="Bank of Canada", ric=".GSPTSE"),
    Instrument("ASX", "S&P/ASX 200", "index", country="Australia", bank="Reserve Bank of Australia", ric=".AXJO"),
)
