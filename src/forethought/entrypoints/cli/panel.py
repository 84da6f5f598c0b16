"""`forethought panel`: versions of panels, and what is learned about them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from forethought.adapters.panels.files import PanelFiles, write_learned
from forethought.application.ports.analysts import Analysts
from forethought.application.ports.rollout import Compared, Standing
from forethought.application.rollout import RollOut
from forethought.bootstrap import Service, running
from forethought.domain.errors import ConfigurationError, NotFound
from forethought.domain.opinion import DECIDING, Role
from forethought.domain.panel import PanelFile
from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.evals.aggregation import Kind, learn as learn_from
from forethought.evals.judging import Progress as Judging, Sources, judge as judge_rows, read_judged
from forethought.evals.labelled import LabelledFile, read_labelled
from forethought.evals.report import share as shown
from forethought.evals.statistics import Share
from forethought.settings import LlmEndpoint, Settings

_INTERRUPTED = 130
_SHOWN = 20

panel = typer.Typer(
    help="Versions of the panels of analysts: compare them, change over, and learn how to weigh their opinions.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Option("--panel", "-p", help="Which panel.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@panel.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the panels that there are, their versions and models, and which of them answers."""
    settings = prepared()
    files = PanelFiles(settings.llm.panels_dir).all()
    standings = run(_standings(settings, files))
    found = [
        _described(file, settings, standings[name]) for name, versions in files.items() for file in versions.values()
    ]
    if wants_json(as_json):
        print_json(found)
        return
    if not settings.has_model:
        notes.print("No model is configured: the analysts by rule answer (FORETHOUGHT_LLM__BASE_URL, OPENAI_API_KEY).")
    table = Table("panel", "version", "state", "models", "second choice", "prompts", "aggregation")
    for each in found:
        second = _models(each["second_models"])
        names = (each["panel"], each["version"], each["state"], _models(each["models"]), second)
        table.add_row(*names, each["prompts"], each["aggregation"] or "the strategy's")
    console.print(table)


async def _standings(settings: Settings, versions: Mapping[str, Collection[str]]) -> dict[str, Standing]:
    async with running(settings) as service:
        roll_out = RollOut(service.parts.rollout, versions)
        return {name: await roll_out.standing(name) for name in versions}


def _described(file: PanelFile, settings: Settings, standing: Standing) -> dict[str, Any]:
    second = settings.llm.second
    return {
        "panel": file.name,
        "version": file.version,
        "state": _state(file.version, standing),
        "models": {role.value: _model(role, file, settings) for role in DECIDING},
        "second_models": {
            role.value: _second_model(role, file, settings, second) for role in DECIDING if second is not None
        },
        "prompts": file.prompts,
        "aggregation": file.aggregation,
    }


def _model(role: Role, file: PanelFile, settings: Settings) -> str:
    of_role = settings.llm.roles.get(role.value)
    return file.models.get(role) or (of_role.model if of_role is not None else None) or settings.llm.model


def _second_model(role: Role, file: PanelFile, settings: Settings, second: LlmEndpoint) -> str:
    of_role = settings.llm.roles.get(role.value)
    return file.second_models.get(role) or (of_role.second_model if of_role is not None else None) or second.model


def _state(version: str, standing: Standing) -> str:
    if version == standing.current:
        return "current"
    if version == standing.candidate:
        return f"in shadow, {standing.share:.0%}"
    return "previous" if version == standing.previous else ""


def _models(by_role: dict[str, str]) -> str:
    """Name one model once, and several by role."""
    names = set(by_role.values())
    if len(names) <= 1:
        return "".join(names)
    return ", ".join(f"{role}: {model}" for role, model in by_role.items())


