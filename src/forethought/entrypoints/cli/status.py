"""`forethought status` and `forethought clear`."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.application.ports.decision_cache import Selection
from forethought.bootstrap import running
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.settings import Settings

_ISO = "%Y-%m-%dT%H:%M:%S"


def status(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show what is remembered and how well it is known to answer, by scope."""
    found = run(_status(prepared()))
    if wants_json(as_json):
        print_json(found)
        return
    console.print(
        f"Redis: {found['redis']}; {found['decisions']} decisions, {found['components']} components; "
        f"encoder {found['embedder']}"
    )
    _show_analysts(found)
    used = found["labelling"]
    console.print(
        f"Checks this hour: {used['calls']} of {used['calls_limit']} calls, "
        f"{used['cost_usd']:.4f} of {used['cost_limit_usd']:.2f} USD; {found['queue']['shadow']} wait",
        highlight=False,
    )
    table = Table("scope", "state", "mode", "labelled", "wrong", "95 % below", "opposite", "95 % below", "reflex")
    for scope in found["scopes"]:
        answered = scope["answered"]
        figures = (answered[name] for name in ("wrong_frac", "wrong_upper", "opposite_frac", "opposite_upper"))
        table.add_row(
            f"{scope['strategy']}/{scope['asset']}",
            scope["state"],
            scope["mode"] or "-",
            str(answered["n"]),
            *("-" if figure is None else f"{figure:.1%}" for figure in figures),
            "-" if scope["reflex"] is None else f"{scope['reflex']['label']}, {scope['reflex']['lessons']} lessons",
        )
    console.print(table)
    _show_checks(found["scopes"])


def _show_checks(scopes: list[dict[str, Any]]) -> None:
    table = Table("checked afterwards", "path", "n", "wrong", "95 % within", "opposite", "95 % within")
    for scope in scopes:
        for path, seen in scope["shadow"].items():
            shares = (part for of in ("wrong", "opposite") for part in _share(seen[of]))
            table.add_row(f"{scope['strategy']}/{scope['asset']}", path, str(seen["n"]), *shares)
    if table.row_count:
        console.print(table)


def _share(share: dict[str, Any]) -> tuple[str, str]:
    point = "-" if share["frac"] is None else f"{share['frac']:.1%}"
    return point, f"{share['low']:.1%} - {share['high']:.1%}"


def _show_analysts(found: dict[str, Any]) -> None:
    queue = found["queue"]
    console.print(
        f"Analysts: {', '.join(found['analysts'])}, {len(found['workers'])} workers; "
        f"{queue['background']} deliberations wait, {queue['waiting']} more with a caller who waits, "
        f"{queue['dead']} dead letters",
        highlight=False,
    )
    if found["spent"]:
        table = Table("day (UTC)", "provider", "calls", "prompt tokens", "completion tokens", "USD")
        for line in found["spent"]:
            table.add_row(
                line["day"],
                line["provider"],
                str(line["calls"]),
                str(line["prompt_tokens"]),
                str(line["completion_tokens"]),
                f"{line['cost_usd']:.4f}",
            )
        console.print(table)


async def _status(settings: Settings) -> dict[str, Any]:
    async with running(settings) as service:
        return {
            "redis": service.redis_is,
            "embedder": service.embedder.model.label,
            **await service.status.counts(),
            **await service.status.analysts(),
            "labelling": await service.status.labelling(),
            "scopes": await service.status.quality(),
        }


def clear(  # noqa: PLR0917 - options
    strategy: Annotated[str | None, typer.Option("--strategy", "-s", help="Only this strategy.")] = None,
    asset: Annotated[str | None, typer.Option("--asset", "-a", help="Only this asset.")] = None,
    strategy_version: Annotated[str | None, typer.Option(help="Only of this version of the strategy.")] = None,
    agent_version: Annotated[
        str | None, typer.Option(help="Only by this version of a panel, a role or a model.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only with this tag.")] = None,
    before: Annotated[
        datetime | None, typer.Option(help="Only decided before this moment, UTC.", formats=["%Y-%m-%d", _ISO])
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget decisions: all, or what fits everything that is given.

    Whole strategies and assets go with their evidence; of a part only decisions and what was learned from them go.

    Example: forethought clear --asset AAPL --before 2026-11-01
    """
    settings = prepared()
    until = None if before is None else before.replace(tzinfo=UTC)
    which = Selection(strategy, asset, strategy_version, agent_version, tag, until)
    given = (strategy, asset, strategy_version, agent_version, tag, until and f"before {until:%Y-%m-%d %H:%M}")
    what = "/".join(name for name in given if name) or "everything"
    if not yes:
        typer.confirm(f"Forget {what}?", abort=True)
    print_json(run(_clear(settings, which)))


async def _clear(settings: Settings, which: Selection) -> dict[str, int]:
    async with running(settings) as service:
        done = await service.clear(which)
        return {"decisions": done.decisions, "components": done.components, "scopes": done.scopes}
