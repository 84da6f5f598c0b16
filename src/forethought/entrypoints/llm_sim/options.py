"""How the simulated model behaves; it can be changed while it runs."""

import re
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LATENCY: Final = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)(?:-(\d{1,3}(?:\.\d{1,4})?))?")


class Options(BaseModel):
    """What one can set."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    latency: str = "0"
    """Seconds, as a number or a range: each answer takes a time drawn evenly from it."""
    seed: int = 7
    """Of the judgements; the draws of times and faults keep the one they started with."""
    noise: float = Field(default=0.0, ge=0, le=1)
    """Share of the answers whose signal differs from what the rules say."""
    tool_share: float = Field(default=0.25, ge=0, le=1)
    """Share of the questions on which a tool is called first, where tools are offered."""
    obedient: bool = False
    """Do what the news says instead of judging it, as a gullible model would."""

    @field_validator("latency")
    @classmethod
    def _readable(cls, latency: str) -> str:
        bounds_s(latency)
        return latency

    @property
    def latency_s(self) -> tuple[float, float]:
        """The shortest and the longest time of an answer, in seconds."""
        return bounds_s(self.latency)


def bounds_s(latency: str) -> tuple[float, float]:
    """Read `2-5` or `0.3` as the shortest and the longest time in seconds.

    Raises:
        ValueError: it is neither, or the range ends before it begins.
    """
    match = _LATENCY.fullmatch(latency)
    low, high = (float(match[1]), float(match[2] or match[1])) if match else (1.0, 0.0)
    if low > high:
        raise ValueError(f"expected seconds such as 0.3, or a range such as 2-5, found {latency!r}")
    return low, high