@panel.command("judge")
def judge(
    file: Annotated[Path, typer.Argument(help="Labelled records: parquet, CSV or JSON lines, as for `import`.")],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Takes a line of JSON for each judged record.")],
    name: Name = "panel",
    version: Annotated[str | None, typer.Option("--version", help="Instead of the one that answers.")] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", "-c", min=1, max=256, help="Records at once.")] = 8,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many, in time.")] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", "-s", help="Instead of the strategy that the records name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a panel judge a file of labelled records, each from what was known at its time, to learn from it later.

    It asks a model and may cost money: the sum is shown. What is judged is on file at once; run it again to go on
    after Ctrl-C, and to ask once more about what failed. Nothing of it is remembered by the service.

    Example: forethought panel judge df_events.parquet --out judged.jsonl
    """
    settings = prepared()
    if not settings.has_model:
        raise ConfigurationError(
            "no model is configured: set FORETHOUGHT_LLM__BASE_URL, FORETHOUGHT_LLM__API_KEY or OPENAI_API_KEY"
        )
    data, judging = read_labelled(file, limit=limit, strategy=strategy), Judging()
    interrupted = _judged(settings, data, out, judging, name=name, version=version, concurrency=concurrency)
    found = _judging_document(judging, data, out)
    if wants_json(as_json):
        print_json(found)
    else:
        _show_judging(found)
    if interrupted:
        raise typer.Exit(_INTERRUPTED)
    if found["failed"]:
        raise typer.Exit(1)


def _judged(
    settings: Settings,
    data: LabelledFile,
    out: Path,
    judging: Judging,
    *,
    name: str,
    version: str | None,
    concurrency: int,
) -> bool:
    """Judge; tell whether somebody stopped it."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[usd]:.4f} USD"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task(f"judge {data.name}", total=len(data.rows), usd=0.0)

        def advance(n: int) -> None:
            progress.update(task, advance=n, usd=judging.cost_usd)

        async def work() -> None:
            # The panel is built where the queue is worked on; a worker of this process lends it.
            async with running(settings, think=True) as service:
                parts = service.parts
                chosen = await _chosen(service, name, version)
                sources = Sources(parts.strategies, parts.components, parts.survey)
                await judge_rows(
                    data.rows,
                    out,
                    panel=chosen,
                    sources=sources,
                    concurrency=concurrency,
                    progress=judging,
                    advance=advance,
                )

        try:
            run(work())
        except (KeyboardInterrupt, asyncio.CancelledError):
            return True
    return False


async def _chosen(service: Service, name: str, version: str | None) -> Analysts:
    versions = service.parts.versions.get(name, {})
    standing = await RollOut(service.parts.rollout, service.parts.versions).standing(name)
    chosen = version if version is not None else standing.current
    if chosen is None or chosen not in versions:
        raise NotFound(f"{name} has no version {chosen!r}; it has {', '.join(versions)}", field="version")
    return versions[chosen]


def _judging_document(judging: Judging, data: LabelledFile, out: Path) -> dict[str, Any]:
    skipped = [*data.skipped, *judging.refused]
    return {
        "out": str(out),
        "records": len(data.rows),
        "judged": judging.judged,
        "already": judging.already,
        "failed": [{"row": each.row, "code": each.code, "detail": each.detail} for each in judging.failed],
        "skipped": [{"row": each.row, "code": each.code, "detail": each.detail} for each in skipped],
        "times_invented": data.times_invented,
        "simulated": judging.simulated,
        "cost_usd": round(judging.cost_usd, 6),
    }


def _show_judging(found: dict[str, Any]) -> None:
    console.print(
        f"[bold]{found['judged']}[/bold] judged, {found['already']} were already, "
        f"[bold]{len(found['failed'])}[/bold] failed, {len(found['skipped'])} skipped of {found['records']}; "
        f"{found['cost_usd']:.4f} USD",
        highlight=False,
    )
    if found["simulated"]:
        console.print(f"{found['simulated']} by a model that says it simulates")
    for bad in (*found["failed"], *found["skipped"])[:_SHOWN]:
        console.print(f"  row {bad['row']}: {escape(bad['detail'])} [dim]({bad['code']})[/dim]", highlight=False)


