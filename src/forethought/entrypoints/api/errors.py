"""Errors as RFC 9457 problem+json. The HTTP status is decided here and nowhere else."""

from typing import Any

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from forethought.domain import errors

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"

_STATUS: tuple[tuple[type[errors.ForethoughtError], int], ...] = (
    (errors.Unauthorised, 401),
    (errors.NotFound, 404),
    (errors.InvalidInput, 422),
    (errors.Overloaded, 503),
    (errors.Unavailable, 503),
    (errors.DimensionMismatch, 422),
    (errors.ForethoughtError, 500),
)
_HEADERS = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": "1"}}
"""By status: how to do better."""


class PayloadTooLarge(errors.InvalidInput):
    """The body is larger than the service reads."""

    code = "body_too_large"


def status_of(error: errors.ForethoughtError) -> int:
    """Return the HTTP status of an error; the most specific line wins."""
    if isinstance(error, errors.InvalidBody):
        return 400
    if isinstance(error, PayloadTooLarge):
        return 413
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem(
    status: int, code: str, detail: str, *, field: str | None = None, request: Request | None = None
) -> Response:
    """Make a problem document."""
    if request is not None:
        request.scope["problem_code"] = code
    body: dict[str, Any] = {
        "type": f"urn:forethought:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if field is not None:
        body["field"] = field
    if request is not None and (request_id := request.scope.get("request_id")):
        body["request_id"] = request_id
    return Response(orjson.dumps(body), status, _HEADERS.get(status), PROBLEM)


async def on_forethought_error(request: Request, error: Exception) -> Response:
    """Answer for what was raised on purpose."""
    if not isinstance(error, errors.ForethoughtError):
        raise error
    field = error.field if isinstance(error, errors.InvalidInput) else None
    return problem(status_of(error), error.code, str(error), field=field, request=request)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer for unknown routes and wrong methods."""
    if not isinstance(error, HTTPException):
        raise error
    codes = {404: "not_found", 405: "method_not_allowed"}
    answer = problem(error.status_code, codes.get(error.status_code, "http_error"), str(error.detail), request=request)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    if error.status_code == 405:  # noqa: PLR2004 - the status, not a magic number
        answer.headers["allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> list[str]:
    """List the methods of a path; Starlette names those of its first route only."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})


async def on_invalid_parameter(request: Request, error: Exception) -> Response:
    """Answer for a query or path parameter that cannot be read."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return problem(422, errors.InvalidInput.code, f"{where}: {first['msg']}"[:500], field=where, request=request)


async def on_disconnect(request: Request, error: Exception) -> Response:  # noqa: ARG001 - nobody reads it any more
    """Answer one who left while sending; the status is for metrics and the log (nginx's code for it)."""
    return problem(499, "client_disconnected", "the client left before its request had come", request=request)


async def on_unexpected(request: Request, error: Exception) -> Response:
    """Answer for a defect of ours: logged with its traceback, told without."""
    log.error("http.defect", path=request.url.path, exc_info=error)
    return problem(500, "internal", "a defect of the service; it was logged", request=request)
