"""Where the laboratory replays, and what names the finished work that may be taken up again."""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, Protocol

import forethought
from forethought.adapters.redis.embedded import EmbeddedRedis

_CODE = ("domain", "application", "adapters", "agents", "bootstrap", "strategies")
"""What our own answers hang on."""
_KINDS = frozenset({".py", ".toml", ".txt"})


class Progress(Protocol):
    """Told what is under way."""

    def begin(self, what: str, *, total: int) -> None:
        """Say what begins, and of how many steps."""
        ...

    def advance(self, steps: int) -> None:
        """Say that so many more are done."""
        ...


@asynccontextmanager
async def redis_of_its_own(appendfsync: Literal["always", "everysec"]) -> AsyncIterator[str]:
    """Start a Redis that nobody else uses, in a temporary folder; yield its URL.

    Neither the service's memory nor its speed is touched.
    """
    with tempfile.TemporaryDirectory(prefix="forethought-lab-") as folder:
        server = EmbeddedRedis(Path(folder), appendfsync=appendfsync)
        await server.start()
        try:
            yield server.url
        finally:
            await server.stop()


def digest(files: Sequence[Path]) -> str:
    """Name files by their names and contents."""
    found = hashlib.sha256()
    for file in files:
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def code_digest() -> str:
    """Name the code and the strategies that our own answers hang on."""
    package = Path(forethought.__file__).parent
    found = [file for part in _CODE for file in (package / part).rglob("*") if file.suffix in _KINDS]
    return digest(sorted([*found, package / "evals" / "replay.py"]))
