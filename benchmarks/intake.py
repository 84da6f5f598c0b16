"""Let five providers publish at a rate, and compare what was published with what the service has.

.venv/bin/python benchmarks/intake.py                                       100, 1,000 and 6,000 a minute, 5 min each
.venv/bin/python benchmarks/intake.py --rate 1000 --minutes 1               a first look
.venv/bin/python benchmarks/intake.py --report docs/reference/intake.md     writes the page

The newswire and the model are simulated; all else is as it runs: `forethought serve` with the panel and the intake
inside and an embedded Redis with appendfsync always, asked by a caller every 100 ms meanwhile.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import httpx
import yaml

from intake_books import Books, read_books, read_queue
from intake_page import page, summary
from panel import Process, console, news
from services import free_port

RATES = (100, 1_000, 6_000)
EVERY_S = 2.0
"""Between two looks at a feed."""
WINDOW_MIN = 0.33
"""What an RSS feed holds: ten looks, so that nothing leaves unseen while answers fail."""
WIRE = ("--speed", "10", "--duplicates", "0.05", "--malformed", "0.03", "--faults", "0.05", "--window", str(WINDOW_MIN))
ASK_EVERY_S = 0.1
KNOWN, FOR_ANALYSTS = 0.5, 0.1
"""Shares: of questions that the wire has told; of new ones that the analysts think about."""
DRAIN_S = 1_200.0
"""How long the backlog may take to drain."""
_BACKGROUND = 'forethought_tasks{kind="background"}'
_KEY = "FORETHOUGHT_SIMULATED_KEY"


@dataclass(slots=True)
class Run:
    """What one rate did."""

    rate: int
    minutes: float
    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    waiting_max: int = 0
    oldest_max_s: float = 0.0
    published_s: float = 0.0
    """How long the wire published."""
    intake_drained_s: float | None = None
    """After the last article was published; `None`: never."""
    panel_drained_s: float | None = None
    cpu_s: dict[str, float] = field(default_factory=dict)
    """Until the wire was silent, by process."""
    rss_mib: dict[str, float] = field(default_factory=dict)
    """The highest."""
    metrics: dict[str, float] = field(default_factory=dict)
    books: Books | None = None
    ledger: dict[str, Any] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Stage:
    """Everything that runs."""

    url: str
    wire_url: str
    pids: dict[str, int]
    data_dir: Path
    serve: Process


def providers(wire_url: str) -> str:
    """Write the file of providers: the demo's, asked more often."""
    text = files("forethought.samples").joinpath("newswire.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(Template(text).substitute(wire=wire_url))
    for each in found["providers"]:
        each.update(every_s=EVERY_S, per_minute=600)
    return yaml.safe_dump(found)


@contextmanager
def stage(rate: int, minutes: float, latency: str) -> Iterator[Stage]:
    """Start a model and a service, then a newswire, which begins to publish at once."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        kept |= {"FORETHOUGHT_LOG__FORMAT": "json"}
        wire_port = free_port()
        file = Path(folder) / "providers.yaml"
        file.write_text(providers(f"http://127.0.0.1:{wire_port}"), encoding="utf-8")
        sim = Process(["llm-sim", "--port", str(free_port()), "--latency", latency], kept, "llm_sim.ready")
        sim_url = sim.start()["url"]
        stack.callback(sim.stop)
        environment = {
            **kept,
            "FORETHOUGHT_DATA_DIR": folder,
            "FORETHOUGHT_API__PORT": "0",
            "FORETHOUGHT_LOG__LEVEL": "info",
            "FORETHOUGHT_LLM__BASE_URL": f"{sim_url}/v1",
            "FORETHOUGHT_LLM__DAILY_BUDGET_USD": "1000",
            "FORETHOUGHT_NEWS__PROVIDERS_FILE": str(file),
            _KEY: "simulated",
        }
        serve = Process(["serve"], environment, "serve.ready")
        url = serve.start()["url"]
        stack.callback(serve.stop)
        arguments = ["newswire", "--port", str(wire_port), "--rate", str(rate), "--duration", str(60 * minutes), *WIRE]
        wire = Process(arguments, kept, "newswire.ready")
        wire_url = wire.start()["url"]
        stack.callback(wire.stop)
        pids = {name: each.process.pid for name, each in (("service", serve), ("newswire", wire), ("model", sim))}
        pids["redis"] = int((Path(folder) / "redis" / "redis.pid").read_text())
        yield Stage(url, wire_url, pids, Path(folder), serve)


async def decide(client: httpx.AsyncClient, run: Run, body: dict[str, Any]) -> None:
    """Ask one question."""
    begun = time.perf_counter()
    try:
        response = await client.post("/decide", json=body)
    except httpx.HTTPError:
        run.statuses[0] += 1
        return
    run.took_ms.append((time.perf_counter() - begun) * 1000)
    run.statuses[response.status_code] += 1
    if response.is_success:
        run.paths[response.json()["path"]] += 1


async def ask(on: Stage, run: Run) -> None:
    """Ask every 100 ms: what the wire has told, or something new; one in ten of the new ones for the analysts, too."""
    rng = random.Random(7)  # noqa: S311 - a load, not a secret
    told: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=on.url, timeout=30) as client, asyncio.TaskGroup() as group:
        begun = time.monotonic()
        for n in range(10**9):
            await asyncio.sleep(max(0.0, begun + n * ASK_EVERY_S - time.monotonic()))
            if n % 100 == 0:
                with suppress(httpx.HTTPError):
                    told = (await client.get("/stories", params={"latest": 100})).json().get("stories", told)
            if told and rng.random() < KNOWN:
                story = rng.choice(told)
                body = {"text": story["headline"], "asset": story["asset"], "agents": "never"}
            else:
                _, asset, text = news(rng, [])
                body = {
                    "text": text,
                    "asset": asset,
                    "agents": "background" if rng.random() < FOR_ANALYSTS else "never",
                }
            group.create_task(decide(client, run, body))


async def watch(on: Stage, run: Run) -> None:
    """Note every second how much waits, and how much memory is used."""
    async with httpx.AsyncClient(base_url=on.url, timeout=30) as client:
        while True:
            with suppress(httpx.HTTPError, KeyError):
                found = (await client.get("/news/providers")).json()
                run.waiting_max = max(run.waiting_max, found["waiting"])
                run.oldest_max_s = max(run.oldest_max_s, found["oldest_s"])
            for name, pid in on.pids.items():
                run.rss_mib[name] = max(run.rss_mib.get(name, 0.0), resident_mib(pid))
            await asyncio.sleep(1)


async def drive(on: Stage, run: Run) -> None:
    """Wait until the wire is silent, then until nothing waits, and compare."""
    before, begun = {name: cpu_s(pid) for name, pid in on.pids.items()}, time.monotonic()
    async with httpx.AsyncClient(timeout=60) as client:
        beside = [asyncio.create_task(each) for each in (ask(on, run), watch(on, run))]
        await until(lambda: is_silent(client, on))
        run.published_s, silent_at = time.monotonic() - begun, datetime.now(UTC)
        run.cpu_s = {name: cpu_s(pid) - before[name] for name, pid in on.pids.items()}
        run.intake_drained_s = await until(lambda: intake_is_idle(client, on, silent_at))
        for each in beside:
            each.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        run.panel_drained_s = await until(lambda: panel_is_idle(client, on))
        run.metrics = await scraped(client, on)
        run.ledger = (await client.get(f"{on.wire_url}/ledger")).json()
    run.books = await asyncio.to_thread(read_books, on.wire_url, on.data_dir)
    run.warnings = Counter(e["event"] for e in on.serve.events if e.get("level") in {"warning", "error", "critical"})


async def until(idle: Callable[[], Awaitable[bool]]) -> float | None:
    """Wait; return how long it took, seconds."""
    begun = time.monotonic()
    while time.monotonic() - begun < DRAIN_S:
        with suppress(httpx.HTTPError):
            if await idle():
                return time.monotonic() - begun
        await asyncio.sleep(0.2)
    return None


async def is_silent(client: httpx.AsyncClient, on: Stage) -> bool:
    """Tell whether nothing more is published."""
    return bool((await client.get(f"{on.wire_url}/ledger")).json()["finished"])


async def intake_is_idle(client: httpx.AsyncClient, on: Stage, silent_at: datetime) -> bool:
    """Tell whether every feed was read after the wire was silent, and nothing waits or is in work."""
    found = (await client.get(f"{on.url}/news/providers")).json()
    read = [each["polled_at"] for each in found["providers"]]
    if not all(at is not None and datetime.fromisoformat(at) > silent_at for at in read) or found["waiting"]:
        return False
    return (await asyncio.to_thread(read_queue, on.data_dir)) == 0


async def panel_is_idle(client: httpx.AsyncClient, on: Stage) -> bool:
    """Tell whether the analysts have nothing left of what news asked them."""
    return not (await scraped(client, on))[_BACKGROUND]


async def scraped(client: httpx.AsyncClient, on: Stage) -> dict[str, float]:
    """Read the metrics by their whole names."""
    lines = (await client.get(f"{on.url}/metrics")).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process so far."""
    # The name, in brackets, may hold spaces; user and system time are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, action="append", help="articles a minute; may be repeated")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--latency", default="2-5")
    parser.add_argument("--remark", default="", help="a sentence for the page: what disturbed the run")
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    runs = []
    for rate in asked.rate or RATES:
        run = Run(rate, asked.minutes)
        with stage(rate, asked.minutes, asked.latency) as on:
            asyncio.run(drive(on, run))
        runs.append(run)
        console.print(summary(run), highlight=False)
    text = page(runs, latency=asked.latency, remark=asked.remark)
    if asked.report is not None:
        asked.report.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
