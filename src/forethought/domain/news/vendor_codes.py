"""How vendors write the symbols of instruments, and back.

Refinitiv (`AAPL.O`, `BTC=`), Bloomberg (`AAPL US Equity`), Yahoo (`BRK-B`, `BTC-USD`, `EURUSD=X`), Polygon (`X:BTCUSD`,
`C:EURUSD`, `I:SPX`), Alpha Vantage (`CRYPTO:BTC`, `FOREX:EUR`), exchanges (`NASDAQ:AAPL`, `BTCUSDT`), and `$AAPL`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import ASSET_PATTERN

US_EXCHANGES: Final = frozenset({"XNYS", "XNAS"})
_SHARES: Final = frozenset({"stock", "etf"})
_COIN_QUOTES: Final = ("USD", "USDT", "USDC", "EUR", "BTC")
_RIC_ENDINGS: Final = ("O", "OQ", "N", "P", "K")
_BLOOMBERG: Final = ("US", "UW", "UQ", "UN", "UP")
_LONGEST: Final = 40

# What may stand before the colon, and which kinds it speaks of.
_US_VENUES: Final = frozenset(
    {
        "NASDAQ",
        "NASDAQGS",
        "NASDAQGM",
        "NASDAQCM",
        "NYSE",
        "NYSEARCA",
        "NYSEAMERICAN",
        "NYSEMKT",
        "AMEX",
        "ARCA",
        "BATS",
    }
    | {"CBOE", "US", "XNAS", "XNYS"}
)
_VENUES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **dict.fromkeys(_US_VENUES, _SHARES),
        **dict.fromkeys(("CRYPTO", "X", "BINANCE", "COINBASE", "KRAKEN"), frozenset({"crypto"})),
        **dict.fromkeys(("FOREX", "FX", "C"), frozenset({"fx"})),
        **dict.fromkeys(("I", "INDEX"), frozenset({"index"})),
    }
)
_ASSET: Final = re.compile(ASSET_PATTERN)
_US_RIC: Final = re.compile(r"([A-Z]{1,5})\.(?:O|OQ|N)")
_US_BLOOMBERG: Final = re.compile(rf"([A-Z./]{{1,7}}) (?:{'|'.join(_BLOOMBERG)})(?: EQUITY)?")
_COIN_PAIR: Final = re.compile(r"([A-Z0-9]{2,10}?)[-/]?(?:USDT|USDC|USD|EUR)")


def forms(symbol: str, *, kind: str, exchange: str) -> tuple[str, ...]:
    """Return how vendors write a symbol by rule, itself first."""
    if kind in _SHARES and exchange in US_EXCHANGES:
        root, _, series = symbol.partition(".")
        written = {symbol: None, **{f"{root}{joint}{series}": None for joint in "-/ ." if series}}
        rics = [f"{root}{series}.{ending}" for ending in _RIC_ENDINGS]
        return (
            *written,
            *rics,
            *(f"{form} {country}{equity}" for form in written for country in _BLOOMBERG for equity in ("", " EQUITY")),
        )
    if kind == "crypto":
        pairs = [f"{symbol}{joint}{quote}" for joint in ("-", "/", "") for quote in _COIN_QUOTES if quote != symbol]
        return (symbol, f"{symbol}=", f"{symbol}USD CURNCY", *pairs)
    if kind == "fx":
        base, quote = symbol[:3], symbol[3:]
        return (symbol, f"{base}/{quote}", f"{base}-{quote}", f"{symbol}=X", f"{symbol}=", f"{symbol} CURNCY")
    return (symbol,)


class VendorCodes:
    """Codes of known instruments."""

    def __init__(self, instruments: Mapping[str, tuple[str, str, tuple[str, ...]]]) -> None:
        """Index them.

        Args:
            instruments: Kind, exchange and codes by symbol.

        Raises:
            ConfigurationError: two instruments share a code.
        """
        self._kinds = {symbol: (kind, exchange) for symbol, (kind, exchange, _) in instruments.items()}
        self._codes: dict[str, str] = {}
        for symbol, (_, _, codes) in instruments.items():
            for code in codes:
                if (owner := self._codes.setdefault(_canonical(code), symbol)) != symbol:
                    raise ConfigurationError(f"instrument {symbol}: {code!r} is a code of {owner} already")

    def known(self, code: str) -> str | None:
        """Return the symbol of a known code."""
        return self._codes.get(_canonical(code))

    def listed(self, venue: str, code: str) -> str | None:
        """Return the symbol of a code that is known at an exchange: `TSE:V` is not Visa."""
        if (explicit := self.known(f"{venue}:{code}")) is not None:
            return explicit
        symbol = self.known(code)
        if symbol is None or (kinds := _VENUES.get(venue)) is None:
            return None
        kind, exchange = self._kinds[symbol]
        return symbol if kind in kinds and (kind not in _SHARES or exchange in US_EXCHANGES) else None

    def resolve(self, code: str) -> str | None:
        """Return the symbol behind a provider's code.

        An unknown one comes back in capitals if it is well-formed: a coin behind `CRYPTO:` as a pair with the dollar,
        so that it is not taken for a share, a US share without what vendors add. `None` for a foreign exchange's code
        that is not listed, since the bare symbol would name another company, and for nonsense.
        """
        if len(code) > _LONGEST:
            return None
        plain = _canonical(code.strip().removeprefix("<").removesuffix(">").removeprefix("$"))
        if (symbol := self.known(plain)) is not None:
            return symbol
        venue, colon, rest = plain.partition(":")
        if colon:
            return self._at_venue(venue.strip(), rest.strip())
        if (found := _US_RIC.fullmatch(plain) or _US_BLOOMBERG.fullmatch(plain)) is not None:
            plain = found[1].replace("/", ".")
        return plain if _ASSET.fullmatch(plain) else None

    def _at_venue(self, venue: str, rest: str) -> str | None:
        if (symbol := self.listed(venue, rest)) is not None:
            return symbol
        kinds = _VENUES.get(venue)
        if kinds is None or not _ASSET.fullmatch(rest):
            return None
        if "crypto" in kinds:
            pair = _COIN_PAIR.fullmatch(rest)
            rest = f"{pair[1] if pair else rest}-USD"
            return rest if _ASSET.fullmatch(rest) else None
        return None if "fx" in kinds else rest  # a lone currency would be taken for a share: FOREX:ALL


def _canonical(code: str) -> str:
    return " ".join(code.upper().split())
