"""What is asked."""

from dataclasses import dataclass
from datetime import datetime

from forethought.domain.decision import AgentsMode

DEFAULT_DEADLINE_MS = 500
DEFAULT_WAIT_DEADLINE_MS = 8_000


@dataclass(frozen=True, slots=True)
class ContextRef:
    """A piece of context that the caller named: by id in the embedding cache, or as text."""

    id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, validated in form."""

    text: str
    asset: str = "BTC"
    strategy: str = "default"
    context: tuple[ContextRef, ...] = ()
    tags: tuple[str, ...] = ()
    location: str | None = None
    agents: AgentsMode = AgentsMode.BACKGROUND
    deadline_ms: int | None = None
    as_of: datetime | None = None
    provider: str | None = None

    @property
    def budget_ms(self) -> int:
        """The deadline in force."""
        if self.deadline_ms is not None:
            return self.deadline_ms
        return DEFAULT_WAIT_DEADLINE_MS if self.agents is AgentsMode.WAIT else DEFAULT_DEADLINE_MS
