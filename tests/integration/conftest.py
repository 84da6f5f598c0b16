"""The assembled service in this process: real Redis, real encoder, a teacher and a clock of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.fakes.strategies import strategies_dir
from tests.fakes.teacher import Teacher

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.system.clock import VirtualClock
from forethought.application.messages import DecideRequest, InsertRecord
from forethought.application.ports.decision_cache import Stored
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.similarity import Embedding, EmbeddingModel
from forethought.settings import AnalystSettings, MarketSettings, NewsSettings, Settings, ShadowSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class CountingEmbedder:
    """A real encoder that notes what it was asked."""

    inner: MiniLmEmbedder
    asked: list[str] = field(default_factory=list)

    @property
    def model(self) -> EmbeddingModel:
        return self.inner.model

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.asked += texts
        return await self.inner.embed(texts)

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        return self.inner.split(text, max_tokens=max_tokens, overlap=overlap)

    async def close(self) -> None:
        pass


@dataclass
class World:
    """The service, and what a test may turn."""

    service: Service
    teacher: Teacher
    clock: VirtualClock
    embedder: CountingEmbedder

    async def decide(self, text: str, **fields: Any) -> dict[str, Any]:
        # A busy machine must not turn what a test expects into an interim answer: deadlines have tests of their own.
        asked = {"text": text, "asset": "XAU", "strategy": "taught", "deadline_ms": 20_000} | fields
        return await self.service.decide(DecideRequest.model_validate(asked).question())

    async def insert(self, text: str, signal: int = 1, **fields: Any) -> Stored:
        record = {"input_report": text, "signal": signal, "asset": "XAU", "strategy": "taught"} | fields
        done = await self.service.insert([InsertRecord.model_validate(record).record()])
        if done.rejected:
            raise done.rejected[0].error
        return done.outcomes[0]

    async def read(self, answer: dict[str, Any]) -> dict[str, Any]:
        found = await self.service.parts.answers.read(answer["decision_id"])
        assert found is not None
        return found

    async def upgraded(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Wait until an answer's upgrade is no longer pending."""
        async with asyncio.timeout(20):
            while (found := await self.read(answer))["upgrade"]["pending"]:  # noqa: ASYNC110 - a client polls too
                await asyncio.sleep(0.005)
        return found

    def later(self, **time: float) -> None:
        self.clock.time += timedelta(**time)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> MiniLmEmbedder:
    """The local encoder, loaded once."""
    return MiniLmEmbedder(cache_dir=tmp_path_factory.mktemp("models"))


@pytest.fixture
def swap(redis_server: str, encoder: MiniLmEmbedder) -> Replacements:
    """The tests' own Redis and encoder, for what starts a service itself."""
    return Replacements(redis_url=redis_server, embedder=encoder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of a service with a folder of its own."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def price_files() -> dict[str, Path]:
    """Price files by asset; a test may have its own."""
    return {}


@pytest.fixture
def analysts() -> AnalystSettings:
    """The queue; a task whose worker failed comes again soon."""
    return AnalystSettings(stale_s=0.3, slots=8, grace_s=0)


@pytest.fixture
async def world(  # noqa: PLR0917 - fixtures
    redis_server: str,
    redis_client: Redis,
    key_prefix: str,
    encoder: MiniLmEmbedder,
    tmp_path: Path,
    price_files: dict[str, Path],
    analysts: AnalystSettings,
) -> AsyncIterator[World]:
    """The service with an empty memory; the time is `NOW` until the test turns it."""
    settings = Settings(
        data_dir=tmp_path,
        strategies_dir=strategies_dir(tmp_path / "strategies"),
        market=MarketSettings(price_files=price_files),
        analysts=analysts,
        news=NewsSettings(strategies=("taught",)),
        shadow=ShadowSettings(share=0),
    )
    teacher, clock, embedder = Teacher(), VirtualClock(NOW), CountingEmbedder(encoder)
    batching = BatchingEmbedder(embedder, max_batch=32, queue_limit=256)
    parts = Replacements(namespace=key_prefix, clock=clock, embedder=batching, panels=[teacher], redis_url=redis_server)
    async with running(settings, replace=parts) as service:
        yield World(service, teacher, clock, embedder)
    for name in await redis_client.execute_command("FT._LIST"):
        if name.startswith(key_prefix.encode()):
            await redis_client.execute_command("FT.DROPINDEX", name)


@pytest.fixture
def hanging(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the store hang from the moment of the call on."""

    async def hang(*command: object) -> None:
        await asyncio.Event().wait()

    return lambda: monkeypatch.setattr(world.service.store, "ask", hang)
