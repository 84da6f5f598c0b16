"""Live through a labelled file: decide every record before its label is known, then learn it."""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import forethought
from forethought.adapters.redis.namespace import forget_abandoned, forget_namespace, namespace_of_its_own
from forethought.adapters.system.clock import VirtualClock
from forethought.application.insert import Record
from forethought.application.ports.strategies import Strategies
from forethought.application.predict import Prediction
from forethought.application.question import DEFAULT_DEADLINE_MS, Question
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.decision import AgentsMode, Path, Signal
from forethought.domain.errors import InvalidInput, Unavailable
from forethought.evals.baselines import AGREEMENTS, Cut, Guess, Outcome, cut
from forethought.evals.labelled import Labelled, LabelledFile, Skipped, steps
from forethought.evals.statistics import Share, percentiles, share_of
from forethought.evals.streams.labels import ALL, Labels
from forethought.settings import Settings

DEADLINE_MS = 60_000
"""So long that figures do not depend on the load of the machine; what took longer than the service's own deadline is
counted as late."""
_ABANDONED = timedelta(days=1)
_PURPOSE = "replay"
OURS = "Forethought, by agreement_p"


@dataclass(frozen=True, slots=True)
class Shot:
    """One record that was decided before its label was known."""

    row: int
    decided_at: datetime
    path: Path
    signal: Signal
    truth: Signal
    total_ms: float


@dataclass
class Tape:
    """What a replay has measured so far; whole at any moment, so that an interrupted one can be read."""

    data: LabelledFile
    labels: Labels = ALL
    shots: list[Shot] = field(default_factory=list)
    candidates: list[Outcome] = field(default_factory=list)
    """Our best candidate for every record, whether it was answered or not."""
    rungs: list[dict[str, Guess]] = field(default_factory=list)
    """What each rung said of every record, with its `agreement_p`; a rung that had nothing to say is absent."""
    refused: list[Skipped] = field(default_factory=list)
    scopes: list[dict[str, Any]] = field(default_factory=list)
    embedder: str = ""
    learned: int = 0
    done: bool = False
    """Whether the stream was lived through to its end."""

    def document(self) -> dict[str, Any]:
        """Lay the measurements out as JSON types."""
        shots = self.shots
        answered = [shot for shot in shots if shot.path.from_memory]
        interim = [shot for shot in shots if not shot.path.from_memory]
        return {
            "file": self.data.name,
            "version": forethought.__version__,
            "embedder": self.embedder,
            "records": len(self.data.rows),
            "decided": len(shots),
            "learned": self.learned,
            "labels": self.labels.name,
            "complete": self.done,
            "skipped": [_skipped(each) for each in (*self.data.skipped, *self.refused)],
            "times_invented": self.data.times_invented,
            "first": shots[0].decided_at.isoformat() if shots else None,
            "last": shots[-1].decided_at.isoformat() if shots else None,
            "truth": {s.label: share_of(shot.truth is s for shot in shots).document() for s in reversed(Signal)},
            "hit": Share(len(answered), len(shots)).document(),
            "answered": _quality(answered),
            "interim": _quality(interim),
            "paths": {path.value: _by_path(path, shots) for path in Path if any(s.path is path for s in shots)},
            "latency": percentiles(shot.total_ms for shot in shots).document(),
            "late": share_of(shot.total_ms > DEFAULT_DEADLINE_MS for shot in shots).document(),
            "scopes": self.scopes,
            "sweeps": [
                {"name": OURS, "cuts": [_cut(cut(self.candidates, threshold)) for threshold in AGREEMENTS]},
            ],
        }


