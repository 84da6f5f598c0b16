"""The embedded Redis with its real server: how it starts, runs and stops."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from tests.fakes.embedded_redis import is_alive, serving, until

from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.domain.errors import StoreUnavailable


async def test_all_four_modules_answer(data_dir):
    async with serving(data_dir) as (_, client):
        answers = [
            await client.execute_command("FT._LIST"),
            await client.execute_command("JSON.SET", "j", "$", '{"a":1}'),
            await client.execute_command("TS.ADD", "t", 1, 2),
            await client.execute_command("BF.ADD", "b", "x"),
        ]

    assert answers == [[], b"OK", 1, 1]


async def test_the_server_listens_on_a_private_socket_only(data_dir):
    async with serving(data_dir) as (_, client):
        config = await client.config_get("port", "save", "appendonly", "appendfsync", "maxmemory-policy")
        socket = DataFolder(data_dir).socket()
        modes = [oct(path.stat().st_mode & 0o777) for path in (socket, socket.parent)]

    assert config == {
        "port": "0",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
    }
    assert modes == ["0o700", "0o700"]


async def test_the_server_does_not_inherit_our_secrets(data_dir, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-the-test")

    async with serving(data_dir) as (server, _):
        environment = await asyncio.to_thread(Path(f"/proc/{server.pid}/environ").read_bytes)

    assert b"secret-of-the-test" not in environment


async def test_an_unknown_locale_does_not_keep_it_from_starting(data_dir, monkeypatch):
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")

    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_data_outlives_an_orderly_restart(data_dir):
    async with serving(data_dir) as (_, client):
        await client.set("k", "kept")  # not waited for: the stop flushes

    async with serving(data_dir) as (_, client):
        assert await client.get("k") == b"kept"


async def test_stop_leaves_no_process_no_socket_and_a_free_folder(data_dir):
    server = EmbeddedRedis(data_dir)
    await server.start()
    pid, socket = server.pid, DataFolder(data_dir).socket()

    await server.stop()
    await server.stop()

    assert (is_alive(pid), socket.exists(), (data_dir / "redis" / "redis.pid").exists()) == (False, False, False)
    assert server.pid is None
    assert not DataFolder(data_dir).is_owned()


async def test_a_server_that_hangs_is_killed_at_stop(data_dir, impatience):
    server = EmbeddedRedis(data_dir, stop_timeout_s=0.2)
    await server.start()
    pid = server.pid
    os.kill(pid, signal.SIGSTOP)

    await server.stop()

    assert not is_alive(pid)


async def test_start_waits_until_a_large_file_is_loaded(data_dir):
    async with serving(data_dir) as (_, client):
        await client.eval("for i = 1, 200000 do redis.call('SET', 'k' .. i, i) end", 0)

    async with serving(data_dir) as (_, client):
        assert await client.dbsize() == 200_000


async def test_a_start_that_takes_too_long_is_given_up_and_leaves_the_folder_free(data_dir):
    with pytest.raises(StoreUnavailable):
        await EmbeddedRedis(data_dir, start_timeout_s=0.001).start()

    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_a_cancelled_start_leaves_no_server_behind(data_dir):
    server = EmbeddedRedis(data_dir)
    task = asyncio.create_task(server.start())
    await until(lambda: server.pid is not None)
    pid = server.pid

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not is_alive(pid)
    assert not DataFolder(data_dir).is_owned()


async def test_a_path_too_long_for_a_socket_works_and_is_found_by_others(tmp_path):
    data_dir = tmp_path / ("long" * 30)
    async with serving(data_dir) as (server, client):
        assert await client.ping()
        assert await EmbeddedRedis.attach(data_dir) == server.url
        socket = DataFolder(data_dir).socket()
        mode = oct(socket.parent.stat().st_mode & 0o777)

    assert (mode, socket.parent.exists(), socket.is_relative_to(data_dir)) == ("0o700", False, False)


async def test_a_path_with_odd_characters_works(tmp_path):
    data_dir = tmp_path / 'a:b "c" é%20?#\\n'
    async with serving(data_dir) as (server, client):
        assert await EmbeddedRedis.attach(data_dir) == server.url
        assert await client.ping()


async def test_the_shared_server_is_there_for_every_test(redis_client, key_prefix):
    await redis_client.set(f"{key_prefix}k", "v")

    assert await redis_client.get(f"{key_prefix}k") == b"v"
