"""What the tests of thinkers share: thinkers of both kinds, and a model server."""

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.fakes.llm_sim import LlmSim, llm_sim
from tests.fakes.thinking import Think, thinkers


@pytest.fixture(params=["openai", "azure"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def thinker() -> AsyncIterator[Think]:
    async with thinkers() as make:
        yield make


@pytest.fixture(scope="module")
def shared_sim() -> Iterator[LlmSim]:
    with llm_sim(tool_share=0.0) as running:
        yield running


@pytest.fixture
def sim(shared_sim: LlmSim) -> Iterator[LlmSim]:
    yield shared_sim
    shared_sim.clear()
