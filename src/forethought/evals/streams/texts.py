"""Plain labelled texts: a table with the columns `text` and `label`, in the order in which they are to be lived."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from forethought.application.insert import Record
from forethought.domain.errors import ConfigurationError, ForethoughtError, InvalidNumber, InvalidText

_COLUMNS = {"text", "label"}
_SIGNALS = {
    "bullish": 1,
    "buy": 1,
    "positive": 1,
    "1": 1,
    "neutral": 0,
    "none": 0,
    "0": 0,
    "bearish": -1,
    "sell": -1,
    "negative": -1,
    "-1": -1,
}
_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_PARQUET = {".parquet", ".pq"}


def holds_texts(path: Path) -> bool:
    """Tell whether a file has the columns `text` and `label`, and none called `input_report`.

    Raises:
        ConfigurationError: it cannot be read.
    """
    names = _columns(path)
    return names >= _COLUMNS and "input_report" not in names


def read_texts(path: Path) -> Iterator[tuple[int, Record | ForethoughtError]]:
    """Yield (row number from 1, record without a time, or what is wrong with the row).

    A label is `bullish`, `bearish`, `neutral`, or `buy`, `sell`, `none`, or `positive`, `negative`, or 1, -1, 0.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    for number, (text, label) in enumerate(_pairs(path), start=1):
        yield number, _record(text, label)


def _record(text: object, label: object) -> Record | ForethoughtError:
    if not isinstance(text, str) or not text.strip():
        return InvalidText("text is missing", field="text")
    found = _SIGNALS.get(_word(label))
    if found is None:
        return InvalidNumber(f"label must be one of {', '.join(_SIGNALS)}, got {label!r}", field="label")
    return Record(input_report=text, output_report="", signal=found)


def _word(label: object) -> str:
    """Write a label as the table above does; a column with a gap in it turns 1 into 1.0."""
    return str(label).strip().lower().removesuffix(".0")


def _columns(path: Path) -> set[str]:
    suffix = path.suffix.lower()
    with _explained(path):
        if suffix in _PARQUET:
            return set(pyarrow.parquet.read_schema(path).names)
        if suffix == ".csv":
            return set(pd.read_csv(path, nrows=0).columns)
        if suffix in _JSON_LINES:
            return set(next(_objects(path), {}))
    return set()


def _pairs(path: Path) -> Iterator[tuple[object, object]]:
    suffix = path.suffix.lower()
    if suffix in _JSON_LINES:
        with _explained(path):
            yield from ((row.get("text"), row.get("label")) for row in _objects(path))
        return
    with _explained(path):
        if suffix in _PARQUET:
            table = pd.read_parquet(path, columns=sorted(_COLUMNS))
        else:
            table = pd.read_csv(path, usecols=sorted(_COLUMNS), keep_default_na=False, dtype=str)
    yield from zip(table["text"], table["label"], strict=True)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """Yield one object a line; a line that is none is an empty one, and so has neither text nor label."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = {}
            yield row if isinstance(row, dict) else {}


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error
