"""`forethought lab adversarial`."""

import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.evals.adversarial import page as pages
from forethought.evals.adversarial.suite import Judged, Notebook, PairSet, document, failures, play, sets_of
from forethought.settings import Settings

_INTERRUPTED = 130
_SEED = 7


def adversarial(
    files: Annotated[
        list[Path] | None, typer.Argument(help="JSON lines of written pairs, to be asked too.", show_default=False)
    ] = None,
    *,
    real: Annotated[
        Path | None, typer.Option("--real", help="A folder of data with real headlines, to be perturbed.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a page of Markdown there, and a plot beside it.")
    ] = None,
    failed: Annotated[
        Path | None,
        typer.Option("--failures", help="Write the development pairs that went wrong there, as JSON lines."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of all draws; the page names it.")] = _SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Ask texts that look like remembered ones and say something else, and such as say the same in other words.

    Reports, for each kind of change, how often a remembered decision was reused: the service must refuse the first
    and answer the second. It runs in namespaces of its own. Ctrl-C keeps what was answered beside the report; the same
    command goes on from there.

    Example: forethought lab adversarial tests/data/minimal_pairs*.jsonl --real ../shared/data --report adversarial.md
    """
    for option, file in (("--report", report), ("--failures", failed)):
        if file is not None and not file.absolute().parent.is_dir():
            raise ConfigurationError(f"{option}: {file.parent} is no folder")
    settings = prepared()
    sets = sets_of(seed, real=real, files=files or [])
    notebook = Notebook.opened(None if report is None else report.with_suffix(".progress.json"), sets)
    done = _played(settings, sets, notebook)
    if done is None:
        notes.print("stopped; " + ("nothing was kept" if report is None else "the same command goes on from here"))
        raise typer.Exit(_INTERRUPTED)
    judged, encoder = done
    found = document(judged, seed=seed, encoder=encoder)
    if report is not None:
        _write(found, report, _command(files or [], real, report, seed))
    if failed is not None:
        failed.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in failures(judged)), "utf-8")
    notebook.close()
    if wants_json(as_json):
        print_json(found)
    else:
        _show(found)


def _played(settings: Settings, sets: Sequence[PairSet], notebook: Notebook) -> tuple[list[Judged], str] | None:
    """Play; return nothing if somebody stopped it."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task("adversarial", total=sum(len(each.pairs) for each in sets))
        try:
            return run(_play(settings, sets, notebook, lambda n: progress.advance(task, n)))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return None


async def _play(
    settings: Settings, sets: Sequence[PairSet], notebook: Notebook, advance: Callable[[int], None]
) -> tuple[list[Judged], str]:
    playing = asyncio.current_task()
    if playing is not None:  # SIGTERM must not leave the namespace behind either
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    return await play(settings, sets, notebook, advance)


def _command(files: Sequence[Path], real: Path | None, report: Path, seed: int) -> str:
    parts = ["forethought lab adversarial", *(file.as_posix() for file in files)]
    if real is not None:
        parts.append(f"--real {real.as_posix()}")
    return " ".join([*parts, f"--report {report.as_posix()}", f"--seed {seed}"])


def _write(found: dict[str, Any], report: Path, command: str) -> None:
    plot = report.with_suffix(".svg")
    pages.draw(found, plot)
    text = pages.page(found, command=command, made_on=datetime.now(UTC).date().isoformat(), plot=plot.name)
    report.write_text(text, encoding="utf-8")


def _show(found: dict[str, Any]) -> None:
    table = Table("set", "kind", "pairs", "retrieved", "reused, of those retrieved", "opposite")
    for each in found["sets"]:
        rows = {**each["kinds"], **{f"paraphrase: {name}": style for name, style in each["styles"].items()}}
        for kind, shares in {**rows, "all paraphrases": each["paraphrases"]}.items():
            cells = (shares["n"], shares["retrieved"]["k"], pages.share(shares["reused"]), shares["opposite"]["k"])
            table.add_row(each["name"], kind, *(str(cell) for cell in cells))
        table.add_section()
    console.print(table)
