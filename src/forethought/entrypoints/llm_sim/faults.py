"""What can go wrong with a model, on command."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

from forethought.entrypoints.llm_sim.answers import Answer
from forethought.entrypoints.llm_sim.asked import Refused
from forethought.entrypoints.llm_sim.judgement import PREFIX, sentences

_COMMAND: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|instructions?|prompt|pretend|you are|you must|assistant|system|"
    r"respond|reply|answer with|output|call the|set the|set conviction)\b",
    re.IGNORECASE,
)


class Fault(StrEnum):
    """What goes wrong."""

    RATE_LIMIT = "rate_limit"
    """429 with `Retry-After`."""
    SERVER_ERROR = "server_error"
    """500 at once."""
    HANG = "hang"
    """No answer until the client leaves or the server stops."""
    CUT = "cut"
    """The connection ends in the middle of the body."""
    MALFORMED = "malformed"
    """The content is the beginning of a JSON object."""
    SCHEMA = "schema"
    """The content is JSON of another form than was asked for."""
    REFUSAL = "refusal"
    """The model declines, in the field `refusal`."""
    INJECTION_ECHO = "injection_echo"
    """The reasoning repeats what in the news reads like an instruction; without one, the first sentence."""
    SLOW = "slow"
    """The answer takes ten times its latency, and a second at least."""


class Switch(BaseModel):
    """A fault that is on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    fault: Fault
    share: float = Field(default=1.0, ge=0, le=1)
    """Of the chat completions, those that meet it."""
    retry_after_s: float = Field(default=1.0, ge=0, le=3_600)
    """What `rate_limit` says."""
    role: str | None = None
    """Only this role meets it; `None` is all."""


class Faults:
    """At most one fault is on."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a simulation
        self.on: Switch | None = None
        self.served: Counter[str] = Counter()

    def draw(self, role: str) -> Fault | None:
        """Draw what the next call of a role meets, and count it."""
        on = self.on
        if on is None or on.role not in {None, role} or self._random.random() >= on.share:
            return None
        self.served[on.fault.value] += 1
        return on.fault

    def refuse(self, fault: Fault | None) -> None:
        """Refuse a call that meets a fault of the kind.

        Raises:
            Refused: it does.
        """
        if fault is Fault.RATE_LIMIT:
            wait_s = 1.0 if self.on is None else self.on.retry_after_s
            raise Refused(
                429,
                f"Simulated: rate limit reached. Please try again in {wait_s:g}s.",
                kind="requests",
                code="rate_limit_exceeded",
                headers={"retry-after": f"{wait_s:g}"},
            )
        if fault is Fault.SERVER_ERROR:
            raise Refused(500, "Simulated: the server had an error processing your request.", kind="server_error")


def spoiled(answer: Answer, fault: Fault | None, *, news: str) -> Answer:
    """Return the answer as the fault leaves it."""
    if fault is Fault.REFUSAL:
        return Answer("", refusal=f"{PREFIX}I cannot help with that.")
    if fault is Fault.MALFORMED:
        return Answer(answer.text[: len(answer.text) * 2 // 3] if answer.text.startswith("{") else '{"signal": ')
    if fault is Fault.SCHEMA:
        return Answer(orjson.dumps(_of_another_form(_object(answer.text))).decode())
    if fault is Fault.INJECTION_ECHO:
        return _echo(answer, news)
    return answer


def _object(text: str) -> dict[str, Any]:
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def _of_another_form(content: Mapping[str, Any]) -> object:
    """Break what is known of decisions, or wrap what is not."""
    wrong = {"signal": "strong buy", "conviction": 7.5}
    known = {name: value for name, value in wrong.items() if name in content}
    return {**content, **known} if known else [content]


def _echo(answer: Answer, news: str) -> Answer:
    said = sentences(news)
    echoed = " ".join([s for s in said if _COMMAND.search(s)] or said[:1])
    content = _object(answer.text)
    if "reasoning" not in content:
        return Answer(f"{PREFIX}{echoed}")
    return Answer(orjson.dumps({**content, "reasoning": f"{PREFIX}{echoed}"}).decode())
