"""A server that dies comes back with all that was acknowledged."""

import asyncio
import itertools
import os
import signal
from contextlib import suppress

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError, TimeoutError as RedisTimeoutError
from structlog.testing import capture_logs
from tests.fakes.embedded_redis import serving, until, write_durably

from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.embedded import backoff_s


async def test_a_killed_server_comes_back_on_the_same_socket_with_what_was_acknowledged(data_dir):
    async with serving(data_dir) as (server, client):
        url, former = server.url, server.pid
        await write_durably(client, "k", "kept")

        os.kill(former, signal.SIGKILL)
        await until(lambda: server.restarts == 1)

        assert (await client.get("k"), server.url, server.pid != former) == (b"kept", url, True)


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed_in_the_midst_of_traffic(data_dir):
    acknowledged: list[int] = []
    done = asyncio.Event()

    async def write(client: Redis) -> None:
        for number in itertools.count():
            if done.is_set():
                return
            with suppress(RedisConnectionError, RedisTimeoutError):
                await write_durably(client, f"k{number}", "kept")
                acknowledged.append(number)
            await asyncio.sleep(0)  # a refused connection is no pause for the loop

    async with serving(data_dir) as (server, client):
        writer = asyncio.create_task(write(client))
        for kills in (1, 2):
            enough = len(acknowledged) + 20
            await until(lambda enough=enough: len(acknowledged) >= enough)
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda kills=kills: server.restarts == kills)
        done.set()
        await writer

        kept = await client.mget([f"k{number}" for number in acknowledged])

    assert kept == [b"kept"] * len(acknowledged)


async def test_a_search_index_is_there_again_after_a_kill(data_dir):
    async with serving(data_dir) as (server, client):
        await client.execute_command("FT.CREATE", "i", "PREFIX", 1, "p:", "SCHEMA", "name", "TAG")
        await client.hset("p:1", "name", "btc")
        await client.execute_command("WAITAOF", 1, 0, 0)

        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: server.restarts == 1)

        assert await client.execute_command("FT._LIST") == [b"i"]


async def test_it_goes_on_trying_until_the_server_can_start_again(data_dir):
    """Its data is unreadable for a while: the restarts fail, are logged, and succeed once the data is back."""
    async with serving(data_dir) as (server, client):
        await write_durably(client, "k", "kept")
        manifest = DataFolder(data_dir).append_only_manifest
        good = manifest.read_bytes()

        with capture_logs() as logs:
            manifest.write_bytes(b"nonsense\n")
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: sum(line["event"] == "redis.restart_failed" for line in logs) >= 2)
            manifest.write_bytes(good)
            await until(lambda: server.restarts == 1)

        assert await client.get("k") == b"kept"
        assert [line["event"] for line in logs if line["event"] != "redis.restart_failed"] == [
            "redis.died",
            "redis.restarted",
        ]


async def test_stop_does_not_wait_for_restarts_that_fail(data_dir):
    async with serving(data_dir) as (server, _):
        with capture_logs() as logs:
            DataFolder(data_dir).append_only_manifest.write_bytes(b"nonsense\n")
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: "redis.restart_failed" in [line["event"] for line in logs])

        await server.stop()

        assert (server.pid, DataFolder(data_dir).is_owned()) == (None, False)


def test_the_pause_before_a_restart_grows_to_a_bound():
    longest = [backoff_s(attempt, jitter_frac=1.0) for attempt in (0, 1, 2, 6, 7, 1000)]

    assert longest == [0.05, 0.1, 0.2, 3.2, 5.0, 5.0]
    assert backoff_s(3, jitter_frac=0.0) == pytest.approx(0.2)
