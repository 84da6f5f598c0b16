"""Reports: one story in the words of one provider, and what it says later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Final

from forethought.entrypoints.newswire.facts import Facts
from forethought.entrypoints.newswire.instruments import Instrument
from forethought.entrypoints.newswire.options import Malformed
from forethought.entrypoints.newswire.wordings import Kind


class Mark(StrEnum):
    """What an item is to those before it."""

    NEWS = "news"
    CONTRADICTION = "contradiction"
    """It says the opposite of what the others say; the wire does not tell."""
    UPDATE = "update"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    REPEAT = "repeat"
    """The very same item again."""
    REPOST = "repost"
    """The same words under a new id."""
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Story:
    """Something happens."""

    number: int
    kind: Kind
    instrument: Instrument
    facts: Facts


@dataclass(frozen=True, slots=True)
class Text:
    """What a report says."""

    headline: str
    paragraphs: tuple[str, ...]
    """1 to 4; the first is the lead."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a provider publishes."""

    provider: str
    native_id: str
    """Equal in all versions."""
    version: int
    mark: Mark
    text: Text
    created: datetime
    """When the first version was published."""
    published: datetime
    """When this one was."""
    story: int | None
    kind: str
    """Of event; empty of a replayed article."""
    symbol: str
    ric: str
    """Reuters' name of it; may be empty."""
    topic: str
    urgency: int
    direction: int | None
    """What it says about the instrument, +1, -1 or 0; `None` where nobody knows."""
    truth: int | None
    """What is so."""
    malformed: Malformed | None = None
    url: str | None = None
    """Of a replayed article."""


_CLOSINGS: Final = {  # of those that send whole bodies
    "reuters": (
        "Neither side was immediately available for further comment.",
        "The announcement came outside of regular trading hours.",
        "Traders in {place} said volumes were thin.",
    ),
    "ap": (
        "The news was first reported in a statement on {weekday}.",
        "Further details were to follow later on {weekday}.",
        "Analysts in {place} said they would study the figures.",
    ),
}
_DATELINES: Final = {"reuters": "{place}, (Reuters, simulated) - ", "ap": "{place} (AP, simulated) \u2014 "}
_BYLINES: Final = {
    "reuters": "(Simulated reporting by the Forethought newswire)",
    "ap": "By The Simulated Press. This story is made up.",
}
_MARKED: Final = {
    ("bloomberg", Mark.UPDATE): "Update: {}",
    ("bloomberg", Mark.CORRECTION): "Corrected: {}",
    ("bloomberg", Mark.RETRACTION): "Retracted: {}",
    ("wsj", Mark.UPDATE): "{} \u2014 Update",
    ("wsj", Mark.CORRECTION): "Correction: {}",
    ("wsj", Mark.RETRACTION): "Retraction: {}",
    ("ft", Mark.UPDATE): "{} (updated)",
    ("ft", Mark.CORRECTION): "Correction: {}",
    ("ft", Mark.RETRACTION): "Retraction: {}",
    ("reuters", Mark.UPDATE): "UPDATE 1-{}",
    ("reuters", Mark.CORRECTION): "CORRECTED-{}",
    ("reuters", Mark.RETRACTION): "WITHDRAWN-{}",
    ("ap", Mark.CORRECTION): "Correction: {}",
    ("ap", Mark.RETRACTION): "Retraction: {}",
}


def tell(provider: str, kind: Kind, facts: Facts, rng: Random) -> Text:
    """Tell of an event in a provider's words."""
    wording = kind.told[provider]
    texts = facts.texts(kind)
    # The last detail is kept for an update.
    paragraphs = [wording.lead, *wording.details[: rng.randint(0, len(wording.details) - 1)]]
    if provider in _CLOSINGS and rng.random() < 0.5:  # noqa: PLR2004 - half of them
        paragraphs.append(rng.choice(_CLOSINGS[provider]))
    # The feeds show a summary only.
    told = [line.format_map(texts) for line in (paragraphs if provider in _CLOSINGS else paragraphs[:1])]
    return Text(_begun(rng.choice(wording.headlines).format_map(texts)), _framed(provider, told, texts["place"]))


def _begun(headline: str) -> str:
    return headline[:1].upper() + headline[1:]


def _framed(provider: str, paragraphs: list[str], place: str) -> tuple[str, ...]:
    lead, *rest = paragraphs
    if provider not in _DATELINES:
        return (f"{_begun(lead)} (Simulated.)", *rest)
    *middle, last = [_DATELINES[provider].format(place=place.upper()) + _begun(lead), *map(_begun, rest)]
    return (*middle, f"{last} {_BYLINES[provider]}")


def updated(provider: str, text: Text, kind: Kind, facts: Facts) -> Text:
    """Say more."""
    more = kind.told[provider].details[-1].format_map(facts.texts(kind))
    return Text(_marked(provider, Mark.UPDATE, text.headline), (*text.paragraphs[:3], f"Adds: {_begun(more)}"))


def corrected(provider: str, text: Text, kind: Kind, *, was: Facts, now: Facts) -> Text:
    """Mark a report that is told with another figure."""
    note = f"(Corrects figure to {now.texts(kind)[kind.figure]} from {was.texts(kind)[kind.figure]}.)"
    lead, *rest = text.paragraphs
    paragraphs = (note, lead, *rest) if provider in _CLOSINGS else (f"{lead} {note}", *rest)
    return Text(_marked(provider, Mark.CORRECTION, text.headline), paragraphs)


def retracted(provider: str, text: Text) -> Text:
    """Take it back."""
    note = "This report has been withdrawn because it was wrong. There will be no replacement. (Simulated.)"
    return Text(_marked(provider, Mark.RETRACTION, text.headline), (note,))


def _marked(provider: str, mark: Mark, headline: str) -> str:
    """Mark a headline as the provider does; AP does not mark what it writes through."""
    return _MARKED.get((provider, mark), "{}").replace("{}", headline)
