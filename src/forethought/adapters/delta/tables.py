"""The tables of the lakehouse and their columns.

Bronze holds what came, silver what it means, gold what the cache takes. Columns that begin with an underscore are ours;
those of upstream never do.
"""

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import pyarrow as pa

UTC_TIME: Final = pa.timestamp("us", tz="UTC")
TEXTS: Final = pa.list_(pa.string())
TICKERS: Final = pa.list_(pa.struct([("symbol", pa.string()), ("source", pa.string())]))


class Feed(StrEnum):
    """What lands, each in a folder of this name."""

    NEWS = "news"
    """Articles as a connector understood them: the fields of `RawArticle`."""
    DECISIONS = "decisions"
    """Labelled decisions: what `POST /insert_data` takes, and optionally `article_id`, `provider:native_id`."""


GOLD: Final = "gold"
QUARANTINE: Final = "quarantine"
METRICS: Final = "metrics"
STATE: Final = "state"
FILES: Final = "files"
LOADED: Final = "loaded"


def bronze(feed: Feed) -> str:
    """Name the table of what landed."""
    return f"bronze_{feed}"


def silver(feed: Feed) -> str:
    """Name the table of what it means."""
    return f"silver_{feed}"


_LANDED: Final = [
    ("_id", pa.string()),
    ("_ingest", pa.int64()),
    ("_ingested_at", UTC_TIME),
    ("_file", pa.string()),
    ("_line", pa.int64()),
]
"""`_ingest` numbers the commits of bronze, so a reader can go on after the last it saw; `_line` counts from 1."""

_NEWS: Final = [
    *((name, pa.string()) for name in ("provider", "native_id", "version", "kind", "corrects", "headline", "body")),
    *((name, pa.string()) for name in ("language", "url", "licence", "published_at", "received_at")),
    ("tickers", TEXTS),
    ("topics", TEXTS),
    ("urgency", pa.int64()),
]
_DECISIONS: Final = [
    *((name, pa.string()) for name in ("input_report", "output_report", "causality", "datetime_est", "known_at")),
    *((name, pa.string()) for name in ("asset", "strategy", "context", "location", "provider")),
    *((name, pa.string()) for name in ("decision_id", "article_id")),
    ("tags", TEXTS),
    ("signal", pa.int64()),
    ("conviction", pa.float64()),
    ("close", pa.float64()),
]
"""`context` is JSON text."""

_GOLD: Final = [
    ("key", pa.string()),
    ("kind", pa.string()),
    ("report", pa.string()),
    ("text", pa.string()),
    ("body", pa.string()),
    ("output_report", pa.string()),
    ("causality", pa.string()),
    ("signal", pa.int64()),
    ("conviction", pa.float64()),
    ("close", pa.float64()),
    ("asset", pa.string()),
    ("strategy", pa.string()),
    ("context", pa.string()),
    ("tags", TEXTS),
    ("location", pa.string()),
    ("provider", pa.string()),
    ("decision_id", pa.string()),
    ("decided_at", UTC_TIME),
    ("known_at", UTC_TIME),
]

SCHEMAS: Final[dict[str, pa.Schema]] = {
    bronze(Feed.NEWS): pa.schema(_LANDED + _NEWS),
    bronze(Feed.DECISIONS): pa.schema(_LANDED + _DECISIONS),
    silver(Feed.NEWS): pa.schema(
        [
            ("id", pa.string()),
            ("report", pa.string()),
            *((name, pa.string()) for name in ("provider", "native_id", "version", "kind", "corrects")),
            *((name, pa.string()) for name in ("headline", "body", "body_sha", "language", "url", "licence")),
            ("tickers", TICKERS),
            ("topics", TEXTS),
            ("urgency", pa.int64()),
            ("published_at", UTC_TIME),
            ("received_at", UTC_TIME),
            ("_ingest", pa.int64()),
            ("_line", pa.int64()),
        ]
    ),
    silver(Feed.DECISIONS): pa.schema([*_GOLD, ("sha", pa.string()), ("_ingest", pa.int64()), ("_line", pa.int64())]),
    GOLD: pa.schema([*_GOLD, ("withdrawn", pa.string()), ("sha", pa.string()), ("seq", pa.int64())]),
    QUARANTINE: pa.schema(
        [
            *((name, pa.string()) for name in ("key", "stage", "feed", "code", "detail", "file")),
            ("line", pa.int64()),
            ("payload", pa.string()),
            ("at", UTC_TIME),
        ]
    ),
    METRICS: pa.schema(
        [
            *((name, pa.string()) for name in ("run", "task", "feed", "measure")),
            ("value", pa.float64()),
            ("at", UTC_TIME),
        ]
    ),
    STATE: pa.schema([("key", pa.string()), ("value", pa.int64()), ("at", UTC_TIME)]),
    LOADED: pa.schema(
        [*((name, pa.string()) for name in ("key", "target", "gold_key", "decision_id")), ("at", UTC_TIME)]
    ),
    FILES: pa.schema([("key", pa.string()), ("stamp", pa.string()), ("rows", pa.int64()), ("at", UTC_TIME)]),
}
"""What each table has at least. `report` ties articles and decisions that stand and fall together; `withdrawn` says
why a row must not be used any more; `seq` numbers the runs that changed gold."""

SETTLING: Final = pa.schema([*_GOLD, ("_kind", pa.string()), ("_ingest", pa.int64()), ("_line", pa.int64())])
"""Articles and decisions side by side, before each report is settled; `_kind` is the article's."""

REFUSAL: Final = [("_code", pa.string()), ("_detail", pa.string()), ("_payload", pa.string()), ("_file", pa.string())]
"""Columns that a transform adds: the code is null where the row is good."""

KEYS: Final[dict[str, tuple[str, ...]]] = {
    bronze(Feed.NEWS): ("_id",),
    bronze(Feed.DECISIONS): ("_id",),
    silver(Feed.NEWS): ("provider", "native_id", "version"),
    silver(Feed.DECISIONS): ("key",),
    GOLD: ("key",),
    QUARANTINE: ("key",),
    STATE: ("key",),
    FILES: ("key",),
    LOADED: ("key",),
}
"""What a row is recognised by when the table is merged into."""

CHANGED_BY: Final[dict[str, str]] = {silver(Feed.DECISIONS): "sha", GOLD: "sha", STATE: "value", FILES: "stamp"}
"""The column by which a known row is seen to differ. Tables without one only grow: what they hold stays as it is."""


def extras(schema: pa.Schema, feed: Feed) -> pa.Schema:
    """Return the columns of a bronze table that upstream has added."""
    base = SCHEMAS[bronze(feed)]
    return pa.schema([field for field in schema if field.name not in base.names])


def digest(*parts: object) -> str:
    """Identify what JSON can say, and moments; equal for equal parts, in whatever zone an engine shows them."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=_moment)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} cannot be told from others by its text")
    return value.astimezone(UTC).isoformat()
