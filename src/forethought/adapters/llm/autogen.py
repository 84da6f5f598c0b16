"""A thinker on Microsoft AutoGen's AgentChat; see ADR 6."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

import openai
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import TextMessage, ToolCallRequestEvent
from autogen_core import CancellationToken
from autogen_core.models import CreateResult, LLMMessage, ModelFamily, ModelInfo
from autogen_core.tools import BaseTool, FunctionTool, Tool as AutoGenTool, ToolSchema
from autogen_ext.models.openai import (
    AzureOpenAIChatCompletionClient,
    BaseOpenAIChatCompletionClient,
    OpenAIChatCompletionClient,
)
from pydantic import BaseModel, SecretStr

from forethought.adapters.llm.answers import CALL, Call
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.llm.errors import translate
from forethought.application.ports.thinker import Reply, Request, ThinkerUnavailable
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import Failure

BASE_URL = "https://api.openai.com/v1"
MAX_TOOL_ROUNDS = 2
"""How often the model may ask for tools; after that it is asked to answer without."""

# Given, so that AutoGen takes any model's name; no vision, so that nothing but text is sent.
_ABILITIES = ModelInfo(
    vision=False,
    function_calling=True,
    json_output=True,
    structured_output=True,
    family=ModelFamily.UNKNOWN,
    multiple_system_messages=True,  # leaves our one as it is; otherwise white space is cut
)
_NO_KEY = "none"  # the client insists on a key; without one it would take OPENAI_API_KEY and send it anywhere


class AutoGenThinker:
    """One model at one endpoint.

    `Reply.text` is the model's own text even where AutoGen cannot parse it (malformed, another schema, cut at
    `max_tokens`): whoever asked decides what it is worth. A refusal has no text and is raised, as `Failure.REFUSED`.

    Args:
        endpoint: Connections and limits, which other thinkers may share; `close` closes it for all of them.
        kind: Which client speaks to it.
        model: The model, or for Azure the model that is deployed.
        base_url: Where; OpenAI's own when `None`. For Azure `https://{resource}.openai.azure.com`, required.
        api_key: Sent as a bearer token, or as the header `api-key`; never shown.
        deployment: Azure: name of the deployment; the model's when `None`.
        api_version: Azure: version of the data-plane API.
        temperature: Sent with every request, in [0, 2].
        seed: Sent with every request.

    Raises:
        ConfigurationError: no address, or a key that cannot be one.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        kind: Literal["openai", "azure"],
        model: str,
        base_url: str | None = None,
        api_key: SecretStr | None = None,
        deployment: str | None = None,
        api_version: str = "2024-10-21",
        temperature: float = 0.0,
        seed: int | None = None,
    ) -> None:
        _silence()
        self._endpoint = endpoint
        self._model = model
        self._temperature = temperature
        self._seed = seed
        options: dict[str, Any] = {
            "model": model,
            "api_key": _key(api_key),
            "temperature": temperature,
            "max_retries": 0,  # the endpoint knows when to repeat
            "timeout": None,  # the caller's time bounds all of it
            "model_info": _ABILITIES,
            "include_name_in_message": False,  # not every compatible server knows the field
            "http_client": endpoint.http,
        }
        if seed is not None:
            options["seed"] = seed
        self._make: type[_Client]
        if kind == "azure":
            self._make, address = _AzureClient, base_url or ""
            options |= {
                "azure_endpoint": address,
                "azure_deployment": deployment or model,
                "api_version": api_version,
            }
        else:
            self._make, address = _OpenAiClient, base_url or BASE_URL
            options["base_url"] = address  # always: AutoGen sends models named gemini or claude elsewhere by itself
        if not address.startswith(("http://", "https://")):
            raise ConfigurationError(f"{endpoint.provider}: expected an address with http:// or https://")
        self._options = options
        self._clients: dict[int, _Client] = {}

    def __repr__(self) -> str:
        return f"AutoGenThinker({self.provider!r}, {self._model!r})"

    @property
    def provider(self) -> str:
        """Name of the endpoint."""
        return self._endpoint.provider

    @property
    def model(self) -> str:
        """The model as asked for."""
        return self._model

    @property
    def temperature(self) -> float:
        """As sent."""
        return self._temperature

    @property
    def seed(self) -> int | None:
        """As sent."""
        return self._seed

    async def think(self, request: Request, *, timeout_s: float) -> Reply:
        """Ask a fresh agent: it knows nothing of other cases.

        Raises:
            TimeoutError: not answered in time; waiting for a free slot is part of it.
            ThinkerUnavailable: refused by the endpoint or by the breaker, cut off, or the model declined.
        """
        caught: openai.OpenAIError
        limit = asyncio.timeout(timeout_s)
        call = Call(timeout_s, limit)
        try:
            async with limit:
                await self._converse(request, call)
            return self._reply(call)
        except TimeoutError:
            raise TimeoutError(f"{self.provider}: no answer within {timeout_s:g} s") from None
        except openai.OpenAIError as error:
            caught = error
        # Raised outside the handler: a vendor error holds the body, which may quote key or news. One of the connection
        # has no body.
        ours = translate(self.provider, caught)
        if call.answers:
            ours.spent = self._counted(call)
        raise ours from (caught if isinstance(caught, openai.APIConnectionError) else None)

    async def close(self) -> None:
        """End all connections of the endpoint; closing twice is allowed."""
        await self._endpoint.close()

    async def _converse(self, request: Request, call: Call) -> None:
        given = {tool.name for tool in request.tools}
        stop = CancellationToken()
        agent = self._agent(request)
        token = CALL.set(call)
        try:
            question = TextMessage(content=request.user, source="user")
            async with aclosing(agent.on_messages_stream([question], stop)) as events:
                async for event in events:
                    if isinstance(event, ToolCallRequestEvent) and not given.issuperset(call.answers[-1].tool_names):
                        return  # before AutoGen calls any of them
        except (ValueError, RuntimeError):
            # AutoGen cannot use the last answer: no JSON, another schema, cut short, or still nothing but tool calls.
            if not call.answers:
                raise
        finally:
            CALL.reset(token)
            stop.cancel()  # tools that still work

    def _agent(self, request: Request) -> AssistantAgent:
        tools: list[BaseTool[Any, Any] | Callable[..., Any] | Callable[..., Awaitable[Any]]] = [
            FunctionTool(tool.call, description=tool.description, name=tool.name, strict=True) for tool in request.tools
        ]
        return AssistantAgent(
            name=request.role,
            model_client=self._client(request.max_tokens),
            system_message=request.system,
            tools=tools or None,
            output_content_type=request.answer,
            max_tool_iterations=MAX_TOOL_ROUNDS,
        )

    def _client(self, max_tokens: int) -> "_Client":
        """Return the client for a length of answer: AutoGen binds it to the client, not to the request."""
        if max_tokens not in self._clients:
            self._clients[max_tokens] = self._make(**self._options, max_tokens=max_tokens)
        return self._clients[max_tokens]

    def _reply(self, call: Call) -> Reply:
        reply = self._counted(call)
        if call.answers[-1].refused:
            message = f"{self.provider}: the model declined to answer"
            raise ThinkerUnavailable(message, failure=Failure.REFUSED, spent=reply)
        return reply

    @staticmethod
    def _counted(call: Call) -> Reply:
        last = call.answers[-1]
        usages = [answer.usage for answer in call.answers if answer.usage is not None]
        return Reply(
            text=last.text,
            tool_calls=tuple(name for answer in call.answers for name in answer.tool_names),
            prompt_tokens=sum(usage.prompt_tokens for usage in usages),
            completion_tokens=sum(usage.completion_tokens for usage in usages),
            calls=len(call.answers),
            model_version=last.version,
            simulated=any(answer.simulated for answer in call.answers),
        )


