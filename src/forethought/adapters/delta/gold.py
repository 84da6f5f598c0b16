"""From silver to gold: what the caches take, and what was taken back."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import pyarrow as pa

from forethought.adapters.delta.tables import GOLD, SCHEMAS, SETTLING, digest
from forethought.domain.news import Kind

_MAX_TAGS: Final = 32
"""That the embedding cache takes of one text."""


def settling_news(rows: pa.Table) -> pa.Table:
    """Bring articles to the columns in which reports are settled."""
    made = [
        {
            "key": digest("news", row["report"]),
            "kind": "news",
            "report": row["report"],
            "text": row["headline"],
            "body": row["body"],
            "provider": row["provider"],
            "tags": sorted({each["symbol"] for each in row["tickers"] or ()})[:_MAX_TAGS],
            "decided_at": row["published_at"],
            "known_at": row["received_at"],
            "_kind": row["kind"],
            "_ingest": row["_ingest"],
            "_line": row["_line"],
        }
        for row in rows.to_pylist()
    ]
    return pa.Table.from_pylist(made, SETTLING)


def settling_decisions(rows: pa.Table) -> pa.Table:
    """Bring decisions to the columns in which reports are settled."""
    return pa.Table.from_pylist(rows.to_pylist(), SETTLING)


def settled(rows: pa.Table, *, seq: int) -> pa.Table:
    """Settle reports: the latest version of an article speaks, and what was decided on a former one is withdrawn.

    Args:
        rows: All rows of the reports that they speak of.
        seq: Number of the run.
    """
    ordered = sorted(rows.to_pylist(), key=lambda row: str(row["report"]))
    made = [row for _, group in groupby(ordered, lambda row: row["report"]) for row in _settle(list(group))]
    return pa.Table.from_pylist([{**row, "sha": digest(row), "seq": seq} for row in made], SCHEMAS[GOLD])


def _settle(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    articles = sorted(
        (row for row in rows if row["kind"] == "news"), key=lambda row: (row["known_at"], row["_ingest"], row["_line"])
    )
    made = []
    if articles:
        last = articles[-1]
        made.append(_row(last, "retracted" if last["_kind"] == Kind.RETRACTION else None))
    for row in sorted((row for row in rows if row["kind"] == "decision"), key=lambda row: str(row["key"])):
        later = [each for each in articles if each["known_at"] > row["known_at"] and _replaces(each, articles)]
        made.append(_row(row, _reason(later)))
    return made


def _replaces(article: Mapping[str, Any], articles: Sequence[Mapping[str, Any]]) -> bool:
    return article is not articles[0] or article["_kind"] != Kind.NEWS


def _reason(later: Sequence[Mapping[str, Any]]) -> str | None:
    """Say why a decision does not hold that knew nothing of later versions of its article."""
    if not later:
        return None
    return "retracted" if later[-1]["_kind"] == Kind.RETRACTION else "corrected"


def _row(row: Mapping[str, Any], withdrawn: str | None) -> dict[str, Any]:
    return {**{name: row[name] for name in SETTLING.names if not name.startswith("_")}, "withdrawn": withdrawn}
