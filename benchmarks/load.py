"""A load generator in a process of its own: N callers, each with one kept-alive connection and one request under way.

Reads one job as JSON from standard input and writes one result as JSON to standard output; `measure` starts it so. The
client is a bare asyncio protocol on uvloop, because a full HTTP client costs more than the service.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_PATH = b'"path":"'
_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Job:
    """One window of load."""

    port: int
    route: str
    callers: int
    window_s: float
    bodies: list[str]
    repeat: bool = False
    """Whether to start again when the bodies run out; otherwise the window ends there."""
    warm_up_s: float = 0.3
    """Load before the window that is not counted."""
    only_path: str | None = None
    """Percentiles are taken over the answers with this `path`; rates and counts over all."""


@dataclass(slots=True)
class Window:
    """What one window measured."""

    requests: int
    took_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    client_cpu_frac: float
    """Share of one core that the load generator itself used."""
    statuses: dict[str, int] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    used: int = 0
    """Bodies taken, the warm-up included."""
    server_cpu_ms: float = 0.0
    """CPU time of the server process for one request, by the kernel's count; hardly moved by other load."""
    redis_cpu_ms: float = 0.0
    """The same of its Redis."""
    others_cpu: float = 0.0
    """Cores that were busy with something else meanwhile."""

    @property
    def per_s(self) -> float:
        """Answered requests a second."""
        return self.requests / self.took_s if self.took_s else 0.0


class _Caller(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last is complete."""

    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._sent_at = 0.0
        self._buffer = b""
        self._whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._whole:
            end = self._buffer.find(_HEAD_END)
            if end < 0:
                return
            head = self._buffer[:end].lower()
            at = head.index(_LENGTH) + len(_LENGTH)
            stop = head.find(b"\r", at)
            self._whole = end + len(_HEAD_END) + int(head[at : stop if stop > 0 else None])
        if len(self._buffer) < self._whole:
            return
        answer, self._buffer, self._whole = self._buffer, b"", 0
        self._run.note(time.perf_counter() - self._sent_at, answer)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.leave(exc)

    def _next(self) -> None:
        request = self._run.next_request()
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


class _Run:
    """The callers of one job, together."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bodies = self._endless() if job.repeat else iter(job.bodies)
        self._head = (
            f"POST {job.route} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: "
        )
        self._ends_at = self._starts_at = self._cpu_from_s = 0.0
        self._took_s: list[float] = []
        self._answers: list[bytes] = []
        self._open = job.callers
        self._done = asyncio.Event()
        self._used = 0

    def _endless(self) -> Iterator[str]:
        while True:
            yield from self._job.bodies

    def next_request(self) -> bytes | None:
        if time.perf_counter() >= self._ends_at:
            return None
        body = next(self._bodies, None)
        if body is None:
            return None
        self._used += 1
        raw = body.encode()
        return f"{self._head}{len(raw)}\r\n\r\n".encode() + raw

    def note(self, took_s: float, answer: bytes) -> None:
        now = time.perf_counter()
        if now - took_s < self._starts_at or now > self._ends_at:
            return
        if not self._took_s:
            self._cpu_from_s = time.process_time()
        self._took_s.append(took_s)
        self._answers.append(answer)

    def leave(self, error: Exception | None) -> None:
        if error is not None:
            print(f"connection lost: {error}", file=sys.stderr)
        self._open -= 1
        if not self._open:
            self._done.set()

    async def __call__(self) -> Window:
        loop = asyncio.get_running_loop()
        self._starts_at = time.perf_counter() + self._job.warm_up_s
        self._ends_at = self._starts_at + self._job.window_s
        for _ in range(self._job.callers):
            await loop.create_connection(lambda: _Caller(self), "127.0.0.1", self._job.port)
        async with asyncio.timeout(self._job.warm_up_s + self._job.window_s + _PATIENCE_S):
            await self._done.wait()
        took_s = min(time.perf_counter(), self._ends_at) - self._starts_at
        cpu_s = time.process_time() - self._cpu_from_s
        # Answers are read after the window, so that this costs the load nothing.
        paths = [_path_of(answer) for answer in self._answers]
        only = self._job.only_path
        timed = [took for took, path in zip(self._took_s, paths, strict=True) if only in {None, path}]
        return Window(
            len(self._took_s),
            took_s,
            *percentiles_ms(timed),
            client_cpu_frac=cpu_s / took_s,
            statuses=dict(Counter(a[9:12].decode() for a in self._answers)),
            paths=dict(Counter(paths)),
            used=self._used,
        )


def _path_of(answer: bytes) -> str:
    at = answer.find(_PATH)
    return answer[at + len(_PATH) : answer.index(b'"', at + len(_PATH))].decode() if at > 0 else "-"


def percentiles_ms(took_s: Sequence[float]) -> tuple[float, float, float]:
    """Return p50, p95 and p99 in ms; zeros without observations."""
    ordered = sorted(took_s)
    if not ordered:
        return 0.0, 0.0, 0.0
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1000 for q in (0.50, 0.95, 0.99))
    return p50, p95, p99


def measure(job: Job) -> Window:
    """Run one job in a process of its own.

    Raises:
        RuntimeError: the load generator failed.
    """
    done = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, __file__], input=json.dumps(asdict(job)).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
    return Window(**json.loads(done.stdout))


def median_of(windows: Sequence[Window]) -> Window:
    """Combine repetitions: the median of each figure, the sum of each count."""

    def middle(name: str) -> float:
        return statistics.median(getattr(w, name) for w in windows)

    took_s = sum(w.took_s for w in windows)
    return Window(
        requests=round(middle("per_s") * took_s),
        took_s=took_s,
        statuses=_summed([w.statuses for w in windows]),
        paths=_summed([w.paths for w in windows]),
        used=sum(w.used for w in windows),
        **{name: middle(name) for name in _MEDIANS},
    )


_MEDIANS = ("p50_ms", "p95_ms", "p99_ms", "client_cpu_frac", "server_cpu_ms", "redis_cpu_ms", "others_cpu")


def _summed(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common())


def _main() -> None:
    job = Job(**json.load(sys.stdin))

    async def work() -> dict[str, Any]:
        return asdict(await _Run(job)())

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(work())))


if __name__ == "__main__":
    _main()
