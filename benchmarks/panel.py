"""Ask news at a steady rate while the analysts are slow, failing, hanging or killed; check every answer afterwards.

.venv/bin/python benchmarks/panel.py                                     the healthy run: three minutes
.venv/bin/python benchmarks/panel.py --trouble all --at-once 4            every trouble, four at a time: 20 minutes
.venv/bin/python benchmarks/panel.py --report docs/reference/panel.md     writes the page

The model is `forethought llm-sim`, answers and latency are simulated; all else is as it runs: a service, two workers
apart, an embedded Redis with appendfsync always, each a process of its own.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import websockets
from rich.console import Console
from rich.progress import Progress

from services import free_port

RATE_PER_MIN = 150
SETTLE_S = 120.0
"""How long after the last question its upgrade may take: retries and taking over included."""
FAULTS = ("rate_limit", "server_error", "hang", "cut", "malformed", "schema", "refusal", "injection_echo")
KILLS = ("model stopped", "worker killed", "redis killed")
INSIDE = "healthy, inside"
"""The service works on the queue itself, as with `make run`."""
_COMMAND = (sys.executable, "-c", "from forethought.entrypoints.cli.main import main; main()")
_ASSETS = ("BTC", "ETH", "XAU", "WTI", "SPX", "EURUSD", "AAPL", "MSFT", "NVDA", "TSLA")
_WHO = ("Acme", "Borealis", "Cygnus", "Dunmore", "Everglade", "Fulcrum", "Garnet", "Halcyon", "Ironbark", "Juniper")
_WHAT = (
    ("{who} raises its full-year outlook to {n} million dollars", "{who} lifts full-year guidance to ${n} mln"),
    ("{who} cuts {n} jobs in Europe", "{who} to eliminate {n} European positions"),
    ("{who} wins a contract worth {n} million dollars", "{who} awarded ${n} mln contract"),
    ("Regulator fines {who} {n} million dollars", "{who} fined ${n} mln by regulator"),
    ("{who} recalls {n} thousand units after faults", "{who} issues recall of {n}k units over faults"),
    ("{who} buys back shares for {n} million dollars", "{who} announces ${n} mln share repurchase"),
    ("{who} misses quarterly profit by {n} million dollars", "{who} quarterly profit falls ${n} mln short"),
)
console = Console(stderr=True)


@dataclass(slots=True)
class Asked:
    """One question and its answer."""

    kind: str
    """`new`, `again` (the same text) or `reworded`."""
    status: int
    took_ms: float
    answer: dict[str, Any]
    stands: dict[str, Any] = field(default_factory=dict)
    """The answer as it stood at the end."""


@dataclass(slots=True)
class Run:
    """What one trouble did."""

    name: str
    minutes: float
    asked: list[Asked] = field(default_factory=list)
    breaker: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    upgrades: Counter[str] = field(default_factory=Counter)
    """Upgrade events heard on the web socket, by decision."""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    """The queue at the end."""


class Process:
    """A command of ours, with its log."""

    def __init__(self, arguments: list[str], environment: dict[str, str], ready: str) -> None:
        self.arguments, self.environment, self.ready = arguments, environment, ready
        self.events: list[dict[str, Any]] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> dict[str, Any]:
        """Start it and return the event that says it is ready."""
        self.events = []
        self.process = subprocess.Popen(  # noqa: S603 - our own
            [*_COMMAND, *self.arguments],
            env=self.environment,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        end = time.monotonic() + 60
        while not (found := [e for e in self.events if e.get("event") == self.ready]):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.arguments[0]} did not start: {self.events[-3:]}")
            time.sleep(0.02)
        return found[0]

    def _read(self, process: subprocess.Popen[str]) -> None:
        for line in process.stderr or ():
            try:
                self.events.append(json.loads(line))
            except ValueError:
                self.events.append({"event": "", "text": line})

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass(slots=True)
class Stage:
    """Everything that runs."""

    sim: Process
    serve: Process
    workers: list[Process]
    url: str
    sim_url: str
    worker_metrics: list[str]
    data_dir: Path


@contextmanager
def stage(latency: str, *, inside: bool) -> Iterator[Stage]:
    """Start a model, a service, and two workers apart unless the service is to work itself."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        quiet = {"FORETHOUGHT_LOG__FORMAT": "json"}
        sim_port, ports = free_port(), [free_port(), free_port()]
        sim = Process(["llm-sim", "--port", str(sim_port), "--latency", latency], {**kept, **quiet}, "llm_sim.ready")
        sim_url = sim.start()["url"]
        stack.callback(sim.stop)
        environment = {
            **kept,
            **quiet,
            "FORETHOUGHT_DATA_DIR": folder,
            "FORETHOUGHT_API__PORT": "0",
            "FORETHOUGHT_LLM__BASE_URL": f"{sim_url}/v1",
            "FORETHOUGHT_LLM__DAILY_BUDGET_USD": "1000",
            "FORETHOUGHT_ANALYSTS__INSIDE": str(inside).lower(),
        }
        serve = Process(["serve"], environment, "serve.ready")
        url = serve.start()["url"]
        stack.callback(serve.stop)
        ports = [] if inside else ports
        workers = [Process(["worker", "--metrics-port", str(port)], environment, "worker.ready") for port in ports]
        for worker in workers:
            stack.callback(worker.stop)
            worker.start()
        metrics = [f"{url}/metrics"] if inside else [f"http://127.0.0.1:{port}/metrics" for port in ports]
        yield Stage(sim, serve, workers, url, sim_url, metrics, Path(folder))


