"""Several services on one store, and a story that all of them hear."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.fakes.office import Office
from tests.fakes.teacher import Teacher
from tests.integration.conftest import NOW

from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.analysts import Case, Deliberation, Early
from forethought.domain.decision import Signal

CUT = (
    ("Bloomberg", "*FED CUTS BENCHMARK RATE BY 25 BASIS POINTS TO 4.00%-4.25%"),
    ("Bloomberg", "Fed Lowers Interest Rates by a Quarter Point"),
    ("Bloomberg", "Fed Lowers Rates by 25 Basis Points as Labor Market Cools"),
    ("Reuters", "FED CUTS RATES BY 25 BASIS POINTS"),
    ("Reuters", "Federal Reserve cuts interest rates by a quarter percentage point, as expected"),
    (
        "Reuters",
        "WASHINGTON, Sept 17 (Reuters) - The Federal Reserve cut interest rates by a quarter of a point on Wednesday.",
    ),
    ("AP", "Federal Reserve cuts its key interest rate by a quarter-point"),
    ("AP", "Fed reduces its key rate by a quarter-point, citing a weaker job market"),
    ("WSJ", "Fed Trims Rates by Quarter Point"),
    ("WSJ", "The Federal Reserve lowered its benchmark rate by 0.25 percentage point."),
    ("NewsAPI", "BREAKING: Fed delivers 25bps rate cut"),
    ("NewsAPI", "Powell's Fed cuts interest rates by a quarter point"),
)
"""One event, as five providers tell it."""
CONTRARY = ("Fed raises interest rates by a quarter point", "Fed holds interest rates steady")
FED = {"asset": "SPX", "deadline_ms": 20_000}
"""A deadline that 200 callers at once in one process on a busy machine can keep."""


@dataclass
class Reader(Teacher):
    """Buys a cut, and nothing else."""

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        found = await super().deliberate(case, timeout_s=timeout_s, early=early)
        is_cut = case.news in {text for _, text in CUT}
        return replace(found, decision=replace(found.decision, signal=Signal.BUY if is_cut else Signal.SELL))


@pytest.fixture
async def office(
    redis_server: str, redis_client: Redis, key_prefix: str, encoder: MiniLmEmbedder, tmp_path: Path
) -> AsyncIterator[Office]:
    """Nobody in it yet; the time is `NOW` until the test turns it."""
    office = Office(tmp_path, redis_server, key_prefix, encoder, VirtualClock(NOW))
    yield office
    for stack in office.closing.values():
        await stack.aclose()
    for name in await redis_client.execute_command("FT._LIST"):
        if name.startswith(key_prefix.encode()):
            await redis_client.execute_command("FT.DROPINDEX", name)
