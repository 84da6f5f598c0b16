"""`forethought decide`."""

import sys
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from forethought.application.messages import DecideRequest, from_validation
from forethought.bootstrap import running
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.settings import Settings


def decide(
    text: Annotated[str, typer.Argument(help="The news, or `-` to read it from standard input.")],
    asset: Annotated[str, typer.Option("--asset", "-a", help="Symbol.")] = "BTC",
    strategy: Annotated[str, typer.Option("--strategy", "-s", help="Name of a strategy file.")] = "default",
    as_of: Annotated[str | None, typer.Option("--as-of", help="Use nothing later than this, ISO 8601.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Decide a piece of news from the memory of the data folder.

    Example: forethought decide "Gold rises 0.3 percent as the dollar weakens" --asset XAU
    """
    settings = prepared()
    said = sys.stdin.read() if text == "-" else text
    fields = {"text": said, "asset": asset, "strategy": strategy, "as_of": as_of}
    try:
        asked = DecideRequest.model_validate({k: v for k, v in fields.items() if v is not None})
    except ValidationError as error:
        raise from_validation(error) from error
    answer = run(_decide(settings, asked))
    if wants_json(as_json):
        print_json(answer)
    else:
        _show(answer)


async def _decide(settings: Settings, asked: DecideRequest) -> dict[str, Any]:
    async with running(settings) as service:
        return await service.decide(asked.question())


def _show(answer: dict[str, Any]) -> None:
    decision, cache = answer["decision"], answer["cache"]
    table = Table(show_header=False, box=None)
    table.add_row("decision", f"[bold]{decision['label']}[/bold], conviction {decision['conviction']}")
    table.add_row("why", escape(decision["reasoning"]))
    agreed = "unknown" if answer["agreement_p"] is None else f"{answer['agreement_p']:.3f}"
    table.add_row("path", f"{answer['path']}, agreement {agreed}, budget {answer['budget']['state']}")
    if answer["fallback"]:
        table.add_row("fallback", f"{answer['fallback']['reason']}: decided by {answer['fallback']['by']}, interim")
    if cache["key"]:
        table.add_row(
            "precedent", f"{cache['key']}: news similarity {cache['news_similarity']}, guard {cache['guard']}"
        )
    table.add_row("took", f"{answer['latency_ms']['total']} ms")
    console.print(table)
