"""The templates: every kind of event as each provider tells it."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from forethought.entrypoints.newswire.options import PROVIDERS

_FILES: Final = ("companies.yaml", "markets.yaml")
_EITHER: Final = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


@dataclass(frozen=True, slots=True)
class Wording:
    """How one provider tells of one kind of event. `{name}` and so on stand for the facts."""

    headlines: tuple[str, ...]
    lead: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event."""

    name: str
    opposite: str | None
    """The kind that says the reverse; `None` where there is none."""
    direction: int
    """1 good for the instrument, -1 bad, 0 neither."""
    about: str
    """What it happens to: `Instrument.about`."""
    topic: str
    figure: str
    """The fact that a correction changes."""
    told: dict[str, Wording]
    """By provider."""


@cache
def kinds() -> dict[str, Kind]:
    """Read all kinds by name."""
    folder = files("forethought.entrypoints.newswire") / "templates"
    entries = [entry for name in _FILES for entry in yaml.safe_load((folder / name).read_text("utf-8"))]
    return {kind.name: kind for entry in entries for kind in _kinds(entry)}


def _kinds(entry: dict[str, Any]) -> list[Kind]:
    names = entry["kinds"]
    paired = len(names) > 1
    return [
        Kind(
            name,
            opposite=names[1 - side] if paired else None,
            direction=(1, -1)[side] if paired else 0,
            about=entry["about"],
            topic=entry["topic"],
            figure=entry["figure"],
            told={provider: _wording(entry, provider, side) for provider in PROVIDERS},
        )
        for side, name in enumerate(names)
    ]


def _wording(entry: dict[str, Any], provider: str, side: int) -> Wording:
    *headlines, lead = _lines(entry[provider], side)
    details = _lines(entry["details"], side)
    half = len(details) // 2
    # The two that send whole bodies share no sentence.
    return Wording(tuple(headlines), lead, details[half:] if provider == "ap" else details[:half])


def _lines(block: str, side: int) -> tuple[str, ...]:
    return tuple(_EITHER.sub(lambda either: either[side + 1], line) for line in block.splitlines())
