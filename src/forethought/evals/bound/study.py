"""All replays of a study: in two processes, and taken up again where they were stopped."""

import hashlib
import inspect
import json
import os
import signal
import warnings
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from forethought.adapters.learning import features, fitting, model
from forethought.domain import agreement, learning
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import ErrorBudget
from forethought.evals.bound import replaying, sampling
from forethought.evals.bound.replaying import Life, replay
from forethought.evals.bound.sampling import (
    Ints,
    Signals,
    Variant,
    Vectors,
    block_length,
    relabelled,
    resampled,
    topics,
)
from forethought.evals.bound.sources import Texts

PROCESSES = 2
_NICENESS = 3
"""Replays give way to whatever else runs."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What replays draw from."""

    texts: Texts
    vectors: Vectors
    topics: Ints
    block: int

    @classmethod
    def of(cls, texts: Texts, vectors: Vectors, *, seed: int) -> "Pool":
        """Measure how long blocks must be, and sort texts into topics."""
        return cls(texts, vectors, topics(vectors, seed), block_length(texts.signals, vectors))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replayed."""

    replays: int = 200
    """With labels as they are; of each source."""
    variant_replays: int = 50
    """With every label negated, and with labels swapped between topics; each of each source."""
    flips: int = 3
    """Streams of twice the length, whose labels flip at the middle; of each source."""
    records: int = 2_000
    audit: float = 0.1
    seed: int = 7
    budget: ErrorBudget = field(default_factory=ErrorBudget)

    def counts(self) -> dict[Variant, int]:
        """Return how many replays each variant has."""
        return {
            Variant.AS_THEY_ARE: self.replays,
            Variant.NEGATED: self.variant_replays,
            Variant.SWAPPED: self.variant_replays,
            Variant.FLIPPED: self.flips,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One replay."""

    source: str
    variant: Variant
    number: int


@dataclass(frozen=True, slots=True)
class Done:
    """One replay and what came of it."""

    task: Task
    life: Life


@dataclass(frozen=True, slots=True)
class Notebook:
    """A line of JSON for each finished replay; a torn last line is as good as none."""

    path: Path
    purpose: str
    """What figures hang on: code, data, encoder, protocol. Lines of another purpose are not used."""

    def read(self) -> dict[Task, Done]:
        """Return what is finished."""
        if not self.path.is_file():
            return {}
        found = {}
        for line in self.path.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if row["purpose"] == self.purpose:
                task = Task(row["task"]["source"], Variant(row["task"]["variant"]), row["task"]["number"])
                found[task] = Done(task, Life(**row["life"]))
        return found

    def add(self, done: Done) -> None:
        """Write one down."""
        line = json.dumps({"purpose": self.purpose, "task": asdict(done.task), "life": asdict(done.life)})
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(f"\n{line}")  # a line that was torn before ends here


def purpose(plan: Plan, pools: Sequence[Pool], model_tag: str) -> str:
    """Name what figures hang on; how many replays there are does not matter."""
    said = [_code(), model_tag, plan.records, plan.audit, plan.seed, asdict(plan.budget)]
    said += [[pool.texts.name, pool.texts.digest, pool.block] for pool in pools]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _code() -> str:
    """Tell one version of what is tested from another: nothing that another one did is taken for this one's."""
    texts = (
        inspect.getsource(module) for module in (features, fitting, model, agreement, learning, replaying, sampling)
    )
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def check(plan: Plan, pools: Sequence[Pool]) -> None:
    """Make sure that there is enough to draw from.

    Raises:
        ConfigurationError: a source has too few records.
    """
    needed = plan.records * (2 if plan.flips else 1)
    for pool in pools:
        if (n := len(pool.texts.texts)) < needed:
            raise ConfigurationError(f"{pool.texts.name} has {n} records, and replays need {needed} different ones")


def tasks(plan: Plan, pools: Sequence[Pool]) -> list[Task]:
    """List the replays: the long ones first, the others in turn, so that a study that is stopped has some of each."""
    counts = plan.counts()
    found = [Task(pool.texts.name, each, i) for pool in pools for each in Variant for i in range(counts[each])]
    return sorted(found, key=lambda t: (t.variant is not Variant.FLIPPED, (t.number + 1) / counts[t.variant]))


def play(
    plan: Plan, pools: Sequence[Pool], wanted: Iterable[Task], notebook: Notebook, *, advance: Callable[[int], None]
) -> list[Done]:
    """Replay what is not in the notebook yet; return all that is wanted.

    Args:
        plan: Of the study.
        pools: To draw from.
        wanted: Replays.
        notebook: Takes in every replay as it ends.
        advance: Told how many more are done.
    """
    wanted, finished = list(wanted), notebook.read()
    advance(sum(task in finished for task in wanted))
    missing = [task for task in wanted if task not in finished]
    if missing:
        executor = ProcessPoolExecutor(
            min(PROCESSES, len(missing)), get_context("spawn"), initializer=_settle_in, initargs=(plan, list(pools))
        )
        try:
            for ended in as_completed([executor.submit(_played, task) for task in missing]):
                done = ended.result()
                notebook.add(done)
                finished[done.task] = done
                advance(1)
        finally:
            executor.shutdown(cancel_futures=True)
    return [finished[task] for task in wanted]


def stream_of(plan: Plan, pool: Pool, task: Task) -> tuple[Ints, Signals]:
    """Draw the records of a replay and their labels.

    The same number draws the same records in every variant of one length, so that variants can be compared.
    """
    records = plan.records * (2 if task.variant is Variant.FLIPPED else 1)
    rng = np.random.default_rng([plan.seed, task.number, zlib.crc32(task.source.encode())])
    chosen = resampled(len(pool.texts.texts), records, pool.block, rng)
    return chosen, relabelled(task.variant, pool.texts.signals[chosen], pool.topics[chosen], rng)


_at_work: tuple[Plan, dict[str, Pool]]
"""What a process was given when it started."""


def _settle_in(plan: Plan, pools: Sequence[Pool]) -> None:
    global _at_work  # noqa: PLW0603 - an initializer has no other way to hand something over
    _at_work = (plan, {pool.texts.name: pool for pool in pools})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it ends it, after what is in hand
    threadpool_limits(1)
    warnings.filterwarnings("ignore", category=ConvergenceWarning)  # the core ends its fits early on purpose
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _played(task: Task) -> Done:
    plan, pools = _at_work
    return Done(task, live(plan, pools[task.source], task))


def live(plan: Plan, pool: Pool, task: Task) -> Life:
    """Live through one replay."""
    chosen, truths = stream_of(plan, pool, task)
    texts = [pool.texts.texts[i] for i in chosen]
    return replay(
        texts, pool.vectors[chosen], truths, audit=plan.audit, budget=plan.budget, seed=plan.seed + task.number
    )
