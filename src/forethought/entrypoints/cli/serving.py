"""`forethought serve`."""

import os
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import structlog
import typer

from forethought.adapters.files.records import read_records, sample_file
from forethought.application.insert import Record
from forethought.bootstrap import Service, running
from forethought.entrypoints.api.authorisation import require_guarded_writes
from forethought.entrypoints.api.server import bind, serve as serve_http
from forethought.entrypoints.cli._common import notes, prepared, run
from forethought.entrypoints.cli.simulated import simulated, simulates_news
from forethought.settings import Settings

log = structlog.get_logger(__name__)

_TRY = """
[bold]Forethought answers at {url}[/bold]  [dim](stop with Ctrl-C)[/dim]
{memory}{news}
Try, in another terminal:

  1. a decision from memory:
     curl -s {url}/decide -H 'content-type: application/json' -d '{first}'
  2. the opposite news, which must not get the same answer:
     curl -s {url}/decide -H 'content-type: application/json' -d '{second}'
  3. what the analysts said of it, some seconds later (by its decision_id):
     .venv/bin/forethought explain ID
  4. how well it is known to answer, and what it cost:
     .venv/bin/forethought status
"""
_WHO = {
    "simulated": "The analysts are SIMULATED (llm-sim), their answers mean nothing: docs/guides/models.md",
    "rules": "No model is configured: rule-based analysts answer in the interim, and nothing new is thought.",
}
_NEWS = """
The news is SIMULATED too (newswire), nothing of it has happened. Who sends it, and the stories that it tells:
     curl -s {url}/news/providers
     curl -s {url}/stories
"""
_FIRST = '{"text": "Gold rises 0.3 percent as the dollar weakens", "asset": "XAU"}'
_SECOND = '{"text": "Gold falls 0.3 percent as the dollar strengthens", "asset": "XAU"}'


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty memory with the sample decisions first.")] = False,
) -> None:
    """Run the HTTP service; without REDIS_URL with a Redis of its own.

    It listens on FORETHOUGHT_API__HOST (127.0.0.1) and FORETHOUGHT_API__PORT (8005), and keeps its data in
    FORETHOUGHT_DATA_DIR. Stop it with Ctrl-C or SIGTERM: requests under way are finished, then Redis is stopped.
    """
    settings = prepared(quiet=sys.stderr.isatty())
    if demo:
        settings = settings.model_copy(update={"demo": True})
    os.umask(0o077)
    run(_serve(settings, demo=demo))


async def _serve(settings: Settings, *, demo: bool) -> None:
    require_guarded_writes(settings.api)
    sock = bind(settings.api.host, settings.port)
    with sock:
        async with AsyncExitStack() as stack:
            # Simulated news is for simulated analysts only: a real model would be paid for thinking about it.
            simulates = demo and not settings.asks_panel
            simulated_news = simulates and simulates_news(settings)
            if simulates:
                settings = await stack.enter_async_context(simulated(settings))
            works = settings.has_model and settings.analysts.inside
            service = await stack.enter_async_context(
                running(settings, owner=True, work=works, learn=True, intake=True)
            )
            held = await service.status.counts()
            if demo and held["decisions"] == 0:
                held["decisions"] = await _fill(service)
            analysts = "simulated" if simulates else _analysts(settings)
            _greet(sock.getsockname(), held["decisions"], demo=demo, analysts=analysts, simulated_news=simulated_news)
            await serve_http(service, sock)


def _analysts(settings: Settings) -> str:
    """Say who thinks."""
    if not settings.asks_panel:
        return "rules"
    where = "here" if settings.has_model and settings.analysts.inside else "in workers apart"
    return f"{settings.llm.model}, {where}"


async def _fill(service: Service) -> int:
    """Insert the samples; they are ours, and say `provider: sample`."""
    records = [record for _, record in read_records(sample_file()) if isinstance(record, Record)]
    return (await service.insert(records)).accepted


def _greet(address: tuple[str, int], decisions: int, *, demo: bool, analysts: str, simulated_news: bool) -> None:
    host = "127.0.0.1" if address[0] in {"0.0.0.0", "::"} else address[0]  # noqa: S104 - compared, not bound
    url = f"http://{host}:{address[1]}"
    log.info("serve.ready", url=url, decisions=decisions, demo=demo, analysts=analysts, simulated_news=simulated_news)
    if sys.stderr.isatty() or demo:
        what = "decisions in memory, of which the samples are of our own writing" if demo else "decisions in memory"
        notes.print(
            _TRY.format(
                url=url,
                memory=f"{decisions} {what}. {_WHO.get(analysts, analysts)}",
                news=_NEWS.format(url=url) if simulated_news else "",
                first=_FIRST,
                second=_SECOND,
            ),
            highlight=False,
            soft_wrap=True,
        )
