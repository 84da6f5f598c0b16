"""Run the newswire under uvicorn, and let its time pass."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import uvicorn

from forethought.entrypoints.newswire.app import create_app
from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.uvicorns import Server, ended_by_signals, remarks_to_log

_EVERY_S: Final = 0.05
_GRACE_S: Final = 2
_KEEP_ALIVE_S: Final = 75
_CUT: Final = "ASGI callable returned without completing response."
"""Uvicorn's dismay at a connection that we cut on purpose."""


class NewswireServer(Server):
    """A server that publishes while it serves."""

    def __init__(self, newswire: Newswire, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        config = uvicorn.Config(
            create_app(newswire),
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
        super().__init__(config)
        self._newswire = newswire
        self._now = now

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until asked to end; publish meanwhile."""
        publishing = asyncio.create_task(self._publish())
        try:
            await super().serve(sockets)
        finally:
            publishing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await publishing

    async def _publish(self) -> None:
        while not self._newswire.finished:
            more = self._newswire.advance(self._now())
            await asyncio.sleep(0 if more else _EVERY_S)


async def serve(newswire: Newswire, sock: socket.socket, *, with_parent: bool) -> None:
    """Serve until SIGINT or SIGTERM, or with a parent until it closes the pipe that is our standard input."""
    remarks_to_log("newswire.server", but=_CUT)
    server = NewswireServer(newswire)
    loop = asyncio.get_running_loop()

    def listen() -> None:
        if not os.read(sys.stdin.fileno(), 4_096):
            loop.remove_reader(sys.stdin.fileno())
            server.should_exit = True

    with ended_by_signals(server):
        if with_parent:
            loop.add_reader(sys.stdin.fileno(), listen)
        await server.serve(sockets=[sock])