def news(rng: random.Random, told: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Return kind, asset and text: 60 % new stories, 25 % told before word by word, 15 % reworded."""
    kind = rng.choices(("new", "again", "reworded"), (0.60, 0.25, 0.15))[0] if told else "new"
    if kind != "new":
        asset, text, other = rng.choice(told[-200:])
        return kind, asset, text if kind == "again" else other
    first, second = rng.choice(_WHAT)
    filled = {"who": rng.choice(_WHO), "n": rng.randrange(20, 990)}
    asset = rng.choice(_ASSETS)
    told.append((asset, first.format(**filled), second.format(**filled)))
    return "new", asset, told[-1][1]


async def ask(client: httpx.AsyncClient, run: Run, kind: str, asset: str, text: str) -> None:
    """Ask one question."""
    begun = time.perf_counter()
    response = await client.post("/decide", json={"text": text, "asset": asset})
    took_ms = (time.perf_counter() - begun) * 1000
    answer = response.json() if response.status_code == 200 else {}  # noqa: PLR2004 - the status
    run.asked.append(Asked(kind, response.status_code, took_ms, answer))


async def listen(url: str, run: Run) -> None:
    """Count the upgrades that a listener hears."""
    async with websockets.connect(url.replace("http", "ws") + "/ws") as socket:
        await socket.send(json.dumps({"subscribe": [{"type": "upgrade"}]}))
        async for message in socket:
            run.upgrades[json.loads(message)["data"]["decision_id"]] += 1


async def drive(on: Stage, run: Run, seed: int) -> None:
    """Ask at the rate, with trouble in the middle third, and wait until everything has settled."""
    rng, told = random.Random(seed), []  # noqa: S311 - a load, not a secret
    total = int(run.minutes * RATE_PER_MIN)
    before = await asyncio.to_thread(_counters, on)
    async with httpx.AsyncClient(base_url=on.url, timeout=30) as client, asyncio.TaskGroup() as group:
        hearing = group.create_task(listen(on.url, run))
        begun, sent = time.monotonic(), []
        troubled = ended = False
        for n in range(total):
            await asyncio.sleep(max(0.0, begun + n * 60 / RATE_PER_MIN - time.monotonic()))
            if not troubled and n >= total / 3:
                troubled = True
                await asyncio.to_thread(_begin, on, run.name)
            if not ended and n >= total * 2 / 3:
                ended = True
                await asyncio.to_thread(_end, on, run.name)
            kind, asset, text = news(rng, told)
            sent.append(group.create_task(ask(client, run, kind, asset, text)))
        await asyncio.wait(sent)
        await _settled(client, run)
        _transcripts(run)
        hearing.cancel()
    after = await asyncio.to_thread(_counters, on)
    run.breaker.update({k: after[0][k] - before[0][k] for k in after[0] if after[0][k] > before[0][k]})
    run.roles.update({k: after[1][k] - before[1][k] for k in after[1] if after[1][k] > before[1][k]})
    run.left = await asyncio.to_thread(_queue, on)


def _begin(on: Stage, name: str) -> None:
    if name in FAULTS:
        httpx.put(f"{on.sim_url}/sim/faults", json={"fault": name, "share": 1.0}).raise_for_status()
    elif name == "model stopped":
        on.sim.stop()
    elif name == "worker killed":
        on.workers[0].stop(signal.SIGKILL)
    elif name == "redis killed":
        os.kill(int((on.data_dir / "redis" / "redis.pid").read_text()), signal.SIGKILL)


def _end(on: Stage, name: str) -> None:
    if name in FAULTS:
        httpx.delete(f"{on.sim_url}/sim/faults").raise_for_status()
    elif name == "model stopped":
        on.sim.start()
    elif name == "worker killed":
        on.workers[0].start()


def _counters(on: Stage) -> tuple[Counter[str], Counter[str]]:
    """Read what the workers count: changes of breakers, and calls of roles by outcome."""
    breaker: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    for url in on.worker_metrics:
        text = httpx.get(url).text
        for state, count in re.findall(r'breaker_changes_total\{.*state="(\w+)"\} ([\d.e+]+)', text):
            breaker[state] += int(float(count))
        for outcome, count in re.findall(r'role_calls_total\{outcome="(\w+)".*\} ([\d.e+]+)', text):
            roles[outcome] += int(float(count))
    return breaker, roles


def _queue(on: Stage) -> dict[str, Any]:
    environment = {**on.serve.environment}
    done = subprocess.run([*_COMMAND, "status", "--json"], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def _settled(client: httpx.AsyncClient, run: Run) -> None:
    """Read every answer until none is pending."""
    end = time.monotonic() + SETTLE_S
    todo = [each for each in run.asked if each.answer]
    while todo and time.monotonic() < end:
        for each in todo:
            response = await client.get(f"/decisions/{each.answer['decision_id']}")
            if response.status_code == 200:  # noqa: PLR2004 - the status
                each.stands = response.json()
        todo = [each for each in todo if not each.stands or each.stands["upgrade"]["pending"]]
        if todo:
            await asyncio.sleep(1)


def _transcripts(run: Run) -> None:
    for each in run.asked:
        heard = each.stands.get("deliberation") if each.stands else None
        if heard is not None:
            run.jobs[heard["job_id"]] = heard


def line(run: Run) -> dict[str, Any]:
    """Bring one run to a line of the table."""
    times = sorted(each.took_ms for each in run.asked)
    missed = [each for each in run.asked if each.answer.get("path") == "interim"]
    upgraded = [each for each in missed if each.stands.get("upgrade", {}).get("previous")]
    failed = [each for each in missed if each.stands.get("upgrade", {}).get("failed")]
    shed = [each for each in missed if not each.answer["upgrade"]["job_id"]]
    done = [job for job in run.jobs.values() if job["decision"] is not None]
    queue = run.left.get("queue", {})
    return {
        "asked": len(run.asked),
        "p50_ms": statistics.median(times),
        "p95_ms": times[int(0.95 * (len(times) - 1))],
        "max_ms": times[-1],
        "5xx": sum(each.status >= 500 for each in run.asked),  # noqa: PLR2004 - the statuses
        "from_memory": sum(bool(each.answer.get("cache", {}).get("hit")) for each in run.asked),
        "missed": len(missed),
        "upgraded": len(upgraded),
        "failed": len(failed),
        "not_queued": len(shed),
        "unsettled": sum(bool(each.stands.get("upgrade", {}).get("pending", True)) for each in missed),
        "joined": sum(bool(each.answer["upgrade"].get("joined")) for each in missed),
        "deliberations": len(done),
        "told_twice": sum(count > 1 for count in run.upgrades.values()),
        "total_s": _mean(job["latency_ms"]["total"] for job in done),
        "slowest_s": _mean(job["latency_ms"]["slowest_role"] for job in done),
        "sum_s": _mean(job["latency_ms"]["sum_of_roles"] for job in done),
        "breaker": ", ".join(f"{state} {count}" for state, count in sorted(run.breaker.items())) or "-",
        "roles": ", ".join(f"{outcome} {count}" for outcome, count in run.roles.most_common(4)),
        "left": f"{queue.get('background', '?')} + {queue.get('waiting', '?')}, {queue.get('dead', '?')} dead",
    }


def _mean(values_ms: Iterator[float]) -> float | None:
    found = list(values_ms)
    return round(statistics.mean(found) / 1000, 2) if found else None


_COLUMNS = {
    "asked": "asked",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "max_ms": "max ms",
    "5xx": "5xx",
    "from_memory": "from memory",
    "missed": "missed",
    "upgraded": "upgraded",
    "failed": "failed, said so",
    "not_queued": "not queued",
    "unsettled": "unsettled",
    "told_twice": "told twice",
}
_THINKING = {
    "deliberations": "deliberations",
    "joined": "joined",
    "total_s": "took s",
    "slowest_s": "slowest role s",
    "sum_s": "sum of roles s",
    "breaker": "breaker changes",
    "roles": "roles",
    "left": "left in the queue",
}


def _table(rows: dict[str, dict[str, Any]], columns: dict[str, str]) -> str:
    lines = ["| | " + " | ".join(columns.values()) + " |", "|" + "---|" * (len(columns) + 1)]
    for name, row in rows.items():
        cells = (f"{row[key]:.1f}" if key.endswith("_ms") else str(row[key]) for key in columns)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page(rows: dict[str, dict[str, Any]], *, minutes: float, latency: str, at_once: int) -> str:
    """Write the report of the lines by row."""
    return f"""<!-- written by benchmarks/panel.py -->
# The panel under load

{RATE_PER_MIN} articles a minute for {minutes:g} min a row: 60 % new, 25 % repeated word by word, 15 % reworded; agents
`background`. The model is **simulated** (`llm-sim --latency {latency}`). Trouble lasts for the middle third of a row.
A service, two workers apart, an embedded Redis, the model and the load share two cores; of the rows with trouble
{at_once} ran at once, each on a stage of its own. *inside*: the service works on the queue itself, as with `make run`.

{_table(rows, _COLUMNS)}

{_table(rows, _THINKING)}

*missed*: answered by rule in the interim. *failed, said so*: its upgrade ended with a reason, after all tries or as
no second model stood by for answers that were rejected. *not queued*: the store was away, or
the queue full; the answer says that nothing follows. *unsettled*: still pending
{SETTLE_S:.0f} s after the last question: lost, if any. *told twice*: decisions whose upgrade was announced more than
once. Times are means over the deliberations.
"""


def perform(name: str, minutes: float, latency: str, seed: int) -> Run:
    """Set a stage, drive one row on it, and take it down."""
    run = Run(name, minutes)
    with stage(latency, inside=name == INSIDE) as on:
        asyncio.run(drive(on, run, seed))
    return run


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--latency", default="2-5")
    parser.add_argument("--trouble", action="append", default=[], help="a fault, a kill, or `all`; may be repeated")
    parser.add_argument("--at-once", type=int, default=1, help="rows at once, each on a stage of its own")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    names = ["healthy", INSIDE, *([*FAULTS, *KILLS] if "all" in asked.trouble else asked.trouble)]
    rows: dict[str, dict[str, Any]] = {}
    with Progress(console=console) as progress, ProcessPoolExecutor(asked.at_once) as pool:
        bar = progress.add_task("rows", total=len(names))
        # The healthy rows are measured by themselves.
        for together in (names[:1], names[1:2], names[2:]):
            todo = [pool.submit(perform, name, asked.minutes, asked.latency, asked.seed) for name in together]
            for done in as_completed(todo):
                run = done.result()
                rows[run.name] = line(run)
                console.print_json(data={run.name: rows[run.name]}, indent=None)
                progress.advance(bar)
    in_order = {name: rows[name] for name in names}
    text = page(in_order, minutes=asked.minutes, latency=asked.latency, at_once=asked.at_once)
    if asked.report is not None:
        asked.report.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
