"""`forethought lab tune`."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson, Asset, LabelledFile, Limit, Strategy
from forethought.entrypoints.cli.lab._pages import require_folder, today, typed
from forethought.entrypoints.cli.lab._playing import Bars, ending, stoppable
from forethought.evals.report import share
from forethought.evals.streams.labels import Labels
from forethought.evals.tuning import page as pages
from forethought.evals.tuning.strategy_file import write_strategy
from forethought.evals.tuning.study import DELTAS, Plan, printed, tune as tune_on


def tune(  # noqa: PLR0917 - a command's options
    file: LabelledFile,
    report: Annotated[Path, typer.Option("--report", help="Write a page of Markdown there, its plot beside it.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the tuned strategy there; REPORT.toml unless given.")
    ] = None,
    trials: Annotated[int, typer.Option("--trials", min=2, help="How many; finished ones count.")] = 40,
    labels: Annotated[
        str, typer.Option("--labels", help="all (each is learned), or audit:RATE (after misses, and a share of hits).")
    ] = "audit:0.1",
    deltas: Annotated[
        list[float] | None, typer.Option("--delta", help="Budgets to show beside each other; repeat.")
    ] = None,
    asset: Asset = None,
    strategy: Strategy = None,
    limit: Limit = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Draws trials and audits.")] = 7,
    work: Annotated[
        Path | None, typer.Option("--work", help="Keeps vectors and finished trials; REPORT.work unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search weights, thresholds, k and half-life on the first 60 % of a stream; judge them on the rest.

    Writes a strategy file (its version counted up) that says above what it reached on the part that no trial saw,
    beside the strategy as it stood. `delta` is not searched: a table shows what each choice costs. Everything runs on
    a Redis of its own. Ctrl-C keeps what is finished: the same command goes on from there.

    Example: forethought lab tune df_events.parquet --report tuning.md --out strategies/events.toml
    """
    settings = prepared()
    out = out or report.with_suffix(".toml")
    require_folder("--report", report)
    require_folder("--out", out)
    if wrong := [delta for delta in deltas or () if not 0 < delta < 1]:
        raise ConfigurationError(f"--delta must lie in (0, 1), got {wrong[0]:g}")
    plan = Plan(
        file=file,
        work=work or report.with_suffix(".work"),
        trials=trials,
        seed=seed,
        labels=Labels.read(labels, seed=seed),
        limit=limit,
        strategy=strategy,
        asset=asset,
        deltas=tuple(sorted(set(deltas or DELTAS))),
    )
    with ending(plan.work), Bars() as bars:
        found = run(stoppable(tune_on(settings, plan, bars)))
    _write(found, report, out, _command(plan, deltas or (), report, out))
    if wants_json(as_json):
        print_json(printed(found))
    else:
        _show(found, report, out)


def _command(plan: Plan, deltas: Sequence[float], report: Path, out: Path) -> str:
    """Write the command as a reader would type it."""
    options = typed(
        ("--asset", plan.asset),
        ("--strategy", plan.strategy),
        ("--limit", plan.limit),
        ("--trials", plan.trials),
        ("--labels", plan.labels.name),
        ("--seed", plan.seed),
        *(("--delta", f"{delta:g}") for delta in deltas),
        ("--report", report.as_posix()),
        ("--out", out.as_posix()),
    )
    return f"forethought lab tune PATH/{plan.file.name} {shlex.join(options)}"


def _write(found: dict[str, Any], report: Path, out: Path, command: str) -> None:
    made_on = today()
    text = pages.page(found, command=command, made_on=made_on, plot=pages.draw(found, report))
    report.write_text(text, encoding="utf-8")
    if found["strategy"] is not None:
        write_strategy(out, found["strategy"], pages.comment(found, command=command, made_on=made_on))


def _show(found: dict[str, Any], report: Path, out: Path) -> None:
    parts = ("answered", "wrong", "opposite")
    table = Table("strategy", *parts, title="on the part that no trial saw")
    for name in ("default", "tuned"):
        if (worth := found["held_out"].get(name)) is not None:
            table.add_row(name, *(share(worth[part]) for part in parts))
    console.print(table)
    if found["strategy"] is None:
        console.print(f"Nothing beat the default; no strategy was written. The page is {report}", highlight=False)
    else:
        words = found["held_out"]["verdict"]["words"]
        console.print(f"{words.capitalize()}. The strategy is {out}, the page {report}", highlight=False)
