"""The library of usual events, from TOML."""

import itertools
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forethought.application.warm import UsualEvent
from forethought.domain.errors import ConfigurationError
from forethought.domain.news.gazetteer import InstrumentKind

_INSTRUMENT: Final = frozenset({"name", "ticker"})
_Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    kinds: list[InstrumentKind] = Field(min_length=1)
    texts: list[_Text] = Field(min_length=1, max_length=20)
    values: dict[str, list[_Text]] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    event: list[_Event] = Field(max_length=1_000)


def read_event_library(file: Path | None = None) -> Sequence[UsualEvent]:
    """Read usual events, in the order of the file; the package's own where no file is given.

    Every value of a placeholder of `values` makes a text of its own.

    Raises:
        ConfigurationError: missing, no TOML, an unknown or malformed field, an id given twice, or a placeholder without
            values.
    """
    source: Traversable = files("forethought") / "samples" / "events.toml" if file is None else file
    try:
        found = _File.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{source.name}: cannot be read as TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{source.name}: {where}: {first['msg']}") from error
    events = [_usual(source.name, each) for each in found.event]
    ids = [each.id for each in events]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise ConfigurationError(f"{source.name}: given twice: {', '.join(twice)}")
    return events


def _usual(file: str, event: _Event) -> UsualEvent:
    texts = [filled for text in event.texts for filled in _filled(f"{file}: {event.id}", text, event.values)]
    return UsualEvent(event.id, frozenset(event.kinds), tuple(dict.fromkeys(texts)))


def _filled(where: str, text: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Put each combination of values in place of their placeholders; those of the instrument stay."""
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    if unknown := named - _INSTRUMENT - values.keys():
        raise ConfigurationError(f"{where}: no values for {', '.join(sorted(unknown))}")
    names = sorted(named - _INSTRUMENT)
    for chosen in itertools.product(*(values[name] for name in names)):
        filled = text
        for name, value in zip(names, chosen, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled
