"""Around every request: an id, a time, a count, and one summary line. Plain ASGI, as it is on the hot path."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from forethought.adapters.metrics.prometheus import PrometheusMetrics

log = structlog.get_logger("forethought.http")

_MAX_ID = 64
_QUIET = {"/health/live", "/health/ready", "/metrics"}


class RequestRecorder:
    """Records each request in metrics and in one log line."""

    def __init__(self, app: ASGIApp, metrics: PrometheusMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = request_id = _request_id(scope)
        status = 500

        async def record(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, record)
        except Exception:
            scope["problem_code"] = "internal"
            raise
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, took_s: float) -> None:
        route = scope.get("route")
        # Never the raw path: whoever asks could make labels without end.
        endpoint = getattr(route, "path", None) or "unmatched"
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.http(method, endpoint, str(status), took_s)
        code = scope.get("problem_code")
        if code is not None:
            self._metrics.errors.labels(endpoint, str(status), code).inc()
        if endpoint not in _QUIET or code is not None:
            log.info(
                "http.request",
                request_id=scope["request_id"],
                method=method,
                endpoint=endpoint,
                status=status,
                took_ms=round(took_s * 1000, 3),
                **({"code": code} if code else {}),
                **scope.get("summary", {}),
            )


_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given: str = value.decode("latin-1")
            if len(given) <= _MAX_ID and given.replace("-", "").isalnum() and given.isascii():
                return given
    return str(ULID())
