"""Start and stop what is measured, each in a process and a data folder of its own, and watch it from outside.

Linux only: what a process uses is read from /proc.
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from load import Job, Window, measure

_START_S = 60.0
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_MIB = 1024 * 1024


@dataclass(slots=True)
class Running:
    """A server under measurement, and the Redis that it started."""

    name: str
    process: "subprocess.Popen[bytes]"
    port: int
    client: httpx.Client

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self.process.pid

    @property
    def redis_pid(self) -> int:
        """Process id of its Redis.

        Raises:
            RuntimeError: it has ended; its figures would be another's.
        """
        if (code := self.process.poll()) is not None:
            raise RuntimeError(f"{self.name} ended with {code} during the measurement")
        return _redis_of(self.pid)

    def post(self, route: str, body: object) -> Any:  # noqa: ANN401 - whatever JSON can say
        """Post JSON and read JSON; not part of any measurement."""
        answer = self.client.post(route, json=body)
        answer.raise_for_status()
        return answer.json()

    def measure(self, job: Job) -> Window:
        """Run one window of load, and note what it cost in CPU here and elsewhere."""
        redis_pid = self.redis_pid
        before, busy = self._cpu_s(), _busy_s()
        own, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        try:
            window = measure(job)
        except RuntimeError:
            _ = self.redis_pid  # says so if a server has ended
            raise
        if self.redis_pid != redis_pid:
            raise RuntimeError(f"the Redis of {self.name} was restarted during the measurement")
        after, took_s = self._cpu_s(), time.monotonic() - began
        client = resource.getrusage(resource.RUSAGE_CHILDREN)
        client_s = client.ru_utime + client.ru_stime - own.ru_utime - own.ru_stime
        server_s, redis_s = (b - a for a, b in zip(before, after, strict=True))
        window.others_cpu = max(0.0, (_busy_s() - busy - server_s - redis_s - client_s) / took_s)
        window.server_cpu_ms = server_s / max(1, window.used) * 1000
        window.redis_cpu_ms = redis_s / max(1, window.used) * 1000
        return window

    def _cpu_s(self) -> tuple[float, float]:
        return _cpu_s(self.pid), _cpu_s(self.redis_pid)

    def resident_mib(self) -> tuple[float, float]:
        """Return the resident memory of the server and of its Redis."""
        return _resident_mib(self.pid), _resident_mib(self.redis_pid)


@contextmanager
def forethought(data_dir: Path) -> Iterator[Running]:
    """Run `forethought serve` with its default settings, except that only warnings are logged."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FORETHOUGHT_", "REDIS_URL", "APP_PORT"))}
    environment |= {
        "FORETHOUGHT_DATA_DIR": str(data_dir),
        "FORETHOUGHT_API__PORT": str(port),
        "FORETHOUGHT_LOG__LEVEL": "warning",
    }
    command = [str(Path(sys.executable).with_name("forethought")), "serve"]
    with _child("forethought", command, port, environment) as running:
        yield running


@contextmanager
def bare(data_dir: Path) -> Iterator[Running]:
    """Run the bare routes."""
    port = free_port()
    script = Path(__file__).with_name("bare.py")
    command = [sys.executable, str(script), "--data-dir", str(data_dir), "--port", str(port)]
    with _child("bare", command, port, dict(os.environ)) as running:
        yield running


@contextmanager
def _child(name: str, command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[Running]:
    # A session of its own: Ctrl-C reaches this script first, which then stops the children in order.
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_ready(process, port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600.0) as client:
            yield Running(name, process, port, client)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    ends_at = time.monotonic() + _START_S
    while time.monotonic() < ends_at:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode} instead of starting")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5.0).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} was not ready within {_START_S:.0f} s")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _redis_of(pid: int) -> int:
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listed.read_text().split():
            if "redis-server" in Path(f"/proc/{child}/cmdline").read_text():
                return int(child)
    raise RuntimeError(f"process {pid} has started no redis-server")


def _cpu_s(pid: int) -> float:
    # The name, in brackets, may hold spaces; user and system time are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _busy_s() -> float:
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / _TICKS_PER_S


def _resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
