"""What is asked on OpenAI's wire, and how it is refused there."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.requests import Request

from forethought.entrypoints.llm_sim.fitting import BadSchema, check_strict

MAX_BODY_BYTES: Final = 4_194_304
_MAX_MESSAGES: Final = 1_000
_MAX_TOOLS: Final = 128
_ROLES: Final = ("system", "developer", "user", "assistant", "tool")

Model = TypeVar("Model", bound=BaseModel)
Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]


class Refused(Exception):
    """A request that is answered with an error in OpenAI's form."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.document = {"error": {"message": message, "type": kind, "param": param, "code": code}}
        self.headers = headers


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True)


class Function(_Asked):
    """A tool that may be called."""

    name: Name
    parameters: dict[str, Any] = Field(default_factory=dict)
    strict: bool | None = None


class Tool(_Asked):
    """A tool as it is offered."""

    type: Literal["function"]
    function: Function


class JsonSchema(_Asked):
    """The form that is asked for."""

    name: Name
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")
    strict: bool | None = None


class ResponseFormat(_Asked):
    """What the answer must look like."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(_Asked):
    """How to stream."""

    include_usage: bool = False


class Asks(_Asked):
    """A request for a chat completion; what is not named here is not heeded."""

    model: str = Field(min_length=1, max_length=200)
    messages: list[dict[str, Any]] = Field(min_length=1, max_length=_MAX_MESSAGES)
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    tools: list[Tool] | None = Field(default=None, max_length=_MAX_TOOLS)
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None

    @field_validator("messages")
    @classmethod
    def _known_roles(cls, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for message in messages:
            if message.get("role") not in _ROLES:
                raise ValueError(f"every message needs a role: {', '.join(_ROLES)}")
        return messages

    @property
    def form(self) -> Mapping[str, Any] | None:
        """The JSON schema of the answer; `{}` for any JSON object, `None` for text."""
        if self.response_format is None or self.response_format.type == "text":
            return None
        return self.response_format.json_schema.schema_ if self.response_format.json_schema is not None else {}

    def check(self) -> None:
        """Refuse what OpenAI refuses of schemas.

        Raises:
            Refused: a strict schema is not strict, or there is none.
        """
        asked = self.response_format
        if asked is not None and asked.type == "json_schema":
            if asked.json_schema is None:
                raise Refused(
                    400, "Missing required parameter: 'response_format.json_schema'.", param="response_format"
                )
            if asked.json_schema.strict:
                _strict(asked.json_schema.schema_, f"response_format '{asked.json_schema.name}'", "response_format")
        for i, tool in enumerate(self.tools or ()):
            if tool.function.strict:
                _strict(tool.function.parameters, f"function '{tool.function.name}'", f"tools[{i}].function.parameters")


class Embeds(_Asked):
    """A request for embeddings: texts, or texts as token numbers."""

    model: str = Field(min_length=1, max_length=200)
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(default=None, ge=1, le=8192)

    @property
    def texts(self) -> list[str]:
        """One text for each vector; a token number stands for itself."""
        if isinstance(self.input, str):
            return [self.input]
        if self.input and isinstance(self.input[0], int):
            return [" ".join(map(str, self.input))]
        return [text if isinstance(text, str) else " ".join(map(str, text)) for text in self.input]  # type: ignore[arg-type]


def _strict(schema: Mapping[str, Any], what: str, param: str) -> None:
    try:
        check_strict(schema)
    except BadSchema as error:
        raise Refused(400, f"Invalid schema for {what}: {error}.", param=param) from error


async def parsed(request: Request, form: type[Model], *, beside: Mapping[str, object] | None = None) -> Model:
    """Read the body as a model; what stands `beside` it counts where the body says nothing.

    Raises:
        Refused: it is too large, no JSON object, or of another form.
        ClientDisconnect: the client left before its end.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refused(413, f"A body may have {MAX_BODY_BYTES} bytes, this one has more.")
    try:
        content = orjson.loads(bytes(body))
    except orjson.JSONDecodeError as error:
        raise Refused(400, "We could not parse the JSON body of your request.") from error
    if not isinstance(content, dict):
        raise Refused(400, "The body must be a JSON object.")
    try:
        return form.model_validate({**(beside or {}), **content})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        param = ".".join(map(str, first["loc"]))
        raise Refused(400, f"Invalid value for '{param}': {first['msg']}.", param=param) from error
