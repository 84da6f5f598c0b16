"""What is remembered: decisions that are taught, taken back and forgotten, and texts with their vectors."""

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from forethought.application.components import MAX_LATEST
from forethought.application.insert import Record
from forethought.application.messages import InsertRecord, from_validation
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.bootstrap import Service
from forethought.domain.errors import ForethoughtError, InvalidInput
from forethought.domain.situation import ComponentType
from forethought.entrypoints.api import schemas
from forethought.entrypoints.api.reading import (
    NOT_FOUND,
    PROBLEMS,
    body_of,
    described,
    items_of,
    number,
    parsed,
    rendered,
    service_of,
)

MAX_RECORDS = 10_000
"""In one list; a larger one is refused."""

router = APIRouter(tags=["memory"])


@router.post(
    "/insert_data",
    response_model=schemas.InsertResponse,
    responses={**PROBLEMS, **NOT_FOUND},
    openapi_extra=described(InsertRecord, most=MAX_RECORDS),
)
async def insert_data(request: Request) -> Response:
    """Teach: one record, or a list of which the bad ones are reported and the others are taken."""
    items, single = items_of(await body_of(request), most=MAX_RECORDS, what="records")
    return rendered(await _insert(service_of(request), items, single=single))


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


def _rejected(index: int, error: ForethoughtError) -> dict[str, Any]:
    field = error.field if isinstance(error, InvalidInput) else None
    return {"index": index, "code": error.code, "detail": str(error), "field": field}


@router.post(
    "/components",
    status_code=201,
    response_model=schemas.ComponentItem,
    responses=PROBLEMS,
    openapi_extra=described(schemas.ComponentRequest),
)
async def put_component(request: Request) -> Response:
    """Put a text into the embedding cache: an instruction, exemplar, tool schema, template, context or news."""
    asked = await parsed(request, schemas.ComponentRequest)
    (made,) = await service_of(request).components.put([asked.component()])
    return rendered(_component(made).model_dump(mode="json"), 201)


@router.get(
    "/components",
    response_model=schemas.ComponentsResponse,
    responses={422: PROBLEMS[422], 503: PROBLEMS[503]},
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
    found = await service_of(request).components.find(
        tag=tag or None, location=location or None, type_=kind, latest=count
    )
    return rendered({"components": [_component(item).model_dump(mode="json") for item in found]})


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


@router.post(
    "/clear",
    response_model=schemas.ClearResponse,
    responses=PROBLEMS,
    openapi_extra={
        "requestBody": {
            "required": False,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ClearRequest"}}},
        }
    },
)
async def clear(request: Request) -> Response:
    """Forget everything, one strategy's or asset's decisions, or those of a version, a tag or before a time."""
    body = await body_of(request)
    try:
        asked = schemas.ClearRequest.model_validate_json(body) if body.strip() else schemas.ClearRequest()
    except ValidationError as error:
        raise from_validation(error) from error
    done = await service_of(request).clear(asked.selection())
    return rendered({"decisions": done.decisions, "components": done.components, "scopes": done.scopes})


@router.post(
    "/revoke",
    response_model=schemas.RevokeResponse,
    responses={**PROBLEMS, **NOT_FOUND},
    openapi_extra=described(schemas.RevokeRequest),
)
async def revoke(request: Request) -> Response:
    """Take a decision back: it is no longer remembered, and every answer derived from it says so."""
    asked = await parsed(request, schemas.RevokeRequest)
    done = await service_of(request).revoke(asked.decision_id, reason=asked.reason)
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
