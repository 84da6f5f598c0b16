"""Measure the service, what it stands on, and redisvl beside it, in one run on one machine (see README.md).

make bench                                              about four minutes, prints the report
.venv/bin/python benchmarks/run.py --quick              about a minute
.venv/bin/python benchmarks/run.py --full               also with 10,000 decisions in memory
"""

import argparse
import itertools
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import report
import reuse
import services
import texts
from load import Job, Window, median_of, percentiles_ms
from services import Running

CALLERS = (1, 8, 32)
MIX_CALLERS = (8, 16, 32)
FULL_DECISIONS = 10_000


@dataclass(frozen=True, slots=True)
class Size:
    """How long to measure."""

    window_s: float
    warm_up_s: float
    repetitions: int
    sequential: int
    """Texts for the floors without HTTP."""


SIZES = {"quick": Size(0.5, 0.1, 3, 150), "normal": Size(2.0, 0.4, 3, 400), "full": Size(3.0, 0.5, 4, 1_000)}


@dataclass(slots=True)
class Results:
    """Everything a run measured; the windows in order of time."""

    size: str
    windows: dict[str, dict[int, list[Window]]] = field(default_factory=dict)
    """By subject and number of callers."""
    sequential_ms: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)
    """p50, p95, p99 without HTTP, one after the other; once in every repetition, beside the windows of one caller."""
    inserts_per_s: dict[str, float] = field(default_factory=dict)
    resident_mib: dict[str, tuple[float, float]] = field(default_factory=dict)
    stream: list[reuse.Reuse] = field(default_factory=list)
    opposites: list[reuse.Reuse] = field(default_factory=list)
    took_s: float = 0.0

    def add(self, subject: str, callers: int, window: Window) -> None:
        """Keep one window."""
        self.windows.setdefault(subject, {}).setdefault(callers, []).append(window)

    def median(self, subject: str, callers: int) -> Window:
        """Return the median over the repetitions."""
        return median_of(self.windows[subject][callers])

    def floor_ms(self, name: str) -> tuple[float, float, float]:
        """Return p50, p95, p99 of a floor without HTTP, each the median over the repetitions."""
        p50, p95, p99 = (statistics.median(cut) for cut in zip(*self.sequential_ms[name], strict=True))
        return p50, p95, p99

    def to_floor(self, subject: str, name: str) -> float:
        """Return the median, over the repetitions, of p95 of one caller to that of a floor measured just before."""
        pairs = zip(self.windows[subject][1], self.sequential_ms[name], strict=True)
        return statistics.median(window.p95_ms / cuts[1] for window, cuts in pairs)

    def ratio(self, subject: str, to: str, callers: int, name: str) -> float:
        """Return the median, over the repetitions, of a ratio between windows that were measured in turn."""
        pairs = zip(self.windows[subject][callers], self.windows[to][callers], strict=True)
        return statistics.median(getattr(a, name) / getattr(b, name) for a, b in pairs if getattr(b, name))


class Supply:
    """Texts of which each may be asked once."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source

    def take(self, count: int) -> list[str]:
        """Take the next ones.

        Raises:
            RuntimeError: there are no more; an old text would be measured as a new one.
        """
        taken = list(itertools.islice(self._source, count))
        if len(taken) < count:
            raise RuntimeError("the run is too long for the distinct texts of texts.py")
        return taken

    def give_back(self, unused: list[str]) -> None:
        """Put back what was not asked."""
        self._source = itertools.chain(unused, self._source)


class Questions:
    """Bodies for the load."""

    def __init__(self) -> None:
        self.stories = texts.stories()
        self.exact = [_body(s.asset, s.text) for s in self.stories]
        retold = [_body(story.asset, text) for story, text in texts.retellings(self.stories)]
        random.Random(1).shuffle(retold)  # noqa: S311 - not a secret
        self.retold = Supply(iter(retold))
        self.unrelated = Supply(_body(*pair) for pair in texts.unrelated("questions"))
        self.situations = Supply(json.dumps(asked) for asked in texts.situations(self.stories))
        self.mix = Supply(self._mix())

    def _mix(self) -> Iterator[str]:
        """Mix 70 % exact, 20 % known text in a new situation, 10 % new text: half of that retold, half unrelated."""
        chance = random.Random(2)  # noqa: S311 - not a secret
        while True:
            twenty = [*chance.sample(self.exact, 14), *self.situations.take(4)]
            twenty += [*self.retold.take(1), *self.unrelated.take(1)]
            chance.shuffle(twenty)
            yield from twenty


def _body(asset: str, text: str) -> str:
    return json.dumps({"text": text, "asset": asset})


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of the report."""

    name: str
    server: Running
    bodies: Supply | list[str]
    """A list is asked over and over."""
    route: str = "/decide"
    most_per_s: int = 800
    """More than it answers: a window must not run out of bodies."""
    only_path: str | None = None


