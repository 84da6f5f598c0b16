"""`forethought lab bound`."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from forethought.bootstrap.embedder import build_embedder
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson
from forethought.entrypoints.cli.lab._pages import require_folder, today
from forethought.entrypoints.cli.lab._playing import ending, progress
from forethought.evals.bound.figures import PARTS, Document, document
from forethought.evals.bound.page import page
from forethought.evals.bound.plots import draw
from forethought.evals.bound.sampling import Vectors
from forethought.evals.bound.sources import Texts, embedded, from_file, generated
from forethought.evals.bound.study import Notebook, Plan, Pool, check, play, purpose, tasks
from forethought.settings import Settings

_DEFAULT = Plan()
_POOL_PER_RECORD = 4
"""Generated headlines for each record of a replay."""


def bound(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled texts (columns text and label), beside our own headlines.", show_default=False),
    ] = None,
    *,
    report: Annotated[Path, typer.Option("--report", help="Write a page of Markdown there, its plots beside it.")],
    replays: Annotated[
        int, typer.Option("--replays", min=1, help="Of each source, labels as they are.")
    ] = _DEFAULT.replays,
    variants: Annotated[
        int, typer.Option("--variants", min=0, help="Of each source, labels negated, and swapped between topics.")
    ] = _DEFAULT.variant_replays,
    flips: Annotated[
        int, typer.Option("--flips", min=0, help="Streams of each source, twice as long, that flip at the middle.")
    ] = _DEFAULT.flips,
    records: Annotated[int, typer.Option("--records", min=20, help="Of a replay.")] = _DEFAULT.records,
    audit: Annotated[
        float, typer.Option("--audit", min=0, max=1, help="Chance that an answer has its label seen.")
    ] = _DEFAULT.audit,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of all draws; the page names it.")] = _DEFAULT.seed,
    work: Annotated[
        Path | None, typer.Option("--work", help="Keeps vectors and finished replays; REPORT.work unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Test the error budget on many resampled streams: does the realised error stay within it?

    Replays our own headlines, and the files given; labels as they are, negated, swapped between topics, and flipped at
    the middle. Nothing is asked of a service. Ctrl-C keeps what is finished: the same command goes on from there.

    Example: forethought lab bound texts.parquet --report bound.md
    """
    settings = prepared()
    require_folder("--report", report)
    plan = Plan(replays, variants, flips, records, audit, seed)
    sources = [generated(_POOL_PER_RECORD * records, seed), *(from_file(file) for file in files or [])]
    if len({each.name for each in sources}) < len(sources):
        raise ConfigurationError("two sources have one name; rename a file")
    folder = work or report.with_suffix(".work")
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # it must not leave processes behind either
    with ending(folder):
        found = _studied(settings, plan, sources, folder)
    text = page(found, command=_command(plan, files or [], report), made_on=today(), plots=draw(found, report))
    report.write_text(text, encoding="utf-8")
    if wants_json(as_json):
        print_json(_brief(found))
    else:
        _show(found, report)


def _studied(settings: Settings, plan: Plan, sources: Sequence[Texts], folder: Path) -> Document:
    with progress() as bars:
        vectors, encoder = run(_vectors(settings, sources, folder, bars))
        pools = [Pool.of(texts, made, seed=plan.seed) for texts, made in zip(sources, vectors, strict=True)]
        check(plan, pools)
        wanted = tasks(plan, pools)
        bar = bars.add_task("replays", total=len(wanted))
        notebook = Notebook(folder / "replays.jsonl", purpose(plan, pools, encoder))
        done = play(plan, pools, wanted, notebook, advance=lambda n: bars.advance(bar, n))
    return document(plan, pools, done, encoder=encoder)


async def _vectors(
    settings: Settings, sources: Sequence[Texts], folder: Path, bars: Progress
) -> tuple[list[Vectors], str]:
    embedder = await asyncio.to_thread(build_embedder, settings)
    bar = bars.add_task("embed", total=sum(len(each.texts) for each in sources))
    try:
        found = [
            await embedded(each.texts, embedder, folder / f"{each.name}.npz", advance=lambda n: bars.advance(bar, n))
            for each in sources
        ]
    finally:
        await embedder.close()
    return found, embedder.model.label


def _command(plan: Plan, files: Sequence[Path], report: Path) -> str:
    """Write the command as a reader would type it."""
    options = {
        "--replays": (plan.replays, _DEFAULT.replays),
        "--variants": (plan.variant_replays, _DEFAULT.variant_replays),
        "--flips": (plan.flips, _DEFAULT.flips),
        "--records": (plan.records, _DEFAULT.records),
        "--audit": (plan.audit, _DEFAULT.audit),
        "--seed": (plan.seed, _DEFAULT.seed),
    }
    changed = "".join(f" {name} {value}" for name, (value, usual) in options.items() if value != usual)
    given = "".join(f" PATH/{file.name}" for file in files)
    return f"forethought lab bound{given}{changed} --report {report.as_posix()}"


def _brief(found: Document) -> dict[str, Any]:
    """Leave out what is only drawn: the records of each stream that flips."""
    sources = [
        {**each, "flips": [{k: v for k, v in flip.items() if k not in {"fate", "mode"}} for flip in each["flips"]]}
        for each in found["sources"]
    ]
    return {**found, "sources": sources}


def _show(found: Document, report: Path) -> None:
    table = Table("source", "labels", "part", "answered", "wrong", "within", "opposite", "within", "p of the claims")
    for source in found["sources"]:
        for variant in source["variants"]:
            for part in PARTS:
                at = variant[part]
                table.add_row(
                    source["name"],
                    variant["name"],
                    part,
                    f"{100 * at['coverage']['mean']:.1f} %",
                    *(cell for error in ("wrong", "opposite") for cell in _cells(at[error])),
                    f"{at['wrong']['held_p']:.2g}, {at['opposite']['held_p']:.2g}",
                )
    console.print(table)
    console.print(f"the page is {report}", highlight=False)


def _cells(tested: Document) -> tuple[str, str]:
    return f"{100 * tested['spread']['mean']:.2f} %", f"{tested['held']['k']} of {tested['held']['n']}"
