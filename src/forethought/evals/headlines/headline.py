"""What a stream of headlines is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from forethought.domain.decision import Signal

Split: TypeAlias = Literal["development", "test", "both"]
"""Which half of templates, verbs and causes a text may use; the halves share numbers and names only."""

Family: TypeAlias = Literal["precious", "energy", "base", "crypto", "equity"]


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline and what an annotator made of it."""

    text: str
    signal: Signal
    """Whether it tells that the price of its asset goes up, goes down, or neither."""
    at: datetime
    """When it was published, UTC."""


@dataclass(frozen=True, slots=True)
class AssetProfile:
    """How editors write about one asset."""

    asset: str
    """The symbol of the scope."""
    family: Family
    """Which causes and background stories apply."""
    singular: Sequence[str]
    """Names that take "rises", the commonest first."""
    plural: Sequence[str]
    """Names that take "rise", the commonest first."""
    adjective: str
    """The name before a noun, as in "gold rally"."""
    peers: Sequence[str]
    """Singular names of other assets told in the same headline."""
    price: float
    """The first price of the walk, in dollars (points for an index)."""
    volatility: float
    """Standard deviation of a day's log return."""
    decimals: int
    unit: str
    """What follows a price, as in "/oz"; empty for shares and indices."""
    money: bool = True
    """Whether prices carry a dollar sign."""
    months: Sequence[str] = ()
    """Delivery months; empty where there are none."""
    venues: Sequence[str] = ()
    """Exchanges and cash markets."""
    local_rate: float = 0.0
    """Rupees for one dollar's worth in the local market's unit; 0 where there is no local market."""
    local_unit: str = ""
