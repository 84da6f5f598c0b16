"""What is asked."""

from dataclasses import dataclass
from datetime import datetime

from forethought.domain.decision import AgentsMode
from forethought.domain.errors import InvalidText
from forethought.domain.situation import Situation

MAX_TEXT_CHARS = 1_000_000
"""A text longer than this is refused; the HTTP body limit is 1 MiB."""
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
    detail: str = ""
    """What is told beside the news, an article's body: analysts read it, and it identifies nothing."""
    notional: float | None = None
    """What is at stake, in the account's currency: the more, the surer an answer from memory has to be."""

    @property
    def budget_ms(self) -> int:
        """The deadline in force."""
        if self.deadline_ms is not None:
            return self.deadline_ms
        return DEFAULT_WAIT_DEADLINE_MS if self.agents is AgentsMode.WAIT else DEFAULT_DEADLINE_MS


def require_news(situation: Situation, *, field: str) -> Situation:
    """Return the situation unchanged if it says anything.

    Raises:
        InvalidText: nothing is left when what is not news is dropped. All such texts would look the same.
    """
    if not situation.news.clean.text:
        raise InvalidText(f"{field}: expected news, found nothing but links, mark-up or legal lines", field=field)
    return situation