async def replay(
    settings: Settings,
    tape: Tape,
    *,
    swap: Replacements | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    """Run the service's own use cases over a file, in a namespace of their own that is deleted at the end.

    The deletion happens on cancellation and on errors too. What was measured is in `tape` at any time.

    Args:
        settings: As the service has them; no analysts are asked whatever they say.
        tape: Takes what is measured; says which labels are learned.
        swap: Parts of one's own; namespace and clock are the replay's.
        advance: Told how many records were decided, for a progress bar.

    Raises:
        ConfigurationError, StoreUnavailable: see `bootstrap.running`.
        Unavailable: the store or the encoder went away.
    """
    clock = VirtualClock(tape.data.rows[0].decided_at)
    parts = replace(swap or Replacements(), namespace=namespace_of_its_own(_PURPOSE), clock=clock)
    async with running(settings, replace=parts) as service:
        await forget_abandoned(service.store, _PURPOSE, older_than=_ABANDONED)
        tape.embedder = service.embedder.model.label
        player = _Player(service, clock, tape)
        try:
            for step in steps(tape.data.rows):
                clock.time = step.at
                await player.decide(step.decide)
                advance(len(step.decide))
                await player.learn(step.learn)
            tape.done = True
        finally:
            with contextlib.suppress(Unavailable):
                tape.scopes = await service.status.quality()
            await service.drain()  # answers and vectors are written behind, and must not come after the deletion
            await forget_namespace(service.store, service.keys)


class _Player:
    """One replay under way."""

    def __init__(self, service: Service, clock: VirtualClock, tape: Tape) -> None:
        self._service = service
        self._clock = clock
        self._tape = tape
        audited = tape.labels.audited(len(tape.data.rows))
        self._audited = {each.row for each, drawn in zip(tape.data.rows, audited, strict=True) if drawn}
        self._settled: set[int] = set()
        """Rows whose label is not learned: they were refused, or answered and not audited."""

    async def decide(self, rows: Sequence[Labelled]) -> None:
        """Decide records as of their own moment; nobody has learned of any of them yet."""
        for each in rows:
            try:
                answer = await self._service.decide(question_of(each, self._service.parts.strategies))
                previewed = await self._service.insert.preview(replace(each.record, known_at=each.decided_at))
            except InvalidInput as error:
                self._settled.add(each.row)
                self._tape.refused.append(Skipped(each.row, error.code, str(error)))
                continue
            self._note(each, answer, previewed.foreseen.predictions)

    def _note(self, each: Labelled, answer: dict[str, Any], predictions: Sequence[Prediction]) -> None:
        """Write everything about one record down at once: a tape is whole whenever it is stopped."""
        tape, shot = self._tape, _shot(each, answer)
        guesses = [(found.traits.rung, Guess(found.signal, found.odds.agreement_p)) for found in predictions]
        tape.shots.append(shot)
        tape.candidates.append(Outcome(guesses[0][1] if guesses else None, each.truth))
        tape.rungs.append(dict(reversed(guesses)))  # of two by one rung the first stands
        if shot.path.from_memory and each.row not in self._audited:
            self._settled.add(each.row)

    async def learn(self, rows: Sequence[Labelled]) -> None:
        """Learn the labels that come back."""
        taken = [each for each in rows if each.row not in self._settled]
        if not taken:
            return
        done = await self._service.insert([each.record for each in taken])
        bad = {rejection.index: rejection.error for rejection in done.rejected}
        self._tape.refused += [Skipped(taken[i].row, error.code, str(error)) for i, error in bad.items()]
        self._tape.learned += done.accepted
        await self._service.train.once(patience_s=math.inf)  # by count only: a replay's clock is not the wall's


def question_of(each: Labelled, strategies: Strategies) -> Question:
    """Ask about a record as of its own moment, without analysts."""
    record = each.record
    return Question(
        text=record.input_report,
        asset=asset_of(record, strategies.get(record.strategy).assets),
        strategy=record.strategy,
        context=record.context,
        tags=record.tags,
        location=record.location,
        agents=AgentsMode.NEVER,
        deadline_ms=DEADLINE_MS,
        as_of=each.decided_at,
        provider=record.provider,
    )


def asset_of(record: Record, served: Sequence[str] | None) -> str:
    """Return the asset of a record as inserting it takes it."""
    return record.asset or (served[0] if served else "BTC")


def _shot(each: Labelled, answer: dict[str, Any]) -> Shot:
    signal = Signal(answer["decision"]["signal"])
    return Shot(each.row, each.decided_at, Path(answer["path"]), signal, each.truth, answer["latency_ms"]["total"])


def _quality(shots: Sequence[Shot]) -> dict[str, Any]:
    return {
        "n": len(shots),
        "agreed": share_of(shot.signal is shot.truth for shot in shots).document(),
        "opposite": share_of(shot.signal.opposes(shot.truth) for shot in shots).document(),
    }


def _by_path(path: Path, shots: Sequence[Shot]) -> dict[str, Any]:
    found = [shot for shot in shots if shot.path is path]
    latency = percentiles(shot.total_ms for shot in found).document()
    return {"share": Share(len(found), len(shots)).document(), **_quality(found), "latency": latency}


def _cut(each: Cut) -> dict[str, Any]:
    shares = {"answered": each.answered, "agreed": each.agreed, "opposite": each.opposite}
    return {"threshold": each.threshold, **{name: share.document() for name, share in shares.items()}}


def _skipped(each: Skipped) -> dict[str, Any]:
    return {"row": each.row, "code": each.code, "detail": each.detail}
