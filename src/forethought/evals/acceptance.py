"""The seed's acceptance over HTTP: insert 50 records, ask 30 of them, and measure at the client.

Run as `make accept` or `python -m forethought.evals.acceptance`. With FORETHOUGHT_URL it asks the service there,
without it a service of its own, in a temporary data folder. Exit code 1 when a criterion fails.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from forethought.adapters.files.records import sample_file
from forethought.domain.decision import Signal
from forethought.domain.errors import ForethoughtError, Unavailable
from forethought.evals.labelled import Labelled, LabelledFile, read_labelled
from forethought.evals.statistics import Share, percentiles, share_of
from forethought.settings import read_settings

INSERTED = 50
ASKED = 30
HELD_OUT = 30
"""Records after the inserted ones that are asked and were never inserted."""
P95_MS = 500.0
HIT_FRAC = 0.80

_DEVELOPMENT_DATA = Path("..") / "shared" / "data" / "events" / "df_events.parquet"
_PER_CALL = 10
"""A list of fifty whole prompts is larger than a body may be."""
_READY_S, _STOP_S, _CALL_S = 60.0, 20.0, 30.0
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One `POST /decide` as the client saw it."""

    truth: Signal
    status: int
    took_ms: float
    answer: Mapping[str, Any]
    """Empty unless the status is 200."""

    @property
    def hit(self) -> bool:
        """Whether it was answered from memory."""
        return bool(self.answer) and bool(self.answer["cache"]["hit"])

    @property
    def signal(self) -> Signal | None:
        """What was answered, if anything."""
        return Signal(self.answer["decision"]["signal"]) if self.answer else None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the verdict."""

    name: str
    passed: bool
    found: str


@dataclass
class Measured:
    """What the run found."""

    data: str
    url: str
    own_service: bool
    held_before: bool
    """Whether the service had evidence of decisions before."""
    sent: int = INSERTED
    """Records to insert; fewer than planned when the file is short."""
    statuses: list[int] = field(default_factory=list)
    """Of all calls."""
    accepted: int = 0
    asked: list[Call] = field(default_factory=list)
    unseen: list[Call] = field(default_factory=list)
    """Not inserted, asked as of now."""
    unseen_as_of: list[Call] = field(default_factory=list)
    """Not inserted, asked as of their own time."""

    def criteria(self) -> list[Criterion]:
        """Judge."""
        took = percentiles(call.took_ms for call in self.asked)
        p95_ms = took.p95_ms if took.p95_ms is not None else float("inf")
        hits = share_of(call.hit for call in self.asked)
        failed = sum(status >= _SERVER_ERROR for status in self.statuses)
        return [
            Criterion(f"p95 < {P95_MS:g} ms", p95_ms < P95_MS, f"{p95_ms:.1f} ms of {took.n}"),
            Criterion(f"hit rate >= {HIT_FRAC:.0%}", (hits.frac or 0.0) >= HIT_FRAC, f"{hits.k} of {hits.n}"),
            Criterion("no 5xx", failed == 0, f"{failed} of {len(self.statuses)} calls"),
            Criterion(f"{self.sent} records accepted", self.accepted == self.sent, f"{self.accepted}"),
        ]

    def document(self) -> dict[str, Any]:
        """Lay the measurements out as JSON types."""
        statuses = {str(status): self.statuses.count(status) for status in sorted(set(self.statuses))}
        return {
            "data": self.data,
            "url": self.url,
            "own_service": self.own_service,
            "held_before": self.held_before,
            "passed": all(criterion.passed for criterion in self.criteria()),
            "criteria": [{"name": c.name, "passed": c.passed, "found": c.found} for c in self.criteria()],
            "inserted": self.accepted,
            "statuses": statuses,
            "asked": _document(self.asked),
            "steps_ms": _steps(self.asked),
            "unseen": _document(self.unseen),
            "unseen_as_of": _document(self.unseen_as_of),
        }


def _document(calls: Sequence[Call]) -> dict[str, Any]:
    hits = [call for call in calls if call.hit]
    agreed = Share(sum(call.signal is call.truth for call in hits), len(hits))
    opposite = Share(sum(call.signal is not None and call.signal.opposes(call.truth) for call in hits), len(hits))
    paths = [call.answer["path"] for call in calls if call.answer]
    return {
        "n": len(calls),
        "latency": percentiles(call.took_ms for call in calls).document(),
        "hit": Share(len(hits), len(calls)).document(),
        "agreed": agreed.document(),
        "opposite": opposite.document(),
        "paths": {path: paths.count(path) for path in sorted(set(paths))},
    }


def _steps(calls: Sequence[Call]) -> dict[str, Any]:
    """Return percentiles of every step that the answers name, over the answers that took it."""
    steps: dict[str, list[float]] = {}
    for call in calls:
        for name, took_ms in call.answer.get("latency_ms", {}).items():
            steps.setdefault(name, []).append(took_ms)
    return {name: percentiles(found).document() for name, found in steps.items()}


def measure(client: httpx.Client, data: LabelledFile, *, own_service: bool, clear: bool = False) -> Measured:
    """Run the acceptance against a service that is ready; `clear` makes it forget everything first.

    Raises:
        Unavailable: it does not answer.
    """
    try:
        if clear:
            client.post("/clear").raise_for_status()
        held = bool(client.get("/quality").json().get("scopes"))
        measured = Measured(data.name, str(client.base_url), own_service, held)
        known, unseen = data.rows[:INSERTED], data.rows[INSERTED : INSERTED + HELD_OUT]
        measured.sent = len(known)
        for start in range(0, len(known), _PER_CALL):
            reply = client.post(
                "/insert_data",
                json=[_record(each, timed=not data.times_invented) for each in known[start : start + _PER_CALL]],
            )
            measured.statuses.append(reply.status_code)
            measured.accepted += reply.json().get("accepted", 0) if reply.is_success else 0
        measured.asked = [_ask(client, each) for each in known[:ASKED]]
        measured.unseen = [_ask(client, each) for each in unseen]
        if not data.times_invented:
            measured.unseen_as_of = [_ask(client, each, as_of=True) for each in unseen]
    except (httpx.HTTPError, ValueError) as error:
        raise Unavailable(f"the service at {client.base_url} does not answer as it should: {error}") from error
    measured.statuses += [call.status for call in (*measured.asked, *measured.unseen, *measured.unseen_as_of)]
    return measured


def _record(each: Labelled, *, timed: bool) -> dict[str, Any]:
    record = each.record
    fields = {
        "input_report": record.input_report,
        "output_report": record.output_report,
        "signal": record.signal,
        "conviction": record.conviction,
        "causality": record.causality,
        "datetime_est": each.decided_at.isoformat() if timed else None,
        "close": record.close,
        "asset": record.asset,
        "strategy": record.strategy,
        "provider": record.provider,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _ask(client: httpx.Client, each: Labelled, *, as_of: bool = False) -> Call:
    body: dict[str, Any] = {
        "prompt": each.record.input_report,
        "strategy": each.record.strategy,
        "agents": "never",
    }
    if each.record.asset is not None:
        body["asset"] = each.record.asset
    if as_of:
        body["as_of"] = each.decided_at.isoformat()
    started = time.perf_counter()
    reply = client.post("/decide", json=body)
    took_ms = (time.perf_counter() - started) * 1000
    return Call(each.truth, reply.status_code, took_ms, reply.json() if reply.is_success else {})


@contextmanager
def service_of_its_own(**variables: str) -> Iterator[str]:
    """Start `forethought serve` on a free port with an empty memory; yields its URL and stops it.

    Args:
        variables: More of its environment.

    Raises:
        Unavailable: it does not become ready; the message ends with what it said last.
    """
    program = Path(sys.executable).with_name("forethought")
    command = str(program) if program.is_file() else shutil.which("forethought")
    if command is None:
        raise Unavailable("the program `forethought` is not installed beside this Python")
    with tempfile.TemporaryDirectory(prefix="forethought-accept-") as folder:
        said = Path(folder) / "serve.log"
        environment = {
            **{k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "FORETHOUGHT_REDIS_URL", "APP_PORT"}},
            "FORETHOUGHT_DATA_DIR": str(Path(folder) / "data"),
            "FORETHOUGHT_API__HOST": "127.0.0.1",
            "FORETHOUGHT_API__PORT": "0",
            "FORETHOUGHT_LOG__FORMAT": "json",
            "FORETHOUGHT_LOG__LEVEL": "info",
            **variables,
        }
        with said.open("wb") as log, _process([command, "serve"], environment, log) as process:
            yield _address(process, said)


@contextmanager
def _process(
    command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]
) -> Iterator["subprocess.Popen[bytes]"]:
    # The command is our own program; nothing of it comes from outside.
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", said: Path) -> str:
    """Wait for the log line `serve.ready`, which says the port that was free."""
    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
        ready = next((line for line in lines if '"serve.ready"' in line), None)
        if ready is not None:
            return str(json.loads(ready)["url"])
        if process.poll() is not None:
            break
        time.sleep(0.05)
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    raise Unavailable(f"the service did not become ready: {' | '.join(lines[-3:]) or 'it said nothing'}")


def _default_data() -> Path:
    return _DEVELOPMENT_DATA if _DEVELOPMENT_DATA.is_file() else sample_file()


def main(
    *,
    data: Annotated[
        Path | None, typer.Option("--data", help="Labelled file; the events data when it is there, else our samples.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Empty the service at FORETHOUGHT_URL first. This forgets what it learned.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Run the acceptance criteria over HTTP."""
    try:
        measured = _accept(data or _default_data(), os.environ.get("FORETHOUGHT_URL"), clear=clear)
    except ForethoughtError as error:
        Console(stderr=True).print(f"accept: {error}", highlight=False)
        raise typer.Exit(2) from error
    found = measured.document()
    if as_json or not sys.stdout.isatty():
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _show(found, Console())
    raise typer.Exit(0 if found["passed"] else 1)


