"""A redis-server with options of one's own, as an operator might run one: real, on TCP, ended with its context."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.ports import free_port

from forethought.adapters.redis.binaries import RedisBinaries, locate

_START_S = 30.0


@contextmanager
def redis_process(folder: Path, *options: str, modules: bool = True, tls: bool = False) -> Iterator[int]:
    """Start a server and yield its port on 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    binaries, port = locate(folder), free_port()
    listen = ("--port", "0", "--tls-port", str(port)) if tls else ("--port", str(port))
    loads = [part for module in binaries.modules for part in ("--loadmodule", str(module))] if modules else []
    command = [
        str(binaries.server),
        *listen,
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "",
        *options,
        *loads,
    ]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, **_place(binaries), stdout=output, stderr=output)  # noqa: S603 - our own
    try:
        _wait(server, log)
        yield port
    finally:
        server.kill()
        server.wait()


def _place(binaries: RedisBinaries) -> dict:
    return {"cwd": binaries.folder, "env": {"LD_LIBRARY_PATH": binaries.library_path, "LC_ALL": "C"}}


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while "Ready to accept connections" not in (said := log.read_text(errors="replace")):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(said[-2_000:])
        time.sleep(0.01)
