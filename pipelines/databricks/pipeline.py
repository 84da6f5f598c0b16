# ruff: noqa: INP001 - a file that Databricks runs, not a package
"""News from landed files to a warm cache: bronze, silver and gold Delta tables, on Databricks or on one machine.

Each step is a task of the job (job.json). Each goes on where the last run ended and may be run again at any time: where
nothing is new, nothing is written but the run's metrics.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from forethought.adapters.delta import gold, landing, silver, tables
from forethought.adapters.delta.lake import AsOf, Frame, Lake
from forethought.adapters.delta.tables import FILES, GOLD, LOADED, METRICS, QUARANTINE, SCHEMAS, STATE, Feed, digest
from forethought.adapters.delta.warming import Rejected, Warmer
from forethought.domain.errors import ConfigurationError, ForethoughtError

EXPECTATIONS: Final[Mapping[str, frozenset[str]]] = {
    "id_is_there": frozenset({"bad_id"}),
    "published_at_in_range": frozenset({"no_date", "no_timezone", "future_date", "invalid_time"}),
    "language_supported": frozenset({"unsupported_language"}),
    "headline_length": frozenset({"no_headline", "too_long"}),
    "text_is_readable": frozenset({"bad_encoding", "hostile_markup", "invalid_text"}),
    "types_as_before": frozenset({"type_conflict"}),
    "item_is_well_formed": frozenset({"bad_item", "invalid_input", "invalid_number", "invalid_asset"}),
}
"""By name, the codes of the refusals that break it."""
_AT_LANDING: Final = ("types_as_before", "item_is_well_formed")
"""What can be judged before an article is read."""

_TRANSFORMED: Final = "transformed:{}"
_LOADED: Final = "loaded:{}"
_ANY: Final = "SHARE"
"""Any instrument: calendars are asked by those."""


@dataclass
class Run:
    """What one run of a task counts."""

    task: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    began_s: float = field(default_factory=time.monotonic)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, feed: str, **measures: int) -> None:
        """Count `rows_in`, `rows_out`, `rows_refused` or another measure for a feed."""
        self.counts.setdefault(feed, Counter()).update(measures)

    def refused(self, feed: str, codes: Iterable[str], *, judged: int) -> None:
        """Count refusals, and which expectations the judged rows passed."""
        found = Counter(codes)
        self.add(feed, rows_refused=found.total())
        for name in _AT_LANDING if self.task == "extract" else EXPECTATIONS.keys() - {"types_as_before"}:
            failed = sum(found[code] for code in EXPECTATIONS[name])
            self.add(feed, **{f"expect.{name}.failed": failed, f"expect.{name}.passed": judged - failed})

    def write(self, lake: Lake[Frame]) -> dict[str, dict[str, int]]:
        """Append to the table of metrics and return what was counted."""
        name = f"{self.task}:{self.at.isoformat()}"
        self.add("", took_ms=round((time.monotonic() - self.began_s) * 1000))
        rows = [
            {"run": name, "task": self.task, "feed": feed, "measure": measure, "value": float(value), "at": self.at}
            for feed, measures in self.counts.items()
            for measure, value in measures.items()
        ]
        lake.append(METRICS, lake.frame(pa.Table.from_pylist(rows, SCHEMAS[METRICS])))
        return {feed: dict(measures) for feed, measures in self.counts.items()}


def extract_from_news(
    lake: Lake[Frame], landed: Path, *, renamed: Mapping[str, str] | None = None
) -> dict[str, dict[str, int]]:
    """Append what landed since to bronze, as it came; columns that upstream added are added.

    Args:
        lake: Where.
        landed: A folder, on Databricks of a Volume, with `news/` and `decisions/` in it.
        renamed: Our name for names of upstream: `{"title": "headline"}`.

    Returns:
        What was counted, by feed.

    Raises:
        ConfigurationError: there is no such folder.
        Unavailable: the lake does not answer; running again does the rest.
    """
    if not landed.is_dir():
        raise ConfigurationError(f"{landed} is no folder")
    run = Run("extract")
    known = {row["key"]: row["stamp"] for row in lake.arrow(lake.read(FILES)).to_pylist()}
    for feed in Feed:
        for file in landing.files(landed, feed):
            if known.get(file.name) != file.stamp:
                _extract(lake, run, feed, file, renamed or {})
    return run.write(lake)


def _extract(lake: Lake[Frame], run: Run, feed: Feed, file: landing.File, renamed: Mapping[str, str]) -> None:
    """Append one file; it counts as read when all of it is in bronze."""
    table = tables.bronze(feed)
    total = 0
    for part in landing.read(file, lambda: lake.schema(table), renamed=renamed):
        number = lake.highest(table, "_ingest") + 1
        rows = part.rows
        for name, value in (("_ingest", number), ("_ingested_at", run.at)):
            kind = rows.schema.field(name).type
            rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array([value] * rows.num_rows, kind))
        written = lake.merge(table, lake.frame(rows))
        _quarantine(lake, run, "extract", feed, [_bad(each) for each in part.bad])
        run.add(feed, rows_in=rows.num_rows + len(part.bad), rows_out=written, rows_known=rows.num_rows - written)
        run.refused(feed, (each.code for each in part.bad), judged=rows.num_rows + len(part.bad))
        total += rows.num_rows
    _put(lake, FILES, [{"key": file.name, "stamp": file.stamp, "rows": total, "at": run.at}])
    run.add(feed, files=1)


def transform(lake: Lake[Frame], *, normalise: silver.Normaliser) -> dict[str, dict[str, int]]:
    """Bring new rows of bronze to silver, and what they change to gold.

    Args:
        lake: Where.
        normalise: `domain.news.normalise` with its dictionaries; the live intake's own.

    Returns:
        What was counted, by feed.

    Raises:
        Unavailable: the lake does not answer; running again does the rest.
    """
    run = Run("transform")
    reached: dict[str, int] = {}
    for feed in Feed:
        done, newest = _state(lake, _TRANSFORMED.format(feed)), lake.highest(tables.bronze(feed), "_ingest")
        if newest > done:
            _refine(lake, run, feed, done, normalise)
            reached[feed] = newest
    if reached:
        since = {feed: _state(lake, _TRANSFORMED.format(feed)) for feed in Feed}
        run.add(GOLD, rows_out=_settle(lake, since))
        # Last, so a run that dies is done again from here.
        rows = [{"key": _TRANSFORMED.format(feed), "value": number, "at": run.at} for feed, number in reached.items()]
        _put(lake, STATE, rows)
    return run.write(lake)


def _refine(lake: Lake[Frame], run: Run, feed: Feed, after: int, normalise: silver.Normaliser) -> None:
    """Normalise what is new in bronze; merge what is good into silver and keep what is not, with the reason."""
    table = tables.silver(feed)
    fresh = lake.read(tables.bronze(feed), after=("_ingest", after))
    schema = silver.schema_of(feed, lake.schema(tables.bronze(feed)))
    function = partial(silver.silver_news, normalise=normalise) if feed is Feed.NEWS else silver.silver_decisions
    judged = lake.map(fresh, partial(function, schema=schema), schema)
    refusal = [name for name, _ in tables.REFUSAL]
    good = lake.select(
        lake.where_null(judged, "_code", null=True), [name for name in schema.names if name not in refusal]
    )
    bad = lake.arrow(lake.select(lake.where_null(judged, "_code", null=False), ["_line", *refusal])).to_pylist()
    # Of equal versions of an article the first counts, of a decision that was corrected the last.
    distinct = lake.one_each(good, tables.KEYS[table], ("_ingest", "_line"), last=table in tables.CHANGED_BY)
    written = lake.merge(table, distinct)
    _quarantine(lake, run, "transform", feed, [{name.lstrip("_"): row[name] for name in row} for row in bad])
    total = len(lake.arrow(lake.select(fresh, ["_ingest"])))
    run.add(feed, rows_in=total, rows_out=written, rows_duplicate=total - len(bad) - written)
    run.refused(feed, (row["_code"] for row in bad), judged=total)


def _settle(lake: Lake[Frame], since: Mapping[Feed, int]) -> int:
    """Work the reports out anew that silver changed, and merge what differs into gold."""
    news, decisions = (lake.read(tables.silver(feed)) for feed in Feed)
    changed = [lake.select(lake.read(tables.silver(feed), after=("_ingest", since[feed])), ["report"]) for feed in Feed]
    reports = lake.union(*changed)
    rows = lake.union(
        lake.map(lake.having(news, reports, "report"), gold.settling_news, tables.SETTLING),
        lake.map(lake.having(decisions, reports, "report"), gold.settling_decisions, tables.SETTLING),
    )
    seq = lake.highest(GOLD, "seq") + 1
    return lake.merge(GOLD, lake.map_groups(rows, "report", partial(gold.settled, seq=seq), SCHEMAS[GOLD]))


def load_to_cache(
    lake: Lake[Frame],
    url: str,
    *,
    write_key: str | None = None,
    as_of: AsOf | None = None,
    everything: bool = False,
    patience_s: float = 120.0,
) -> dict[str, dict[str, int]]:
    """Warm the caches of a running service with gold: what changed since it was loaded there last.

    Args:
        lake: Where.
        url: Of the service.
        write_key: What the service asks of those who teach.
        as_of: A version of gold, or a moment: load that as a whole, into a service with an empty memory.
        everything: Load gold as a whole: the service has forgotten.
        patience_s: How long a request is tried again.

    Returns:
        What was counted.

    Raises:
        ConfigurationError: there is no such version; or the service refuses the key.
        Unavailable: lake or service do not answer; running again does the rest.
    """
    run = Run("load")
    mark = _LOADED.format(url)
    after = 0 if everything or as_of is not None else _state(lake, mark)
    rows = lake.arrow(lake.read(GOLD, after=("seq", after), as_of=as_of)).to_pylist()
    rows.sort(key=lambda row: (row["known_at"], row["key"]))
    standing = [row for row in rows if row["withdrawn"] is None]
    warmer = Warmer(url, write_key=write_key, patience_s=patience_s)
    try:
        rejected = warmer.embed([row for row in standing if row["kind"] == "news"])
        for taught in warmer.teach([row for row in standing if row["kind"] == "decision"]):
            _note(lake, run, url, taught.ids)
            rejected += taught.rejected
        if as_of is None:
            run.add(
                GOLD, rows_revoked=_revoke(lake, warmer, url, [row for row in rows if row["withdrawn"] is not None])
            )
    finally:
        warmer.close()
    _quarantine(lake, run, "load", GOLD, [_unloaded(each, url) for each in rejected])
    run.add(GOLD, rows_in=len(rows), rows_out=len(standing) - len(rejected), rows_refused=len(rejected))
    if as_of is None and rows:
        _put(lake, STATE, [{"key": mark, "value": max(row["seq"] for row in rows), "at": run.at}])
    return run.write(lake)


def _note(lake: Lake[Frame], run: Run, url: str, ids: Mapping[str, str]) -> None:
    """Keep under which ids a service knows a decision: taking it back needs them."""
    about = {"target": url, "at": run.at}
    rows = [{**about, "key": digest(url, key, name), "gold_key": key, "decision_id": name} for key, name in ids.items()]
    _put(lake, LOADED, rows)


def _revoke(lake: Lake[Frame], warmer: Warmer, url: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Take back what was loaded once and does not hold any more; return how many decisions that were."""
    why = {row["key"]: row["withdrawn"] for row in rows}
    loaded = lake.arrow(lake.read(LOADED)).to_pylist() if why else []
    wanted = [row for row in loaded if row["target"] == url and row["gold_key"] in why]
    return sum(warmer.revoke(row["decision_id"], reason=f"its article was {why[row['gold_key']]}") for row in wanted)


