"""Real articles of a file, as if they were published now."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.newswire.options import PROVIDERS
from forethought.entrypoints.newswire.schedule import native_id, run_of
from forethought.entrypoints.newswire.telling import Item, Mark, Text

_COLUMNS: Final = (
    ("headline", "title"),
    ("summary", "description"),
    ("datetime", "published_at"),
    ("source",),
    ("url",),
    ("company",),
)
"""What is read, by the names that it may have."""
_OPTIONAL: Final = {"summary", "source", "url", "company"}
_OWN: Final = {
    "reuters": "reuters",
    "bloomberg": "bloomberg",
    "wsj": "wsj",
    "wall street journal": "wsj",
    "ft.com": "ft",
    "financial times": "ft",
    "associated press": "ap",
    "apnews": "ap",
}

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    """Read the articles of a parquet file in time order, under the first of the names above.

    Raises:
        ConfigurationError: it is no such file.
    """
    try:
        names = set(pyarrow.parquet.read_schema(path).names)
        found = {known[0]: next((name for name in known if name in names), None) for known in _COLUMNS}
        if missing := [name for name, column in found.items() if column is None and name not in _OPTIONAL]:
            raise ConfigurationError(f"{path.name}: no column {' or '.join(missing)}")
        columns = {name: column for name, column in found.items() if column is not None}
        table = pyarrow.parquet.read_table(path, columns=list(columns.values()))
    except (pa.ArrowException, OSError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error
    rows = [{name: row[column] for name, column in columns.items()} for row in table.to_pylist()]
    rows = [row for row in rows if isinstance(row["headline"], str) and isinstance(row["datetime"], datetime)]
    return sorted(rows, key=lambda row: _utc(row["datetime"]))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def items(rows: list[Row], started: datetime, rate: float) -> Iterator[tuple[float, Item]]:
    """Publish articles one by one, as `Schedule.items` does; each outlet's all by the same provider."""
    for number, row in enumerate(rows):
        at_s = 60 / rate * number
        yield at_s, _item(row, number, started, started + timedelta(seconds=at_s))


def _item(row: Row, number: int, started: datetime, published: datetime) -> Item:
    provider, symbol = provider_of(str(row.get("source") or "")), str(row.get("company") or "")
    return Item(
        provider=provider,
        native_id=native_id(provider, run_of(started), number),
        version=1,
        mark=Mark.NEWS,
        text=Text(row["headline"], (row.get("summary") or "",)),
        created=published,
        published=published,
        story=None,
        kind="",
        symbol=symbol,
        ric=f"{symbol}.O" if symbol else "",
        topic="",
        urgency=3,
        direction=None,
        truth=None,
        url=row.get("url") or None,
    )


def provider_of(source: str) -> str:
    """Choose who publishes what an outlet wrote: the provider itself where it is one, else always the same."""
    name = source.lower()
    own = next((provider for part, provider in _OWN.items() if part in name), None)
    return own or PROVIDERS[zlib.crc32(name.encode()) % len(PROVIDERS)]
