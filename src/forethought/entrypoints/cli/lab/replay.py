"""`forethought lab replay`."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson, Asset, LabelledFile, Limit, Strategy
from forethought.entrypoints.cli.lab._pages import require_folder, today, typed
from forethought.entrypoints.cli.lab._playing import Bars, ending, stoppable
from forethought.evals.report import page, share
from forethought.evals.streams.labels import Labels
from forethought.evals.streams.laboratory import Plan, run_plan
from forethought.evals.streams.plots import draw
from forethought.evals.streams.shaping import Shape


def replay(  # noqa: PLR0917 - a command's options
    file: LabelledFile,
    report: Annotated[Path, typer.Option("--report", help="Write a page of Markdown there, its plots beside it.")],
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--labels", help="all (each is learned), or audit:RATE (after misses, and a share of hits); repeat."
        ),
    ] = None,
    asset: Asset = None,
    strategy: Strategy = None,
    limit: Limit = None,
    negate: Annotated[bool, typer.Option("--negate", help="Negate every label.")] = False,
    flip_at: Annotated[
        float | None, typer.Option("--flip-at", help="Negate the labels from this share of the stream on.")
    ] = None,
    shuffle_seed: Annotated[int | None, typer.Option("--shuffle-seed", help="Another order of the records.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Draws the audits.")] = 0,
    peers: Annotated[bool, typer.Option("--peers/--no-peers", help="Whether others compete.")] = True,
    work: Annotated[
        Path | None, typer.Option("--work", help="Keeps vectors and finished runs; REPORT.work unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the service and its peers live through a labelled stream from a cold start, and draw what each is worth.

    Everything runs on a Redis of its own. Ctrl-C keeps what is finished: the same command goes on from there.

    Example: forethought lab replay texts.parquet --asset US500 --labels all --labels audit:0.1 --report page.md
    """
    settings = prepared()
    require_folder("--report", report)
    plan = Plan(
        file=file,
        work=work or report.with_suffix(".work"),
        protocols=[Labels.read(text, seed=seed) for text in dict.fromkeys(labels or ["all"])],
        shape=Shape(negate=negate, flip_at_frac=flip_at, shuffle_seed=shuffle_seed),
        limit=limit,
        strategy=strategy,
        asset=asset,
        peers=peers,
    )
    with ending(plan.work), Bars() as bars:
        found = run(stoppable(run_plan(settings, plan, bars)))
    text = page(found, command=_command(plan, seed, report), made_on=today(), plots=draw(found, report))
    report.write_text(text, encoding="utf-8")
    if wants_json(as_json):
        print_json(found)
    else:
        _show(found, report)


def _command(plan: Plan, seed: int, report: Path) -> str:
    """Write the command as a reader would type it."""
    shape = plan.shape
    options = [
        *typed(("--asset", plan.asset), ("--strategy", plan.strategy), ("--limit", plan.limit)),
        *typed(*(("--labels", labels.name) for labels in plan.protocols)),
        *(("--negate",) if shape.negate else ()),
        *typed(("--flip-at", shape.flip_at_frac), ("--shuffle-seed", shape.shuffle_seed), ("--seed", seed or None)),
        *(() if plan.peers else ("--no-peers",)),
    ]
    return f"forethought lab replay PATH/{plan.file.name} {shlex.join([*options, '--report', report.as_posix()])}"


def _show(found: dict[str, Any], report: Path) -> None:
    for protocol in found["protocols"]:
        table = Table("who", "part", "answered", "wrong", "opposite", "saved", title=f"labels {protocol['labels']}")
        for each in protocol["contenders"]:
            for part, shares in (each["operating"] or {}).items():
                table.add_row(
                    each["name"], part, *(share(shares[n]) for n in ("answered", "wrong", "opposite", "saved"))
                )
        console.print(table)
    console.print(f"the page is {report}", highlight=False)
