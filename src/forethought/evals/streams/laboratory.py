"""A replay with all who compete, under one or more protocols; what is finished is kept, and not made again."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import forethought
from forethought.adapters.strategies.files import StrategyFiles
from forethought.bootstrap import Replacements
from forethought.bootstrap.embedder import build_embedder
from forethought.domain.decision import Scope
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import Strategy
from forethought.evals.baselines import View
from forethought.evals.labelled import Labelled, LabelledFile, Skipped, read_labelled
from forethought.evals.replay import asset_of
from forethought.evals.statistics import share_of
from forethought.evals.streams.contenders import Contender, Stream, least_cosine, plain_contenders, play, rounds
from forethought.evals.streams.figures import Judge
from forethought.evals.streams.ground import Progress, code_digest, digest, redis_of_its_own
from forethought.evals.streams.labels import ALL, Labels
from forethought.evals.streams.ladder import play_ladder
from forethought.evals.streams.libraries import library_contenders
from forethought.evals.streams.looking import look
from forethought.evals.streams.runs import Finished, Run, Trace, load, save
from forethought.evals.streams.shaping import AS_IT_IS, Shape, shaped
from forethought.evals.streams.vectors import WAYS, RecordedEmbedder, Vectors
from forethought.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What is to be replayed, and how."""

    file: Path
    work: Path
    """A folder for vectors and finished runs."""
    protocols: Sequence[Labels] = (ALL,)
    shape: Shape = AS_IT_IS
    limit: int | None = None
    strategy: str | None = None
    asset: str | None = None
    peers: bool = True

    def read(self) -> LabelledFile:
        """Read the stream as it is before it is shaped.

        Raises:
            ConfigurationError: see `read_labelled`.
        """
        return read_labelled(self.file, limit=self.limit, strategy=self.strategy, asset=self.asset)


async def run_plan(settings: Settings, plan: Plan, progress: Progress) -> dict[str, Any]:
    """Replay as planned, in a Redis of its own in a temporary folder; return the figures as JSON types.

    Stopped, it keeps what is finished; the same plan again goes on from there. Our own ladder is replayed again when
    the code or the strategies have changed.

    Raises:
        ConfigurationError: the file, a strategy or an installation will not do.
        Unavailable: the store or the encoder went away.
    """
    data = plan.read()
    strategies = StrategyFiles(settings.strategies_dir)
    strategy = strategies.get(data.rows[0].record.strategy)
    plan.work.mkdir(parents=True, exist_ok=True)
    async with redis_of_its_own("always") as url:
        embedder = RecordedEmbedder(build_embedder(settings))
        swap = Replacements(redis_url=url)
        try:
            basis = f"{digest([plan.file])} {embedder.model.label} {_digest_of(strategies.all())}"
            vectors = Vectors(plan.work / "vectors.npz", basis, embedder)
            vectors.load()
            progress.begin("embed", total=len(data.rows))
            await look(settings, data.rows, vectors, swap=swap, advance=progress.advance)
            taken = shaped(_accepted(data, vectors), plan.shape)
            views = [_view(each, vectors, strategies.get(each.record.strategy)) for each in taken.rows]
            lab = _Laboratory(settings, plan, replace(swap, embedder=embedder), taken, views, basis, progress)
            protocols = [await lab.under(labels, strategy) for labels in plan.protocols]
        finally:
            vectors.save()
            await embedder.close()
    alike = {way: round(least_cosine(views, way), 4) for way in WAYS}
    about = _about(plan, taken, strategy, embedder.model.label)
    return {**about, "least_cosines": alike, "protocols": protocols}


