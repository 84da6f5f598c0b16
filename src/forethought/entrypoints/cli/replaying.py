"""`forethought replay`."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.evals.labelled import read_labelled
from forethought.evals.replay import Tape, replay as replay_file
from forethought.evals.report import share
from forethought.settings import Settings

_INTERRUPTED = 130


def replay(
    file: Annotated[
        Path, typer.Argument(help="Parquet, CSV or JSON lines: the events format, or the columns text and label.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many, in time.")] = None,
    asset: Annotated[str | None, typer.Option("--asset", "-a", help="Instead of the asset that records name.")] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", "-s", help="Instead of the strategy that the records name.")
    ] = None,
) -> None:
    """Measure the service on a labelled file: decide every record before its label is known, then learn it.

    It runs in a namespace of its own that is deleted at the end: what the service remembers is neither used nor
    touched. Ctrl-C prints what was measured so far. `forethought lab replay` lets others compete, and writes a page.

    Example: forethought replay df_events.parquet
    """
    settings = prepared()
    tape = Tape(read_labelled(file, limit=limit, strategy=strategy, asset=asset))
    interrupted = _played(settings, tape)
    found = tape.document()
    if wants_json(as_json):
        print_json(found)
    else:
        _show(found)
    if interrupted:
        raise typer.Exit(_INTERRUPTED)


def _played(settings: Settings, tape: Tape) -> bool:
    """Play; tell whether somebody stopped it."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task(f"replay {tape.data.name}", total=len(tape.data.rows))
        try:
            run(_play(settings, tape, lambda n: progress.advance(task, n)))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return True
    return False


async def _play(settings: Settings, tape: Tape, advance: Any) -> None:  # noqa: ANN401 - the progress bar's own
    playing = asyncio.current_task()
    if playing is not None:  # SIGTERM must not leave the namespace behind either
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    await replay_file(settings, tape, advance=advance)


def _show(found: dict[str, Any]) -> None:
    console.print(
        f"{found['file']}: {found['decided']} of {found['records']} records decided, {len(found['skipped'])} skipped; "
        f"95 % Wilson intervals",
        highlight=False,
    )
    table = Table("path", "share of all", "agreement", "opposite", "p50", "p95", "p99 ms")
    for path, each in found["paths"].items():
        table.add_row(path, share(each["share"]), *_quality(each), *_latency(each["latency"]))
    table.add_section()
    table.add_row("from memory", share(found["hit"]), *_quality(found["answered"]))
    table.add_row("all", "", "", "", *_latency(found["latency"]))
    console.print(table)
    for scope in found["scopes"]:
        console.print(
            f"{scope['strategy']}/{scope['asset']}: {scope['state']}, {scope['answered']['n']} answered and labelled",
            highlight=False,
        )
    _show_sweeps(found)


def _show_sweeps(found: dict[str, Any]) -> None:
    table = Table("who", "from", "answered", "agreement", "opposite")
    for sweep in found["sweeps"]:
        table.add_section()
        for each in sweep["cuts"]:
            shares = (share(each[name]) for name in ("answered", "agreed", "opposite"))
            table.add_row(sweep["name"], f"{each['threshold']:g}", *shares)
    console.print(table)


def _quality(each: dict[str, Any]) -> tuple[str, str]:
    return share(each["agreed"]), share(each["opposite"])


def _latency(found: dict[str, Any]) -> list[str]:
    return ["-" if found[name] is None else f"{found[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms")]
