"""One language model behind one agent framework: a request goes in, a text and what it cost come out.

All that is known of AutoGen stays behind this port; Microsoft Agent Framework can take its place (ADR 6).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pydantic import BaseModel

from forethought.domain.errors import Unavailable
from forethought.domain.opinion import Failure


@dataclass(frozen=True, slots=True)
class Tool:
    """A read-only function that the model may call; its annotated parameters are its schema."""

    name: str
    description: str
    call: Callable[..., Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one role."""

    role: str
    system: str
    """Ours alone: nothing that came from outside."""
    user: str
    """The briefing; what came from outside is fenced in it."""
    answer: type[BaseModel]
    """The form of the answer."""
    tools: tuple[Tool, ...] = ()
    max_tokens: int = 400


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, unchecked."""

    text: str
    """Should be JSON of the form that was asked for."""
    tool_calls: tuple[str, ...]
    """Names of the tools that it asked for, given to it or not."""
    prompt_tokens: int
    completion_tokens: int
    calls: int
    """HTTP calls that were answered: one, and one more for each round of tools."""
    model_version: str
    """As the endpoint reported it."""
    simulated: bool
    """The endpoint says of itself that it simulates."""


class ThinkerUnavailable(Unavailable):
    """A model did not answer; `failure` says why."""

    code: ClassVar[str] = "analysts_unavailable"

    def __init__(self, message: str, *, failure: Failure = Failure.UNAVAILABLE, spent: "Reply | None" = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.spent = spent
        """What had been answered, and so paid for, before it failed."""


class Thinker(Protocol):
    """Bounded in time, rate and concurrency; a cancelled call frees its connection at once."""

    @property
    def provider(self) -> str:
        """Name of the endpoint in settings and metrics."""
        ...

    @property
    def model(self) -> str:
        """The model as asked for."""
        ...

    @property
    def temperature(self) -> float:
        """As sent."""
        ...

    @property
    def seed(self) -> int | None:
        """As sent."""
        ...

    async def think(self, request: Request, *, timeout_s: float) -> Reply:
        """Ask.

        Raises:
            TimeoutError: not answered in time.
            ThinkerUnavailable: refused by the endpoint, by the breaker or by the rate limit, or cut off.
        """
        ...