def _accept(file: Path, url: str | None, *, clear: bool) -> Measured:
    rows = read_labelled(file, limit=INSERTED + HELD_OUT)
    if url is None:
        with service_of_its_own() as own, _client(own) as client:
            return measure(client, rows, own_service=True)
    with _client(url) as client:
        return measure(client, rows, own_service=False, clear=clear)


def _client(url: str) -> httpx.Client:
    # A proxy of the environment is no way to a service of our own.
    return httpx.Client(base_url=url, timeout=_CALL_S, trust_env=False, headers=write_headers())


def write_headers() -> dict[str, str]:
    """Return what a request must carry to teach, by our own settings; nothing where they name no key."""
    key = read_settings().api.write_key
    return {} if key is None else {"authorization": f"Bearer {key.get_secret_value()}"}


def _show(found: Mapping[str, Any], console: Console) -> None:
    whose = "a service of its own" if found["own_service"] else found["url"]
    console.print(f"{found['data']} against {whose}; {found['inserted']} inserted, status codes {found['statuses']}")
    if found["held_before"]:
        console.print("The service knew decisions before: figures on records that were not inserted may show that.")
    table = Table("step", "n", "mean ms", "p50 ms", "p95 ms", "p99 ms")
    for name, took in {"at the client": found["asked"]["latency"], **found["steps_ms"]}.items():
        table.add_row(name, *(str(took[key]) for key in ("n", "mean_ms", "p50_ms", "p95_ms", "p99_ms")))
    console.print(table)
    for criterion in found["criteria"]:
        verdict = "[green]PASS[/green]" if criterion["passed"] else "[red]FAIL[/red]"
        console.print(f"{verdict} {criterion['name']}: {criterion['found']}", highlight=False)
    console.print(f"\nRecords {INSERTED + 1}-{INSERTED + HELD_OUT}, never inserted: what memory answers, and how well")
    console.print(_unseen(found))


def _unseen(found: Mapping[str, Any]) -> Table:
    table = Table("asked as of", "answered", "agreement", "opposite", "p95 ms")
    for name, key in (("now", "unseen"), ("their own time", "unseen_as_of")):
        each = found[key]
        if each["n"]:
            shares = (_share(each[part]) for part in ("hit", "agreed", "opposite"))
            table.add_row(name, *shares, str(each["latency"]["p95_ms"]))
    return table


def _share(found: Mapping[str, Any]) -> str:
    if found["frac"] is None:
        return f"{found['k']} of {found['n']}"
    return f"{found['k']} of {found['n']} = {found['frac']:.0%} [{found['low']:.0%}, {found['high']:.0%}]"


if __name__ == "__main__":
    typer.run(main)
