"""`forethought worker`."""

import asyncio
import signal
from typing import Annotated

import structlog
import typer
from prometheus_client import start_http_server

from forethought.bootstrap import running
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import prepared, run
from forethought.settings import Settings

log = structlog.get_logger(__name__)


def worker(
    slots: Annotated[int | None, typer.Option("--slots", min=1, help="Deliberations at once.")] = None,
    metrics_port: Annotated[
        int, typer.Option("--metrics-port", min=0, max=65535, help="Show Prometheus metrics there; 0 does not.")
    ] = 0,
    metrics_host: Annotated[str, typer.Option("--metrics-host", help="Address for the metrics.")] = "127.0.0.1",
) -> None:
    """Let the panel of analysts work on the queue, apart from the service.

    As many workers as you like may share one Redis: each task is worked on by one of them. One that dies loses its
    tasks to the others after FORETHOUGHT_ANALYSTS__STALE_S. Needs a model: FORETHOUGHT_LLM__BASE_URL or
    FORETHOUGHT_LLM__API_KEY. Stop it with Ctrl-C or SIGTERM; what is in hand then is taken over, too.
    """
    settings = prepared(quiet=False)
    if slots is not None:
        settings = settings.model_copy(update={"analysts": settings.analysts.model_copy(update={"slots": slots})})
    if not settings.has_model:
        raise ConfigurationError(
            "no model is configured: set FORETHOUGHT_LLM__BASE_URL (any OpenAI-compatible server) or "
            "FORETHOUGHT_LLM__API_KEY; `forethought llm-sim` is a simulated one"
        )
    run(_work(settings, metrics_port, metrics_host))


async def _work(settings: Settings, metrics_port: int, metrics_host: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(settings, work=True, learn=True, intake=True) as service:
        if metrics_port:
            start_http_server(metrics_port, metrics_host, service.metrics.registry)
        log.info(
            "worker.ready",
            slots=settings.analysts.slots,
            panels={name: panel.version for name, panel in service.parts.panels.items() if not panel.interim_only},
            redis=service.redis_is,
        )
        await stop.wait()
