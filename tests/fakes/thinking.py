"""What tests of thinkers share: a question, a good answer, and thinkers that point at a server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr
from tests.fakes.chat_script import says

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.application.ports.thinker import Request

KEY = "sk-test-a-key-that-must-not-show"
NEWS = "Gold climbs 0.3 percent on a weaker dollar"
LONG_S = 20.0
"""Long enough for everything here; nothing waits for its end."""


class Judgement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    signal: Literal[-1, 0, 1]
    conviction: float
    reasoning: str


GOOD = says('{"signal": 1, "conviction": 0.5, "reasoning": "A softer dollar."}')


def request(user: str = f"Asset: XAU\n{NEWS}", **options: object) -> Request:
    return Request(
        **{"role": "news_sentiment", "system": "Role: news_sentiment\n", "user": user, "answer": Judgement} | options
    )


Think = Callable[..., AutoGenThinker]


@asynccontextmanager
async def thinkers() -> AsyncIterator[Think]:
    """Give a maker of thinkers; `limits` are those of an endpoint of its own. All are closed in the end."""
    made: list[AutoGenThinker] = []

    def make(url: str, *, endpoint: Endpoint | None = None, limits: dict | None = None, **options) -> AutoGenThinker:
        options = {"kind": "openai", "model": "gpt-4o-mini", "api_key": SecretStr(KEY), "seed": 7} | options
        address = url if options["kind"] == "azure" else f"{url}/v1"
        endpoint = endpoint or Endpoint(**{"provider": "first", "metrics": PrometheusMetrics()} | (limits or {}))
        made.append(AutoGenThinker(endpoint, base_url=address, **options))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what happens on the other side; the test's own time limit ends it."""
    while not holds():  # noqa: ASYNC110 - it happens in another thread, or at the far end of a socket
        await asyncio.sleep(0.01)
