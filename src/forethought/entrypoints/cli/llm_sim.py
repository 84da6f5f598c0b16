"""`forethought llm-sim`."""

import sys
from typing import Annotated

import structlog
import typer
from pydantic import ValidationError

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import notes, run
from forethought.entrypoints.llm_sim.options import Options
from forethought.entrypoints.llm_sim.server import serve
from forethought.entrypoints.llm_sim.simulator import Simulator
from forethought.entrypoints.uvicorns import bind
from forethought.logs import configure

log = structlog.get_logger(__name__)

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_GREETING = """
[bold]A SIMULATED model answers at {url}/v1[/bold]  [dim](stop with Ctrl-C)[/dim]
It is no language model: rules judge the wording of the news, with noise. Its answers mean nothing.

Let Forethought ask it, in another terminal:

     FORETHOUGHT_LLM__BASE_URL={url}/v1 make run

Let it fail, and see what it was asked:

     curl -s -X PUT {url}/sim/faults -d '{{"fault": "hang"}}'      # or {faults}
     curl -s -X DELETE {url}/sim/faults
     curl -s {url}/sim/state
"""


def llm_sim(
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65_535, help="Port; 0 takes a free one.")] = 8006,
    latency: Annotated[str, typer.Option("--latency", help="Seconds an answer takes: `0.5`, or a range.")] = "2-5",
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal answers to equal questions.")] = 7,
    noise: Annotated[float, typer.Option("--noise", min=0, max=1, help="Share of signals that differ.")] = 0.1,
    tool_share: Annotated[
        float, typer.Option("--tool-share", min=0, max=1, help="Share of questions that first call a tool on offer.")
    ] = 0.25,
    obedient: Annotated[bool, typer.Option("--obedient", help="Obey what the news says, as a gullible model.")] = False,
    key: Annotated[str | None, typer.Option("--key", help="Answer only who brings this key.")] = None,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="Stop also when standard input, a pipe, is closed.")
    ] = False,
) -> None:
    """Run a simulated model that speaks OpenAI's and Azure's wire format, for tests and demonstrations.

    It is no language model, and says so in every answer. It listens on loopback; stop it with Ctrl-C or SIGTERM.
    PUT /sim/faults {"fault": "hang", "share": 1.0} makes it fail, PUT /sim/settings {"latency": "0.1-0.2"} changes it,
    GET /sim/state says what it was asked.
    """
    try:
        options = Options(latency=latency, seed=seed, noise=noise, tool_share=tool_share, obedient=obedient)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(f"--{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}") from error
    configure(level="info", format_="auto")
    run(_serve(Simulator(options, key=key), host, port, with_parent=with_parent))


async def _serve(simulator: Simulator, host: str, port: int, *, with_parent: bool) -> None:
    with bind(host, port) as sock:
        address = sock.getsockname()
        where = f"[{address[0]}]" if ":" in address[0] else address[0]
        url = f"http://{where}:{address[1]}"
        if host not in _LOOPBACK:
            log.warning("http.open_to_network", host=host, reason="anyone who reaches this address can ask and set it")
        log.info("llm_sim.ready", url=url, simulated=True, **simulator.options.model_dump())
        if sys.stderr.isatty():
            others = "rate_limit, server_error, cut, malformed, schema, refusal, injection_echo, slow"
            notes.print(_GREETING.format(url=url, faults=others), highlight=False, soft_wrap=True)
        await serve(simulator, sock, with_parent=with_parent)
