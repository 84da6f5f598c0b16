"""Write a strategy as a file that `adapters/strategies/files.py` reads."""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from forethought.adapters.strategies.files import read_strategy
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import Strategy


def next_version(version: str) -> str:
    """Count a version up: 1 becomes 2, `a-9` becomes `a-10`, and one without a number gets `.2`.

    Raises:
        ConfigurationError: the new one is longer than a version may be.
    """
    found = re.search(r"(\d+)$", version)
    raised = f"{version[: found.start()]}{int(found[1]) + 1}" if found else f"{version}.2"
    if len(raised) > 32:  # noqa: PLR2004 - the pattern of versions
        raise ConfigurationError(f"version {version!r} cannot be counted up: 32 characters are the most")
    return raised


def write_strategy(path: Path, strategy: Strategy, comment: Sequence[str]) -> None:
    """Write a strategy with a comment above it, whole or not at all.

    Raises:
        ConfigurationError: the file cannot be written, or does not read back as the same strategy.
    """
    text = "\n".join([*(f"# {line}".rstrip() for line in comment), *_lines(strategy)]) + "\n"
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        if read_strategy(fresh) != strategy:
            raise ConfigurationError(f"strategy {strategy.name} holds what a strategy file cannot say")
        fresh.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _lines(strategy: Strategy) -> Iterator[str]:
    fields = dataclasses.asdict(strategy)
    yield from _pairs({name: value for name, value in fields.items() if not _is_section(name, strategy)})
    for name in fields:
        if _is_section(name, strategy):
            yield from ("", f"[{name}]")
            yield from _pairs(fields[name])


def _is_section(name: str, strategy: Strategy) -> bool:
    return dataclasses.is_dataclass(getattr(strategy, name))


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value is not None:
            yield f"{name} = {_toml(value)}"


def _toml(value: Any) -> str:  # noqa: ANN401 - a value of TOML
    if isinstance(value, Enum):
        return _toml(value.value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and booleans are written as in JSON
