"""`forethought lab adversarial`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson
from forethought.entrypoints.cli.lab._pages import require_folder, today, typed
from forethought.entrypoints.cli.lab._playing import ending, progress, stoppable
from forethought.evals.adversarial import page as pages
from forethought.evals.adversarial.suite import Judged, Notebook, PairSet, document, failures, play, sets_of
from forethought.settings import Settings

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
    as_json: AsJson = False,
) -> None:
    """Ask texts that look like remembered ones and say something else, and such as say the same in other words.

    Reports, for each kind of change, how often a remembered decision was reused: the service must refuse the first
    and answer the second. It runs in namespaces of its own. Ctrl-C keeps what was answered beside the report; the same
    command goes on from there.

    Example: forethought lab adversarial tests/data/minimal_pairs*.jsonl --real ../shared/data --report adversarial.md
    """
    require_folder("--report", report)
    require_folder("--failures", failed)
    settings = prepared()
    sets = sets_of(seed, real=real, files=files or [])
    kept = None if report is None else report.with_suffix(".progress.json")
    notebook = Notebook.opened(kept, sets)
    with ending(kept):
        judged, encoder = _played(settings, sets, notebook)
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


def _played(settings: Settings, sets: Sequence[PairSet], notebook: Notebook) -> tuple[list[Judged], str]:
    with progress() as bars:
        task = bars.add_task("adversarial", total=sum(len(each.pairs) for each in sets))
        return run(stoppable(play(settings, sets, notebook, lambda n: bars.advance(task, n))))


def _command(files: Sequence[Path], real: Path | None, report: Path, seed: int) -> str:
    options = typed(
        ("--real", None if real is None else real.as_posix()), ("--report", report.as_posix()), ("--seed", seed)
    )
    return " ".join(["forethought lab adversarial", *(file.as_posix() for file in files), *options])


def _write(found: dict[str, Any], report: Path, command: str) -> None:
    plot = report.with_suffix(".svg")
    pages.draw(found, plot)
    text = pages.page(found, command=command, made_on=today(), plot=plot.name)
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
