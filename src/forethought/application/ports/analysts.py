"""Those who think: the panel of LLM agents, or the rules that stand in for it in the interim."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from forethought.domain.errors import Unavailable
from forethought.domain.market import MarketState
from forethought.domain.opinion import Deliberation, RoleReport

__all__ = ["Analysts", "Case", "Deliberation", "Early", "PanelFailed"]


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
    aggregation: str = "majority"
    """How the strategy wants opinions to be brought together."""


Early = Callable[[Deliberation], Awaitable[None]]
"""Told once, when enough roles are done for a verdict and others still work: who waits may not have their time."""


class PanelFailed(Unavailable):
    """Too few analysts have an opinion: two of three failed, or no model can be asked now."""

    code: ClassVar[str] = "panel_failed"

    def __init__(self, message: str, *, reports: Sequence[RoleReport] = ()) -> None:
        super().__init__(message)
        self.reports = tuple(reports)


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

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        """Judge a case within the time.

        Raises:
            TimeoutError: nothing usable in time.
            Unavailable: the analysts cannot work now, or too few of them have an opinion (`PanelFailed`).
        """
        ...
