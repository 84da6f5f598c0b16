"""What endpoints share: reading bodies and numbers, and how both are described."""

from typing import Any, TypeVar

import orjson
import pydantic_core
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from forethought.application.messages import from_validation
from forethought.bootstrap import Service
from forethought.domain.errors import InvalidBody, InvalidInput
from forethought.entrypoints.api import errors

Model = TypeVar("Model", bound=BaseModel)

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {errors.PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, text in (
        (400, "The body is not JSON"),
        (413, "The body is too large"),
        (422, "A field is missing, malformed or out of range"),
        (503, "The store or the encoder does not answer; try again"),
    )
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEMS[422], "description": "There is no such thing (any more)"}
}


def service_of(request: Request) -> Service:
    """Return the service that answers."""
    service: Service = request.app.state.service
    return service


async def body_of(request: Request) -> bytes:
    """Read the body as far as it may reach.

    Raises:
        PayloadTooLarge: it is larger.
    """
    limit = service_of(request).settings.api.max_body_bytes
    declared = request.headers.get("content-length", "")
    chunks, size = [], int(declared) if declared.isascii() and declared.isdigit() else 0
    if size <= limit:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                break
            chunks.append(chunk)
    if size > limit:
        raise errors.PayloadTooLarge(f"a body may have {limit} bytes, this one has more")
    return b"".join(chunks)


async def parsed(request: Request, model: type[Model]) -> Model:
    """Read the body as a model; its own parser limits how deep JSON may nest.

    Raises:
        InvalidBody, InvalidInput, PayloadTooLarge: it is not one.
    """
    body = await body_of(request)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise from_validation(error) from error


def items_of(body: bytes, *, most: int, what: str) -> tuple[list[Any], bool]:
    """Read one item, or a list of up to `most`; tells whether it was a single one.

    Raises:
        InvalidBody: it is not JSON.
        InvalidInput: the list is longer.
    """
    try:
        raw = pydantic_core.from_json(body)
    except ValueError as error:
        raise InvalidBody(f"the body is not JSON: {error}"[:500]) from error
    single = not isinstance(raw, list)
    items = [raw] if single else raw
    if len(items) > most:
        raise InvalidInput(f"a list may have {most} {what}, this one has {len(items)}")
    return items, single


def rendered(content: Any, status: int = 200) -> Response:  # noqa: ANN401 - whatever JSON can say
    """Render as JSON."""
    return Response(orjson.dumps(content, default=str), status, media_type="application/json")


def described(model: type[BaseModel], *, most: int = 0) -> dict[str, Any]:
    """Describe a body that the endpoint reads itself: one item, or a list of up to `most`."""
    one = {"$ref": f"#/components/schemas/{model.__name__}"}
    # In a list each item is judged by itself, so a bad one is no violation of the schema.
    several = {"type": "array", "items": {"anyOf": [one, {}]}, "maxItems": most}
    schema = {"oneOf": [one, several]} if most else one
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def number(text: str, *, field: str, most: int) -> int:
    """Read a whole number from 1 to `most`.

    Raises:
        InvalidInput: it is none.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise InvalidInput(f"{field} must lie between 1 and {most}", field=field)
    return int(text)
