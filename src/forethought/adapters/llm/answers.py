"""What is read of a model's answer on the wire, beside what AutoGen makes of it."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field

from pydantic import BaseModel, Field


class _Named(BaseModel):
    name: str


class _Function(_Named):
    arguments: str


class _ToolCall(BaseModel):
    function: _Function | None = None
    custom: _Named | None = None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None
    function_call: _Function | None = None


class _Choice(BaseModel):
    finish_reason: str | None = None
    message: _Message


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Answer(BaseModel):
    """A chat completion: the parts that AutoGen keeps to itself or changes."""

    model: str | None = None
    system_fingerprint: str | None = None
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None

    @property
    def text(self) -> str:
        """What the model said, as it said it."""
        return self.choices[0].message.content or ""

    @property
    def refused(self) -> bool:
        """Whether the model declined, or a content filter stopped it."""
        choice = self.choices[0]
        return bool(choice.message.refusal) or choice.finish_reason == "content_filter"

    @property
    def tool_names(self) -> tuple[str, ...]:
        """Tools that the model asks for, named as it named them: AutoGen rewrites names with odd characters."""
        message = self.choices[0].message
        calls = [call.function or call.custom for call in message.tool_calls or ()] + [message.function_call]
        return tuple(call.name for call in calls if call is not None)

    @property
    def version(self) -> str:
        """Model and fingerprint as reported: `gpt-4o-mini-2024-07-18/fp_abc`."""
        return "/".join(filter(None, (self.model, self.system_fingerprint))) or "unreported"

    @property
    def simulated(self) -> bool:
        """Whether the endpoint says of itself that it simulates."""
        return (self.system_fingerprint or "").startswith("fp_simulated")


@dataclass(frozen=True, slots=True)
class Call:
    """One question under way: how long it may take, and what has been answered so far."""

    timeout_s: float
    limit: asyncio.Timeout
    answers: list[Answer] = field(default_factory=list)

    @property
    def left_s(self) -> float:
        """Time left, seconds."""
        when = self.limit.when()
        return 0.0 if when is None else when - asyncio.get_running_loop().time()

    @property
    def ran_out(self) -> bool:
        """Whether its time is over: it was not cancelled by whoever asked."""
        return self.limit.expired()


CALL: ContextVar[Call] = ContextVar("CALL")
"""Whose HTTP exchange this is: AutoGen's clients pass nothing through, but their tasks inherit the context."""
