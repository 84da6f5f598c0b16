"""Whole deliberations on a real Redis, against the promises of their port."""

import zlib

import pytest

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.transcripts import RedisTranscripts

ID = "01JJOB"
TTL_S = 60
DOCUMENT = {"job_id": ID, "roles": [{"role": "risk_assessment", "signal": -1, "reasoning": "höher ▲"}], "shadow": None}


@pytest.fixture
def transcripts(store: Store, keys: Keys) -> RedisTranscripts:
    return RedisTranscripts(store, keys, ttl_s=TTL_S)


async def test_what_is_kept_is_read_again(transcripts):
    await transcripts.keep(ID, DOCUMENT)

    assert await transcripts.read(ID) == DOCUMENT


async def test_what_was_never_kept_is_none(transcripts):
    assert await transcripts.read(ID) is None


async def test_the_latest_of_one_job_stands(transcripts):
    """A job that was lost by one worker is worked on by another."""
    await transcripts.keep(ID, DOCUMENT)
    await transcripts.keep(ID, {**DOCUMENT, "shadow": {}})

    assert await transcripts.read(ID) == {**DOCUMENT, "shadow": {}}


async def test_it_is_kept_for_a_bounded_time(transcripts, redis_client, keys):
    await transcripts.keep(ID, DOCUMENT)

    assert 0 < await redis_client.ttl(keys.transcript(ID)) <= TTL_S


@pytest.mark.parametrize("damaged", [b"", b"{}", zlib.compress(b"{}")[:-1], zlib.compress(b"{"), zlib.compress(b"[]")])
async def test_a_damaged_one_counts_as_none(transcripts, redis_client, keys, damaged):
    await redis_client.set(keys.transcript(ID), damaged)

    assert await transcripts.read(ID) is None
