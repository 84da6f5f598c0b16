"""Run the simulator under uvicorn."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator

import structlog
import uvicorn

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.llm_sim.app import create_app
from forethought.entrypoints.llm_sim.simulator import Simulator

log = structlog.get_logger(__name__)

_BACKLOG = 2_048
_GRACE_S = 5
_KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection: else they would now and then use one that is about to close."""

_CUT = "ASGI callable returned without completing response."


def bind(host: str, port: int) -> socket.socket:
    """Take the address; port 0 takes a free one. From here on connections are accepted, and wait.

    Raises:
        ConfigurationError: it is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port} ({error.strerror}): name another --port") from error


class SimServer(uvicorn.Server):
    """A server that ends all waiting before it waits for its connections to end."""

    def __init__(self, simulator: Simulator) -> None:
        config = uvicorn.Config(
            create_app(simulator),
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
        super().__init__(config)
        self._simulator = simulator
        simulator.connections = lambda: len(self.server_state.connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order: calls that wait are answered 503, then connections are closed."""
        self._simulator.stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`: uvicorn would raise them again at its end."""
        yield


async def serve(simulator: Simulator, sock: socket.socket, *, with_parent: bool) -> None:
    """Serve until SIGINT or SIGTERM, or with a parent until it closes the pipe that is our standard input."""
    uvicorns = logging.getLogger("uvicorn")
    uvicorns.handlers, uvicorns.propagate = [_ToLog(logging.WARNING)], False
    server = SimServer(simulator)
    loop = asyncio.get_running_loop()

    def leave() -> None:
        server.should_exit = True

    def listen() -> None:
        if not os.read(sys.stdin.fileno(), 4_096):
            loop.remove_reader(sys.stdin.fileno())
            leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), listen)
    try:
        await server.serve(sockets=[sock])
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _ToLog(logging.Handler):
    """Uvicorn's own remarks as events of our log, but for its dismay at a connection that we cut on purpose."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one remark."""
        if record.getMessage() != _CUT:
            log.log(record.levelno, "llm_sim.server", detail=record.getMessage(), exc_info=record.exc_info)
