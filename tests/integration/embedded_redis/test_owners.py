"""One process owns a data folder; what dead owners leave there hinders nobody."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.fakes.embedded_redis import is_alive, owner_process, refusal_of, serving, until, write_durably

from forethought.adapters.redis.binaries import locate
from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.embedded import EmbeddedRedis


async def test_a_second_owner_is_refused_with_the_pid_of_the_first(data_dir):
    async with owner_process(data_dir) as (owner, _):
        said = await refusal_of(EmbeddedRedis(data_dir))

    assert said == (
        f"Forethought already runs on {data_dir} (pid {owner.pid}); "
        "stop that one, or set FORETHOUGHT_DATA_DIR=… to another folder"
    )


async def test_a_refused_second_owner_leaves_the_first_untouched(data_dir):
    async with serving(data_dir) as (server, client):
        await refusal_of(EmbeddedRedis(data_dir))

        assert (await client.ping(), server.restarts) == (True, 0)


async def test_attach_finds_a_live_server_and_nothing_else(data_dir):
    before = await EmbeddedRedis.attach(data_dir)
    async with owner_process(data_dir):
        url = await EmbeddedRedis.attach(data_dir)
        async with Redis.from_url(url) as client:
            answered = await client.ping()
    async with serving(data_dir):
        pass
    after = await EmbeddedRedis.attach(data_dir)

    assert (before, answered, after) == (None, True, None)


async def test_a_killed_owner_takes_its_server_along_and_loses_nothing_acknowledged(data_dir):
    async with owner_process(data_dir) as (owner, pid):
        async with Redis.from_url(await EmbeddedRedis.attach(data_dir)) as client:
            await write_durably(client, "k", "kept")
        owner.kill()
        await until(lambda: not is_alive(pid))

    async with serving(data_dir) as (_, client):
        assert await client.get("k") == b"kept"


async def test_socket_and_pid_file_of_killed_processes_do_not_hinder_a_start(data_dir):
    async with owner_process(data_dir) as (owner, pid):
        async with Redis.from_url(await EmbeddedRedis.attach(data_dir)) as client:
            await write_durably(client, "k", "kept")
        owner.send_signal(signal.SIGSTOP)  # so that it cannot restart the server
        os.kill(pid, signal.SIGKILL)
        owner.kill()
        owner.wait()
    leftovers = DataFolder(data_dir).socket().exists(), (data_dir / "redis" / "redis.pid").exists()

    async with serving(data_dir) as (_, client):
        assert (leftovers, await client.get("k")) == ((True, True), b"kept")


def start_orphan(data_dir: Path) -> subprocess.Popen[bytes]:
    """A server as it would be left if the kernel's notice of the owner's death failed."""
    folder = DataFolder(data_dir)
    folder.create()
    binaries = locate(folder.path)
    lock = folder.lock_for_server()
    options = "--port", "0", "--unixsocket", folder.socket(), "--appendonly", "yes"
    orphan = subprocess.Popen(  # noqa: S603  our own binary
        [binaries.server, *folder.server_mark, *options],
        cwd=binaries.folder,
        env={"LD_LIBRARY_PATH": binaries.library_path},
        stdout=subprocess.DEVNULL,
        pass_fds=(lock,),
    )
    os.close(lock)
    return orphan


@pytest.mark.parametrize(("hangs", "returncode"), [(False, 0), (True, -signal.SIGKILL)])
async def test_an_orphaned_server_is_ended_by_the_next_start_and_its_data_kept(data_dir, impatience, hangs, returncode):
    orphan = start_orphan(data_dir)
    socket = DataFolder(data_dir).socket()
    await until(socket.exists)
    async with Redis(unix_socket_path=str(socket)) as client:
        await write_durably(client, "k", "kept")
    if hangs:
        orphan.send_signal(signal.SIGSTOP)

    async with serving(data_dir, stop_timeout_s=0.5) as (server, client):
        assert (orphan.wait(timeout=10), await client.get("k")) == (returncode, b"kept")
        assert server.pid != orphan.pid
