"""What the simulated model says."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answers: a text, tools that it wants to call, or that it refuses."""

    text: str
    tool_calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Name and arguments of each."""
    refusal: str | None = None
    """Then the text is empty."""
