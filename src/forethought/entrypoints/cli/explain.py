"""`forethought explain`."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from forethought.bootstrap import running
from forethought.domain.errors import NotFound
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.settings import Settings


def explain(
    decision_id: Annotated[str, typer.Argument(metavar="ID", help="The decision_id of an answer.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show how an answer came about: the rung, the precedents, and who of the analysts said what.

    Example: forethought explain 01M803ZYJF3JGK56T5PPS30RNN
    """
    found = run(_explain(prepared(), decision_id))
    if wants_json(as_json):
        print_json(found)
    else:
        _show(found)


async def _explain(settings: Settings, decision_id: str) -> dict[str, Any]:
    async with running(settings) as service:
        found = await service.explain(decision_id)
    if found is None:
        raise NotFound(f"no answer has the id {decision_id[:64]!r} (any more)", field="decision_id")
    return found


def _show(found: dict[str, Any]) -> None:
    decision, cache, upgrade = found["decision"], found["cache"], found["upgrade"]
    table = Table(show_header=False, box=None)
    table.add_row("decision", f"[bold]{decision['label']}[/bold], conviction {decision['conviction']}")
    table.add_row("why", escape(decision["reasoning"]))
    table.add_row("asked", f"{found['strategy']}/{found['asset']} at {found['at']}, {found['latency_ms']['total']} ms")
    table.add_row("path", found["path"])
    if cache["key"]:
        table.add_row("nearest", f"{cache['key']}: news similarity {cache['news_similarity']}, guard {cache['guard']}")
    if found["fallback"]:
        table.add_row("fallback", escape(", ".join(f"{name} {value}" for name, value in found["fallback"].items())))
    if "previous" in upgrade:
        before = upgrade["previous"]
        table.add_row(
            "upgrade",
            f"by {upgrade['by']} at {upgrade['at']}; before: {before['decision']['label']} ({before['path']})",
        )
    elif "failed" in upgrade:
        table.add_row("upgrade", f"failed: {upgrade['failed']}")
    elif upgrade["pending"]:
        table.add_row("upgrade", "pending")
    console.print(table)
    if (heard := found.get("deliberation")) is not None:
        _show_deliberation(heard)


def _show_deliberation(heard: dict[str, Any]) -> None:
    table = Table(
        "role", "says", "conviction", "why, and its evidence", "model", "took", "USD", title=f"{heard['panel']}"
    )
    for role in heard["roles"]:
        model = role["model"]
        quotes = "".join(f"\n“{quote}”" for quote in role["evidence"])
        why = (
            f"abstains: {role['abstained']}. {role['detail'] or ''}"
            if role["abstained"]
            else role["reasoning"] + quotes
        )
        table.add_row(
            role["role"],
            role["label"] or "-",
            "-" if role["conviction"] is None else f"{role['conviction']:.2f}",
            escape(why),
            "-" if model is None else escape(model["version"]) + (" (simulated)" if model["simulated"] else ""),
            f"{role['took_ms'] / 1000:.2f} s",
            f"{role['cost_usd']:.5f}",
        )
    console.print(table)
    if heard["decision"] is not None:
        times, used = heard["latency_ms"], heard["usage"]
        console.print(
            f"{heard['aggregation']}; disagreement {heard['disagreement_frac']:.0%}; "
            f"took {times['total'] / 1000:.2f} s, its slowest role {times['slowest_role'] / 1000:.2f} s, "
            f"all in sum {times['sum_of_roles'] / 1000:.2f} s; "
            f"{used['prompt_tokens']} + {used['completion_tokens']} tokens, {heard['cost_usd']:.5f} USD",
            highlight=False,
        )
