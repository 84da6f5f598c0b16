"""Pairs that were judged by hand, as digests: no text of the data is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from forethought.domain.errors import ConfigurationError
from forethought.evals.stories.living import Report

KINDS: Mapping[str, str] = {
    "update": "a later state of a thing that goes on: a whale's position some hours on, the fund flows of the next day",
    "facet": "another event before the same background: a company's lawsuit and its purchase, a price after news",
    "commentary": "two pieces about the market in general: price analyses, forecasts, on-chain figures",
    "promotion": "an advertisement that takes the news as its hook",
    "unrelated": "nothing in common but the instrument",
    "announcement": "a company or a government does or plans something",
    "price": "a record, a level or a move of the price",
    "statement": "what somebody said",
    "incident": "a lawsuit, a theft, a liquidation",
    "figures": "fund flows, expiries and other measures",
}
"""The first five say how reports that were joined differ, the others what reports of one story are about."""


class Label(BaseModel):
    """A judged pair: a line of JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    a: str
    """sha256 of the earlier headline, normalised."""
    a_at: AwareDatetime
    b: str
    b_at: AwareDatetime
    band: float | None
    """Lower bound of the band of cosine in which it was drawn; `None` for the lowest."""
    stratum: str
    """What the rule did with the pair when it was drawn."""
    weight: Annotated[float, Field(gt=0)]
    """How many pairs of the file it stands for."""
    label: Literal["same", "other"]
    hard: bool
    half: Literal["development", "test"]
    """By time: what was tuned was tuned on the first."""
    kind: str | None
    """One of `KINDS`; `None` for pairs that are other and were not joined."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged pair, and where its reports are."""

    label: Label
    first: int
    second: int

    @property
    def is_same(self) -> bool:
        """Whether one analysis serves both."""
        return self.label.label == "same"


def read_labels(path: Path) -> list[Label]:
    """Read judged pairs.

    Raises:
        ConfigurationError: the file cannot be read, a line is no judged pair, or there is none.
    """
    found: list[Label] = []
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(Label.model_validate(json.loads(line)))
            except (ValueError, ValidationError) as error:
                raise ConfigurationError(f"{path.name}, line {number} is no judged pair: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    if not found:
        raise ConfigurationError(f"{path.name} holds no judged pairs")
    return found


def look_up(labels: Sequence[Label], reports: Sequence[Report]) -> list[Judged]:
    """Find the reports of judged pairs; pairs of which one is not there are left out."""
    places: dict[tuple[str, datetime], int] = {}
    for place, report in enumerate(reports):
        places.setdefault((report.sha, report.at), place)
    found = ((each, places.get((each.a, each.a_at)), places.get((each.b, each.b_at))) for each in labels)
    return [Judged(label, a, b) for label, a, b in found if a is not None and b is not None]
