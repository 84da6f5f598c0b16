"""The HTTP application: OpenAI's paths, Azure's, and the simulator's own controls under `/sim`.

Faults meet chat completions only.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from forethought.entrypoints.llm_sim import conversation, wire
from forethought.entrypoints.llm_sim.asked import Asks, Embeds, Refused, parsed
from forethought.entrypoints.llm_sim.faults import Fault, Switch
from forethought.entrypoints.llm_sim.options import Options
from forethought.entrypoints.llm_sim.simulator import Simulator, prompt_of
from forethought.entrypoints.llm_sim.vectors import vector

_CHAT_MODELS: Final = ("gpt-4o-mini", "gpt-4o")
_DIMS: Final = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072}
_OTHER_DIM: Final = 1_536
_MAX_TEXTS: Final = 2_048
_MAX_TOKENS: Final = 8_191

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(simulator: Simulator) -> Starlette:
    """Make the application around a simulated model."""
    azure = "/openai/deployments/{deployment}"
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", _called(_chat), methods=["POST"]),
            Route("/v1/embeddings", _called(_embed), methods=["POST"]),
            Route("/v1/models", _called(_models), methods=["GET"]),
            Route(f"{azure}/chat/completions", _called(_chat), methods=["POST"]),
            Route(f"{azure}/embeddings", _called(_embed), methods=["POST"]),
            Route("/sim/faults", _set_fault, methods=["PUT"]),
            Route("/sim/faults", _clear_faults, methods=["DELETE"]),
            Route("/sim/settings", _set_options, methods=["PUT"]),
            Route("/sim/state", _state, methods=["GET"]),
        ],
        exception_handlers={
            Refused: _on_refused,
            HTTPException: _on_http_error,
            ClientDisconnect: _on_left,
            Exception: _on_unexpected,
        },
    )
    app.state.simulator = simulator
    return app


def _simulator(request: Request) -> Simulator:
    simulator: Simulator = request.app.state.simulator
    return simulator


def _called(endpoint: Endpoint) -> Endpoint:
    """Count calls of the model, and let only those in who may ask."""

    async def counted(request: Request) -> Response:
        simulator = _simulator(request)
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
        with simulator.ledger.call(path=path, query=query, headers=request.headers):
            if "deployment" in request.path_params and "api-version" not in request.query_params:
                raise Refused(404, "Resource not found", code="404")
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not simulator.admits(request.headers.get("api-key", bearer)):
                raise Refused(401, "Incorrect API key provided.", code="invalid_api_key")
            try:
                return await endpoint(request)
            except ClientDisconnect:
                simulator.ledger.aborted += 1
                raise

    return counted


async def _chat(request: Request) -> Response:
    simulator = _simulator(request)
    asked = await parsed(request, Asks, beside=_deployed(request))
    asked.check()
    question = conversation.read(asked.messages)
    simulator.ledger.count("role", question.role)
    simulator.ledger.count("model", asked.model)
    fault = simulator.faults.draw(question.role)
    simulator.faults.refuse(fault)
    answer = simulator.answer(asked, question, fault)
    await simulator.take_time(request.receive, fault)
    chunks = wire.rendered(answer, asked, seed=simulator.options.seed, prompt=prompt_of(asked))
    kind = "text/event-stream" if asked.stream else "application/json"
    if fault is Fault.CUT:
        return _Cut(b"".join(chunks), media_type=kind)
    return StreamingResponse(chunks, media_type=kind) if asked.stream else Response(b"".join(chunks), media_type=kind)


async def _embed(request: Request) -> Response:
    asked = await parsed(request, Embeds, beside=_deployed(request))
    texts = asked.texts
    if not 1 <= len(texts) <= _MAX_TEXTS or not all(texts):
        raise Refused(400, f"'$.input' is invalid: expected 1 to {_MAX_TEXTS} texts, none empty.", param="input")
    if max(map(wire.tokens, texts)) > _MAX_TOKENS:
        raise Refused(
            400,
            f"This model's maximum context length is {_MAX_TOKENS + 1} tokens.",
            param="input",
            code="context_length_exceeded",
        )
    native = _DIMS.get(asked.model, _OTHER_DIM)
    dim = native if asked.dimensions is None else asked.dimensions
    if dim > native:
        raise Refused(400, f"Invalid value for 'dimensions': at most {native}.", param="dimensions")
    return wire.embeddings(asked, [vector(text, dim) for text in texts])


async def _models(_: Request) -> Response:
    """Name the models that are mostly asked for; any other is answered too."""
    rows = [{"id": name, "object": "model", "created": 0, "owned_by": "simulated"} for name in (*_CHAT_MODELS, *_DIMS)]
    return wire.as_json({"object": "list", "data": rows})


def _deployed(request: Request) -> dict[str, str]:
    """Return the model that the path names: Azure's bodies need not."""
    deployment = request.path_params.get("deployment")
    return {} if deployment is None else {"model": deployment}


async def _set_fault(request: Request) -> Response:
    """Switch a fault on, in the place of any other."""
    _simulator(request).faults.on = switch = await parsed(request, Switch)
    return wire.as_json(switch.model_dump(mode="json"))


async def _clear_faults(request: Request) -> Response:
    _simulator(request).faults.on = None
    return Response(status_code=204)


async def _set_options(request: Request) -> Response:
    simulator = _simulator(request)
    simulator.options = await parsed(request, Options, beside=simulator.options.model_dump())
    return wire.as_json(simulator.options.model_dump())


async def _state(request: Request) -> Response:
    return wire.as_json(_simulator(request).state())


class _Cut(Response):
    """The first half of a body, announced as a whole: the server closes the connection when no more comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


async def _on_refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return wire.as_json(error.document, status=error.status, headers=error.headers)


async def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    refused = Refused(
        error.status_code,
        f"Invalid URL ({request.method} {request.scope['path']}): {error.detail}",
        code="unknown_url",
        headers=error.headers,
    )
    return await _on_refused(request, refused)


async def _on_left(_: Request, __: Exception) -> Response:
    """Answer nobody."""
    return Response(status_code=499)


async def _on_unexpected(request: Request, _: Exception) -> Response:
    return await _on_refused(request, Refused(500, "The simulator failed.", kind="server_error"))
