"""What goes wrong with answers."""

import asyncio
from random import Random

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from forethought.entrypoints.newswire.options import Fault, Options


class Faults:
    """Draws, for each request, what goes wrong with its answer."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._random = Random(options.seed)  # noqa: S311 - a simulation

    def draw(self) -> Fault | None:
        """Draw one."""
        drawn = self._random.random()
        for fault, share in self._options.faults.items():
            if drawn < share:
                return fault
            drawn -= share
        return None

    def refusal(self, fault: Fault | None) -> Response | None:
        """Return what is answered instead; `None` where an answer is made after all."""
        if fault is Fault.RATE_LIMIT:
            headers = {"retry-after": str(self._options.retry_after_s)}
            return Response("Simulated: too many requests.", 429, headers, "text/plain")
        if fault is Fault.SERVER_ERROR:
            return Response("Simulated: the server failed.", 500, media_type="text/plain")
        return None

    async def done_to(self, response: Response, fault: Fault | None) -> Response:
        """Return an answer late, or with half of its body."""
        if fault is Fault.SLOW:
            await asyncio.sleep(self._options.slow_s)
        return _Cut(response) if fault is Fault.CUT and response.body else response


class _Cut(Response):
    """Half of a body, announced as a whole: the server closes the connection when no more comes."""

    def __init__(self, whole: Response) -> None:
        super().__init__(bytes(whole.body), whole.status_code, dict(whole.headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
