"""The templates and the vocabulary of a split, read from its file and checked."""

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Read = Literal[-1, 0, 1]
Text = Annotated[str, Field(min_length=1)]


class Split(StrEnum):
    """Which half of the suite."""

    DEVELOPMENT = "development"
    TEST = "test"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """What moves, and how real headlines are reworded and turned."""

    up: tuple[Text, ...]
    down: tuple[Text, ...]
    """Of equal length: each turns into the one at its place. The third person comes first, in both."""
    turned: tuple[tuple[Text, Text], ...]
    """What does not move but can be turned round: good, bad."""
    alike: tuple[tuple[Text, Text], ...]
    """Verbs that tell the same."""
    names: tuple[Text, ...]
    """Firms that do not exist."""
    coin: Text
    """A coin that is not Bitcoin."""
    periods: tuple[tuple[Text, Text], ...]
    units: tuple[tuple[Text, Text], ...]
    retracted: tuple[Text, ...]
    denied: Text
    maybe: Text


class Frame(_Part):
    """One piece of news: how it is told, told again, and what it must not be taken for."""

    desk: Text
    of: Text
    party: Text | None = Field(default=None, alias="with")
    signal: Read
    text: Text
    n: tuple[Text, ...] = ()
    unit: tuple[Text, Text] | None = None
    when: Text | None = None
    same: tuple[tuple[Text, Text], ...]
    """Style and text."""
    other: tuple[tuple[Text, Read, Text], ...]
    """Kind, signal and text."""


class SplitTexts(_Part):
    """All of a split."""

    retractions: tuple[Text, ...]
    corrections: tuple[Text, ...]
    words: Words
    lists: dict[str, tuple[tuple[Text, ...], ...]]
    """Entities are name, asset and another name; parties and periods a name and another."""
    frames: tuple[Frame, ...]

    @model_validator(mode="after")
    def _lists_exist(self) -> Self:
        for frame in self.frames:
            for name in (frame.of, frame.party, frame.when):
                if name is not None and name not in self.lists:
                    raise ValueError(f"{frame.text!r} names the list {name!r}, which is missing")
            if frame.unit is not None and frame.unit[0] not in frame.text:
                raise ValueError(f"{frame.text!r} does not hold its unit {frame.unit[0]!r}")
        return self


def read_split(split: Split) -> SplitTexts:
    """Read the file of a split.

    Raises:
        ValueError: a frame is malformed or names a list that is missing.
    """
    found = files(__package__).joinpath(f"{split}.toml").read_text(encoding="utf-8")
    return SplitTexts.model_validate(tomllib.loads(found))
