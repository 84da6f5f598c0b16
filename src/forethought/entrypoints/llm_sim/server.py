"""Run the simulator under uvicorn."""

import socket

from forethought.entrypoints import uvicorns
from forethought.entrypoints.llm_sim.app import create_app
from forethought.entrypoints.llm_sim.simulator import Simulator

_GRACE_S = 5


class SimServer(uvicorns.Server):
    """A server that ends all waiting before it waits for its connections to end."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(uvicorns.simulator_config(create_app(simulator), grace_s=_GRACE_S, date_header=False))
        self._simulator = simulator
        simulator.connections = lambda: len(self.server_state.connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order: calls that wait are answered 503, then connections are closed."""
        self._simulator.stop()
        await super().shutdown(sockets)


async def serve(simulator: Simulator, sock: socket.socket, *, with_parent: bool) -> None:
    """Serve until the simulator is ended; see `uvicorns.serve_simulator`."""
    await uvicorns.serve_simulator(SimServer(simulator), sock, event="llm_sim.server", with_parent=with_parent)
