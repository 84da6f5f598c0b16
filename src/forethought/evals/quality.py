"""Run the laboratory's other commands at stated sizes, keep what they print, and answer the question of quality."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import forethought
from forethought.domain.errors import ConfigurationError
from forethought.evals.headlines.profiles import PROFILES
from forethought.evals.headlines.streams import stream

RECORDS = 4_000
"""The most of each stream: that of the design's targets."""
REPLAYS = 200
"""Of each source under which the bound is tested."""
AUDIT = "audit:0.1"
_SEED = 7
_STREAM_SEED = 2026
_HEADLINES = PROFILES["gold"]
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Job:
    """One command of the laboratory."""

    name: str
    arguments: tuple[str, ...]
    """After `forethought lab`."""
    reads: tuple[Path, ...]
    """Data without which it is skipped."""
    page: str
    """The file name of its own page, beside ours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job."""

    job: Job
    state: str
    """`run`, `kept` (finished before), `older` (finished before by other code), `skipped` or `failed`."""
    why: str = ""
    found: Mapping[str, Any] | None = None
    """What the command printed."""
    took_s: float = 0.0
    made_on: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where data is found and results are kept."""

    data: Path
    pages: Path
    """The folder of our page: those of the jobs go there, too."""
    work: Path
    records: int = RECORDS
    replays: int = REPLAYS
    pairs: Path | None = None
    """A folder of written pairs, to be asked too."""

    @property
    def headlines(self) -> Path:
        """The stream that we write ourselves."""
        return self.work / "headlines.jsonl"


def jobs(ground: Ground) -> list[Job]:
    """Return everything that the answer rests on."""
    events = ground.data / "events" / "df_events.parquet"
    texts = ground.data / "labelled" / "twitter_financial_news.parquet"
    prices = ground.data / "prices" / "btcusdt_5m_2025-02-15_2025-06-04.parquet"

    def replay(name: str, file: Path, *more: str) -> Job:
        page = f"{name}-replay.md"
        report = ("--report", str(ground.pages / page), "--work", str(ground.work / name))
        return Job(name, ("replay", str(file), *more, "--limit", str(ground.records), *report), (file,), page)

    asset = ("--asset", _HEADLINES.asset)
    return [
        replay("events", events, "--labels", "all", "--labels", AUDIT),
        replay("headlines", ground.headlines, *asset, "--labels", AUDIT),
        replay("headlines-negated", ground.headlines, *asset, "--labels", AUDIT, "--negate", "--no-peers"),
        replay("texts", texts, "--asset", "US500", "--labels", AUDIT),
        _bound(ground, texts),
        _adversarial(ground),
        _backtest(ground, events, prices),
    ]


def _bound(ground: Ground, texts: Path) -> Job:
    found = (texts,) if texts.is_file() else ()  # our own headlines are always replayed
    sizes = ("--replays", str(ground.replays), "--variants", str(max(1, ground.replays // 4)))
    out = ("--report", str(ground.pages / "bound.md"), "--work", str(ground.work / "bound"))
    return Job("bound", ("bound", *map(str, found), *sizes, *out), found, "bound.md")


def _adversarial(ground: Ground) -> Job:
    pairs = () if ground.pairs is None else tuple(sorted(ground.pairs.glob("minimal_pairs*.jsonl")))
    real = ("--real", str(ground.data), "--seed", str(_SEED))
    page = "adversarial.md"
    asked = ("adversarial", *map(str, pairs), *real, "--report", str(ground.pages / page))
    return Job("adversarial", asked, (ground.data / "news", *pairs), page)


def _backtest(ground: Ground, events: Path, prices: Path) -> Job:
    page = "backtest.md"
    asked = ("backtest", str(events), "--prices", f"BTC={prices}", "--limit", str(ground.records))
    return Job("backtest", (*asked, "--report", str(ground.pages / page)), (events, prices), page)


def program() -> list[str]:
    """Return how this installation's `forethought` is started."""
    return [str(Path(sys.executable).with_name("forethought"))]


