"""The search: trials on the first part of a stream, judgement on the last, all of it taken up where it was stopped."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

import forethought
from forethought.adapters.strategies.files import StrategyFiles
from forethought.bootstrap import Replacements
from forethought.bootstrap.embedder import build_embedder
from forethought.domain.composition import Reduction
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import Strategy
from forethought.evals.labelled import LabelledFile, read_labelled
from forethought.evals.streams.ground import Progress, code_digest, digest, redis_of_its_own
from forethought.evals.streams.labels import ALL, Labels
from forethought.evals.streams.ladder import play_ladder
from forethought.evals.streams.runs import Finished, Trace, load, save
from forethought.evals.streams.vectors import RecordedEmbedder, Vectors
from forethought.evals.tuning.judging import Worth, verdict
from forethought.evals.tuning.space import SPACE, drawn, values_of, with_values
from forethought.evals.tuning.strategy_file import next_version
from forethought.settings import Settings

TUNED_ON_FRAC = 0.6
"""The first part of the stream: trials see nothing of the rest."""
DELTAS = (0.02, 0.05, 0.10, 0.15, 0.20)
"""Budgets of the table that shows what a choice costs; `delta_opp` keeps its ratio to `delta`."""
_LEAST_RECORDS = 20
_FEWEST_TO_EXPLAIN = 10
"""Trials, below which importances say nothing."""
_WORTH = "worth"


@dataclass(frozen=True)
class Plan:
    """What is to be tuned, on what."""

    file: Path
    work: Path
    """A folder for vectors, trials and finished replays."""
    trials: int = 40
    seed: int = 7
    """Of the sampler and of the audits."""
    labels: Labels = ALL
    limit: int | None = None
    strategy: str | None = None
    asset: str | None = None
    deltas: Sequence[float] = DELTAS


@dataclass(frozen=True)
class Swapped:
    """Implements `Strategies`: those of the service, one of them replaced."""

    inner: StrategyFiles
    strategy: Strategy

    def get(self, name: str) -> Strategy:
        """See the port."""
        return self.strategy if name == self.strategy.name else self.inner.get(name)

    def all(self) -> Mapping[str, Strategy]:
        """See the port."""
        return {**self.inner.all(), self.strategy.name: self.strategy}

    def reduction(self, name: str) -> Reduction:
        """See the port."""
        return self.inner.reduction(name)


async def tune(settings: Settings, plan: Plan, progress: Progress) -> dict[str, Any]:
    """Search, judge, and sweep the budget, in a Redis of its own; return the figures as JSON types.

    Stopped, it keeps every finished trial and replay: the same plan again goes on from there, and comes to the same
    end as one that was never stopped. `strategy` in the result is the tuned one, `None` where nothing beat the default.

    Raises:
        ConfigurationError: the file, the plan or an installation will not do.
        Unavailable: the store or the encoder went away.
    """
    data = read_labelled(plan.file, limit=plan.limit, strategy=plan.strategy, asset=plan.asset)
    seen = int(len(data.rows) * TUNED_ON_FRAC)
    if seen < _LEAST_RECORDS:
        raise ConfigurationError(f"{data.name}: {len(data.rows)} records are too few to tune on and to hold any out")
    strategies = StrategyFiles(settings.strategies_dir)
    plan.work.mkdir(parents=True, exist_ok=True)
    async with _ground(settings, plan, data) as ground:
        search = _Search(ground, plan, data, seen, strategies, progress)
        best = await search.run()
        return await _Judgement(search, best).document()


@dataclass(frozen=True)
class _Ground:
    """Where replays run."""

    settings: Settings
    swap: Replacements
    vectors: Vectors
    basis: str
    """Names all that a finished replay hangs on but its strategy."""


@asynccontextmanager
async def _ground(settings: Settings, plan: Plan, data: LabelledFile) -> AsyncIterator[_Ground]:
    """Start a Redis that nobody else uses, and an encoder that embeds no text twice."""
    async with redis_of_its_own("always") as url:  # what is inserted is waited for
        embedder = RecordedEmbedder(build_embedder(settings))
        basis = f"{data.name} {digest([plan.file])} {embedder.model.label}"
        vectors = Vectors(plan.work / "vectors.npz", basis, embedder)
        vectors.load()
        known = len(embedder.known)
        try:
            swap = Replacements(redis_url=url, embedder=embedder)
            name = f"{basis} {code_digest()} {plan.limit} {plan.strategy} {plan.asset} {plan.labels}"
            yield _Ground(settings, swap, vectors, name)
        finally:
            if len(embedder.known) > known:
                vectors.save()
            await embedder.close()


@dataclass(frozen=True)
class _Search:
    ground: _Ground
    plan: Plan
    data: LabelledFile
    seen: int
    strategies: StrategyFiles
    progress: Progress

    @property
    def default(self) -> Strategy:
        return self.strategies.get(self.data.rows[0].record.strategy)

    async def run(self) -> FrozenTrial:
        """Make what trials are missing; return the best. The first is the strategy as it stands."""
        study = self._study()
        for stopped in study.get_trials(states=(TrialState.RUNNING,)):
            study.tell(stopped.number, state=TrialState.FAIL)
        done = len(study.get_trials(states=(TrialState.COMPLETE,)))
        self.progress.begin("trials", total=self.plan.trials)
        self.progress.advance(min(done, self.plan.trials))
        for number in range(done, self.plan.trials):
            # A sampler a trial: what is drawn hangs on the seed and the finished trials, not on who was stopped when.
            study.sampler = optuna.samplers.TPESampler(seed=self.plan.seed + number)
            if number == 0:
                study.enqueue_trial(values_of(self.default), skip_if_exists=True)
            trial = study.ask(dict(SPACE))
            worth = await self._tried(drawn(trial))
            trial.set_user_attr(_WORTH, worth.document())
            study.tell(trial, worth.score(self.default.budget))
            self.progress.advance(1)
        trials = study.get_trials(states=(TrialState.COMPLETE,))[: self.plan.trials]
        return max(trials, key=lambda trial: (trial.value or 0.0, -trial.number))

    def trials(self) -> list[FrozenTrial]:
        """Return the finished trials in the order in which they were made."""
        return self._study().get_trials(states=(TrialState.COMPLETE,))[: self.plan.trials]

    def importances(self) -> dict[str, float]:
        """Return which share of the differences between trials each value explains (fANOVA); empty for a few trials."""
        study = self._study()
        values = {trial.value for trial in self.trials()}
        if len(self.trials()) < _FEWEST_TO_EXPLAIN or len(values) == 1:
            return {}
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=self.plan.seed)
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
        return {name: round(float(share), 3) for name, share in found.items()}

    def _study(self) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        storage = JournalStorage(JournalFileBackend(str(self.plan.work / "trials.journal")))
        purpose = f"{self.ground.basis} {self.default!r} {self.plan.seed} {SPACE}"
        name = hashlib.sha256(purpose.encode()).hexdigest()[:16]
        return optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)

    async def _tried(self, values: Mapping[str, Any]) -> Worth:
        """Let the service live through the first part under other values."""
        strategy = with_values(self.default, values, version=self.default.version)
        part = replace(self.data, rows=self.data.rows[: self.seen])
        finished = await self._played(part, strategy, lambda _: None)
        return Worth.of(_answered(finished), [each.truth for each in part.rows], slice(None))

    async def whole(self, strategy: Strategy, what: str) -> Trace:
        """Let the service live through the whole stream under a strategy, or read what it did."""
        purpose = f"{self.ground.basis} {strategy!r}"
        words = re.sub(r"[^a-z0-9.]+", "-", what.lower())
        path = self.plan.work / f"{words}.npz"
        if (found := load(path, purpose)) is None:
            self.progress.begin(what, total=len(self.data.rows))
            found = await self._played(self.data, strategy, self.progress.advance)
            save(path, purpose, found)
        return _answered(found)

    async def _played(self, data: LabelledFile, strategy: Strategy, advance: Callable[[int], None]) -> Finished:
        swap = replace(self.ground.swap, strategies=Swapped(self.strategies, strategy))
        return await play_ladder(self.ground.settings, data, self.plan.labels, swap=swap, advance=advance)


def _answered(finished: Finished) -> Trace:
    trace = finished.runs[0].answered
    if trace is None:  # the ladder always says what it really answered
        raise AssertionError("the ladder's run has no answers of its own")
    return trace


@dataclass(frozen=True)
class _Judgement:
    search: _Search
    best: FrozenTrial

    async def document(self) -> dict[str, Any]:
        search, plan, default = self.search, self.search.plan, self.search.default
        trials = search.trials()
        tuned = None
        if self.best.number != trials[0].number:
            tuned = with_values(default, drawn(self.best), version=next_version(default.version))
        kept = tuned or default
        return {
            "file": search.data.name,
            "tuned_from": {"name": default.name, "version": default.version},
            "version": forethought.__version__,
            "embedder": search.ground.vectors.embedder.model.label,
            "seed": plan.seed,
            "labels": plan.labels.name,
            "records": len(search.data.rows),
            "tuned_on": search.seen,
            "budget": {"delta": default.budget.delta, "delta_opp": default.budget.delta_opp},
            "trials": [
                {"score": round(trial.value or 0.0, 6), "values": drawn(trial), **trial.user_attrs[_WORTH]}
                for trial in trials
            ],
            "best": trials.index(self.best),
            "importances": search.importances(),
            "space": {name: {"low": each.low, "high": each.high, "log": each.log} for name, each in SPACE.items()},
            "default": values_of(default),
            "tuned": None if tuned is None else values_of(tuned),
            "held_out": await self._held_out(default, tuned),
            "sweep": await self._sweep(kept),
            "strategy": tuned,
        }

    async def _held_out(self, default: Strategy, tuned: Strategy | None) -> dict[str, Any]:
        """Judge on the last part: the service has learned the first by then, its values have not seen the last."""
        search = self.search
        part, truths = slice(search.seen, None), [each.truth for each in search.data.rows]
        traces = {"default": await search.whole(default, "default")}
        if tuned is not None:
            traces["tuned"] = await search.whole(tuned, "tuned")
        worths = {name: Worth.of(trace, truths, part) for name, trace in traces.items()}
        found: dict[str, Any] = {name: worth.document() for name, worth in worths.items()}
        found["constant"] = beside_a_constant(traces, truths, search.seen)
        if tuned is not None:
            answered = {name: trace.answers[part] for name, trace in traces.items()}
            found["verdict"] = verdict(worths, answered, default.budget).document()
        return found

    async def _sweep(self, strategy: Strategy) -> list[dict[str, Any]]:
        """Show what other budgets would give on the last part."""
        search, ratio = self.search, strategy.budget.delta_opp / strategy.budget.delta
        part, truths = slice(search.seen, None), [each.truth for each in search.data.rows]
        rows = []
        for delta in search.plan.deltas:
            budget = replace(strategy.budget, delta=delta, delta_opp=round(delta * ratio, 6))
            trace = await search.whole(replace(strategy, budget=budget), f"delta {delta:g}")
            worth = Worth.of(trace, truths, part)
            rows.append({"delta": delta, "delta_opp": budget.delta_opp, **worth.document()})
        return rows


def beside_a_constant(traces: Mapping[str, Trace], truths: Sequence[Signal], seen: int) -> dict[str, Any]:
    """Say what the commonest label of the first part is worth on the last, and what is answered where it is wrong."""
    commonest = Counter(truths[:seen]).most_common(1)[0][0]
    others = np.array([i >= seen and truth is not commonest for i, truth in enumerate(truths)])
    return {
        "label": commonest.label,
        **Worth.always(commonest, truths[seen:]).document(),
        "elsewhere": {name: Worth.of(trace, truths, others).document() for name, trace in traces.items()},
    }


def printed(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is no JSON."""
    kept: dict[str, Any] = json.loads(json.dumps({name: each for name, each in found.items() if name != "strategy"}))
    return kept
