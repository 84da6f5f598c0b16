"""`forethought lab stories`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson, Limit
from forethought.entrypoints.cli.lab._pages import require_folder, today, typed
from forethought.entrypoints.cli.lab._playing import Bars, ending, stoppable
from forethought.evals.stories.judging import ALL
from forethought.evals.stories.labels import read_labels
from forethought.evals.stories.page import page
from forethought.evals.stories.plots import draw
from forethought.evals.stories.study import Plan, draw_pairs, run_plan


def stories(
    file: Annotated[Path, typer.Argument(help="Parquet: headlines, times and ids at least; bodies, sources, tickers.")],
    *,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a page of Markdown there, and a plot beside it.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="JSON lines of judged pairs, by the digests of their headlines.")
    ] = None,
    drawn: Annotated[
        Path | None,
        typer.Option("--draw", help="Only draw pairs to be judged, and write them there with their headlines."),
    ] = None,
    assets: Annotated[
        list[str] | None, typer.Option("--asset", "-a", help="Only stories about this instrument; repeat.")
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Gather a file of articles into stories: duplicates, analyses saved, and whether the stories are right.

    Everything runs in namespaces of its own; no analyst is asked. A month of 6,000 articles takes some minutes.

    Example: forethought lab stories news.parquet --labels tests/data/story_labels.jsonl --report stories.md
    """
    require_folder("--report", report)
    require_folder("--draw", drawn)
    settings = prepared()
    watch = frozenset(each.upper() for each in assets or [])
    plan = Plan(file, read_labels(labels) if labels is not None else (), watch, limit)
    with ending(None), Bars() as bars:
        if drawn is not None:
            _write_pairs(run(stoppable(draw_pairs(settings, plan, bars))), drawn)
            return
        found = run(stoppable(run_plan(settings, plan, bars)))
    if report is not None:
        _write(found, report, _command(plan, labels, report))
    if wants_json(as_json):
        print_json(found)
    else:
        _show(found)


def _write_pairs(pairs: list[dict[str, Any]], file: Path) -> None:
    file.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in pairs), encoding="utf-8")
    notes.print(f"{len(pairs)} pairs to be judged are in {file}; read them shuffled, without band and stratum")


def _write(found: dict[str, Any], report: Path, command: str) -> None:
    plot = report.with_suffix(".svg") if "judged" in found else None
    if plot is not None:
        draw(found["judged"], plot)
    text = page(found, command=command, made_on=today(), plot=None if plot is None else plot.name)
    report.write_text(text, encoding="utf-8")


def _command(plan: Plan, labels: Path | None, report: Path) -> str:
    """Write the command as a reader would type it."""
    options = typed(
        ("--labels", None if labels is None else labels.as_posix()),
        *(("--asset", asset) for asset in sorted(plan.watch)),
        ("--limit", plan.limit),
        ("--report", report.as_posix()),
    )
    return " ".join(["forethought lab stories", f"PATH/{plan.file.name}", *options])


def _show(found: dict[str, Any]) -> None:
    table = Table("stories may be joined for", "questions", "stories", "saved", title=f"{found['articles']:,} articles")
    for each in found["replays"]:
        saved = each["saved"]["frac"]
        table.add_row(each["name"], str(each["questions"]), str(each["stories"]), _percent(saved))
    console.print(table)
    if "judged" not in found:
        return
    table = Table("rule", "precision", "recall", title=f"{found['judged']['pairs']} judged pairs")
    for rule in found["judged"]["rules"]:
        table.add_row(rule["name"], *(_percent(rule[ALL][what]["frac"]) for what in ("precision", "recall")))
    console.print(table)


def _percent(frac: float | None) -> str:
    return "-" if frac is None else f"{100 * frac:.1f} %"
