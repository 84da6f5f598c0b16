"""What defines a role: its prompt, the form of its answer, and what it may use and take."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from forethought.application.ports.analysts import Case
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.thinker import Tool
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import Role

MAX_REASONING_CHARS: Final = 2_000
MAX_QUOTES: Final = 5
MAX_QUOTE_CHARS: Final = 400


@dataclass(frozen=True, slots=True)
class Facts:
    """What a role that supplies facts says: in our own words and numbers, nothing from outside."""

    role: Role
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolBox:
    """What tools are made of: the case they answer for, and where prices are."""

    case: Case
    market_data: MarketData


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role that decides."""

    role: Role
    answer: type[BaseModel]
    """The form of its answer."""
    max_tokens: int
    wants: tuple[Role, ...]
    """Whose facts it is shown."""
    time_s: float
    """How long it may think, rounds of tools included."""
    tools: Callable[[ToolBox], tuple[Tool, ...]]


def no_tools(_: ToolBox) -> tuple[Tool, ...]:
    """Give a role nothing to call."""
    return ()


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):  # to Python `true` is 1
        raise ValueError("expected a number")  # noqa: TRY004 - pydantic turns only a ValueError into its own error
    return value


def _within_one(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("expected 0 to 1")
    return value


def _reasoned(text: str) -> str:
    if not 0 < len(text.strip()) <= len(text) <= MAX_REASONING_CHARS:
        raise ValueError(f"expected 1 to {MAX_REASONING_CHARS} characters")
    return text


def _quotes(quotes: list[str]) -> list[str]:
    if len(quotes) > MAX_QUOTES or any(len(quote) > MAX_QUOTE_CHARS for quote in quotes):
        raise ValueError(f"expected at most {MAX_QUOTES} quotes of at most {MAX_QUOTE_CHARS} characters")
    return quotes


class RoleAnswer(BaseModel):
    """The answer of an analyst.

    The bounds are checked here and only told in the schema: OpenAI's strict structured output knows no `maxLength`,
    Azure's no `maximum` and no `maxItems` either.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    signal: Annotated[Literal[-1, 0, 1], BeforeValidator(_no_boolean)] = Field(description="1 buy, 0 stay out, -1 sell")
    conviction: Annotated[float, AfterValidator(_within_one)] = Field(description="From 0, a guess, to 1, certain")
    reasoning: Annotated[str, AfterValidator(_reasoned)] = Field(description="Why, in one or two plain sentences")
    evidence: Annotated[list[str], AfterValidator(_quotes)] = Field(
        description="1 to 5 short quotes from the briefing, word for word; may be empty only when the signal is 0"
    )

    @model_validator(mode="after")
    def _a_direction_has_evidence(self) -> "RoleAnswer":
        if self.signal and not self.evidence:
            raise ValueError("a signal other than 0 needs evidence")
        return self


_PROMPTS: Final = files("forethought.agents") / "prompts"
_SHARED: Final = "shared"


@cache
def versions() -> tuple[str, ...]:
    """Return the versions of the prompts, oldest first."""
    return tuple(
        sorted((folder.name for folder in _PROMPTS.iterdir() if folder.is_dir()), key=lambda name: (len(name), name))
    )


@cache
def prompt(role: Role, version: str) -> str:
    """Return what a role is told, with the rules that all roles share.

    Raises:
        ConfigurationError: there is no such version, or the role has no prompt: it decides nothing.
    """
    if version not in versions():
        raise ConfigurationError(f"prompts: no version {version!r}; there are {', '.join(versions())}")
    folder = _PROMPTS / version
    if not (folder / f"{role}.txt").is_file():
        raise ConfigurationError(f"prompts {version}: none for the role {role}")
    return "\n\n".join((folder / f"{name}.txt").read_text(encoding="utf-8").strip() for name in (role, _SHARED))