def run_jobs(
    ground: Ground,
    wanted: Sequence[Job],
    *,
    only: Collection[str] | None = None,
    reuse: bool = False,
    starts: Sequence[str],
    tell: Callable[[Job, str], None],
) -> list[Outcome]:
    """Run what is not finished, one after the other; return what became of each.

    Each prints its own progress to stderr. Ctrl-C ends the one under way, which keeps what it has; finished ones are
    not run again.

    Args:
        ground: Where everything lies.
        wanted: What the page rests on.
        only: Names of those that may run; of others a finished result is taken, whatever its code. `None`: all may.
        reuse: Whether a result of other code will do, too.
        starts: The program and its first arguments.
        tell: Told of each job before it begins, and what will be done.

    Raises:
        KeyboardInterrupt: somebody stopped a job.
        ConfigurationError: the program cannot be started.
    """
    ground.work.mkdir(parents=True, exist_ok=True)
    if not ground.headlines.is_file():
        write_headlines(ground.headlines)
    found = []
    for job in wanted:
        outcome = _without_running(ground, job, may_run=only is None or job.name in only, reuse=reuse)
        words = {"kept": "finished before", "older": "finished before, by other code"}
        if outcome is not None:
            tell(job, words.get(outcome.state, f"{outcome.state}: {outcome.why}"))
        else:
            tell(job, f"runs: forethought lab {' '.join(job.arguments)}")
            outcome = _run(ground, job, starts)
        found.append(outcome)
    return found


def write_headlines(path: Path) -> None:
    """Write the stream of generated headlines: the half of the grammar that nothing was developed on."""
    told = stream(_HEADLINES, RECORDS, _STREAM_SEED, split="test")
    lines = (json.dumps({"text": each.text, "label": int(each.signal)}, ensure_ascii=False) for each in told)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _without_running(ground: Ground, job: Job, *, may_run: bool, reuse: bool) -> Outcome | None:
    """Return what is to be had of a job as things are; `None` where it has to run."""
    absent = [path for path in job.reads if not path.exists()]
    if absent:
        return Outcome(job, "skipped", f"{absent[0].name} is not in the data folder")
    held = _read(ground.work / f"{job.name}.json")
    if held is not None and held["key"] == _digest_of(job.arguments, job.reads):
        same = held["code"] == code_digest()
        if same or reuse or not may_run:
            state = "kept" if same else "older"
            return Outcome(job, state, "", held["found"], held["took_s"], held["made_on"])
    return None if may_run else Outcome(job, "skipped", "it was not asked for, and no finished result is there")


def _run(ground: Ground, job: Job, starts: Sequence[str]) -> Outcome:
    key, code, began = _digest_of(job.arguments, job.reads), code_digest(), monotonic()
    found = _printed(job, starts)
    if isinstance(found, str):
        return Outcome(job, "failed", found)
    took_s, made_on = monotonic() - began, datetime.now(UTC).date().isoformat()
    kept = {"key": key, "code": code, "took_s": took_s, "made_on": made_on, "found": found}
    _write(ground.work / f"{job.name}.json", kept)
    return Outcome(job, "run", "", found, took_s, made_on)


def _printed(job: Job, starts: Sequence[str]) -> Mapping[str, Any] | str:
    """Run a job; return what it printed, or why there is nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program with our own arguments
            [*starts, "lab", *job.arguments], stdout=subprocess.PIPE, check=False
        )
    except OSError as error:
        raise ConfigurationError(f"{starts[0]} cannot be started: {error}") from error
    if done.returncode == _INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode:
        return f"it ended with exit code {done.returncode}"
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return "what it printed is no JSON"
    return found if isinstance(found, dict) else "what it printed is no JSON object"


def _read(path: Path) -> dict[str, Any] | None:
    """Read a finished job; a damaged file is as good as none."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    names = {"key", "code", "took_s", "made_on", "found"}
    return held if isinstance(held, dict) and names <= held.keys() else None


def _write(path: Path, content: Mapping[str, Any]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)


def _digest_of(arguments: Sequence[str], reads: Sequence[Path]) -> str:
    """Name a job by what it is asked and the data it reads; a folder by the names and sizes of its files."""
    found = hashlib.sha256(json.dumps(list(arguments)).encode())
    for path in reads:
        if path.is_file():
            found.update(path.read_bytes())
        else:
            found.update(repr(sorted((each.name, each.stat().st_size) for each in path.iterdir())).encode())
    return found.hexdigest()


def code_digest() -> str:
    """Name the code that figures hang on: the package without its laboratory pages and entry points."""
    package = Path(forethought.__file__).parent
    found = hashlib.sha256()
    for part in ("adapters", "application", "bootstrap", "domain", "strategies"):
        for file in sorted((package / part).rglob("*")):
            if file.suffix in {".py", ".toml", ".txt"}:
                found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()
