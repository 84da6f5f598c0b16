"""Our own ladder as somebody who competes: what was answered, and what each rung would have said."""

from collections.abc import Callable, Mapping, Sequence

from forethought.bootstrap import Replacements
from forethought.evals.baselines import AGREEMENTS, Guess
from forethought.evals.labelled import LabelledFile
from forethought.evals.replay import Tape, replay
from forethought.evals.streams.labels import Labels
from forethought.evals.streams.runs import Finished, Run, Trace
from forethought.settings import Settings

LADDER = "Forethought, whole ladder"
PRECEDENT, REFLEX = "Forethought, precedent only", "Forethought, reflex only"
_RUNGS: Mapping[str, tuple[str, ...]] = {PRECEDENT: ("exact", "precedent"), REFLEX: ("reflex",)}
"""Which rungs speak for a run, the first that says anything."""


async def play_ladder(
    settings: Settings, data: LabelledFile, labels: Labels, *, swap: Replacements, advance: Callable[[int], None]
) -> Finished:
    """Let the service live through a stream.

    The rungs share the memory that the whole ladder leaves behind; a rung that never said anything is left out.

    Raises:
        Unavailable: the store or the encoder went away.
    """
    tape = Tape(data, labels)
    await replay(settings, tape, swap=swap, advance=advance)
    return Finished(runs_of(tape), tape.document())


def runs_of(tape: Tape) -> tuple[Run, ...]:
    """Return the runs that a tape holds; records that were refused count as not answered."""
    places = {each.row: index for index, each in enumerate(tape.data.rows)}
    indexes = [places[shot.row] for shot in tape.shots]

    def trace(guesses: Sequence[Guess | None]) -> Trace:
        found: list[Guess | None] = [None] * len(places)
        for index, guess in zip(indexes, guesses, strict=True):
            found[index] = guess
        return Trace.of(found)

    answered = trace([Guess(shot.signal, 1.0) if shot.path.from_memory else None for shot in tape.shots])
    best = trace([outcome.guess for outcome in tape.candidates])
    runs = [_run(LADDER, best, answered)]
    for name, rungs in _RUNGS.items():
        spoken = trace([_first(said, rungs) for said in tape.rungs])
        if spoken.answers.any():
            runs.append(_run(name, spoken, None))
    return tuple(runs)


def _first(said: Mapping[str, Guess], rungs: Sequence[str]) -> Guess | None:
    return next((said[rung] for rung in rungs if rung in said), None)


def _run(name: str, trace: Trace, answered: Trace | None) -> Run:

    return Run(name, AGREEMENTS, None, {0.0: trace}, own_memories=False, answered=answered)
