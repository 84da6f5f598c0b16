"""A server over real HTTP on loopback, in a thread of its own: what fakes of strangers' services are made of."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self


class HttpServer:
    """The server; use as a context manager."""

    handler: ClassVar[type[BaseHTTPRequestHandler]]
    """Answers requests; its `fake` is the server."""

    def __enter__(self) -> Self:
        self.stopping = threading.Event()
        more = {"fake": self, "protocol_version": "HTTP/1.1", "log_message": lambda *_: None}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (self.handler,), more))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"
