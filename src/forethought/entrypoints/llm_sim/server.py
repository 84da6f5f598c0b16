"""Run the simulator under uvicorn."""

import asyncio
import os
import socket
import sys

import uvicorn

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.llm_sim.app import create_app
from forethought.entrypoints.llm_sim.simulator import Simulator
from forethought.entrypoints.uvicorns import Server, ended_by_signals, remarks_to_log

_BACKLOG = 2_048
_GRACE_S = 5
_KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection: else they would now and then use one that is about to close."""

_CUT = "ASGI callable returned without completing response."
"""Uvicorn's dismay at a connection that we cut on purpose."""


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


class SimServer(Server):
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


async def serve(simulator: Simulator, sock: socket.socket, *, with_parent: bool) -> None:
    """Serve until SIGINT or SIGTERM, or with a parent until it closes the pipe that is our standard input."""
    remarks_to_log("llm_sim.server", but=_CUT)
    server = SimServer(simulator)
    loop = asyncio.get_running_loop()

    def listen() -> None:
        if not os.read(sys.stdin.fileno(), 4_096):
            loop.remove_reader(sys.stdin.fileno())
            server.should_exit = True

    with ended_by_signals(server):
        if with_parent:
            loop.add_reader(sys.stdin.fileno(), listen)
        await server.serve(sockets=[sock])
