"""The simulated model in this process: `with llm_sim() as sim:` serves it from a thread with a loop of its own."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import uvloop

from forethought.entrypoints.llm_sim.options import Options
from forethought.entrypoints.llm_sim.server import SimServer
from forethought.entrypoints.llm_sim.simulator import Simulator
from forethought.entrypoints.uvicorns import bind


@dataclass(frozen=True)
class LlmSim:
    """A running simulator and its controls."""

    url: str
    """The root: the endpoint of an Azure client."""

    @property
    def base_url(self) -> str:
        """Of an OpenAI client."""
        return f"{self.url}/v1"

    def faults(self, name: str, share: float = 1.0, **more: Any) -> None:
        """Switch a fault on, in the place of any other; `more` is `role` or `retry_after_s`."""
        self._ask("PUT", "/sim/faults", {"fault": name, "share": share, **more})

    def clear(self) -> None:
        """Switch faults off."""
        self._ask("DELETE", "/sim/faults")

    def settings(self, **settings: Any) -> None:
        """Change latency, noise, tool_share or obedient."""
        self._ask("PUT", "/sim/settings", settings)

    def state(self) -> dict[str, Any]:
        """What was asked so far, without the connection that asks this."""
        state: dict[str, Any] = json.loads(self._ask("GET", "/sim/state"))
        return state

    def _ask(self, method: str, path: str, document: object = None) -> bytes:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, path, json.dumps(document), {"Connection": "close"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ValueError(f"{response.status}: {body.decode()}")
        return body


@contextmanager
def llm_sim(*, key: str | None = None, **options: Any) -> Iterator[LlmSim]:
    """Serve a simulated model until the end of the context.

    `options` are those of `Options` (latency, seed, noise, tool_share, obedient); the latency is 0 unless given.
    """
    simulator = Simulator(Options(**options), key=key)
    with bind("127.0.0.1", 0) as sock:
        server = SimServer(simulator)

        def serve() -> None:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(server.serve(sockets=[sock]))

        thread = threading.Thread(target=serve, name="llm-sim", daemon=True)
        # The socket listens already: who connects before the loop runs waits in its queue.
        thread.start()
        try:
            yield LlmSim(f"http://127.0.0.1:{sock.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(30)
