"""What operators ask: metrics, health and quality."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

import forethought
from forethought.entrypoints.api import schemas
from forethought.entrypoints.api.reading import PROBLEMS, rendered, service_of

router = APIRouter(tags=["operations"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Show Prometheus metrics."""
    return Response(generate_latest(service_of(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/health/live", response_model=schemas.HealthResponse)
async def live() -> Response:
    """Tell that the process answers."""
    return rendered({"status": "ok", "detail": None, "version": forethought.__version__})


@router.get(
    "/health/ready",
    response_model=schemas.HealthResponse,
    responses={503: {"model": schemas.HealthResponse, "description": "Not ready"}},
)
async def ready(request: Request) -> Response:
    """Tell whether questions can be answered from memory: Redis has loaded and the index is built."""
    why = await service_of(request).unready()
    status = "ok" if why is None else "unavailable"
    return rendered({"status": status, "detail": why, "version": forethought.__version__}, 200 if why is None else 503)


@router.get("/quality", response_model=schemas.QualityResponse, responses={503: PROBLEMS[503]})
async def quality(request: Request) -> Response:
    """Show how well answers agreed with the truth, by scope, with bounds and sample sizes."""
    status = service_of(request).status
    return rendered({"scopes": await status.quality(), "labelling": await status.labelling()})