class Bench:
    """One run."""

    def __init__(self, size: str, service: Running, bare: Running) -> None:
        self.size, self.results = SIZES[size], Results(size)
        self.service, self.bare = service, bare
        self.questions = Questions()

    def run(self, *, full: bool) -> Results:
        """Measure everything, in order."""
        began = time.monotonic()
        results = self.results
        _say("how often other news is answered with the old decision")
        results.resident_mib["empty memory"] = self.service.resident_mib()
        results.stream = reuse.stream(self.service, self.bare)
        for server in (self.service, self.bare):
            server.post("/clear", {})
        self._insert()
        results.opposites = reuse.opposites(self.service, self.bare, self.questions.stories)
        self._ladder()
        self._mix()
        results.resident_mib["after the load"] = self.service.resident_mib()
        if full:
            self._fill()
        results.took_s = time.monotonic() - began
        return results

    def _insert(self) -> None:
        """Teach the stories to both, and measure the service at that."""
        _say("inserting, durably")
        plain = [s.record() for s in self.questions.stories]
        in_context = [s.record(context=texts.base_context()) for s in self.questions.stories]
        spare = list(texts.many_records(400))
        rates = self.results.inserts_per_s
        rates["single records, 1 caller"] = self._insert_singly(spare[:100], callers=1)
        rates["single records, 8 callers"] = self._insert_singly(spare[100:200], callers=8)
        rates["lists of 100, 1 caller"] = self._insert_lists([spare[200:300], spare[300:400]])
        self.service.post("/clear", {})
        self.service.post("/insert_data", plain)
        self.service.post("/insert_data", in_context)
        for context in texts.contexts():
            self.service.post("/components", {"text": context})
        self.bare.post("/store", plain)

    def _insert_singly(self, records: list[dict[str, object]], *, callers: int) -> float:
        bodies = [json.dumps(record) for record in records]
        return self.service.measure(Job(self.service.port, "/insert_data", callers, 30.0, bodies, warm_up_s=0.0)).per_s

    def _insert_lists(self, lists: list[list[dict[str, object]]]) -> float:
        bodies = [json.dumps(records) for records in lists]
        window = self.service.measure(Job(self.service.port, "/insert_data", 1, 60.0, bodies, warm_up_s=0.0))
        return window.per_s * len(lists[0])

    def _sequential(self) -> None:
        """Measure the floors without HTTP."""
        asked = [json.loads(body) for body in self.questions.retold.take(self.size.sequential + 20)]
        self.bare.post("/sequential", asked[:20])
        for name, took_ms in self.bare.post("/sequential", asked[20:]).items():
            cuts = percentiles_ms([t / 1000 for t in took_ms])
            self.results.sequential_ms.setdefault(name, []).append(cuts)

    def _ladder(self) -> None:
        """Measure every path and floor, in turn, so that a disturbance meets all of them."""
        ask = self.questions
        # These two keep nothing between questions, so they may be asked the same texts again.
        same = ask.retold.take(2_000)
        subjects = (
            Subject("exact", self.service, ask.exact, only_path="exact"),
            Subject("precedent", self.service, ask.retold, only_path="precedent"),
            Subject("bare", self.bare, same, "/embed"),
            Subject("redisvl", self.bare, same, "/redisvl"),
            Subject("known", self.service, ask.situations, most_per_s=4_000),
            Subject("interim", self.service, ask.unrelated, only_path="interim"),
        )
        for repetition in range(self.size.repetitions):
            self._sequential()
            for callers in CALLERS:
                _say(f"paths, repetition {repetition + 1} of {self.size.repetitions}, {callers} callers")
                for subject in subjects:
                    self._window(subject, callers)

    def _mix(self) -> None:
        mix = Subject("mix", self.service, self.questions.mix, most_per_s=5_000)
        for repetition in range(self.size.repetitions):
            _say(f"the mix, repetition {repetition + 1} of {self.size.repetitions}")
            for callers in MIX_CALLERS:
                self._window(mix, callers)

    def _window(self, subject: Subject, callers: int) -> None:
        size, source = self.size, subject.bodies
        endless = isinstance(source, list)
        bodies = (
            source
            if isinstance(source, list)
            else source.take(int(subject.most_per_s * (size.window_s + size.warm_up_s)))
        )
        job = Job(
            port=subject.server.port,
            route=subject.route,
            callers=callers,
            window_s=size.window_s,
            bodies=bodies,
            repeat=endless,
            warm_up_s=size.warm_up_s,
            only_path=subject.only_path,
        )
        window = subject.server.measure(job)
        if isinstance(source, Supply):
            if window.used == len(bodies):
                raise RuntimeError(f"a window of {subject.name} ran out of questions")
            source.give_back(bodies[window.used :])
        self.results.add(subject.name, callers, window)

    def _fill(self) -> None:
        """Measure with a large memory."""
        _say(f"inserting {FULL_DECISIONS} decisions")
        begun = time.monotonic()
        records = texts.many_records(FULL_DECISIONS)
        while batch := list(itertools.islice(records, 100)):
            self.service.post("/insert_data", batch)
        name = f"{FULL_DECISIONS:,} records in lists of 100"
        self.results.inserts_per_s[name] = FULL_DECISIONS / (time.monotonic() - begun)
        ask = self.questions
        for subject in (
            Subject("exact, large memory", self.service, ask.exact, only_path="exact"),
            Subject("precedent, large memory", self.service, ask.retold, only_path="precedent"),
        ):
            for _ in range(self.size.repetitions):
                self._window(subject, 8)
        self.results.resident_mib[f"{FULL_DECISIONS:,} decisions"] = self.service.resident_mib()


def _say(what: str) -> None:
    print(f"bench: {what}", file=sys.stderr, flush=True)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="short windows, about a minute")
    length.add_argument("--full", action="store_true", help="long windows, and 10,000 decisions in memory")
    parser.add_argument("--report", type=Path, help="write the report here instead of printing it")
    parser.add_argument("--json", type=Path, help="write all windows here")
    asked = parser.parse_args()
    size = "quick" if asked.quick else "full" if asked.full else "normal"
    began = report.set_up()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        services.forethought(Path(folder, "service")) as service,
        services.bare(Path(folder, "bare")) as bare,
    ):
        results = Bench(size, service, bare).run(full=asked.full)
    if asked.json:
        asked.json.write_text(json.dumps({"set_up": began, **asdict(results)}, indent=1), encoding="utf-8")
    page = report.render(results, began)
    if asked.report:
        asked.report.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    _main()
