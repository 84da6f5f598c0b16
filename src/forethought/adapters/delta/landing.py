"""Landed files as rows of bronze. What cannot be read is refused with its place; the rest of the file goes on."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from forethought.adapters.delta.tables import SCHEMAS, TEXTS, Feed, bronze, digest
from forethought.domain.errors import Unavailable

_LINES: Final = {".jsonl", ".ndjson", ".json"}
_PARQUET: Final = {".parquet", ".pq"}
_ROWS: Final = 5_000
"""In one commit of bronze."""
_MAX_LINE_BYTES: Final = 8 * 1024 * 1024
_MAX_COLUMNS: Final = 128
"""Of a bronze table; an item that would add more is refused."""
_MAX_PAYLOAD: Final = 2_000
_FLAT: Final = {name for feed in Feed for name in SCHEMAS[bronze(feed)].names} - {"context"}
"""Columns in which nested values have no place; elsewhere they are kept as JSON text."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class File:
    """One landed file."""

    path: Path
    name: str
    """Its path under the landing folder."""
    stamp: str
    """Differs when the file does."""


@dataclass(frozen=True, slots=True)
class Bad:
    """An item that does not reach silver."""

    file: str
    line: int
    code: str
    detail: str
    payload: str
    """Its beginning, for people."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A part of a file as columns of bronze, without the number of its commit."""

    rows: pa.Table
    bad: Sequence[Bad]


def files(landing: Path, feed: Feed) -> list[File]:
    """List what landed for a feed, in the order of names. A file must appear whole: write elsewhere, then rename."""
    root = landing / feed
    found = []
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in _LINES | _PARQUET and path.is_file():
            stat = path.stat()
            found.append(File(path, path.relative_to(landing).as_posix(), f"{stat.st_size}:{stat.st_mtime_ns}"))
    return found


def read(file: File, schema: Callable[[], pa.Schema], *, renamed: Mapping[str, str]) -> Iterator[Landed]:
    """Yield a file in parts.

    An item of `news/reuters/…` that names no provider is `reuters`'.

    Args:
        file: JSON lines or parquet.
        schema: What bronze looks like now; asked before each part, as a part may add columns.
        renamed: Our name for names of upstream.

    Raises:
        Unavailable: the file system does not answer.
    """
    folders = file.name.split("/")[1:-1]
    defaults = {"provider": folders[0]} if folders else {}
    numbered = iter(enumerate(_items(file), start=1))
    while part := list(islice(numbered, _ROWS)):
        bad: list[Bad] = []
        good: list[tuple[int, dict[str, Any]]] = []
        for line, item in part:
            if isinstance(item, dict):
                named = {renamed.get(name, name).lower(): value for name, value in item.items() if value is not None}
                good.append((line, {**defaults, **named}))
            else:
                bad.append(Bad(file.name, line, *item, payload=""))
        rows, conflicts = _typed(file.name, good, schema())
        yield Landed(rows, [*bad, *conflicts])


_Unread = tuple[str, str]
"""A code and what is wrong."""


def _items(file: File) -> Iterator[dict[str, Any] | _Unread]:
    try:
        if file.path.suffix.lower() in _PARQUET:
            for batch in pq.ParquetFile(file.path).iter_batches(_ROWS):
                yield from batch.to_pylist()
        else:
            with file.path.open("rb") as stream:
                yield from map(_parsed, _lines(stream))
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:  # of the system; Arrow's own about broken files have none
            raise Unavailable(f"{file.name} cannot be read now: {error}") from error
        yield "bad_item", f"the rest of the file cannot be read: {error}"[:500]


def _lines(stream: Any) -> Iterator[bytes | None]:  # noqa: ANN401 - a file in binary
    """Yield lines; `None` for one that is too long, which is skipped without being held."""
    while line := stream.readline(_MAX_LINE_BYTES):
        whole = line.endswith(b"\n") or len(line) < _MAX_LINE_BYTES
        while not line.endswith(b"\n") and (line_rest := stream.readline(_MAX_LINE_BYTES)):
            line = line_rest
        yield line if whole else None


def _parsed(line: bytes | None) -> dict[str, Any] | _Unread:
    if line is None:
        return "bad_item", f"a line may have {_MAX_LINE_BYTES} bytes"
    try:
        item = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return "bad_item", f"not JSON: {error}"[:500]
    return item if isinstance(item, dict) else ("bad_item", "expected a JSON object")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


class _Conflict(ValueError):
    """A value that is not of its column's type."""


def _typed(file: str, items: Sequence[tuple[int, dict[str, Any]]], schema: pa.Schema) -> tuple[pa.Table, list[Bad]]:
    """Bring items to the columns of bronze, which new names extend."""
    columns: dict[str, pa.DataType] = {field.name: field.type for field in schema}
    rows, bad = [], []
    for line, item in items:
        try:
            row, added = _row(item, columns)
        except _Conflict as conflict:
            text = json.dumps(item, default=str, ensure_ascii=True)[:_MAX_PAYLOAD]
            bad.append(Bad(file, line, "type_conflict", str(conflict)[:500], text))
            continue
        columns |= added
        rows.append({**row, "_id": digest(file, line, row), "_file": file, "_line": line})
    return pa.Table.from_pylist(rows, pa.schema(list(columns.items()))), bad


def _row(item: dict[str, Any], columns: Mapping[str, pa.DataType]) -> tuple[dict[str, object], dict[str, pa.DataType]]:
    added: dict[str, pa.DataType] = {}
    row = {name: _value(name, value, columns, added) for name, value in item.items()}
    if len(columns) + len(added) > _MAX_COLUMNS:
        raise _Conflict(f"it would add {sorted(added)[:3]}, and a table may have {_MAX_COLUMNS} columns")
    return row, added


def _value(name: str, value: object, columns: Mapping[str, pa.DataType], added: dict[str, pa.DataType]) -> object:
    if not _NAME.match(name):
        raise _Conflict(f"{name[:64]!r} is no name of a column: letters, digits and underscores, at most 64")
    wanted = columns.get(name)
    if wanted is None:
        wanted = added[name] = _type_of(value)
    if isinstance(value, list | dict) and name not in _FLAT:
        value = json.dumps(value, default=str)
    try:
        return _as(wanted, value)
    except _Conflict as conflict:
        raise _Conflict(f"{name}: expected {conflict}, found {type(value).__name__}") from None


def _type_of(value: object) -> pa.DataType:
    """Choose the type of a new column: numbers are floating, and what is nested is kept as JSON text."""
    if isinstance(value, bool):
        return pa.bool_()
    return pa.float64() if isinstance(value, int | float) else pa.string()


def _as(wanted: pa.DataType, value: object) -> object:
    """Return a value as a column holds it; only what loses nothing is converted.

    Raises:
        _Conflict: it is of another type; the text names the wanted one.
    """
    if wanted == TEXTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _Conflict("a list of texts")
        return [_text(each) for each in value]
    if pa.types.is_boolean(wanted):
        if not isinstance(value, bool):
            raise _Conflict("true or false")
        return value
    if pa.types.is_string(wanted):
        return _text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Conflict("a number")
    if pa.types.is_int64(wanted):
        if value != int(value) or abs(value) >= 1 << 53:  # beyond it a floating number is not exact
            raise _Conflict("a whole number below 2^53")
        return int(value)
    return float(value)


def _text(value: object) -> str:
    """Return a text, a time or an id as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _Conflict("a text")
    return value.encode("utf-8", "replace").decode()  # a lone surrogate cannot be stored
