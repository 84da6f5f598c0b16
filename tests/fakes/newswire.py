"""The simulated newswire in this process: `with newswire(rate=600) as url:` serves it from a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import uvloop

from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.newswire.options import Options
from forethought.entrypoints.newswire.server import NewswireServer
from forethought.entrypoints.uvicorns import bind


@contextmanager
def newswire(**options: Any) -> Iterator[str]:
    """Serve a newswire until the end of the context, and yield its address; `options` are those of `Options`."""
    wire = Newswire(Options(**options), started=datetime.now(UTC))
    with bind("127.0.0.1", 0) as sock:
        server = NewswireServer(wire)

        def serve() -> None:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(server.serve(sockets=[sock]))

        thread = threading.Thread(target=serve, name="newswire", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