@dataclass(frozen=True)
class _Laboratory:
    settings: Settings
    plan: Plan
    swap: Replacements
    data: LabelledFile
    views: Sequence[View]
    basis: str
    progress: Progress

    async def under(self, labels: Labels, strategy: Strategy) -> dict[str, Any]:
        """Let all live through the stream under one protocol."""
        ours = await self._ladder(labels)
        runs = list(ours.runs)
        async with redis_of_its_own("everysec") as url:  # nobody waits for their disk; ours answers when it is on disk
            runs += [await self._contender(contender, labels, url) for contender in self._contenders()]
        judge = Judge([each.truth for each in self.data.rows], labels, strategy.budget)
        ladder, others = runs[0], runs[len(ours.runs) :]
        answered = ladder.operating() or ladder.at(0.0)
        return {
            "labels": labels.name,
            "words": labels.words,
            "seed": labels.seed,
            "service": dict(ours.remarks),
            "contenders": [judge.contender(run) for run in runs],
            "timeline": judge.timeline(answered),
            "paired": [
                {"name": run.name, "on": on, **judge.pair(mine, _loosest(run))}
                for on, mine in (("answered", answered), ("candidates", ladder.at(0.0)))
                for run in others
            ],
        }

    def _contenders(self) -> list[Contender]:
        if not self.plan.peers:
            return []
        return [*plain_contenders(self.views), *library_contenders()]

    async def _ladder(self, labels: Labels) -> Finished:
        purpose = self._purpose(labels, code_digest())
        path = self._path("ladder", labels)
        found = load(path, purpose)
        if found is None:
            self.progress.begin(f"{labels.name}: ladder", total=len(self.data.rows))
            found = await play_ladder(self.settings, self.data, labels, swap=self.swap, advance=self.progress.advance)
            save(path, purpose, found)
        return found

    async def _contender(self, contender: Contender, labels: Labels, url: str) -> Run:
        purpose, path = self._purpose(labels, contender.version), self._path(contender.name, labels)
        purpose = f"{purpose} {contender.thresholds}"
        found = load(path, purpose)
        if found is None:
            total = len(self.data.rows) * rounds(contender, labels)
            self.progress.begin(f"{labels.name}: {contender.name}", total=total)
            stream = Stream(self.data.rows, self.views, url, "lab:peers:")
            run = await play(contender, stream, labels, advance=self.progress.advance)
            found = Finished((run,), {})
            save(path, purpose, found)
        return found.runs[0]

    def _purpose(self, labels: Labels, version: str) -> str:
        plan = self.plan
        return f"{self.basis} {plan.shape} {plan.limit} {plan.strategy} {plan.asset} {labels} {version}"

    def _path(self, name: str, labels: Labels) -> Path:
        """Name the file by who, under what; streams of another shape lie beside each other."""
        shape = "" if self.plan.shape == AS_IT_IS else f"--{_digest_of(self.plan.shape)[:8]}"
        words = re.sub(r"[^a-z0-9.]+", "-", f"{name}--{labels.name}".lower()).strip("-")
        return self.plan.work / f"{words}{shape}.npz"


def _loosest(run: Run) -> Trace:
    """Return all that somebody would answer without a threshold, or with the least that it has a memory for."""
    return run.at(min(run.traces) if run.own_memories else min(0.0, *run.thresholds))


def _accepted(data: LabelledFile, vectors: Vectors) -> LabelledFile:
    """Leave out what the service refuses: it takes part for nobody."""
    refused = {each.row: found for each in data.rows if (found := vectors.looks[each.row].refusal) is not None}
    skipped = tuple(Skipped(row, code, detail) for row, (code, detail) in refused.items())
    rows = tuple(each for each in data.rows if each.row not in refused)
    if not rows:
        raise ConfigurationError(f"{data.name}: the service refuses every record ({skipped[0].detail})")
    return replace(data, rows=rows, skipped=(*data.skipped, *skipped))


def _view(each: Labelled, vectors: Vectors, strategy: Strategy) -> View:
    looks = vectors.looks[each.row]
    scope = Scope(strategy.name, strategy.version, asset_of(each.record, strategy.assets), strategy.teacher)
    return View(scope, looks.same, looks.vectors)


def _about(plan: Plan, data: LabelledFile, strategy: Strategy, embedder: str) -> dict[str, Any]:
    labels = [each.truth for each in data.rows]
    skipped = [{"row": each.row, "code": each.code, "detail": each.detail} for each in data.skipped]
    return {
        "file": data.name,
        "version": forethought.__version__,
        "embedder": embedder,
        "records": len(data.rows),
        "skipped": skipped,
        "times_invented": data.times_invented,
        "first": data.rows[0].decided_at.isoformat(),
        "last": data.rows[-1].decided_at.isoformat(),
        "truth": {s.label: share_of(t is s for t in labels).document() for s in sorted(set(labels), reverse=True)},
        "strategy": strategy.name,
        "budget": {"delta": strategy.budget.delta, "delta_opp": strategy.budget.delta_opp},
        "shape": plan.shape.words(),
        "flip_index": plan.shape.flip_index(len(data.rows)),
    }


def _digest_of(content: object) -> str:
    return hashlib.sha256(json.dumps(content, default=repr, sort_keys=True).encode()).hexdigest()
