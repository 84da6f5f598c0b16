"""`forethought redteam`."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from pydantic import SecretStr
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from forethought.bootstrap import running
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.api.app import create_app
from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.evals.acceptance import service_of_its_own
from forethought.evals.redteam.defences import Defence, settings_without, without as taken_away
from forethought.evals.redteam.page import page, share
from forethought.evals.redteam.suite import ATTACKS, Notes, document, play
from forethought.evals.redteam.target import Attack, Target
from forethought.logs import configure
from forethought.settings import ApiSettings, Settings

_INTERRUPTED = 130
_TIMEOUT_S = 30.0
_Plan = tuple[tuple[Defence, ...], list[Attack]]
"""What is taken away, and what is tried then."""


def redteam(
    *,
    url: Annotated[str | None, typer.Option("--url", help="A running service; without, one of its own.")] = None,
    attempts: Annotated[int, typer.Option("--attempts", min=1, help="Of each attack, at least.")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="Of all draws; the report names it.")] = 7,
    attack: Annotated[
        list[str] | None,
        typer.Option("--attack", help=f"Only these: {', '.join(ATTACKS)}.", show_default=False),
    ] = None,
    without: Annotated[
        list[Defence] | None,
        typer.Option("--without", help="Take a defence away, in a service inside this process.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Write a page of Markdown there, with a run without each defence, too."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Attack a service, and show how often each attack succeeds.

    Everything is sent and read over HTTP. What is taught lies in scopes of its own (assets RT…), which are cleared
    afterwards. A service that runs with a write key must be given here with the same FORETHOUGHT_API__WRITE_KEY.
    Exit code 1 when an attack succeeded. Ctrl-C keeps what was found beside the report; the same command goes on.

    Example: forethought redteam --report docs/reference/redteam.md
    """
    chosen = _chosen(attack)
    if url is not None and without:
        raise ConfigurationError("--without takes a defence away in this process: it cannot be given with --url")
    if report is not None and not report.absolute().parent.is_dir():
        raise ConfigurationError(f"--report: {report.parent} is no folder")
    job = _Job(prepared(), url, attempts, seed, report)
    plans = [(tuple(without or ()), chosen)]
    if report is not None and url is None and not without:
        plans += [((each,), [ATTACKS[each.stops]]) for each in Defence if ATTACKS[each.stops] in chosen]
    runs = _played(job, plans)
    if runs is None:
        notes.print("stopped; " + ("nothing was kept" if report is None else "the same command goes on from here"))
        raise typer.Exit(_INTERRUPTED)
    if report is not None:
        text = page(runs[0], runs[1:], command=_command(job), made_on=datetime.now(UTC).date().isoformat())
        report.write_text(text, encoding="utf-8")
    if wants_json(as_json):
        print_json(runs[0] | {"removed": runs[1:]})
    else:
        _show(runs)
    raise typer.Exit(0 if runs[0]["passed"] else 1)


@dataclass(frozen=True, slots=True)
class _Job:
    """What was asked for."""

    settings: Settings
    url: str | None
    attempts: int
    seed: int
    report: Path | None

    def notes(self, taken: Sequence[Defence]) -> Notes:
        """Open the notes of one run."""
        name = "-".join(("redteam", *taken))
        file = None if self.report is None else self.report.with_suffix(f".{name}.progress.json")
        return Notes.opened(file, seed=self.seed, attempts=self.attempts, without=taken)


def _chosen(names: Sequence[str] | None) -> list[Attack]:
    if unknown := [name for name in names or () if name not in ATTACKS]:
        raise ConfigurationError(f"--attack {unknown[0]}: there are {', '.join(ATTACKS)}")
    return [ATTACKS[name] for name in names or ATTACKS]


def _played(job: _Job, plans: Sequence[_Plan]) -> list[dict[str, Any]] | None:
    """Play every plan; return nothing if somebody stopped it."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    books = [job.notes(taken) for taken, _ in plans]
    runs = []
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task("attacks", total=job.attempts * sum(len(attacks) for _, attacks in plans))
        try:
            for plan, book in zip(plans, books, strict=True):
                found = run(_play(job, plan, book, lambda n: progress.advance(task, n)))
                runs.append(document(found, attempts=job.attempts, seed=job.seed, without=plan[0]))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return None
    for book in books:
        book.close()
    return runs


async def _play(job: _Job, plan: _Plan, book: Notes, advance: Callable[[int], None]) -> list[dict[str, Any]]:
    taken, attacks = plan
    async with _target(job, taken) as target:
        return await play(target, attacks, attempts=job.attempts, seed=job.seed, notes=book, advance=advance)


@asynccontextmanager
async def _target(job: _Job, taken: Sequence[Defence]) -> AsyncIterator[Target]:
    """Reach the service that was named, or start one: a process of its own, or in this one to take defences away."""
    own_key = secrets.token_urlsafe(24)
    async with AsyncExitStack() as stack:
        if taken:
            configure(level="error", format_=job.settings.log.format)  # what was let in is found damaged later
            transport = await stack.enter_async_context(_inside(own_key, taken))
            client = httpx.AsyncClient(transport=transport, base_url="http://inside", timeout=_TIMEOUT_S)
            key: str | None = own_key
        elif job.url is None:
            own = await asyncio.to_thread(
                stack.enter_context,
                service_of_its_own(FORETHOUGHT_API__WRITE_KEY=own_key, FORETHOUGHT_LLM__BASE_URL=""),
            )
            client, key = httpx.AsyncClient(base_url=own, timeout=_TIMEOUT_S, trust_env=False), own_key
        else:
            client = httpx.AsyncClient(base_url=job.url, timeout=_TIMEOUT_S, trust_env=False)
            given = job.settings.api.write_key
            key = None if given is None else given.get_secret_value()
        yield Target(await stack.enter_async_context(client), key)


@asynccontextmanager
async def _inside(key: str, taken: Sequence[Defence]) -> AsyncIterator[httpx.ASGITransport]:
    with tempfile.TemporaryDirectory(prefix="forethought-redteam-") as folder, taken_away(taken):
        bare = Settings(data_dir=Path(folder), redis_url=None, api=ApiSettings(write_key=SecretStr(key)))
        async with running(settings_without(bare, taken), owner=True, learn=True) as service:
            # Without its defences the service may break: that is an answer, too.
            yield httpx.ASGITransport(create_app(service), raise_app_exceptions=False)


def _command(job: _Job) -> str:
    return f"forethought redteam --report {job.report} --attempts {job.attempts} --seed {job.seed}"


def _show(runs: Sequence[dict[str, Any]]) -> None:
    table = Table("taken away", "attack", "successes (95 % upper bound)", "controls answered")
    for found in runs:
        for each in found["attacks"]:
            control = f"{each['control']['k']} of {each['control']['n']}"
            table.add_row(", ".join(found["without"]) or "nothing", each["name"], share(each["tried"]), control)
        table.add_section()
    console.print(table)
    for each in runs[0]["attacks"]:
        for won in each["successes"]:
            console.print(
                f"{each['name']}, {won['variant']}: {won['sent']} -> {won['got']}", markup=False, highlight=False
            )
