"""A site that says what a test wants it to say, over real HTTP on loopback."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.fakes.http_server import HttpServer

from forethought.adapters.newswire.http import Fetcher, Limits

FEEDS = Path(__file__).parent
QUICK = Limits(per_minute=60_000, timeout_s=5, allow_private=True, robots=False)


@dataclass
class Answer:
    """What a path says; `body` may be chunks, each sent when it is asked for."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: Message
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    fake: "Site"

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        asked = Asked(self.command, self.path, self.headers, self.rfile.read(size))
        self.fake.asked.append(asked)
        page = self.fake.pages.get(self.path.partition("?")[0], Answer(status=404))
        answer = page if isinstance(page, Answer) else page(asked)
        if isinstance(answer.body, bytes):
            self._head(answer, str(len(answer.body)))
            self.wfile.write(answer.body)
            return
        self._head(answer, None)
        self.close_connection = True
        try:
            for chunk in answer.body:
                self.wfile.write(chunk)
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):  # whoever asked has had enough
            pass

    do_POST = do_GET  # noqa: N815  the base class looks for it

    def _head(self, answer: Answer, length: str | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header(*(("Connection", "close") if length is None else ("Content-Length", length)))
        self.end_headers()


@dataclass
class Site(HttpServer):
    """The server; use as a context manager. `pages` maps a path to an answer, or to what makes one of a request."""

    handler = _Handler
    pages: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def feed(self, body: str | bytes, **headers: str) -> str:
        """Serve a feed, and return its address."""
        raw = body if isinstance(body, bytes) else body.encode()
        said = {"Content-Type": "application/rss+xml; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.pages["/feed"] = Answer(raw, headers=said)
        return f"{self.url}/feed"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


def fetcher(limits: Limits = QUICK, names: dict[str, list[str]] | None = None) -> Fetcher:
    """Return one that finds hosts in `names` instead of asking the system."""
    if names is None:
        return Fetcher(limits)

    async def look_up(host: str, port: int) -> list[str]:
        if host not in names:
            raise OSError(host)
        return names[host]

    return Fetcher(limits, resolve_name=look_up)
