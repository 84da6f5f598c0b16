"""`forethought newswire`."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
import typer
from pydantic import ValidationError

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import notes, run
from forethought.entrypoints.newswire import replayed
from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.newswire.options import Fault, Malformed, Options, shares
from forethought.entrypoints.newswire.server import serve
from forethought.entrypoints.uvicorns import bind
from forethought.logs import configure

log = structlog.get_logger(__name__)

Names = TypeVar("Names", bound=StrEnum)

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_GREETING = """
[bold]A SIMULATED newswire publishes at {url}[/bold]  [dim](stop with Ctrl-C)[/dim]
{rate:g} items a minute. Nothing of this news has happened.

     curl -s {url}/                          # the feeds
     curl -s {url}/bloomberg/markets.rss     # one of them
     curl -s {url}/ledger                    # what was published, to compare with what arrived
"""


def newswire(
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65_535, help="Port; 0 takes a free one.")] = 8007,
    rate: Annotated[float, typer.Option("--rate", help="Items a minute, of all providers, 10,000 at most.")] = 30,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds tell equal stories.")] = 7,
    from_: Annotated[Path | None, typer.Option("--from", help="Replay the articles of this parquet file.")] = None,
    speed: Annotated[float, typer.Option("--speed", help="How many times faster than in life a story goes on.")] = 1,
    count: Annotated[int | None, typer.Option("--count", help="Publish so many items, then stay silent.")] = None,
    duration: Annotated[float | None, typer.Option("--duration", help="Publish for so many seconds.")] = None,
    window: Annotated[float, typer.Option("--window", help="Minutes that an item stays in RSS at least.")] = 10,
    updates: Annotated[float, typer.Option("--updates", help="Share of the reports that say more later.")] = 0.05,
    corrections: Annotated[float, typer.Option("--corrections", help="Share that is corrected later.")] = 0.03,
    retractions: Annotated[float, typer.Option("--retractions", help="Share that is taken back later.")] = 0.01,
    contradictions: Annotated[
        float, typer.Option("--contradictions", help="Share of the stories on which one provider says the opposite.")
    ] = 0.02,
    duplicates: Annotated[float, typer.Option("--duplicates", help="Share of the items that came before.")] = 0.02,
    malformed: Annotated[
        str,
        typer.Option("--malformed", help=f"Share of items that are wrong, or `no_date=0.1,…`: {', '.join(Malformed)}."),
    ] = "0",
    faults: Annotated[
        str, typer.Option("--faults", help=f"Share of answers that fail, or `slow=0.1,…`: {', '.join(Fault)}.")
    ] = "0",
    token_s: Annotated[float, typer.Option("--token-s", help="Seconds that a token of Reuters is good for.")] = 300,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="Stop also when standard input, a pipe, is closed.")
    ] = False,
) -> None:
    """Run a simulated newswire: Reuters, Bloomberg, WSJ, FT and AP in their wire formats, for tests and demonstrations.

    Nothing of its news has happened, and it says so in every answer. It listens on loopback; stop it with Ctrl-C or
    SIGTERM. GET / lists the feeds, GET /ledger counts what was published. With --from, articles of a file are published
    in time order; the shares of duplicates, corrections and so on are those of generated stories.
    """
    try:
        options = Options(
            rate=rate,
            seed=seed,
            speed=speed,
            count=count,
            duration_s=duration,
            window_s=60 * window,
            updates=updates,
            corrections=corrections,
            retractions=retractions,
            contradictions=contradictions,
            duplicates=duplicates,
            malformed=_shares("--malformed", malformed, Malformed),
            faults=_shares("--faults", faults, Fault),
            token_s=token_s,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(f"--{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}") from error
    configure(level="info", format_="auto")
    rows = None if from_ is None else replayed.read(from_)
    run(_serve(options, rows, host, port, with_parent=with_parent))


def _shares(option: str, text: str, kinds: type[Names]) -> dict[Names, float]:
    try:
        return shares(text, kinds)
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}") from error


async def _serve(options: Options, rows: list[replayed.Row] | None, host: str, port: int, *, with_parent: bool) -> None:
    with bind(host, port) as sock:
        address = sock.getsockname()
        where = f"[{address[0]}]" if ":" in address[0] else address[0]
        url = f"http://{where}:{address[1]}"
        if host not in _LOOPBACK:
            log.warning("http.open_to_network", host=host, reason="anyone who reaches this address can read it")
        log.info("newswire.ready", url=url, simulated=True, rate=options.rate, seed=options.seed)
        if sys.stderr.isatty():
            notes.print(_GREETING.format(url=url, rate=options.rate), highlight=False, soft_wrap=True)
        await serve(Newswire(options, started=datetime.now(UTC), rows=rows), sock, with_parent=with_parent)
