"""Run the application under uvicorn, stopped in order."""

import gc
import socket

import structlog
import uvicorn

from forethought.bootstrap import Service
from forethought.entrypoints import uvicorns
from forethought.entrypoints.api.app import create_app
from forethought.entrypoints.api.authorisation import is_loopback

log = structlog.get_logger(__name__)


_GRACE_S = 10


def bind(host: str, port: int) -> socket.socket:
    """Take the address.

    Raises:
        ConfigurationError: it is taken or not ours.
    """
    return uvicorns.bind(host, port, remedy="stop what runs there or set FORETHOUGHT_API__PORT")


async def serve(service: Service, sock: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first."""
    host = sock.getsockname()[0]
    if not is_loopback(host):
        may = "read" if service.settings.api.write_key is not None else "read and teach"
        log.warning("http.open_to_network", host=host, reason=f"anyone who reaches this address can {may}")
    config = uvicorn.Config(
        create_app(service),
        loop="none",
        http="httptools",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        limit_concurrency=None,
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
        date_header=False,
    )
    uvicorns.remarks_to_log("http.server")
    server = uvicorns.Server(config)
    # What was built at start stays; without this a full collection walks it again and again, 100 ms at a time.
    gc.collect()
    gc.freeze()
    with uvicorns.ended_by_signals(server):
        await server.serve(sockets=[sock])