@panel.command("learn")
def learn(
    file: Annotated[Path, typer.Argument(help="What `panel judge` wrote.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What to learn.")],
    name: Annotated[str, typer.Option("--name", help="How a panel or strategy will name it: KIND:NAME.")],
    out_dir: Annotated[
        Path | None, typer.Option("--out-dir", help="FORETHOUGHT_LLM__PANELS_DIR, or this folder, unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn how to weigh the opinions of a panel from what it judged, and measure it on the latest 30 %.

    Example: forethought panel learn judged.jsonl --kind weights --name desk
    """
    settings = prepared()
    learned, report = learn_from(
        read_judged(file), kind=kind, name=name, source=file.name, made_on=datetime.now(UTC).date()
    )
    path = write_learned(out_dir or settings.llm.panels_dir or Path(), learned, report=report)
    found = {"file": str(path), "aggregation": f"{kind}:{name}", "version": learned.version, **report}
    if wants_json(as_json):
        print_json(found)
        return
    table = Table("on what was held out", "agreement", "opposite")
    for rule, each in report["results"].items():
        table.add_row(rule.replace("_", " "), shown(each["agreement"]), shown(each["opposite"]))
    console.print(table)
    console.print(
        f"{path}: {kind}:{name} {learned.version}, learned from {report['training']['n']} records, "
        f"measured on {report['held_out']['n']} later ones; 95 % Wilson intervals",
        highlight=False,
    )
    if report["simulated"]:
        console.print(f"{report['simulated']} of {report['judged']} were judged by a model that says it simulates")


@panel.command("shadow")
def shadow(
    version: Annotated[str, typer.Argument(help="The candidate.")],
    share: Annotated[float, typer.Option("--share", help="Of the deliberations, in (0, 1].")] = 0.2,
    name: Name = "panel",
    as_json: AsJson = False,
) -> None:
    """Ask a version beside the current one: it never answers, and its answers are only compared.

    Example: forethought panel shadow 2 --share 0.2
    """
    _change(name, lambda roll_out: roll_out.shadow(name, version, share=share), as_json=as_json)


@panel.command("promote")
def promote(
    version: Annotated[str | None, typer.Argument(help="Instead of the one in shadow.")] = None,
    name: Name = "panel",
    as_json: AsJson = False,
) -> None:
    """Let another version answer from now on. Workers follow within a second; `rollback` returns."""
    _change(name, lambda roll_out: roll_out.promote(name, version), as_json=as_json)


@panel.command("rollback")
def rollback(name: Name = "panel", as_json: AsJson = False) -> None:
    """Let the previous version answer again."""
    _change(name, lambda roll_out: roll_out.rollback(name), as_json=as_json)


@panel.command("stop")
def stop(name: Name = "panel", as_json: AsJson = False) -> None:
    """End the shadow; its comparison is kept."""
    _change(name, lambda roll_out: roll_out.stop(name), as_json=as_json)


def _change(name: str, act: Callable[[RollOut], Awaitable[Standing]], *, as_json: bool) -> None:
    standing = run(_changed(prepared(), act))
    if wants_json(as_json):
        fields = ("current", "previous", "candidate", "share")
        print_json({"panel": name, **{field: getattr(standing, field) for field in fields}})
        return
    beside = f", version {standing.candidate} in shadow ({standing.share:.0%})" if standing.candidate else ""
    before = f" (before: {standing.previous})" if standing.previous else ""
    console.print(f"{name}: version [bold]{standing.current}[/bold] answers{before}{beside}", highlight=False)


async def _changed(settings: Settings, act: Callable[[RollOut], Awaitable[Standing]]) -> Standing:
    versions = PanelFiles(settings.llm.panels_dir).all()
    async with running(settings) as service:
        return await act(RollOut(service.parts.rollout, versions))


@panel.command("compare")
def compare(name: Name = "panel", as_json: AsJson = False) -> None:
    """Show how candidates did beside the versions that answered: agreement, opposite signs, failures, cost and time."""
    found = run(_compared(prepared(), name))
    if wants_json(as_json):
        print_json(found)
        return
    if not found:
        console.print(f"{name}: nothing was compared yet; `forethought panel shadow VERSION` begins")
        return
    table = Table("current", "candidate", "agreement", "opposite", "failed", "USD a decision", "seconds a decision")
    for each in found:
        cost = (f"{value:.5f}" for value in each["cost_usd"].values())
        took = (f"{value / 1000:.2f}" for value in each["took_ms"].values())
        figures = (shown(each["agreement"]), shown(each["opposite"]), shown(each["failed"]))
        table.add_row(each["current"], each["candidate"], *figures, " → ".join(cost), " → ".join(took))
    console.print(table)
    console.print("95 % Wilson intervals; cost and time: current → candidate, of decisions that both made")


async def _compared(settings: Settings, name: str) -> list[dict[str, Any]]:
    async with running(settings) as service:
        found = await service.parts.rollout.compared(name)
    return [_comparison(*pair, compared) for pair, compared in sorted(found.items())]


def _comparison(current: str, candidate: str, found: Compared) -> dict[str, Any]:
    n = found.n or 1  # sums without an observation are 0
    return {
        "current": current,
        "candidate": candidate,
        "agreement": Share(found.agreed, found.n).document(),
        "opposite": Share(found.opposite, found.n).document(),
        "failed": Share(found.failed, found.n + found.failed).document(),
        "cost_usd": {"current": found.current_cost_usd / n, "candidate": found.cost_usd / n},
        "took_ms": {"current": found.current_took_ms / n, "candidate": found.took_ms / n},
    }
