"""A decision, where it came from, and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Signal(IntEnum):
    """What to do. The numbers are the wire format and the labels of the events data."""

    SELL = -1
    NONE = 0
    BUY = 1

    @property
    def label(self) -> str:
        """Name the signal as on the wire: `buy`, `none` or `sell`."""
        return self.name.lower()

    def opposes(self, other: "Signal") -> bool:
        """Tell whether one says buy and the other sell."""
        return int(self) * int(other) == -1


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why."""

    signal: Signal
    conviction: float
    """In [0, 1]."""
    reasoning: str
    agent_versions: Mapping[str, str] = field(default_factory=dict)
    """Who thought it, role to version: `{"rules": "1"}`, `{"inserted": "events_impacts_v1_vp"}`."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Free facts about it, such as `{"source": "import"}` or `{"simulated": "true"}`."""
    latency_ms: float = 0.0
    """How long the thinking took."""


class Path(StrEnum):
    """Which rung of the ladder answered."""

    EXACT = "exact"
    PRECEDENT = "precedent"
    REFLEX = "reflex"
    SLOW = "slow"
    ANALYSTS = "analysts"
    INTERIM = "interim"

    @property
    def from_memory(self) -> bool:
        """Tell whether the answer was thought before the question came."""
        return self not in {Path.ANALYSTS, Path.INTERIM}


class AgentsMode(StrEnum):
    """What the caller allows the analysts to do."""

    NEVER = "never"
    BACKGROUND = "background"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Scope:
    """What must be equal, never merely similar, for a decision to be reused."""

    strategy: str
    strategy_version: str
    asset: str
    teacher: str

    @property
    def name(self) -> str:
        """Name the scope for people and for metrics: `strategy/asset`."""
        return f"{self.strategy}/{self.asset}"


@dataclass(frozen=True, slots=True)
class Times:
    """The two times of every record, UTC."""

    decided_at: datetime
    """When it was true."""
    known_at: datetime
    """When it could first be used."""

    def usable_at(self, as_of: datetime) -> bool:
        """Tell whether a question as of that time may use it."""
        return self.decided_at <= as_of and self.known_at <= as_of
