"""Records from parquet, CSV and JSON lines, one row at a time; a bad row is an error in its place, not an end."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pydantic_core
from pydantic import ValidationError

from forethought.application.insert import Record
from forethought.application.messages import InsertRecord, from_validation
from forethought.domain.errors import ConfigurationError, ForethoughtError, InvalidBody

_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_PARQUET = {".parquet", ".pq"}
_BATCH_ROWS = 256


def sample_file() -> Path:
    """Return the sample decisions that the package carries."""
    return Path(str(files("forethought") / "samples" / "decisions.jsonl"))


def count_rows(path: Path) -> int | None:
    """Count rows where that costs little, for a progress bar; `None` where it does not."""
    if path.suffix in _PARQUET:
        return int(pyarrow.parquet.read_metadata(path).num_rows)
    if path.suffix in _JSON_LINES:
        with path.open("rb") as stream:
            return sum(1 for line in stream if line.strip())
    return None


def read_records(path: Path) -> Iterator[tuple[int, Record | ForethoughtError]]:
    """Yield (row number from 1, record or what is wrong with the row).

    Args:
        path: `.parquet`, `.csv`, or JSON lines (`.jsonl`, `.ndjson`, `.json`).

    Raises:
        ConfigurationError: the file does not exist, cannot be read, or is of another kind.
    """
    for number, row in enumerate(_rows(path), start=1):
        if isinstance(row, ForethoughtError):
            yield number, row
            continue
        try:
            yield number, InsertRecord.model_validate(row).record()
        except ValidationError as error:
            yield number, from_validation(error)


def _rows(path: Path) -> Iterator[dict[str, Any] | ForethoughtError]:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file")
    try:
        if suffix in _PARQUET:
            for batch in pyarrow.parquet.ParquetFile(path).iter_batches(_BATCH_ROWS):
                yield from map(_filled, batch.to_pylist())
        elif suffix == ".csv":
            quoted = pyarrow.csv.ParseOptions(newlines_in_values=True)
            for batch in pyarrow.csv.open_csv(path, parse_options=quoted):
                yield from map(_filled, batch.to_pylist())
        elif suffix in _JSON_LINES:
            yield from _json_lines(path)
        else:
            raise ConfigurationError(f"{path.name}: expected .parquet, .csv or .jsonl")
    except (pa.ArrowException, OSError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error


def _json_lines(path: Path) -> Iterator[dict[str, Any] | ForethoughtError]:
    with path.open("rb") as stream:
        for line in stream:
            if not line.strip():
                continue
            try:
                row = pydantic_core.from_json(line)
            except ValueError as error:
                yield InvalidBody(f"not JSON: {error}")
                continue
            yield row if isinstance(row, dict) else InvalidBody("expected a JSON object")


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """Drop what a table says by an empty cell, so that defaults apply."""
    return {name: value for name, value in row.items() if value is not None}
