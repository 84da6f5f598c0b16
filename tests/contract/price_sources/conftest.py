"""Sources of prices over real HTTP: a server here speaks each vendor's wire. Shapes are from public documentation."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina
from tests.fakes.price_vendor import FAST, KEY, NOW, Wire

from forethought.adapters.marketdata.alpha_vantage import AlphaVantage
from forethought.adapters.marketdata.polygon import Polygon
from forethought.adapters.system.clock import VirtualClock


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Yield a server on loopback."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            wire.asked.append((parts.path, query, dict(self.headers)))
            status, headers, body = wire.answer(parts.path, query)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    wire.url = f"http://127.0.0.1:{server.server_port}"
    yield wire
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def retries_do_not_wait() -> Iterator[None]:
    """Keep the attempts, drop the pauses."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def polygon(wire):
    source = Polygon(KEY, calls_per_min=FAST, base_url=wire.url)
    yield source
    await source.close()


@pytest.fixture
async def alpha_vantage(wire):
    source = AlphaVantage(KEY, clock=VirtualClock(NOW), calls_per_min=FAST, base_url=wire.url)
    yield source
    await source.close()


@pytest.fixture(params=["polygon", "alpha_vantage"])
async def vendor(request, wire):
    """Give each source that speaks HTTP by itself."""
    clock = VirtualClock(NOW)
    source = {
        "polygon": lambda: Polygon(KEY, calls_per_min=FAST, base_url=wire.url),
        "alpha_vantage": lambda: AlphaVantage(KEY, clock=clock, calls_per_min=FAST, base_url=wire.url),
    }[request.param]()
    yield source
    await source.close()
