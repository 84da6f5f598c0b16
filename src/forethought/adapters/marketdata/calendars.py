"""Trading sessions from exchange_calendars, offline.

Its simplifications are ours: CMES has no daily break, and 24/5 trades from Monday to Friday, midnight to midnight UTC,
where currency dealers open and close two to three hours earlier. Closures that nobody foresaw are not known.
"""

import asyncio
import re
import threading
import warnings
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import structlog

from forethought.domain.market import Session

ALWAYS_OPEN: Final = "24/7"
WEEKDAYS: Final = "24/5"
_US_SHARES: Final = "XNYS"
_FUTURES: Final = "CMES"
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_SHORT_GAP_S: Final = 60
"""Sessions that follow each other within a minute are one: markets that trade round the clock."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_EDGES: Final = ("open", "break_start", "break_end", "close")


def _set(symbols: str) -> frozenset[str]:
    return frozenset(symbols.split())


COINS: Final = _set(
    """
    BTC XBT ETH SOL XRP ADA DOGE BNB AVAX DOT MATIC POL LTC BCH LINK UNI ATOM XLM TRX ETC XMR NEAR APT ARB OP SUI TON
    SHIB PEPE FIL AAVE MKR ALGO ICP HBAR INJ TIA SEI USDT USDC DAI BITCOIN ETHEREUM CRYPTO
    """
)
"""Symbols read as coins; a share of the same symbol needs an entry in `calendars`."""
COMMODITIES: Final = _set(
    "XAU XAG XPT XPD XAUUSD XAGUSD XPTUSD XPDUSD GOLD SILVER OIL CRUDE WTI BRENT COPPER NATGAS USOIL UKOIL"
)
CURRENCIES: Final = _set(
    """
    USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF RON TRY ZAR MXN BRL CNY CNH HKD SGD KRW INR THB IDR MYR PHP
    TWD ILS SAR AED CLP COP
    """
)
SUFFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "L": "XLON",
        "DE": "XETR",
        "F": "XFRA",
        "T": "XTKS",
        "HK": "XHKG",
        "PA": "XPAR",
        "AS": "XAMS",
        "BR": "XBRU",
        "LS": "XLIS",
        "MI": "XMIL",
        "MC": "XMAD",
        "SW": "XSWX",
        "VI": "XWBO",
        "IR": "XDUB",
        "ST": "XSTO",
        "CO": "XCSE",
        "HE": "XHEL",
        "OL": "XOSL",
        "WA": "XWAR",
        "TO": "XTSE",
        "V": "XTSE",
        "AX": "XASX",
        "NZ": "XNZE",
        "NS": "XBOM",
        "BO": "XBOM",
        "KS": "XKRX",
        "SS": "XSHG",
        "SZ": "XSHG",
        "TW": "XTAI",
        "SI": "XSES",
        "SA": "BVMF",
        "MX": "XMEX",
        "JO": "XJSE",
    }
)
"""Suffix of a symbol, as Yahoo writes it, to the calendar of its exchange."""

_COIN_PAIR: Final = re.compile(r"([A-Z0-9]{2,10}?)[-/]?(USDT|USDC|BUSD|USD|EUR|GBP|BTC|ETH)(?:[-.]?PERP|\.P)?")
_STABLE: Final = frozenset({"USDT", "USDC", "BUSD"})
_US_TICKER: Final = re.compile(r"[A-Z]{1,5}(?:[.\-][ABC])?|\^[A-Z]{2,5}")
_SUFFIXED: Final = re.compile(r"[A-Z0-9\-]{1,12}\.([A-Z]{1,2})")

_log = structlog.get_logger(__name__)


def calendar_of(asset: str) -> str | None:
    """Return the calendar that a symbol trades by, or `None` when the symbol tells nothing.

    Any one to five letters that are no coin, currency pair or commodity are read as a US ticker.
    """
    symbol = asset.strip().upper()
    if _is_coin(symbol):
        return ALWAYS_OPEN
    if symbol in COMMODITIES or symbol.endswith("=F"):
        return _FUTURES
    pair = symbol.removesuffix("=X").replace("/", "").replace("-", "")
    if len(pair) == 6 and pair[:3] in CURRENCIES and pair[3:] in CURRENCIES:  # noqa: PLR2004 - two codes of three letters
        return WEEKDAYS
    if (suffixed := _SUFFIXED.fullmatch(symbol)) and suffixed[1] in SUFFIXES:
        return SUFFIXES[suffixed[1]]
    return _US_SHARES if _US_TICKER.fullmatch(symbol) else None


def _is_coin(symbol: str) -> bool:
    if symbol in COINS:
        return True
    pair = _COIN_PAIR.fullmatch(symbol)
    return pair is not None and (pair[1] in COINS or pair[2] in _STABLE)


@dataclass(frozen=True, slots=True)
class _Year:
    """The trading intervals of one calendar around one year, seconds since 1970; empty when unknown."""

    starts: "array[int]"
    """When sessions open; the end of a lunch break is none of them."""
    opens: "array[int]"
    closes: "array[int]"

    def open_at(self, at_s: int) -> bool:
        i = bisect_right(self.opens, at_s) - 1
        return i >= 0 and at_s < self.closes[i]


_NOTHING: Final = _Year(array("q"), array("q"), array("q"))


class ExchangeCalendars:
    """The `TradingCalendar` port. Never raises: what cannot be known is `unknown`.

    One year of a calendar is built at a time (exchange_calendars: 0.7 s to import, then 0.05-0.15 s a year, Korea 1 s)
    and kept as sorted opens and closes; after that `session` is a bisection.
    """

    def __init__(self, *, calendars: Mapping[str, str] | None = None, background: bool = False) -> None:
        """Set up without importing anything.

        Args:
            calendars: Symbol to calendar (an ISO exchange code, `24/7` or `24/5`), before the built-in rules.
            background: Build what `warm` has not built in a thread of its own and say `unknown` meanwhile, so that the
                event loop never waits. Otherwise the first question about a year builds it: the same answers each time,
                as replays need.
        """
        self._overrides = {symbol.upper(): code for symbol, code in (calendars or {}).items()}
        self._background = background
        self._codes: dict[str, str | None] = {}
        self._years: dict[tuple[str, int], _Year] = {}
        self._building: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def session(self, asset: str, at: datetime) -> Session:
        """Tell whether the asset trades at that moment (UTC); `closed` includes lunch breaks and holidays."""
        code = self._code(asset)
        if code is None:
            return Session.UNKNOWN
        if code == ALWAYS_OPEN:
            return Session.OPEN
        year = self._year(code, at.year)
        if not year.opens:
            return Session.UNKNOWN
        return Session.OPEN if year.open_at(_seconds(at)) else Session.CLOSED

    def next_open(self, asset: str, after: datetime) -> datetime | None:
        """Return the first opening strictly after a moment, or `None` when the market never closes or is unknown.

        The end of a lunch break is no opening.
        """
        code = self._code(asset)
        if code is None or code == ALWAYS_OPEN:
            return None
        year = self._year(code, after.year)
        i = bisect_right(year.starts, _seconds(after))
        return _EPOCH + year.starts[i] * _SECOND if i < len(year.starts) else None

    async def warm(self, *assets: str, at: datetime) -> None:
        """Build the calendars of assets for the year of a moment and the next one, off the event loop."""
        codes = {code for code in map(self._code, assets) if code is not None and code != ALWAYS_OPEN}
        for code in sorted(codes):
            for year in (at.year, at.year + 1):
                await asyncio.to_thread(self._build, code, year)

    def _code(self, asset: str) -> str | None:
        try:
            return self._codes[asset]
        except KeyError:
            code = self._overrides.get(asset.strip().upper()) or calendar_of(asset)
            if len(self._codes) < 10_000:  # noqa: PLR2004 - symbols come from callers
                self._codes[asset] = code
            return code

    def _year(self, code: str, year: int) -> _Year:
        known = self._years.get((code, year))
        if known is not None:
            return known
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            return _NOTHING
        if not self._background:
            return self._build(code, year)
        if (code, year) not in self._building:
            self._building.add((code, year))
            threading.Thread(target=self._build, args=(code, year), name=f"calendar-{code}-{year}", daemon=True).start()
        return _NOTHING

    def _build(self, code: str, year: int) -> _Year:
        with self._lock:
            known = self._years.get((code, year))
            if known is None:
                known = self._years[code, year] = _intervals(code, year)
            return known


def _seconds(at: datetime) -> int:
    """Count whole seconds since 1970; a time without a zone is UTC."""
    return ((at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - _EPOCH) // _SECOND


def _intervals(code: str, year: int) -> _Year:
    """Ask exchange_calendars for the sessions from mid December before to the end of January after a year."""
    import exchange_calendars  # noqa: PLC0415 - 0.7 s, and a crypto-only service never needs it

    # 4.13 calls what pandas 3.1 deprecates. Filters, not `catch_warnings`: that one is not safe in threads.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"exchange_calendars\.")
    warnings.filterwarnings("ignore", message="Series.values returning", category=DeprecationWarning)
    reason = ""
    for end in (f"{year + 1}-01-31", f"{year}-12-31"):  # some holidays are recorded to the end of this year only
        try:
            schedule = exchange_calendars.get_calendar(code, start=f"{year - 1}-12-15", end=end).schedule
            return _merge(schedule.to_dict("records"))
        except Exception as error:  # noqa: BLE001 - the port never raises; the library raises a dozen classes
            reason = str(error)
    _log.warning("calendar.unknown", calendar=code, year=year, reason=reason)
    return _NOTHING


def _merge(sessions: list[dict[str, object]]) -> _Year:
    """Turn sessions into opens and closes: split at lunch breaks, joined where they follow each other at once."""
    starts, opens, closes = array("q"), array("q"), array("q")
    for row in sessions:
        known = [_seconds(edge) for name in _EDGES if isinstance(edge := row[name], datetime) and edge == edge]  # noqa: PLR0124 - NaT differs from itself
        if closes and known[0] - closes[-1] <= _SHORT_GAP_S:
            closes[-1] = known[1]
        else:
            starts.append(known[0])
            opens.append(known[0])
            closes.append(known[1])
        opens.extend(known[2::2])
        closes.extend(known[3::2])
    return _Year(starts, opens, closes)
