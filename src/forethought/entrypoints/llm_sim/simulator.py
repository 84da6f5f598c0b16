"""The simulated model: how it answers, how long it takes, and what it remembers of its callers."""

import asyncio
import hmac
import random
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect

from forethought.entrypoints.llm_sim.answers import Answer
from forethought.entrypoints.llm_sim.asked import Asks, Function, Refused
from forethought.entrypoints.llm_sim.conversation import Question, text_of
from forethought.entrypoints.llm_sim.faults import Fault, Faults, spoiled
from forethought.entrypoints.llm_sim.fitting import BadSchema, Said, fit
from forethought.entrypoints.llm_sim.judgement import Judgement, draw, judge
from forethought.entrypoints.llm_sim.ledger import Ledger
from forethought.entrypoints.llm_sim.obedience import obey
from forethought.entrypoints.llm_sim.options import Options

_SLOWNESS: Final = 10.0
_SLOW_AT_LEAST_S: Final = 1.0
_ANY_OBJECT: Final[Mapping[str, Any]] = {
    "properties": {
        "signal": {"type": "integer"},
        "conviction": {"type": "number"},
        "reasoning": {"type": "string"},
        "evidence": {"type": "array"},
    }
}

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Simulator:
    """One simulated model."""

    def __init__(self, options: Options, *, key: str | None = None) -> None:
        self.options = options
        self.faults = Faults(options.seed)
        self.ledger = Ledger()
        self.connections: Callable[[], int] = lambda: 0
        """How many connections are open now; the server sets it."""
        self._key = key
        self._latencies = random.Random(options.seed)  # noqa: S311 - a simulation
        self._waiting: set[asyncio.Timeout] = set()
        self._stopping = False

    def admits(self, key: str) -> bool:
        """Tell whether a caller with this key may ask."""
        return self._key is None or hmac.compare_digest(key.encode(), self._key.encode())

    def answer(self, asked: Asks, question: Question, fault: Fault | None) -> Answer:
        """Answer a conversation.

        Raises:
            Refused: the schema of the answer or of a tool cannot be filled.
        """
        options = self.options
        try:
            honest = self._tool_call(asked, question) or Answer(_text(asked, question, options))
        except BadSchema as error:
            raise Refused(400, f"Invalid schema: {error}.", param="response_format") from error
        if options.obedient:
            honest = obey(asked.messages, [tool.function.name for tool in asked.tools or ()], honest)
        return spoiled(honest, fault, news=question.news)

    def _tool_call(self, asked: Asks, question: Question) -> Answer | None:
        choice = asked.tool_choice
        tools = [tool.function for tool in asked.tools or ()]
        if not tools or choice == "none" or question.after_tools:
            return None
        if isinstance(choice, dict):
            named = choice.get("function", {}).get("name") if isinstance(choice.get("function"), dict) else None
            tools = [tool for tool in tools if tool.name == named]
            if not tools:
                raise Refused(400, "Invalid value for 'tool_choice': no such tool.", param="tool_choice")
        elif choice != "required" and draw(self.options.seed, question, "tool") >= self.options.tool_share:
            return None
        tool = tools[int(draw(self.options.seed, question, "which tool") * len(tools))]
        return Answer("", tool_calls=((tool.name, _arguments(tool, question)),))

    async def take_time(self, receive: Receive, fault: Fault | None) -> None:
        """Wait as long as an answer takes; a call that hangs waits for ever.

        Raises:
            ClientDisconnect: the client closed the connection.
            Refused: the server stops.
        """
        delay_s = self._latencies.uniform(*self.options.latency_s)
        if fault is Fault.SLOW:
            delay_s = max(_SLOWNESS * delay_s, _SLOW_AT_LEAST_S)
        if (delay_s or fault is Fault.HANG) and not self._stopping:
            await self._wait(receive, None if fault is Fault.HANG else delay_s)
        if self._stopping:
            raise Refused(503, "Simulated: the server is stopping.", kind="server_error")

    async def _wait(self, receive: Receive, delay_s: float | None) -> None:
        timer = asyncio.timeout(delay_s)
        try:
            async with timer:
                self._waiting.add(timer)
                # The body has been read: what comes next is the end of the connection.
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return
        finally:
            self._waiting.discard(timer)
        raise ClientDisconnect

    def stop(self) -> None:
        """End all waiting; call it in the loop that serves."""
        self._stopping = True
        for timer in self._waiting:
            if not timer.expired():
                timer.reschedule(0)

    def state(self) -> dict[str, Any]:
        """Say what was asked and what is set, to somebody whose own connection is not counted."""
        on = self.faults.on
        return {
            "simulated": True,
            "settings": self.options.model_dump(),
            "faults": {"on": on and on.model_dump(mode="json"), "served": dict(self.faults.served)},
            "open_connections": self.connections() - 1,
            **self.ledger.document(),
        }


def _text(asked: Asks, question: Question, options: Options) -> str:
    thought = judge(question, seed=options.seed, noise=options.noise)
    form = asked.form
    if form is None:
        return f"{thought.reasoning} Signal: {thought.signal.label}, conviction {thought.conviction}."
    return orjson.dumps(fit(form or _ANY_OBJECT, _meanings(thought))).decode()


def _meanings(thought: Judgement) -> dict[str, Said]:
    label = thought.signal.label
    signal = int(thought.signal)
    labels = (label, "hold", "neutral") if signal == 0 else (label,)
    return {
        "signal": (signal, *labels, str(signal)),
        "label": (*labels, signal),
        "conviction": (thought.conviction, round(100 * thought.conviction)),
        "reasoning": (thought.reasoning,),
        "evidence": (list(thought.evidence), *thought.evidence),
    }


def _arguments(tool: Function, question: Question) -> dict[str, Any]:
    asset = (question.asset,) if question.asset else ()
    filled = fit(
        tool.parameters or {"type": "object", "properties": {}}, dict.fromkeys(("asset", "symbol", "ticker"), asset)
    )
    if not isinstance(filled, dict):
        raise BadSchema(f"the parameters of {tool.name} must be an object")
    return filled


def prompt_of(asked: Asks) -> str:
    """Return all that was said, for counting."""
    return "".join(map(text_of, asked.messages))
