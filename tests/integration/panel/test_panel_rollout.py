"""A new version of a panel beside the current one, in its place, and back: what a caller sees, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.fakes.strategies import strategies_dir
from tests.fakes.teacher import Teacher
from tests.fakes.thinking import until
from tests.integration.conftest import NOW, CountingEmbedder, World

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.rollout import Compared
from forethought.application.rollout import RollOut
from forethought.bootstrap import Replacements, running
from forethought.domain.errors import Unavailable
from forethought.settings import AnalystSettings, Settings

GOLD = "Gold rises 0.3 percent as the dollar weakens"
AIRPORTS = "A volcano in Iceland has closed two airports"
HARVEST = "The harvest of coffee has failed in Brazil"


@dataclass
class Desk:
    """The service with two versions of one panel, of which the first says buy and the second sell."""

    world: World
    candidate: Teacher
    roll_out: RollOut

    async def decide(self, text: str) -> dict[str, Any]:
        return await self.world.decide(text, agents="wait")

    async def compared(self) -> Compared:
        """Wait for a comparison: it is made after the caller has his answer."""
        async with asyncio.timeout(20):
            while not (pairs := await self.world.service.parts.rollout.compared("panel")):  # noqa: ASYNC110 - in Redis
                await asyncio.sleep(0.005)
        assert list(pairs) == [("1", "2")]
        return pairs["1", "2"]


@pytest.fixture
async def desk(
    redis_server: str, redis_client: Redis, key_prefix: str, encoder: MiniLmEmbedder, tmp_path: Path
) -> AsyncIterator[Desk]:
    settings = Settings(
        data_dir=tmp_path,
        strategies_dir=strategies_dir(tmp_path / "strategies"),
        analysts=AnalystSettings(slots=8, shadow_timeout_s=0.5),
    )
    current, candidate = Teacher(signal=1), Teacher(signal=-1, version="2", cost_usd=0.01)
    clock, embedder = VirtualClock(NOW), CountingEmbedder(encoder)
    batching = BatchingEmbedder(embedder, max_batch=32, queue_limit=256)
    parts = Replacements(
        namespace=key_prefix, clock=clock, embedder=batching, panels=[current, candidate], redis_url=redis_server
    )
    async with running(settings, replace=parts) as service:
        roll_out = RollOut(service.parts.rollout, service.parts.versions)
        yield Desk(World(service, current, clock, embedder), candidate, roll_out)
    for name in await redis_client.execute_command("FT._LIST"):
        if name.startswith(key_prefix.encode()):
            await redis_client.execute_command("FT.DROPINDEX", name)


async def test_a_version_that_nobody_put_into_use_is_not_asked(desk: Desk) -> None:
    answer = await desk.decide(GOLD)

    assert (answer["decision"]["signal"], len(desk.candidate.cases)) == (1, 0)


async def test_a_candidate_in_shadow_is_compared_and_not_remembered(desk: Desk) -> None:
    await desk.roll_out.shadow("panel", "2", share=1.0)

    answer = await desk.decide(GOLD)
    compared = await desk.compared()
    again = await desk.decide(GOLD)

    assert [case.news for case in desk.candidate.cases] == [GOLD]
    assert (compared.n, compared.agreed, compared.opposite, compared.failed) == (1, 0, 1, 0)
    assert (compared.cost_usd, compared.current_cost_usd) == (0.01, 0.02)
    assert (answer["path"], answer["decision"]["signal"]) == ("analysts", 1)
    assert (again["path"], again["decision"]["signal"]) == ("exact", 1)
    assert (await desk.world.service.status.counts())["decisions"] == 1


async def test_what_a_candidate_said_stands_in_the_transcript(desk: Desk) -> None:
    await desk.roll_out.shadow("panel", "2", share=1.0)

    answer = await desk.decide(GOLD)
    await desk.compared()
    found = await desk.world.service.parts.transcripts.read(answer["upgrade"]["job_id"])

    assert (found["decision"]["signal"], found["shadow"]["signal"]) == (1, -1)


async def test_nobody_waits_for_a_candidate(desk: Desk) -> None:
    desk.candidate.released = asyncio.Event()
    await desk.roll_out.shadow("panel", "2", share=1.0)

    answer = await desk.decide(GOLD)
    await until(lambda: len(desk.candidate.cases) == 1)
    assert (answer["path"], answer["decision"]["signal"]) == ("analysts", 1)

    desk.candidate.released.set()
    assert (await desk.compared()).n == 1


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_a_candidate_that_gives_nothing_is_counted_and_disturbs_nobody(desk: Desk, trouble: str) -> None:
    desk.candidate.failure = Unavailable("no answer")
    desk.candidate.released = asyncio.Event() if trouble == "hangs" else None
    await desk.roll_out.shadow("panel", "2", share=1.0)

    answer = await desk.decide(GOLD)

    assert (answer["path"], answer["decision"]["signal"]) == ("analysts", 1)
    assert await desk.compared() == Compared(failed=1)


async def test_a_promoted_version_answers_and_rolled_back_it_answers_no_more(desk: Desk) -> None:
    await desk.roll_out.shadow("panel", "2", share=1.0)
    before = await desk.decide(GOLD)
    await desk.compared()

    await desk.roll_out.promote("panel")
    promoted = await desk.decide(AIRPORTS)
    await desk.roll_out.rollback("panel")
    back = await desk.decide(HARVEST)

    assert [answer["path"] for answer in (before, promoted, back)] == ["analysts"] * 3
    assert [answer["decision"]["signal"] for answer in (before, promoted, back)] == [1, -1, 1]
    assert [case.news for case in desk.world.teacher.cases] == [GOLD, HARVEST]


async def test_a_former_version_is_asked_no_more_after_a_promotion(desk: Desk) -> None:
    """The shadow has ended with it."""
    await desk.roll_out.shadow("panel", "2", share=1.0)
    await desk.roll_out.promote("panel")

    await desk.decide(GOLD)

    assert (len(desk.world.teacher.cases), len(desk.candidate.cases)) == (0, 1)
    assert await desk.world.service.parts.rollout.compared("panel") == {}
