"""The OpenAPI description, with the bodies that endpoints read themselves."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from forethought.application.messages import DecideRequest, InsertRecord
from forethought.application.question import MAX_TEXT_CHARS
from forethought.entrypoints.api import schemas

_BODIES = (
    DecideRequest,
    InsertRecord,
    schemas.ComponentRequest,
    schemas.ClearRequest,
    schemas.RevokeRequest,
)
_PROBLEM_STATUS = "422"


def describe(app: FastAPI) -> None:
    """Let the application describe itself with our models and RFC 9457 problems."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _plainer(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out the length of the longest text: the limit of the body comes first."""
    kept = {name: value for name, value in schema.items() if (name, value) != ("maxLength", MAX_TEXT_CHARS)}
    for name, value in kept.items():
        if isinstance(value, dict):
            kept[name] = _plainer(value)
        elif isinstance(value, list):
            kept[name] = [_plainer(each) if isinstance(each, dict) else each for each in value]
    return kept


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    requests = [(model, "validation") for model in _BODIES]
    _, definitions = models_json_schema(
        [*requests, (schemas.Problem, "serialization")],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    components = found.setdefault("components", {}).setdefault("schemas", {})
    components.update({name: _plainer(schema) for name, schema in definitions["$defs"].items()})
    record = components[InsertRecord.__name__]
    record["required"] = sorted({*record["required"], "signal"})  # it may be missing from a row of a file only
    record["properties"]["signal"] = {"title": "Signal", "enum": [-1, 0, 1], "examples": [1]}
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)  # FastAPI's own form of a 422, which this service never sends
    problem = {
        "description": "Invalid",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in found["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation["responses"].get(_PROBLEM_STATUS, "")):
                operation["responses"][_PROBLEM_STATUS] = problem
    return found
