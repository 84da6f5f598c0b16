"""Run the application under uvicorn, stopped in order."""

import gc
import socket

import structlog
import uvicorn

from forethought.bootstrap import Service
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.api.app import create_app
from forethought.entrypoints.api.authorisation import is_loopback
from forethought.entrypoints.uvicorns import Server, ended_by_signals, remarks_to_log

log = structlog.get_logger(__name__)


_GRACE_S = 10


def bind(host: str, port: int) -> socket.socket:
    """Take the address.

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
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}): stop what runs there or set FORETHOUGHT_API__PORT"
        ) from error
    sock.listen(2048)
    return sock


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
    remarks_to_log("http.server")
    server = Server(config)
    # What was built at start stays; without this a full collection walks it again and again, 100 ms at a time.
    gc.collect()
    gc.freeze()
    with ended_by_signals(server):
        await server.serve(sockets=[sock])
