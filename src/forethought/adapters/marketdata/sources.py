"""Which sources of prices there are, by what the environment holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from forethought.adapters.marketdata.alpha_vantage import AlphaVantage
from forethought.adapters.marketdata.polygon import Polygon
from forethought.adapters.marketdata.vendor import usable_key
from forethought.adapters.marketdata.yahoo import Yahoo
from forethought.application.ports.clock import Clock
from forethought.application.ports.prices import PriceSource

POLYGON_KEY: Final = "FORETHOUGHT_POLYGON_KEY"
ALPHA_VANTAGE_KEY: Final = "FORETHOUGHT_ALPHA_VANTAGE_KEY"


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """One source of prices, on or off."""

    name: str
    source: PriceSource | None
    """`None` when it is off."""
    off: str | None = None
    """Why, for people."""


def price_sources(environment: Mapping[str, str], *, clock: Clock) -> Sequence[ConfiguredSource]:
    """List all sources, in the order in which they are asked: those with a contract before Yahoo, which has none.

    Connects to nothing and imports no vendor's package.
    """
    polygon, why_no_polygon = _key(environment, POLYGON_KEY)
    alpha_vantage, why_no_alpha_vantage = _key(environment, ALPHA_VANTAGE_KEY)
    has_yahoo = find_spec("yfinance") is not None
    return (
        ConfiguredSource(Polygon.name, Polygon(polygon) if polygon else None, why_no_polygon),
        ConfiguredSource(
            AlphaVantage.name,
            AlphaVantage(alpha_vantage, clock=clock) if alpha_vantage else None,
            why_no_alpha_vantage,
        ),
        ConfiguredSource(
            Yahoo.name,
            Yahoo(clock=clock) if has_yahoo else None,
            None if has_yahoo else "yfinance is not installed: pip install 'forethought[yahoo]'",
        ),
    )


def _key(environment: Mapping[str, str], name: str) -> tuple[str | None, str | None]:
    """Return a key, or why there is none."""
    if not (key := environment.get(name, "").strip()):
        return None, f"{name} is not set"
    return (key, None) if usable_key(key) else (None, f"{name} holds something that cannot be a key")
