"""Instruments from TOML: the package's own list, and a file of the user's that adds to it and overrides it."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forethought.domain.errors import ConfigurationError
from forethought.domain.news.gazetteer import Alias, Gazetteer, Instrument, InstrumentKind
from forethought.domain.strategy import ASSET_PATTERN

_STRICT: Final = ConfigDict(extra="forbid", frozen=True)
_SHORTEST_TICKER: Final = 3
"""A symbol of one or two letters is a name only where the file says so: `V`, `T`, `GE`."""
_REFERENCE: Final = "@"

_Text = Annotated[str, Field(min_length=1, max_length=80)]
_Symbol = Annotated[str, Field(pattern=f"^{ASSET_PATTERN}$")]
_Word = Annotated[str, Field(pattern=r"^@?[^\W_A-Z]+$", max_length=40)]


class _Ambiguous(BaseModel):
    model_config = _STRICT
    text: _Text
    exact: bool = True
    not_preceded_by: list[_Word] = []
    not_followed_by: list[_Word] = []
    needs: list[_Word] = []
    unless: list[_Word] = []


class _Instrument(BaseModel):
    model_config = _STRICT
    kind: InstrumentKind
    exchange: str = Field(pattern=r"^(?:[A-Z]{4}|24/[57])$")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    name: _Text
    aliases: list[_Text] = []
    exact: list[_Text] = []
    ambiguous: list[_Ambiguous] = []
    codes: list[_Text] = []


class _File(BaseModel):
    model_config = _STRICT
    words: dict[str, list[_Word]] = {}
    instruments: dict[_Symbol, dict[str, Any]] = {}


def read_gazetteer(user_file: Path | None = None) -> Gazetteer:
    """Read the package's list of instruments, and the user's if there is one.

    Args:
        user_file: Of the same form. A symbol that is known takes the fields given there and keeps its others; a list
            of words of the same name is replaced.

    Raises:
        ConfigurationError: a file is missing, no TOML, or has an unknown, missing or malformed field; or two
            instruments share a name or a code. The message names file, symbol and field.
    """
    sources: list[Traversable] = [files("forethought") / "instruments" / "instruments.toml"]
    if user_file is not None:
        sources.append(user_file)
    words: dict[str, list[str]] = {}
    tables: dict[str, dict[str, Any]] = {}
    for source in sources:
        found = _read(source)
        words.update(found.words)
        for symbol, fields in found.instruments.items():
            tables[symbol] = {**tables.get(symbol, {}), **fields}
            _check(source.name, symbol, tables[symbol])
    return Gazetteer(_instrument(symbol, _Instrument.model_validate(table), words) for symbol, table in tables.items())


def _read(source: Traversable) -> _File:
    try:
        return _File.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"instruments file {source}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"instruments file {source.name}: not TOML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"instruments file {source.name}: {_first(error)}") from error


def _check(name: str, symbol: str, table: Mapping[str, Any]) -> None:
    try:
        _Instrument.model_validate(table)
    except ValidationError as error:
        raise ConfigurationError(f"instruments file {name}: {symbol}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _instrument(symbol: str, found: _Instrument, words: Mapping[str, Sequence[str]]) -> Instrument:
    ambiguous = {one.text for one in found.ambiguous}
    tickers = [symbol] if len(symbol) >= _SHORTEST_TICKER else []
    plain = dict.fromkeys(text for text in (found.name, *found.aliases) if text not in ambiguous)
    exact = dict.fromkeys(text for text in (*tickers, *found.exact) if text not in ambiguous)
    return Instrument(
        symbol=symbol,
        kind=found.kind,
        exchange=found.exchange,
        currency=found.currency,
        name=found.name,
        aliases=(
            *(Alias(text) for text in plain),
            *(Alias(text, exact=True) for text in exact),
            *(
                Alias(
                    one.text,
                    exact=one.exact,
                    not_preceded_by=_spelt(symbol, one.not_preceded_by, words),
                    not_followed_by=_spelt(symbol, one.not_followed_by, words),
                    needs=_spelt(symbol, one.needs, words),
                    unless=_spelt(symbol, one.unless, words),
                )
                for one in found.ambiguous
            ),
        ),
        codes=tuple(found.codes),
    )


def _spelt(symbol: str, given: Sequence[str], words: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Put lists of words in place of their names."""
    found: set[str] = set()
    for word in given:
        name = word.removeprefix(_REFERENCE)
        if name == word:
            found.add(word)
        elif name in words:
            found.update(words[name])
        else:
            raise ConfigurationError(f"instrument {symbol}: there is no list of words named {name!r}")
    return frozenset(found)
