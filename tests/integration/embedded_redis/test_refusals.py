"""What keeps the server from starting is said in one line, with what helps; a half-written tail does not keep it."""

import asyncio
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.fakes.embedded_redis import refusal_of, serving

from forethought.adapters.redis.embedded import EmbeddedRedis


async def test_a_server_that_cannot_load_a_module_says_so_in_one_line(data_dir, monkeypatch):
    """A library of the system is missing, say: here the module itself is no library at all."""
    broken = data_dir.parent / "broken.so"
    broken.write_bytes(b"not a library")
    broken.chmod(0o700)
    monkeypatch.setattr(
        "forethought.adapters.redis.binaries.runnable", lambda path, copies: broken if path.suffix == ".so" else path
    )

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert "broken.so failed to load" in said
    assert "REDIS_URL=redis://…" in said
    assert "\n" not in said


async def test_an_unreadable_file_is_explained_in_one_line_with_the_command_that_repairs_it(data_dir):
    async with serving(data_dir) as (_, client):
        await client.mset({f"k{number}": number for number in range(100)})
    commands = next((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))
    content = commands.read_bytes()
    commands.write_bytes(content[:200] + b"\x00nonsense\r\n" + content[200:])

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert "\n" not in said
    assert "Bad file format reading the append only file" in said
    assert "FORETHOUGHT_DATA_DIR=…" in said
    command = said.split("`")[1]
    repair = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.PIPE)
    await repair.communicate(b"y\n")
    assert repair.returncode == 0
    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_a_half_written_last_command_is_dropped_and_reported(data_dir):
    async with serving(data_dir) as (_, client):
        await client.set("whole", "kept")
        await client.set("half", "x" * 100)
    commands = next((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))
    commands.write_bytes(commands.read_bytes()[:-50])

    with capture_logs() as logs:
        async with serving(data_dir) as (_, client):
            values = await client.mget("whole", "half")

    assert values == [b"kept", None]
    assert "redis.half_written_tail_dropped" in [line["event"] for line in logs]


async def test_a_data_folder_that_is_a_file_is_refused_in_one_line(data_dir):
    data_dir.write_text("not a folder")

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert said == (
        f"The data folder {data_dir} cannot be made because {data_dir / 'redis'} is a file; set FORETHOUGHT_DATA_DIR=… "
        "to a folder of yours, or REDIS_URL=redis://… to a running Redis Stack"
    )


async def test_a_folder_that_cannot_be_made_is_refused_in_one_line():
    said = await refusal_of(EmbeddedRedis(Path("/proc/forethought")))

    assert said.startswith("The data folder /proc/forethought cannot be used (")
    assert "\n" not in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_of_someone_else_is_refused_in_one_line(tmp_path):
    tmp_path.chmod(0o500)

    said = await refusal_of(EmbeddedRedis(tmp_path / "data"))

    assert "cannot be written by this user" in said


async def test_an_unsupported_platform_is_refused_without_touching_the_folder(data_dir):
    said = await refusal_of(EmbeddedRedis(data_dir, platform="darwin-arm64"))

    assert said == (
        "The embedded Redis cannot start: there is no embedded Redis for darwin-arm64, only for linux-x86_64; "
        "set REDIS_URL=redis://… to a running Redis Stack, or use `docker compose up`"
    )
    assert not data_dir.exists()
