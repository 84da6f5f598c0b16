"""Every attack against the assembled service over its HTTP application: nothing succeeds, until a defence is gone."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.bootstrap import Replacements, running
from forethought.entrypoints.api.app import create_app
from forethought.evals.redteam.defences import Defence, settings_without, without
from forethought.evals.redteam.suite import ATTACKS, Notes, play
from forethought.evals.redteam.target import Target
from forethought.settings import ApiSettings, Settings

KEY = "the-key-of-this-test"
ATTEMPTS = 90


@pytest.fixture
def attack(redis_server: str, redis_client: Redis, key_prefix: str, encoder: MiniLmEmbedder, tmp_path: Path):
    """Play one attack without some defences."""

    async def attack(name: str, taken: Sequence[Defence] = (), attempts: int = ATTEMPTS) -> dict[str, Any]:
        settings = Settings(data_dir=tmp_path, api=ApiSettings(write_key=SecretStr(KEY)))
        batching = BatchingEmbedder(encoder, max_batch=32, queue_limit=256)
        parts = Replacements(namespace=key_prefix, embedder=batching, redis_url=redis_server)
        with ExitStack() as stack:
            stack.enter_context(without(taken))
            async with running(settings_without(settings, taken), replace=parts) as service:
                transport = httpx.ASGITransport(create_app(service), raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                    notes = Notes.opened(None, seed=7, attempts=attempts, without=taken)
                    (found,) = await play(Target(client, KEY), [ATTACKS[name]], attempts=attempts, seed=7, notes=notes)
        for index in await redis_client.execute_command("FT._LIST"):
            if index.startswith(key_prefix.encode()):
                await redis_client.execute_command("FT.DROPINDEX", index)
        return found

    return attack


@pytest.mark.parametrize("name", ATTACKS)
async def test_no_attempt_of_an_attack_succeeds(attack, name: str):
    found = await attack(name)

    assert found["successes"] == []
    assert found["tried"]["n"] >= ATTEMPTS
    assert found["control"]["k"] > found["control"]["n"] / 2


@pytest.mark.parametrize("defence", Defence)
async def test_without_a_defence_what_it_stops_succeeds(attack, defence: Defence):
    found = await attack(defence.stops, [defence], attempts=45)

    assert found["tried"]["k"] > 0


async def test_what_was_taught_for_an_attack_is_cleared(attack, redis_client: Redis, key_prefix: str):
    await attack("scope", attempts=6)

    assert [key async for key in redis_client.scan_iter(match=f"{key_prefix}sc:combo:*")] == []
