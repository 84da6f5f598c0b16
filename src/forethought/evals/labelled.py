"""Labelled files in the order of time, and the steps in which they are lived through."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from forethought.adapters.files.records import read_records
from forethought.application.insert import Record
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError, ForethoughtError
from forethought.evals.streams.texts import holds_texts, read_texts

_INVENTED_START = datetime(2000, 1, 3, tzinfo=UTC)
_INVENTED_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that takes no part."""

    row: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record whose label and time are known."""

    row: int
    """In the file, from 1."""
    record: Record
    decided_at: datetime
    known_at: datetime
    truth: Signal


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """What a file holds, earliest first."""

    name: str
    rows: tuple[Labelled, ...]
    skipped: tuple[Skipped, ...]
    times_invented: bool
    """No row says when it was decided: the order of the file stands in, a minute apart."""


def read_labelled(
    path: Path, *, limit: int | None = None, strategy: str | None = None, asset: str | None = None
) -> LabelledFile:
    """Read a labelled file into memory and sort it by time.

    Args:
        path: Parquet, CSV or JSON lines in the format of the events data, or plain texts with labels (`streams.texts`).
        limit: Take only the first so many, in the order of time.
        strategy: Takes the place of the strategy that the rows name; plain texts name none and take `default`.
        asset: Takes the place of the asset that the rows name.

    Raises:
        ConfigurationError: the file cannot be read, or no row of it can be used.
    """
    records: list[tuple[int, Record]] = []
    skipped: list[Skipped] = []
    for row, found in read_texts(path) if path.is_file() and holds_texts(path) else read_records(path):
        if isinstance(found, ForethoughtError):
            skipped.append(Skipped(row, found.code, str(found)))
        elif found.signal is None:
            skipped.append(Skipped(row, "no_label", "signal is missing"))
        else:
            records.append((row, replace(found, strategy=strategy or found.strategy, asset=asset or found.asset)))
    invented = all(record.decided_at is None for _, record in records)
    if not invented:
        timeless = [row for row, record in records if record.decided_at is None]
        skipped += [Skipped(row, "no_time", "datetime_est is missing, other rows have it") for row in timeless]
        records = [(row, record) for row, record in records if record.decided_at is not None]
    if not records:
        raise ConfigurationError(
            f"{path.name} has no row with a label: {skipped[0].detail if skipped else 'it is empty'}"
        )
    rows = sorted((_labelled(row, record) for row, record in records), key=lambda each: (each.decided_at, each.row))
    return LabelledFile(path.name, tuple(rows[:limit]), tuple(skipped), invented)


def _labelled(row: int, record: Record) -> Labelled:
    decided = record.decided_at or _INVENTED_START + row * _INVENTED_STEP
    known = max(decided, record.known_at or decided)
    timed = replace(record, decided_at=decided, known_at=known)
    return Labelled(row, timed, decided, known, Signal(record.signal or 0))


@dataclass(frozen=True, slots=True)
class Step:
    """One moment: first decide, then learn. Nothing that is learned at a moment serves the questions of that moment."""

    at: datetime
    decide: tuple[Labelled, ...] = ()
    learn: tuple[Labelled, ...] = ()


def steps(rows: Sequence[Labelled]) -> Iterator[Step]:
    """Yield the moments of a file in order: every row is decided when it was decided, and learned when it was known."""
    waiting: list[tuple[datetime, int, Labelled]] = []
    for decided_at, group in groupby(rows, key=attrgetter("decided_at")):
        yield from _due(waiting, before=decided_at)
        asked = tuple(group)
        yield Step(decided_at, decide=asked)
        for each in asked:
            heapq.heappush(waiting, (each.known_at, each.row, each))
    yield from _due(waiting, before=None)


def _due(waiting: list[tuple[datetime, int, Labelled]], *, before: datetime | None) -> Iterator[Step]:
    while waiting and (before is None or waiting[0][0] < before):
        at = waiting[0][0]
        learned = []
        while waiting and waiting[0][0] == at:
            learned.append(heapq.heappop(waiting)[2])
        yield Step(at, learn=tuple(learned))
