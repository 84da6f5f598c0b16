"""What our HTTP servers share: an address, uvicorn's remarks in our log, and signals that end it in order."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from forethought.domain.errors import ConfigurationError

log = structlog.get_logger(__name__)

_BACKLOG: Final = 2_048
_KEEP_ALIVE_S: Final = 75
"""Longer than clients keep an idle connection: else they would now and then use one that is about to close."""
_CUT: Final = "ASGI callable returned without completing response."
"""Uvicorn's dismay at a connection that a simulator cuts on purpose."""


def bind(host: str, port: int, *, remedy: str = "name another --port") -> socket.socket:
    """Take the address; port 0 takes a free one. From here on connections are accepted, and wait.

    Args:
        host: A name or an address.
        port: Its port.
        remedy: What to do where it is taken, for people.

    Raises:
        ConfigurationError: it is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ConfigurationError(f"cannot listen on {host}:{port} ({error.strerror}): {remedy}") from error
    sock.listen(_BACKLOG)
    return sock


class Server(uvicorn.Server):
    """Uvicorn raises a captured signal again when it is done: the process would end before all else has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `ended_by_signals`."""
        yield


class _ToLog(logging.Handler):
    """Remarks as events of our log: a line that is no JSON would break what reads it."""

    def __init__(self, event: str, *, but: str | None) -> None:
        super().__init__(logging.WARNING)
        self._event = event
        self._but = but

    def emit(self, record: logging.LogRecord) -> None:
        """Log one remark."""
        if record.getMessage() != self._but:
            log.log(record.levelno, self._event, detail=record.getMessage(), exc_info=record.exc_info)


def remarks_to_log(event: str, *, but: str | None = None) -> None:
    """Send uvicorn's warnings to our log.

    Args:
        event: Their name there.
        but: One remark that is none.
    """
    uvicorns = logging.getLogger("uvicorn")
    uvicorns.handlers, uvicorns.propagate = [_ToLog(event, but=but)], False


@contextlib.contextmanager
def ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end a server: requests under way are finished first."""
    loop = asyncio.get_running_loop()

    def leave() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def simulator_config(app: ASGIApp, *, grace_s: int, date_header: bool) -> uvicorn.Config:
    """Return how a simulator is served.

    Args:
        app: The simulator.
        grace_s: How long requests under way may take to finish.
        date_header: Whether answers say when they were made.
    """
    return uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=date_header,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=grace_s,
    )


async def serve_simulator(server: Server, sock: socket.socket, *, event: str, with_parent: bool) -> None:
    """Serve until SIGINT or SIGTERM, or with a parent until it closes the pipe that is our standard input.

    Args:
        server: Made with `simulator_config`.
        sock: Where.
        event: Name of uvicorn's remarks in our log.
        with_parent: Whether there is one.
    """
    remarks_to_log(event, but=_CUT)
    loop = asyncio.get_running_loop()

    def listen() -> None:
        if not os.read(sys.stdin.fileno(), 4_096):
            loop.remove_reader(sys.stdin.fileno())
            server.should_exit = True

    with ended_by_signals(server):
        if with_parent:
            loop.add_reader(sys.stdin.fileno(), listen)
        await server.serve(sockets=[sock])
