"""The HTTP API. An endpoint parses, calls one use case, and renders."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

import forethought
from forethought.bootstrap import Service
from forethought.domain.errors import ForethoughtError
from forethought.entrypoints.api import decisions, errors, memory, news, operations, prices
from forethought.entrypoints.api.authorisation import WriteGuard
from forethought.entrypoints.api.live import add_live
from forethought.entrypoints.api.middleware import RequestRecorder
from forethought.entrypoints.api.openapi import describe


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
    # Their routes, not the routers: `include_router` keeps each as one route, and the guard finds none by its path.
    for each in (decisions, memory, operations, news, prices):
        app.router.routes.extend(each.router.routes)
    app.router.routes.insert(0, decisions.hot)
    add_live(app, service.hub)
    describe(app)
    return app
