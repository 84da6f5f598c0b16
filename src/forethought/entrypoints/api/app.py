"""The HTTP API. An endpoint parses, calls one use case, and renders."""

from typing import Annotated, Any

import pydantic_core
from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

import forethought
from forethought.application.components import MAX_LATEST
from forethought.application.insert import Record
from forethought.application.messages import DecideRequest, InsertRecord, from_validation
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.bootstrap import Service
from forethought.domain.errors import ForethoughtError, InvalidBody, InvalidInput, NotFound
from forethought.domain.situation import ComponentType
from forethought.entrypoints.api import errors, schemas
from forethought.entrypoints.api.authorisation import WriteGuard
from forethought.entrypoints.api.live import add_live
from forethought.entrypoints.api.middleware import RequestRecorder
from forethought.entrypoints.api.news import add_news
from forethought.entrypoints.api.openapi import describe
from forethought.entrypoints.api.prices import add_prices
from forethought.entrypoints.api.reading import NOT_FOUND, PROBLEMS, body_of, described, number, parsed, rendered

MAX_RECORDS = 10_000
"""In one list; a larger one is refused."""


def create_app(service: Service) -> FastAPI:
    """Make the application around a running service."""
    app = FastAPI(
        title="Forethought",
        version=forethought.__version__,
        summary="Trading decisions thought through beforehand, answered in milliseconds.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.service = service
    app.add_middleware(WriteGuard, key=service.settings.api.write_key)
    app.add_middleware(RequestRecorder, metrics=service.metrics)  # outermost: refusals are recorded too
    app.add_exception_handler(ForethoughtError, errors.on_forethought_error)
    app.add_exception_handler(HTTPException, errors.on_http_error)
    app.add_exception_handler(RequestValidationError, errors.on_invalid_parameter)
    app.add_exception_handler(ClientDisconnect, errors.on_disconnect)
    app.add_exception_handler(Exception, errors.on_unexpected)
    _add_decisions(app)
    _add_memory(app)
    _add_revocation(app)
    _add_operations(app)
    add_news(app)
    add_prices(app)
    add_live(app, service.hub)
    describe(app)
    return app


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _add_decisions(app: FastAPI) -> None:
    @app.post(
        "/decide",
        response_model=schemas.DecideResponse,
        responses={**PROBLEMS, **NOT_FOUND},
        openapi_extra=described(DecideRequest),
        tags=["decisions"],
    )
    async def decide(
        request: Request,
        manual_embeddings: Annotated[  # noqa: ARG001 - described here, read by nobody
            bool, Query(description="Accepted for compatibility: every answer is timed by step anyway")
        ] = False,
    ) -> Response:
        """Decide a piece of news: buy, sell or stay out, how sure, and why."""
        return await _decide(request)

    # The hot path does without FastAPI's dependency solving, which costs as much as the decision itself; the endpoint
    # above is what describes it.
    app.router.routes.insert(0, _PlainRoute("/decide", _decide, methods=["POST"]))

    @app.get(
        "/decisions/{decision_id}",
        response_model=schemas.ExplainResponse,
        responses={**NOT_FOUND, 503: PROBLEMS[503]},
        tags=["decisions"],
    )
    async def decision(request: Request, decision_id: str) -> Response:
        """Read an answer as it stands now, after an upgrade with the old one and the deliberation beside it."""
        found = await _service(request).explain(decision_id)
        if found is None:
            raise NotFound(f"no answer has the id {decision_id[:64]!r} (any more)", field="decision_id")
        return rendered(found)


class _PlainRoute(Route):
    """A route that names itself in the scope, as FastAPI's do: metrics and logs are labelled by it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


async def _decide(request: Request) -> Response:
    if request.query_params.get("manual_embeddings", "false").lower() not in _BOOLEANS:
        raise InvalidInput("manual_embeddings is true or false", field="manual_embeddings")
    asked = await parsed(request, DecideRequest)
    answer = await _service(request).decide(asked.question())
    if asked.model_extra:
        answer["input"]["ignored"] = sorted(asked.model_extra)[:32]
    request.scope["summary"] = {
        "decision_id": answer["decision_id"],
        "path": answer["path"],
        "asset": answer["asset"],
        "strategy": answer["strategy"],
    }
    return rendered(answer)


_BOOLEANS = {"true", "false", "1", "0", "yes", "no", "on", "off"}


def _add_memory(app: FastAPI) -> None:
    @app.post(
        "/insert_data",
        response_model=schemas.InsertResponse,
        responses={**PROBLEMS, **NOT_FOUND},
        openapi_extra=described(InsertRecord, most=MAX_RECORDS),
        tags=["memory"],
    )
    async def insert_data(request: Request) -> Response:
        """Teach: one record, or a list of which the bad ones are reported and the others are taken."""
        body = await body_of(request)
        try:
            raw = pydantic_core.from_json(body)
        except ValueError as error:
            raise InvalidBody(f"the body is not JSON: {error}"[:500]) from error
        listed = isinstance(raw, list)
        items = raw if listed else [raw]
        if len(items) > MAX_RECORDS:
            raise InvalidInput(f"a list may have {MAX_RECORDS} records, this one has {len(items)}")
        return rendered(await _insert(_service(request), items, single=not listed))

    @app.post(
        "/components",
        status_code=201,
        response_model=schemas.ComponentItem,
        responses=PROBLEMS,
        openapi_extra=described(schemas.ComponentRequest),
        tags=["memory"],
    )
    async def put_component(request: Request) -> Response:
        """Put a text into the embedding cache: an instruction, exemplar, tool schema, template, context or news."""
        asked = await parsed(request, schemas.ComponentRequest)
        (made,) = await _service(request).components.put([asked.component()])
        return rendered(_component(made).model_dump(mode="json"), 201)

    @app.get(
        "/components",
        response_model=schemas.ComponentsResponse,
        responses={422: PROBLEMS[422], 503: PROBLEMS[503]},
        tags=["memory"],
    )
    async def find_components(
        request: Request,
        tag: str | None = None,
        location: str | None = None,
        type: str | None = None,
        latest: str = "20",
    ) -> Response:
        """Look components up by tag, location, type and recency, newest first."""
        try:
            kind = None if type is None else ComponentType(type)
        except ValueError as error:
            raise InvalidInput(f"type is one of {', '.join(ComponentType)}", field="type") from error
        count = number(latest, field="latest", most=MAX_LATEST)
        found = await _service(request).components.find(
            tag=tag or None, location=location or None, type_=kind, latest=count
        )
        return rendered({"components": [_component(item).model_dump(mode="json") for item in found]})

    @app.post(
        "/clear",
        response_model=schemas.ClearResponse,
        responses=PROBLEMS,
        openapi_extra={
            "requestBody": {
                "required": False,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ClearRequest"}}},
            }
        },
        tags=["memory"],
    )
    async def clear(request: Request) -> Response:
        """Forget everything, one strategy's or asset's decisions, or those of a version, a tag or before a time."""
        body = await body_of(request)
        try:
            asked = schemas.ClearRequest.model_validate_json(body) if body.strip() else schemas.ClearRequest()
        except ValidationError as error:
            raise from_validation(error) from error
        done = await _service(request).clear(asked.selection())
        return rendered({"decisions": done.decisions, "components": done.components, "scopes": done.scopes})


async def _insert(service: Service, items: list[Any], *, single: bool) -> dict[str, Any]:
    records: list[Record] = []
    positions: list[int] = []
    rejected: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        try:
            records.append(InsertRecord.model_validate(item).record())
            positions.append(index)
        except ValidationError as error:
            bad = from_validation(error)
            if single:
                raise bad from error
            rejected.append(_rejected(index, bad))
    done = await service.insert(records)
    for refusal in done.rejected:
        if single:
            raise refusal.error
        rejected.append(_rejected(positions[refusal.index], refusal.error))
    rejected.sort(key=lambda item: item["index"])
    return {"accepted": done.accepted, "rejected": rejected, "decision_ids": list(done.decision_ids)}


def _add_revocation(app: FastAPI) -> None:
    @app.post(
        "/revoke",
        response_model=schemas.RevokeResponse,
        responses={**PROBLEMS, **NOT_FOUND},
        openapi_extra=described(schemas.RevokeRequest),
        tags=["memory"],
    )
    async def revoke(request: Request) -> Response:
        """Take a decision back: it is no longer remembered, and every answer derived from it says so."""
        asked = await parsed(request, schemas.RevokeRequest)
        done = await _service(request).revoke(asked.decision_id, reason=asked.reason)
        return rendered(
            {
                "decision_id": asked.decision_id,
                "at": done.revocation.at.isoformat(),
                "reason": done.revocation.reason,
                "decisions": done.decisions,
                "lessons": done.lessons,
                "answers": done.answers,
            }
        )


def _rejected(index: int, error: ForethoughtError) -> dict[str, Any]:
    field = error.field if isinstance(error, InvalidInput) else None
    return {"index": index, "code": error.code, "detail": str(error), "field": field}


def _component(item: CachedComponent) -> schemas.ComponentItem:
    return schemas.ComponentItem(
        id=item.component.id,
        type=item.component.type,
        text=item.component.text,
        chunks=item.chunks,
        tags=list(item.tags),
        location=item.location,
        created_at=item.created_at,
    )


def _add_operations(app: FastAPI) -> None:
    @app.get("/metrics", tags=["operations"], response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics(request: Request) -> Response:
        """Show Prometheus metrics."""
        return Response(generate_latest(_service(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/health/live", response_model=schemas.HealthResponse, tags=["operations"])
    async def live() -> Response:
        """Tell that the process answers."""
        return rendered({"status": "ok", "detail": None, "version": forethought.__version__})

    @app.get(
        "/health/ready",
        response_model=schemas.HealthResponse,
        responses={503: {"model": schemas.HealthResponse, "description": "Not ready"}},
        tags=["operations"],
    )
    async def ready(request: Request) -> Response:
        """Tell whether questions can be answered from memory: Redis has loaded and the index is built."""
        why = await _service(request).unready()
        status = "ok" if why is None else "unavailable"
        return rendered(
            {"status": status, "detail": why, "version": forethought.__version__}, 200 if why is None else 503
        )

    @app.get("/quality", response_model=schemas.QualityResponse, responses={503: PROBLEMS[503]}, tags=["operations"])
    async def quality(request: Request) -> Response:
        """Show how well answers agreed with the truth, by scope, with bounds and sample sizes."""
        status = _service(request).status
        return rendered({"scopes": await status.quality(), "labelling": await status.labelling()})
