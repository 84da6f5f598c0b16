"""Questions and their answers."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from forethought.application.messages import DecideRequest
from forethought.domain.errors import InvalidInput, NotFound
from forethought.entrypoints.api import schemas
from forethought.entrypoints.api.reading import NOT_FOUND, PROBLEMS, described, parsed, rendered, service_of

router = APIRouter(tags=["decisions"])

_BOOLEANS = {"true", "false", "1", "0", "yes", "no", "on", "off"}


class _PlainRoute(Route):
    """A route that names itself in the scope, as FastAPI's do: metrics and logs are labelled by it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


async def _decide(request: Request) -> Response:
    if request.query_params.get("manual_embeddings", "false").lower() not in _BOOLEANS:
        raise InvalidInput("manual_embeddings is true or false", field="manual_embeddings")
    asked = await parsed(request, DecideRequest)
    answer = await service_of(request).decide(asked.question())
    if asked.model_extra:
        answer["input"]["ignored"] = sorted(asked.model_extra)[:32]
    request.scope["summary"] = {
        "decision_id": answer["decision_id"],
        "path": answer["path"],
        "asset": answer["asset"],
        "strategy": answer["strategy"],
    }
    return rendered(answer)


hot = _PlainRoute("/decide", _decide, methods=["POST"])
"""It stands before all others, and the one below describes it: FastAPI's dependency solving costs as much as the
decision itself."""


@router.post(
    "/decide",
    response_model=schemas.DecideResponse,
    responses={**PROBLEMS, **NOT_FOUND},
    openapi_extra=described(DecideRequest),
)
async def decide(
    request: Request,
    manual_embeddings: Annotated[  # noqa: ARG001 - described here, read by nobody
        bool, Query(description="Accepted for compatibility: every answer is timed by step anyway")
    ] = False,
) -> Response:
    """Decide a piece of news: buy, sell or stay out, how sure, and why."""
    return await _decide(request)


@router.get(
    "/decisions/{decision_id}",
    response_model=schemas.ExplainResponse,
    responses={**NOT_FOUND, 503: PROBLEMS[503]},
)
async def decision(request: Request, decision_id: str) -> Response:
    """Read an answer as it stands now, after an upgrade with the old one and the deliberation beside it."""
    found = await service_of(request).explain(decision_id)
    if found is None:
        raise NotFound(f"no answer has the id {decision_id[:64]!r} (any more)", field="decision_id")
    return rendered(found)
