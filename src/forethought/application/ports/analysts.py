"""Those who think: the panel of LLM agents, or the rules that stand in for it in the interim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forethought.domain.decision import Decision
from forethought.domain.market import MarketState


@dataclass(frozen=True, slots=True)
class Case:
    """What analysts are asked to judge."""

    asset: str
    strategy: str
    instruction: str
    news: str
    """The runtime news in full. Written by strangers: data, never instructions."""
    context: tuple[str, ...]
    as_of: datetime
    market: MarketState | None


@dataclass(frozen=True, slots=True)
class Deliberation:
    """What the analysts concluded."""

    decision: Decision
    cost_usd: float
    took_ms: float


class Analysts(Protocol):
    """A panel. `name` is what a strategy's `teacher` refers to; `interim_only` panels never teach."""

    @property
    def name(self) -> str:
        """`rules`, or the panel's name."""
        ...

    @property
    def version(self) -> str:
        """Changes when the same case might be judged differently."""
        ...

    @property
    def interim_only(self) -> bool:
        """True when answers must never become precedents, training data or shadow labels."""
        ...

    async def deliberate(self, case: Case, *, timeout_s: float) -> Deliberation:
        """Judge a case within the time.

        Raises:
            TimeoutError: nothing usable in time.
            Unavailable: the analysts cannot work now.
        """
        ...
