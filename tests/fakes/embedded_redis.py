"""An embedded Redis of a test's own, here or in another process, and what becomes of it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.domain.errors import ConfigurationError

OWNER = """
import asyncio, sys
from pathlib import Path
from forethought.adapters.redis.embedded import EmbeddedRedis

async def own():
    server = EmbeddedRedis(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(own())
"""


@asynccontextmanager
async def serving(data_dir: Path, **options) -> AsyncIterator[tuple[EmbeddedRedis, Redis]]:
    server = EmbeddedRedis(data_dir, **options)
    await server.start()
    try:
        async with Redis.from_url(server.url) as client:
            yield server, client
    finally:
        await server.stop()


@asynccontextmanager
async def owner_process(data_dir: Path) -> AsyncIterator[tuple[subprocess.Popen[str], int]]:
    """Another process that owns the folder, and the pid of its server."""
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:  # noqa: ASYNC220, S603  our own script
        try:
            yield owner, int(await asyncio.to_thread(last_line, owner))
        finally:
            owner.kill()


def last_line(owner: subprocess.Popen[str]) -> str:
    """The pid, which follows the log lines."""
    return next(line for line in owner.stdout if line.strip().isdigit())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  nothing announces the end of a process
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


async def write_durably(client: Redis, key: str, value: str) -> None:
    await client.set(key, value)
    assert (await client.execute_command("WAITAOF", 1, 0, 0))[0] == 1


async def refusal_of(server: EmbeddedRedis) -> str:
    with pytest.raises(ConfigurationError) as refused:
        await server.start()
    return str(refused.value)
