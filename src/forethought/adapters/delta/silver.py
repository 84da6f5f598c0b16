"""From bronze to silver, a table at a time: the same functions under delta-rs and under Spark."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Protocol

import pyarrow as pa
from pydantic import ValidationError

from forethought.adapters.delta.tables import REFUSAL, SCHEMAS, Feed, digest, extras, silver
from forethought.application.messages import InsertRecord, from_validation
from forethought.domain.errors import InvalidInput
from forethought.domain.news import Article, Kind, Licence, RawArticle, Refused
from forethought.domain.text import text_id

Normaliser = Callable[[Sequence[RawArticle]], tuple[Sequence[Article], Sequence[Refused]]]
"""`domain.news.normalise` with its dictionaries."""

_MAX_PAYLOAD: Final = 2_000
_URGENCY: Final = 3


class Identifier(Protocol):
    """Tells languages."""

    def identify(self, texts: Sequence[str]) -> Sequence[str | None]:
        """Return ISO 639-1 codes, `None` where it cannot be told."""
        ...


@cache
def _made(make: Callable[[], Identifier]) -> Identifier:
    return make()


def identified(make: Callable[[], Identifier], texts: Sequence[str]) -> Sequence[str | None]:
    """Tell languages by what `make` makes: once in each process, as a model does not travel to Spark's workers."""
    return _made(make).identify(texts)


class _BadItem(ValueError):
    """An item with a field that says nothing we know."""


def schema_of(feed: Feed, bronze_schema: pa.Schema) -> pa.Schema:
    """Return what the transforms below return: silver, the columns that upstream added, and the refusal.

    An added column whose name silver uses itself gets the prefix `raw_`.
    """
    base = SCHEMAS[silver(feed)]
    added = [pa.field(_free(field.name, base), field.type) for field in extras(bronze_schema, feed)]
    return pa.schema([*base, *added, *(pa.field(*each) for each in REFUSAL)])


def silver_news(rows: pa.Table, *, normalise: Normaliser, schema: pa.Schema) -> pa.Table:
    """Normalise articles; row by row what `normalise` makes of it, or why it is refused."""
    return _mapped(rows, lambda row: _article(row, normalise), SCHEMAS[silver(Feed.NEWS)], schema)


def silver_decisions(rows: pa.Table, *, schema: pa.Schema) -> pa.Table:
    """Validate labelled decisions as `POST /insert_data` does."""
    return _mapped(rows, _decision, SCHEMAS[silver(Feed.DECISIONS)], schema)


_Verdict = Mapping[str, Any] | tuple[str, str]
"""Columns of silver, or a code and what is wrong."""


def _mapped(
    rows: pa.Table, judge: Callable[[dict[str, Any]], _Verdict], base: pa.Schema, schema: pa.Schema
) -> pa.Table:
    names = {_free(name, base): name for name in rows.column_names}
    added = [name for name in schema.names if name in names and name not in base.names]
    made = []
    for row in rows.to_pylist():
        place = {name: row[name] for name in ("_ingest", "_line", "_file")}
        verdict = judge(row)
        if isinstance(verdict, tuple):
            code, detail = verdict
            made.append({**place, "_code": code, "_detail": detail[:500], "_payload": _shown(row)})
        else:
            made.append({**verdict, **place, **{name: row[names[name]] for name in added}})
    return pa.Table.from_pylist(made, schema)


def _free(name: str, base: pa.Schema) -> str:
    return f"raw_{name}" if name in base.names and not name.startswith("_") else name


def _shown(row: Mapping[str, Any]) -> str:
    said = {name: value for name, value in row.items() if value is not None and not name.startswith("_")}
    return json.dumps(said, default=str)[:_MAX_PAYLOAD]


def _article(row: dict[str, Any], normalise: Normaliser) -> _Verdict:
    try:
        raw = _raw(row)
    except _BadItem as error:
        return "bad_item", str(error)
    articles, refused = normalise([raw])
    if refused:
        return refused[0].code, refused[0].detail
    (article,) = articles
    named = {name: getattr(article, name) for name in _SAME}
    return {
        **named,
        "id": article.id,
        "report": article.target,
        "kind": article.kind.value,
        "licence": article.licence.value,
        "tickers": [{"symbol": each.symbol, "source": each.source} for each in article.tickers],
        "topics": list(article.topics),
    }


_SAME: Final = (
    *("provider", "native_id", "version", "corrects", "headline", "body", "body_sha", "language", "url", "urgency"),
    *("published_at", "received_at"),
)


def _raw(row: Mapping[str, Any]) -> RawArticle:
    """Return what a connector had said.

    An item without `received_at` counts as received when it came into the lake: never too early.
    """
    if row["provider"] is None:
        raise _BadItem("provider is missing, and no folder names one")
    try:
        return RawArticle(
            provider=row["provider"],
            native_id=row["native_id"],
            headline=row["headline"] or "",
            published_at=_time(row["published_at"]),
            received_at=_received(row),
            version=row["version"] or "1",
            kind=Kind(row["kind"] or Kind.NEWS),
            corrects=row["corrects"],
            body=row["body"] or "",
            language=row["language"],
            tickers=tuple(row["tickers"] or ()),
            topics=tuple(row["topics"] or ()),
            url=row["url"],
            licence=Licence(row["licence"] or Licence.UNKNOWN),
            urgency=_URGENCY if row["urgency"] is None else row["urgency"],
        )
    except ValueError as error:
        raise _BadItem(str(error)) from error


def _received(row: Mapping[str, Any]) -> datetime:
    said = _time(row["received_at"])
    if said is None:
        ingested: datetime = row["_ingested_at"]
        return ingested
    if said.tzinfo is None:
        raise _BadItem("received_at is ours, and UTC: it names no zone")
    return said.astimezone(UTC)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _BadItem(f"{text[:64]!r} is no time of ISO 8601") from None


def _decision(row: dict[str, Any]) -> _Verdict:
    said = {name: row[name] for name in _SAID if row[name] is not None}
    try:
        record = InsertRecord.model_validate({**said, "context": json.loads(row["context"] or "[]")})
    except ValidationError as error:
        bad: InvalidInput = from_validation(error)
        return bad.code, str(bad)
    except ValueError as error:
        return "bad_item", f"context: {error}"
    if record.signal is None:
        return "invalid_number", "signal is missing: 1 (buy), 0 (none) or -1 (sell)"
    if record.datetime_est is None:
        return "no_date", "datetime_est is missing: without it each load would be another decision"
    context = json.dumps([item.model_dump(exclude_none=True) for item in record.context], sort_keys=True)
    key = digest(record.strategy, record.asset, text_id(record.input_report), context, record.datetime_est.isoformat())
    made = {
        **record.model_dump(include={*_SAID} - {"input_report", "datetime_est"}),
        "body": None,
        "key": key,
        "kind": "decision",
        "report": row["article_id"] or key,
        "text": record.input_report,
        "context": context,
        "decided_at": record.datetime_est,
        "known_at": record.known_at or record.datetime_est,
    }
    return {**made, "sha": digest(made)}


_SAID: Final = (
    *("input_report", "output_report", "causality", "datetime_est", "known_at", "asset", "strategy", "location"),
    *("provider", "decision_id", "tags", "signal", "conviction", "close"),
)
