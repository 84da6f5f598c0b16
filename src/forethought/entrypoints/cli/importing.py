"""`forethought import`."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from forethought.adapters.files.records import count_rows, read_records
from forethought.application.insert import Record
from forethought.application.ports.decision_cache import Stored
from forethought.bootstrap import Service, running
from forethought.domain.errors import ForethoughtError
from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.settings import Settings

_BATCH = 32
_SHOWN = 20


def import_(
    file: Annotated[Path, typer.Argument(help="Parquet, CSV or JSON lines in the format of the events data.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Teach decisions from a file.

    Rows go in in the order of the file, a batch at a time, each batch on disk before the next. A bad row is reported
    with its number and the rest go in. Rows that are there already are left as they are, so an import that was
    interrupted is completed by running it again.

    Example: forethought import df_events.parquet
    """
    settings = prepared()
    outcome = run(_import(settings, file))
    if wants_json(as_json):
        print_json(outcome)
    else:
        console.print(
            f"[bold]{outcome['accepted']}[/bold] taken: {outcome['new']} new, {outcome['changed']} changed, "
            f"{outcome['same']} there already; [bold]{len(outcome['rejected'])}[/bold] rejected"
        )
        for bad in outcome["rejected"][:_SHOWN]:
            console.print(f"  row {bad['row']}: {bad['detail']} [dim]({bad['code']})[/dim]", highlight=False)
    if outcome["rejected"]:
        raise typer.Exit(1)


async def _import(settings: Settings, file: Path) -> dict[str, Any]:
    rows = read_records(file)
    first = list(islice(rows, _BATCH))  # a file that cannot be read is refused before Redis starts
    outcome = _Outcome()
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    async with running(settings) as service:
        with Progress(*columns, console=notes, transient=True) as progress:
            task = progress.add_task(f"import {file.name}", total=count_rows(file))
            batch = first
            while batch:
                await outcome.add(service, batch)
                progress.advance(task, len(batch))
                batch = list(islice(rows, _BATCH))
    return outcome.document()


class _Outcome:
    """What became of the rows so far."""

    def __init__(self) -> None:
        self._stored: dict[Stored, int] = dict.fromkeys(Stored, 0)
        self._rejected: list[dict[str, object]] = []

    async def add(self, service: Service, batch: list[tuple[int, Record | ForethoughtError]]) -> None:
        """Insert one batch."""
        good = [(number, row) for number, row in batch if isinstance(row, Record)]
        self._reject((number, row) for number, row in batch if isinstance(row, ForethoughtError))
        done = await service.insert([row for _, row in good])
        self._reject((good[refusal.index][0], refusal.error) for refusal in done.rejected)
        for outcome in done.outcomes:
            self._stored[outcome] += 1

    def _reject(self, rows: Iterator[tuple[int, ForethoughtError]]) -> None:
        self._rejected += [{"row": number, "code": error.code, "detail": str(error)} for number, error in rows]

    def document(self) -> dict[str, Any]:
        """Return the outcome as JSON types."""
        stored = self._stored
        return {
            "accepted": sum(stored.values()),
            "new": stored[Stored.NEW],
            "changed": stored[Stored.REPLACED] + stored[Stored.FORMER],
            "same": stored[Stored.SAME],
            "rejected": sorted(self._rejected, key=lambda bad: str(bad["row"]).zfill(12)),
        }
