"""Run the newswire under uvicorn, and let its time pass."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from forethought.entrypoints import uvicorns
from forethought.entrypoints.newswire.app import create_app
from forethought.entrypoints.newswire.newswire import Newswire

_EVERY_S: Final = 0.05
_GRACE_S: Final = 2


class NewswireServer(uvicorns.Server):
    """A server that publishes while it serves."""

    def __init__(self, newswire: Newswire, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(uvicorns.simulator_config(create_app(newswire), grace_s=_GRACE_S, date_header=True))
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
    """Serve until the newswire is ended; see `uvicorns.serve_simulator`."""
    await uvicorns.serve_simulator(NewswireServer(newswire), sock, event="newswire.server", with_parent=with_parent)
