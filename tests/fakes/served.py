"""`forethought` as a process, as an operator runs it: its own data folder, a free port, its log in hand."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.fakes.llm_sim import LlmSim

_COMMAND = (sys.executable, "-c", "from forethought.entrypoints.cli.main import main; main()")
_PATIENCE_S = 60.0


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Return the settings of one run; nothing of the tester's own."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "FORETHOUGHT_DATA_DIR": str(data_dir),
        "FORETHOUGHT_API__PORT": "0",
        "FORETHOUGHT_ANALYSTS__GRACE_S": "0",
        "FORETHOUGHT_SHADOW__SHARE": "0",
        **settings,
    }


def start(data_dir: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start a command."""
    return subprocess.Popen(  # noqa: S603 - our own
        [*_COMMAND, *arguments],
        env=environment(data_dir, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def run(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with start(data_dir, *arguments, **settings) as process:
        out, err = process.communicate(timeout=_PATIENCE_S)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def until(condition: Callable[[], Any], *, timeout_s: float = _PATIENCE_S) -> Any:
    """Poll until a condition holds, and return what it returned."""
    end = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {timeout_s} s")
        time.sleep(0.01)
    return found


@dataclass
class Served:
    """A running service, worker or simulated model."""

    process: subprocess.Popen[str]
    data_dir: Path
    lines: list[str] = field(default_factory=list)
    """What it wrote to standard error."""
    url: str = ""
    """Empty of a worker."""

    @property
    def client(self) -> httpx.Client:
        """A client; close it, or let the fixture do so."""
        return httpx.Client(base_url=self.url, timeout=30)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The log."""
        return [json.loads(line) for line in list(self.lines)]

    @property
    def redis_pid(self) -> int:
        """Of the embedded server."""
        return int((self.data_dir / "redis" / "redis.pid").read_text())

    def read_log(self) -> None:
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def event(self, name: str) -> dict[str, Any] | None:
        """Return the first event of a name, as soon as there is one; raises when the process has ended before."""
        ended = self.process.poll() is not None
        found = [line for line in list(self.lines) if f'"{name}"' in line]
        if ended and not found:
            raise RuntimeError("\n".join(self.lines[-20:]) or f"ended with {self.process.returncode}")
        return json.loads(found[0]) if found else None


@contextmanager
def running(ready: str, data_dir: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run a command from the event that says that it is ready until the end of the context."""
    with start(data_dir, *arguments, **settings) as process:
        service = Served(process, data_dir)
        reader = threading.Thread(target=service.read_log, daemon=True)
        reader.start()
        try:
            service.url = until(lambda: service.event(ready)).get("url", "")
            yield service
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
            reader.join(_PATIENCE_S)


@contextmanager
def served(data_dir: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run `forethought serve` until the end of the context."""
    with running("serve.ready", data_dir, "serve", *arguments, **settings) as service:
        yield service


@contextmanager
def working(data_dir: Path, base_url: str, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run `forethought worker` until the end of the context; it asks the model at `base_url`."""
    asks = {"FORETHOUGHT_LLM__BASE_URL": base_url, **settings}
    with running("worker.ready", data_dir, "worker", *arguments, **asks) as worker:
        yield worker


@contextmanager
def simulating(data_dir: Path, *arguments: str) -> Iterator[LlmSim]:
    """Run `forethought llm-sim` on a free port until the end of the context."""
    with running("llm_sim.ready", data_dir, "llm-sim", "--port", "0", *arguments) as sim:
        yield LlmSim(sim.url)
