"""What a thinker asks and answers, over real HTTP: a simulated model for the usual, a scripted server for the rare."""

import asyncio
import inspect
import warnings

import openai
import pytest
from pydantic import SecretStr
from tests.fakes.chat_script import CUT, RESET, Response, calls, chat_script, fails, says
from tests.fakes.llm_sim import LlmSim, llm_sim
from tests.fakes.ports import free_port
from tests.fakes.thinking import GOOD, KEY, LONG_S, NEWS, Judgement, Think, request

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.llm.errors import ERRORS
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.application.ports.thinker import ThinkerUnavailable, Tool
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import Failure


class Prices:
    """A tool, and how often it was called."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def price_change(self, hours: int) -> str:
        """Say how the price moved."""
        self.asked.append(hours)
        return f"up 0.3 percent in {hours} hours"

    @property
    def tool(self) -> Tool:
        return Tool("price_change", "How the price moved in the last hours", self.price_change)


# --- What comes back --------------------------------------------------------------------------------------------------


async def test_the_answer_has_the_form_that_was_asked_for(kind: str, sim: LlmSim, thinker: Think) -> None:
    reply = await thinker(sim.url, kind=kind).think(request(), timeout_s=LONG_S)

    judgement = Judgement.model_validate_json(reply.text)
    assert judgement.reasoning.startswith("Simulated: ")
    assert (reply.calls, reply.tool_calls, reply.simulated) == (1, (), True)
    assert reply.model_version.startswith("simulated-gpt-4o-mini/fp_simulated")
    assert min(reply.prompt_tokens, reply.completion_tokens) > 0


async def test_answers_under_way_together_are_not_mixed_up(sim: LlmSim, thinker: Think) -> None:
    endpoint = Endpoint(provider="first", metrics=PrometheusMetrics())
    models = [f"model-{number}" for number in range(8)]

    replies = await asyncio.gather(
        *(thinker(sim.url, endpoint=endpoint, model=model).think(request(), timeout_s=LONG_S) for model in models)
    )

    assert [reply.model_version.split("/")[0] for reply in replies] == [f"simulated-{model}" for model in models]
    assert {reply.calls for reply in replies} == {1}


async def test_an_endpoint_that_does_not_simulate_is_not_marked(thinker: Think) -> None:
    async with chat_script(GOOD) as server:
        reply = await thinker(server.url).think(request(), timeout_s=LONG_S)

    assert (reply.model_version, reply.simulated) == ("model-2026-11-01/fp_1", False)


@pytest.mark.parametrize("fault", ["malformed", "schema"])
async def test_an_answer_of_another_form_is_handed_through(sim: LlmSim, thinker: Think, fault: str) -> None:
    """The panel judges it, and what it cost is known."""
    sim.faults(fault)

    reply = await thinker(sim.url).think(request(), timeout_s=LONG_S)

    assert reply.text
    assert reply.completion_tokens > 0
    with pytest.raises(ValueError, match="Judgement"):
        Judgement.model_validate_json(reply.text)


async def test_an_answer_that_was_cut_at_its_length_is_handed_through(thinker: Think) -> None:
    async with chat_script(says('{"signal": 1, "con', finish="length")) as server:
        reply = await thinker(server.url).think(request(), timeout_s=LONG_S)

    assert reply.text == '{"signal": 1, "con'


async def test_a_refusal_is_told_as_such(sim: LlmSim, thinker: Think) -> None:
    sim.faults("refusal")

    with pytest.raises(ThinkerUnavailable) as caught:
        await thinker(sim.url).think(request(), timeout_s=LONG_S)

    assert caught.value.failure is Failure.REFUSED


@pytest.mark.parametrize(
    "step", [says(None, finish="content_filter"), fails(400, code="content_filter")], ids=["answer", "prompt"]
)
async def test_a_content_filter_refuses_too(thinker: Think, step: Response) -> None:
    async with chat_script(step) as server:
        with pytest.raises(ThinkerUnavailable) as caught:
            await thinker(server.url, kind="azure").think(request(), timeout_s=LONG_S)

    assert caught.value.failure is Failure.REFUSED


# --- What is sent -----------------------------------------------------------------------------------------------------


async def test_an_openai_request_carries_what_was_set_and_nothing_of_others(thinker: Think) -> None:
    async with chat_script(GOOD) as server:
        one = thinker(server.url, temperature=0.2)
        await one.think(request("An older case"), timeout_s=LONG_S)
        await one.think(request(max_tokens=321), timeout_s=LONG_S)

    body = server.bodies[1]
    form = body.pop("response_format")["json_schema"]
    assert body == {
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "system", "content": "Role: news_sentiment\n"},
            {"role": "user", "content": f"Asset: XAU\n{NEWS}"},
        ],
        "max_tokens": 321,
        "temperature": 0.2,
        "seed": 7,
        "stream": False,
    }
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False
    assert form["schema"]["required"] == ["signal", "conviction", "reasoning"]
    assert server.heads[1].startswith("POST /v1/chat/completions HTTP/1.1\r\n")
    assert f"authorization: Bearer {KEY}\r\n" in server.heads[1]


async def test_an_azure_request_names_its_deployment_and_version(thinker: Think) -> None:
    async with chat_script(GOOD) as server:
        one = thinker(server.url, kind="azure", deployment="desk-mini", api_version="2025-01-01")
        await one.think(request(), timeout_s=LONG_S)

    [head] = server.heads
    assert head.startswith("POST /openai/deployments/desk-mini/chat/completions?api-version=2025-01-01 HTTP/1.1\r\n")
    assert f"api-key: {KEY}\r\n" in head
    assert "authorization" not in head.lower()


@pytest.mark.parametrize("model", ["local-model", "gemini-2.0-flash", "claude-3-haiku"])
async def test_no_key_of_the_environment_goes_to_an_endpoint_without_one(
    thinker: Think, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, KEY)
    async with chat_script(GOOD) as server:
        await thinker(server.url, api_key=None, model=model).think(request(), timeout_s=LONG_S)

    assert KEY not in server.heads[0]


# --- Tools ------------------------------------------------------------------------------------------------------------


async def test_a_tool_is_called_and_its_result_sent(thinker: Think) -> None:
    prices = Prices()
    async with chat_script(calls(("price_change", '{"hours": 24}')), GOOD) as server:
        reply = await thinker(server.url).think(request(tools=(prices.tool,)), timeout_s=LONG_S)

    assert prices.asked == [24]
    assert server.bodies[0]["tools"][0]["function"]["strict"] is True
    assert server.bodies[1]["messages"][-1]["content"] == "up 0.3 percent in 24 hours"
    assert (reply.calls, reply.tool_calls) == (2, ("price_change",))
    assert (reply.prompt_tokens, reply.completion_tokens) == (200, 40)
    assert Judgement.model_validate_json(reply.text).signal == 1


async def test_the_simulated_model_uses_tools_too(thinker: Think) -> None:
    prices = Prices()
    with llm_sim(tool_share=1.0) as sim:
        reply = await thinker(sim.url).think(request(tools=(prices.tool,)), timeout_s=LONG_S)

    assert (len(prices.asked), reply.calls) == (1, 2)
    assert Judgement.model_validate_json(reply.text).reasoning.startswith("Simulated: ")


async def test_a_model_has_two_rounds_of_tools(thinker: Think) -> None:
    """The third time it is asked to answer; one that asks for tools even then has said nothing."""
    prices = Prices()
    async with chat_script(calls(("price_change", '{"hours": 1}'))) as server:
        reply = await thinker(server.url).think(request(tools=(prices.tool,)), timeout_s=LONG_S)

    assert prices.asked == [1, 1]
    assert "tools" not in server.bodies[2]
    assert (reply.text, reply.calls, reply.tool_calls) == ("", 3, ("price_change",) * 3)


@pytest.mark.parametrize("name", ["send_order", "price-change", "price.change"])
async def test_asking_for_an_unknown_tool_ends_it_at_once(thinker: Think, name: str) -> None:
    """Nothing is called, not even the known tool beside it, and the model is not asked again."""
    prices = Prices()
    async with chat_script(calls(("price_change", '{"hours": 1}'), (name, "{}")), GOOD) as server:
        reply = await thinker(server.url).think(request(tools=(prices.tool,)), timeout_s=LONG_S)

    assert (prices.asked, len(server.bodies)) == ([], 1)
    assert reply.tool_calls == ("price_change", name)


@pytest.mark.parametrize("arguments", ['{"hours": ', "[1]", '{"days": 1}', '{"hours": "many"}'])
async def test_arguments_that_do_not_fit_are_told_to_the_model(thinker: Think, arguments: str) -> None:
    prices = Prices()
    async with chat_script(calls(("price_change", arguments)), GOOD) as server:
        reply = await thinker(server.url).think(request(tools=(prices.tool,)), timeout_s=LONG_S)

    assert (prices.asked, reply.calls) == ([], 2)
    assert Judgement.model_validate_json(reply.text).signal == 1


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "failure", "says_why"),
    [
        (fails(400), Failure.UNAVAILABLE, "structured output"),
        (fails(401), Failure.UNAVAILABLE, "did not accept the key"),
        (fails(403), Failure.UNAVAILABLE, "does not let this key use the model"),
        (fails(404), Failure.UNAVAILABLE, "no such address, model or deployment"),
        (fails(408), Failure.UNAVAILABLE, "408"),
        (fails(422), Failure.UNAVAILABLE, "422"),
        (fails(429), Failure.RATE_LIMITED, "429"),
        (fails(429, code="insufficient_quota"), Failure.RATE_LIMITED, "quota"),
        (fails(500), Failure.UNAVAILABLE, "failed inside"),
        (CUT, Failure.UNAVAILABLE, "cut the connection"),
        (Response("<html>a proxy says hello</html>"), Failure.UNAVAILABLE, "something else than a chat completion"),
        (
            Response("a proxy", headers=(("Content-Type", "text/html"),)),
            Failure.UNAVAILABLE,
            "something else than a chat completion",
        ),
        (Response({"choices": []}), Failure.UNAVAILABLE, "something else than a chat completion"),
        (fails(307, Location="/elsewhere"), Failure.UNAVAILABLE, "307"),
    ],
)
async def test_vendor_errors_become_ours_and_are_not_repeated(
    kind: str, thinker: Think, step: Response | str, failure: Failure, says_why: str
) -> None:
    async with chat_script(step) as server:
        with pytest.raises(ThinkerUnavailable, match=says_why) as caught:
            await thinker(server.url, kind=kind).think(request(), timeout_s=LONG_S)

    assert caught.value.failure is failure
    assert len(server.bodies) == 1


async def test_a_refused_connection_is_unavailable(thinker: Think) -> None:
    with pytest.raises(ThinkerUnavailable) as caught:
        await thinker(f"http://127.0.0.1:{free_port()}").think(request(), timeout_s=LONG_S)

    assert caught.value.failure is Failure.UNAVAILABLE
    assert isinstance(caught.value.__cause__, openai.APIConnectionError)


@pytest.mark.parametrize("step", [RESET, fails(429, Retry_After="0.1"), fails(503, Retry_After="0")])
async def test_what_may_be_repeated_is_repeated_once(thinker: Think, step: Response | str) -> None:
    async with chat_script(step, GOOD) as server:
        reply = await thinker(server.url).think(request(), timeout_s=LONG_S)

    assert (len(server.bodies), reply.calls) == (2, 1)


async def test_it_is_not_repeated_twice(thinker: Think) -> None:
    async with chat_script(RESET) as server:
        with pytest.raises(ThinkerUnavailable):
            await thinker(server.url).think(request(), timeout_s=LONG_S)

    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("step", "timeout_s"),
    [
        (fails(429, Retry_After="5"), LONG_S),
        (fails(429, Retry_After="1.5"), 2.0),
        (fails(429, Retry_After="Sun, 22 Nov 2026 10:00:00 GMT"), LONG_S),
        (fails(503), LONG_S),
        (fails(500, Retry_After="0"), LONG_S),
        (CUT, LONG_S),
    ],
)
async def test_nothing_is_repeated_that_takes_too_long_or_may_be_paid(
    thinker: Think, step: Response | str, timeout_s: float
) -> None:
    async with chat_script(step, GOOD) as server:
        with pytest.raises(ThinkerUnavailable):
            await thinker(server.url).think(request(), timeout_s=timeout_s)

    assert len(server.bodies) == 1


@pytest.mark.parametrize("step", [fails(401, message=KEY), fails(429, message=KEY), fails(400, message=NEWS), GOOD])
async def test_neither_key_nor_news_shows_anywhere(
    kind: str, thinker: Think, step: Response, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    error: BaseException | None = None
    prices = Prices()
    async with chat_script(calls(("price_change", '{"hours": 1}')), step) as server:
        one = thinker(server.url, kind=kind)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                await one.think(request(tools=(prices.tool,)), timeout_s=LONG_S)
            except ThinkerUnavailable as caught:
                error = caught

    shown = [repr(one), *caplog.messages, *(str(warning.message) for warning in warned), *capfd.readouterr()]
    while error is not None:
        shown += [repr(error), str(error)]
        error = error.__cause__ or error.__context__
    assert len(server.bodies) == 2
    for secret in (KEY, NEWS, "softer dollar"):
        assert secret not in "\n".join(shown)


def test_every_vendor_error_is_mapped() -> None:
    """A new class in the vendor's package must be given its place; these few cannot come from chat completions."""
    elsewhere = {
        openai.ContentFilterFinishReasonError,  # openai parses nothing for us
        openai.LengthFinishReasonError,
        openai.OAuthError,
        openai.WebSocketConnectionClosedError,
        openai.WebSocketQueueFullError,
    }
    exported = {value for value in list(vars(openai).values()) if inspect.isclass(value)}
    errors = {
        value for value in exported if issubclass(value, openai.OpenAIError) and not value.__name__.startswith("_")
    }

    assert errors - elsewhere == set(ERRORS)


# --- Settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "azure", "base_url": None},
        {"kind": "openai", "base_url": "localhost:8000"},
        {"kind": "openai", "api_key": SecretStr("")},
        {"kind": "openai", "api_key": SecretStr("two\nlines")},
    ],
)
def test_impossible_settings_are_refused(options: dict) -> None:
    with pytest.raises(ConfigurationError):
        AutoGenThinker(Endpoint(provider="first", metrics=PrometheusMetrics()), model="gpt-4o-mini", **options)
