"""The HTTP application: five providers' paths, which faults meet, and the ledger, which no provider has."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forethought.entrypoints.newswire import ap, reuters
from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.newswire.options import Fault
from forethought.entrypoints.newswire.rest import GoneError
from forethought.entrypoints.newswire.rss import NAMES, Feed

SIMULATED: Final = {"x-forethought-simulated": "newswire"}
_MOST: Final = 200
"""Items of a page."""
_MOST_LISTED: Final = 10_000
_MAX_BODY_BYTES: Final = 10_000
_DIGITS: Final = 12

Endpoint = Callable[[Request, Newswire], Awaitable[Response]]


def create_app(newswire: Newswire) -> Starlette:
    """Make the application around a newswire; somebody else lets its time pass."""

    def route(path: str, endpoint: Endpoint, *, method: str = "GET", provider: str | None = None) -> Route:
        return Route(
            path, partial(_answered, endpoint=endpoint, newswire=newswire, provider=provider), methods=[method]
        )

    return Starlette(
        routes=[
            route("/", _index),
            route("/ledger", _ledger),
            route("/ledger/items", _listed),
            *[route(f"/{name}/markets.rss", partial(_feed, name=name), provider=name) for name in NAMES],
            route("/reuters/auth/token", _token, method="POST", provider="reuters"),
            route("/reuters/items", _reuters, provider="reuters"),
            route(ap.FEED, _ap, provider="ap"),
            route("/ap/media/v/content/{itemid}/download", _ap_text, provider="ap"),
        ],
        exception_handlers={HTTPException: _on_http_error, GoneError: _on_gone},
    )


async def _answered(request: Request, *, endpoint: Endpoint, newswire: Newswire, provider: str | None) -> Response:
    """Answer, as well as the faults allow, and say that all is simulated."""
    fault = None
    if provider is not None:
        newswire.ledger.requests[provider] += 1
        fault = newswire.faults.draw()
    if fault is not None:
        newswire.ledger.faults[fault.value] += 1
    if fault is Fault.EXPIRED:
        newswire.tokens.take_back(_bearer(request))
    refusal = newswire.faults.refusal(fault)
    response = await newswire.faults.done_to(await endpoint(request, newswire), fault) if refusal is None else refusal
    response.headers.update(SIMULATED)
    return response


async def _index(_: Request, newswire: Newswire) -> Response:
    return _json(newswire.document())


async def _ledger(_: Request, newswire: Newswire) -> Response:
    return _json(
        {
            "simulated": True,
            "seed": newswire.options.seed,
            "started_at": newswire.started.astimezone(UTC).isoformat(),
            "finished": newswire.finished,
            **newswire.ledger.counts(),
        }
    )


async def _listed(request: Request, newswire: Newswire) -> Response:
    query = request.query_params
    page = newswire.ledger.listed(
        _whole(query.get("cursor"), 0, 10**_DIGITS),
        _whole(query.get("limit"), 1_000, _MOST_LISTED),
        provider=query.get("provider"),
        malformed=query.get("malformed") == "1",
    )
    return _json(page)


async def _feed(request: Request, newswire: Newswire, *, name: str) -> Response:
    feed = newswire.feeds[name]
    headers = {"etag": feed.etag, "cache-control": "max-age=0"}
    if feed.changed is not None:
        headers["last-modified"] = _last_modified(feed.changed)
    if _unchanged(request, feed):
        return Response(status_code=304, headers=headers)
    return Response(feed.document(), headers=headers, media_type="application/rss+xml")


def _last_modified(changed: datetime) -> str:
    """Spell when a feed changed; the second that is not over yet may bring more, so the one before stands for it."""
    second = int(changed.timestamp())
    second -= second == int(datetime.now(UTC).timestamp())
    return format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)


def _unchanged(request: Request, feed: Feed) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return feed.etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None or feed.changed is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and int(feed.changed.timestamp()) <= moment.timestamp()


async def _token(request: Request, newswire: Newswire) -> Response:
    asked = await _login(request)
    if asked.get("grant_type") != "client_credentials":
        return _json({"error": "unsupported_grant_type"}, 400)
    if not (asked.get("client_id") and asked.get("client_secret")):
        return _json({"error": "invalid_client"}, 401)
    tokens = newswire.tokens
    return _json({"access_token": tokens.issue(), "token_type": "Bearer", "expires_in": int(tokens.lasts_s)})


async def _login(request: Request) -> dict[str, Any]:
    """Read a login: a form, as OAuth 2.0 has it, or JSON, as Reuters takes it too."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise HTTPException(413, "a login is small")
    if not request.headers.get("content-type", "").startswith("application/json"):
        return dict(parse_qsl(body.decode("latin-1")))
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400, "the body is no JSON") from None
    return asked if isinstance(asked, dict) else {}


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


async def _reuters(request: Request, newswire: Newswire) -> Response:
    if not newswire.tokens.good(_bearer(request)):
        raise HTTPException(401, "no token, or it has expired", {"www-authenticate": "Bearer"})
    query = request.query_params
    body = reuters.page(newswire.reuters, query.get("cursor"), _whole(query.get("limit"), 100, _MOST))
    return Response(body, media_type="application/json")


def _with_key(request: Request) -> None:
    if not request.headers.get("x-api-key"):
        raise HTTPException(401, "the header x-api-key is missing")


async def _ap(request: Request, newswire: Newswire) -> Response:
    _with_key(request)
    query = request.query_params
    here = str(request.base_url).rstrip("/")
    body = ap.page(newswire.ap, query.get("seq"), _whole(query.get("page_size"), 100, _MOST), here)
    return Response(body, media_type="application/json")


async def _ap_text(request: Request, newswire: Newswire) -> Response:
    _with_key(request)
    text = newswire.ap_texts.at(_whole(request.query_params.get("place"), 0, 10**_DIGITS))
    if text is None:
        raise HTTPException(404, "no such text")
    return Response(text, media_type="application/xml")


def _whole(text: str | None, usual: int, most: int) -> int:
    """Read a whole number of a query, at most `most`; what is none is as if it were not there."""
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else usual


def _json(document: Any, status: int = HTTPStatus.OK) -> Response:  # noqa: ANN401 - JSON is anything
    return Response(orjson.dumps(document), status, media_type="application/json")


async def _on_http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    response = _json({"error": {"code": error.status_code, "message": f"Simulated: {error.detail}"}}, error.status_code)
    response.headers.update({**(error.headers or {}), **SIMULATED})
    return response


async def _on_gone(request: Request, _: Exception) -> Response:
    return await _on_http_error(request, HTTPException(410, "this place of the feed is unknown: begin anew"))
