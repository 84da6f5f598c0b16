"""A version of a panel: which models answer, with which prompts, and how their opinions are brought together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from forethought.domain.opinion import Role

_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class PanelFile:
    """One panel file. What is `None` or absent is as the settings say (`FORETHOUGHT_LLM__…`)."""

    name: str
    """What a strategy's `teacher` refers to."""
    version: str
    prompts: str = "v1"
    """Version of the prompts."""
    temperature: float | None = None
    """In [0, 2]."""
    seed: int | None = None
    models: Mapping[Role, str] = field(default_factory=dict)
    """First choice of model by role."""
    second_models: Mapping[Role, str] = field(default_factory=dict)
    soft_timeout_ms: int | None = None
    """After this long the second choice is asked beside the first."""
    aggregation: str | None = None
    """Name of a rule (`domain.aggregation`); `None` takes the strategy's."""


def in_order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts versions as people do: 9 before 10, 1 before 1.1."""
    parts = (part for part in _NUMBERS.split(version) if part)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