def _state(lake: Lake[Frame], key: str) -> int:
    found = [row["value"] for row in lake.arrow(lake.read(STATE)).to_pylist() if row["key"] == key]
    return int(found[0]) if found else 0


def _put(lake: Lake[Frame], table: str, rows: list[dict[str, Any]]) -> None:
    lake.merge(table, lake.frame(pa.Table.from_pylist(rows, SCHEMAS[table])))


def _quarantine(lake: Lake[Frame], run: Run, stage: str, feed: str, bad: Sequence[Mapping[str, Any]]) -> None:
    rows = [{**each, "key": digest(stage, each), "stage": stage, "feed": feed, "at": run.at} for each in bad]
    _put(lake, QUARANTINE, list({row["key"]: row for row in rows}.values()))


def _bad(each: landing.Bad) -> dict[str, Any]:
    return {name: getattr(each, name) for name in ("file", "line", "code", "detail", "payload")}


def _unloaded(each: Rejected, url: str) -> dict[str, Any]:
    payload = json.dumps({name: each.row[name] for name in ("key", "kind", "text")}, default=str)[:2_000]
    return {"file": url, "line": None, "code": each.code, "detail": each.detail, "payload": payload}


def is_session(exchange: str, at: datetime, *, zone: str) -> bool:
    """Tell whether an exchange trades on a day.

    Args:
        exchange: Its code, such as `XNYS`.
        at: With a zone.
        zone: Where the day is the day that is meant: the exchange's.

    Raises:
        ConfigurationError: there is no such exchange or zone.
    """
    from forethought.adapters.marketdata.calendars import ExchangeCalendars  # noqa: PLC0415 - only this task needs it

    try:
        midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"there is no time zone {zone!r}") from error
    opens = ExchangeCalendars(calendars={_ANY: exchange}).next_open(_ANY, midnight - timedelta(seconds=1))
    if opens is None:
        raise ConfigurationError(f"there is no calendar of {exchange!r}")
    return opens.astimezone(midnight.tzinfo).date() == midnight.date()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; the exit code is 0 when it is done, 1 when it may be tried again, 2 when something is wrong."""
    chosen = _parser().parse_args(arguments)
    try:
        sys.stdout.write(json.dumps(_done(chosen), sort_keys=True) + "\n")
    except ForethoughtError as error:
        sys.stderr.write(f"{chosen.task}: {error}\n")
        return 1 if error.retryable else 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    tasks = parser.add_subparsers(dest="task", required=True)
    calendar = tasks.add_parser("calendar", help="set the task value `open`: whether an exchange trades today")
    calendar.add_argument("--exchange", default="XNYS")
    calendar.add_argument("--zone", default="America/New_York")
    lake = argparse.ArgumentParser(add_help=False)
    lake.add_argument("--lake", required=True, help="catalog.schema on Databricks, or a folder")
    lake.add_argument("--engine", choices=("local", "spark"), default="local")
    extract = tasks.add_parser("extract", parents=[lake], help="landed files to bronze")
    extract.add_argument("--landing", type=Path, required=True, help="folder with news/ and decisions/ in it")
    extract.add_argument("--rename", action="append", default=[], metavar="THEIRS=OURS")
    changed = tasks.add_parser("transform", parents=[lake], help="bronze to silver and gold")
    changed.add_argument("--instruments", type=Path, help="more instruments, as for the service")
    load = tasks.add_parser("load", parents=[lake], help="gold to the caches of a service")
    load.add_argument("--url", required=True)
    load.add_argument("--as-of", type=_as_of, help="a version of gold, or a moment with its zone")
    load.add_argument("--everything", action="store_true", help="not only what changed since the last load")
    load.add_argument("--secret-scope", help="where the write key is, else in FORETHOUGHT_WRITE_KEY")
    load.add_argument("--secret-key", default="write-key")
    return parser


def _done(chosen: argparse.Namespace) -> object:
    if chosen.task == "calendar":
        is_open = is_session(chosen.exchange, datetime.now(UTC), zone=chosen.zone)
        if _on_databricks():
            _dbutils().jobs.taskValues.set(key="open", value=str(is_open).lower())
        return {"open": is_open}
    lake = _lake(chosen.engine, chosen.lake)
    if chosen.task == "extract":
        return extract_from_news(lake, chosen.landing, renamed=_renamed(chosen.rename))
    if chosen.task == "transform":
        return transform(lake, normalise=normaliser(chosen.instruments))
    return load_to_cache(
        lake, chosen.url, write_key=_write_key(chosen), as_of=chosen.as_of, everything=chosen.everything
    )


def normaliser(instruments: Path | None = None) -> silver.Normaliser:
    """Return the live intake's normaliser; it can be sent to Spark's workers, where its model is read once."""
    from forethought.adapters.instruments.files import read_gazetteer  # noqa: PLC0415 - the other tasks do without
    from forethought.adapters.language.langid import LangId  # noqa: PLC0415
    from forethought.domain.news.normalise import normalise  # noqa: PLC0415

    return partial(normalise, identify=partial(silver.identified, LangId), gazetteer=read_gazetteer(instruments))


def _lake(engine: str, where: str) -> Lake[Any]:
    if engine == "local":
        from forethought.adapters.delta.local import LocalLake  # noqa: PLC0415 - Databricks has no delta-rs

        return LocalLake(Path(where))
    from pyspark.sql import SparkSession  # type: ignore[import-not-found]  # noqa: PLC0415 - one machine has no Spark

    from forethought.adapters.delta.spark import SparkLake  # noqa: PLC0415

    return SparkLake(SparkSession.builder.getOrCreate(), where)


def _as_of(text: str) -> AsOf:
    if text.isascii() and text.isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} names no zone")
    return moment.astimezone(UTC)


def _renamed(pairs: Iterable[str]) -> dict[str, str]:
    renamed = {}
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        if not (theirs and equals and ours):
            raise ConfigurationError(f"--rename is THEIRS=OURS, got {pair!r}")
        renamed[theirs] = ours
    return renamed


def _write_key(chosen: argparse.Namespace) -> str | None:
    if chosen.secret_scope is None:
        return os.environ.get("FORETHOUGHT_WRITE_KEY")
    return str(_dbutils().secrets.get(scope=chosen.secret_scope, key=chosen.secret_key))


def _on_databricks() -> bool:
    return "DATABRICKS_RUNTIME_VERSION" in os.environ


def _dbutils() -> Any:  # noqa: ANN401 - carries no types
    from databricks.sdk.runtime import dbutils  # noqa: PLC0415 - only there

    return dbutils


if __name__ == "__main__":
    # Databricks takes a SystemExit for a failure, whatever its code.
    if code := main():
        sys.exit(code)
