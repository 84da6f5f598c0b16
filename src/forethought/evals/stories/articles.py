"""A file of articles in the order of time, as a connector would have handed them over."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from forethought.domain.errors import ConfigurationError
from forethought.domain.news import RawArticle

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "headline": ("headline", "title"),
    "published_at": ("datetime", "published_at"),
    "body": ("summary", "description", "body"),
    "provider": ("source", "provider"),
    "native_id": ("url", "id"),
    "ticker": ("company", "ticker"),
}
"""What a column may be called; the first that is there is taken."""
_NEEDED = ("headline", "published_at", "native_id")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.\-]+")


def read_articles(path: Path, *, limit: int | None = None) -> list[RawArticle]:
    """Read a parquet file; nothing is refused here, that is the normaliser's work.

    An article is received when it was published; one without a usable time at the beginning, and it will be refused.

    Args:
        path: With headlines, times and ids at least.
        limit: Take only the first so many, in the order of time.

    Raises:
        ConfigurationError: it cannot be read, lacks a column, or is empty.
    """
    try:
        names = pyarrow.parquet.read_schema(path).names
        chosen = {what: next((each for each in known if each in names), None) for what, known in _COLUMNS.items()}
        if missing := [" or ".join(_COLUMNS[what]) for what in _NEEDED if chosen[what] is None]:
            raise ConfigurationError(f"{path.name}: no column {', '.join(missing)}; found {', '.join(names)}")
        rows = pyarrow.parquet.read_table(path, columns=[each for each in chosen.values() if each]).to_pylist()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from error
    except pa.ArrowException as error:
        raise ConfigurationError(f"{path} is no parquet file that can be read: {error}") from error
    if not rows:
        raise ConfigurationError(f"{path.name} holds no articles")
    fields = [{what: row[name] for what, name in chosen.items() if name is not None} for row in rows]
    times = [_time(each) for each in fields]
    start = min((at for at in times if at is not None), default=datetime(1970, 1, 1, tzinfo=UTC))
    raws = [_raw(each, at or start) for each, at in zip(fields, times, strict=True)]
    return sorted(raws, key=lambda raw: raw.received_at)[:limit]


def _raw(fields: Mapping[str, Any], received_at: datetime) -> RawArticle:
    published = fields["published_at"]
    ticker = _text(fields.get("ticker"))
    return RawArticle(
        provider=_NOT_IN_A_NAME.sub("-", _text(fields.get("provider")))[:64] or "unknown",
        native_id=_text(fields["native_id"]) or None,
        headline=_text(fields["headline"]),
        published_at=published if isinstance(published, datetime) else None,
        received_at=received_at,
        body=_text(fields.get("body")),
        tickers=(ticker,) if ticker else (),
    )


def _time(fields: Mapping[str, Any]) -> datetime | None:
    found = fields["published_at"]
    if not isinstance(found, datetime):
        return None
    return found.replace(tzinfo=UTC) if found.utcoffset() is None else found.astimezone(UTC)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