class _Client(BaseOpenAIChatCompletionClient):
    """What AutoGen's two clients need to be quiet: warnings of theirs quote the model's answer."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  as the classes beside it
        super().__init__(**options)
        self._resolved_model = None  # or it warns of every model version that is not in its table of 2025

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[AutoGenTool | ToolSchema] = (),
        tool_choice: AutoGenTool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """Ask for the form in the request, and leave it to the agent to parse the answer.

        With a model class AutoGen lets openai parse it as well, and pydantic warns of the result, quoting it.
        """
        extra = dict(extra_create_args or {})
        if isinstance(json_output, type):
            schema = openai.pydantic_function_tool(json_output)["function"].get("parameters")
            form = {"name": json_output.__name__, "schema": schema, "strict": True}
            json_output, extra["response_format"] = None, {"type": "json_schema", "json_schema": form}
        return await super().create(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra,
            cancellation_token=cancellation_token,
        )


class _OpenAiClient(_Client, OpenAIChatCompletionClient):
    pass


class _AzureClient(_Client, AzureOpenAIChatCompletionClient):
    pass


def _key(api_key: SecretStr | None) -> str:
    key = _NO_KEY if api_key is None else api_key.get_secret_value()
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigurationError("the key of the language model is empty or holds characters that no key has")
    return key


def _silence() -> None:
    """Keep prompts and answers out of the logs: AutoGen logs each as an event, openai each request at level debug."""
    for name in ("autogen_core", "autogen_agentchat"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger("openai").setLevel(logging.WARNING)
