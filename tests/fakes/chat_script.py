"""A server that answers chat completions by a script, for what a model server does only once in a while.

Each step answers one request: a `Response`, `RESET` (the connection ends before an answer), `CUT` (it ends inside the
body) or `HANG` (until the client leaves). Past the end of the script, the last step repeats.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat

RESET, CUT, HANG = "reset", "cut", "hang"


@dataclass(frozen=True)
class Response:
    """What is sent."""

    body: object
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def raw(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()
        named = {"Content-Type": "application/json", "Content-Length": str(len(body)), **dict(self.headers)}
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        return "\r\n".join(lines).encode() + body


def says(text: str | None, *, finish: str = "stop", fingerprint: str | None = "fp_1", **message: object) -> Response:
    """Answer with a completion; 100 tokens in, 20 out."""
    return Response(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "model-2026-11-01",
            "system_fingerprint": fingerprint,
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
    )


def calls(*tools: tuple[str, str]) -> Response:
    """Ask for tools: name, and arguments as JSON."""
    return says(
        None,
        finish="tool_calls",
        tool_calls=[
            {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for number, (name, arguments) in enumerate(tools)
        ],
    )


def fails(status: int, *, message: str = "scripted", code: str | None = None, **headers: str) -> Response:
    """Answer with an error; underscores in the names of headers are hyphens."""
    error = {"message": message, "type": "scripted", "param": None, "code": code}
    return Response({"error": error}, status, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


@dataclass
class ChatScript:
    """What came in."""

    url: str
    steps: Iterable[Response | str]
    bodies: list[dict] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    now: Counter = field(default_factory=Counter)
    """Connections that are `open`, requests that are `hanging`."""

    def __post_init__(self) -> None:
        *first, last = self.steps
        self._script = chain(first, repeat(last))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now["open"] += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client has left, or the test is over; a cancelled handler would be reported as an error
        finally:
            self.now["open"] -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, "the client sends its bodies in one piece"
        self.bodies.append(json.loads(await reader.readexactly(int(length[1]))))
        self.heads.append(head)
        step = next(self._script)
        if isinstance(step, Response):
            writer.write(step.raw)
            await writer.drain()
            return True
        if step == HANG:
            self.now["hanging"] += 1
            try:
                await reader.readexactly(1)
            finally:
                self.now["hanging"] -= 1
        elif step == CUT:
            writer.write(says("{}").raw[:-20])
            await writer.drain()
        return False


@asynccontextmanager
async def chat_script(*steps: Response | str) -> AsyncIterator[ChatScript]:
    """Serve on a free port, in this loop."""
    served = ChatScript("", steps)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()
