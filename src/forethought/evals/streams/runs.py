"""What somebody answered in a stream, as arrays, and the file that keeps it for a run that is taken up again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from forethought.domain.decision import Signal
from forethought.evals.baselines import Guess
from forethought.evals.streams.vectors import write_npz

Mask = npt.NDArray[np.bool_]
Signals = npt.NDArray[np.int8]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trace:
    """Answers by index in the stream; `signals` and `scores` count only where `answers` holds."""

    answers: Mask
    signals: Signals
    scores: Scores

    @classmethod
    def empty(cls, n: int) -> "Trace":
        """Make one of `n` records without an answer."""
        return cls(np.zeros(n, np.bool_), np.zeros(n, np.int8), np.zeros(n, np.float32))

    @classmethod
    def of(cls, guesses: Sequence[Guess | None]) -> "Trace":
        """Make one of guesses in the order of the stream."""
        found = cls.empty(len(guesses))
        for index, guess in enumerate(guesses):
            if guess is not None:
                found.note(index, guess)
        return found

    def note(self, index: int, guess: Guess) -> None:
        """Write an answer down."""
        self.answers[index], self.signals[index], self.scores[index] = True, int(guess.signal), guess.score

    def cut(self, threshold: float) -> "Trace":
        """Keep the answers whose score reaches a threshold."""
        # A score is kept as float32: without the allowance .9 would not reach .9.
        return Trace(self.answers & (self.scores >= np.float32(threshold) - 1e-7), self.signals, self.scores)

    def guesses(self) -> list[Guess | None]:
        """Return them in the order of the stream."""
        columns = zip(self.answers, self.signals, self.scores, strict=True)
        return [Guess(Signal(int(signal)), float(score)) if answered else None for answered, signal, score in columns]


@dataclass(frozen=True)
class Run:
    """Somebody's way through a stream."""

    name: str
    thresholds: tuple[float, ...]
    default: float | None
    traces: Mapping[float, Trace]
    """By threshold where each has its own memory; otherwise one, with all scores."""
    own_memories: bool
    answered: Trace | None = None
    """What was really answered, for somebody who decides that by more than a threshold."""

    def at(self, threshold: float) -> Trace:
        """Return what is answered at a threshold."""
        if self.own_memories:
            return self.traces[threshold]
        return next(iter(self.traces.values())).cut(threshold)

    def operating(self) -> Trace | None:
        """Return what is answered as it comes: really, at the default, or always; `None` where nobody says."""
        if self.answered is not None:
            return self.answered
        default = self.thresholds[0] if self.default is None and len(self.thresholds) == 1 else self.default
        return None if default is None else self.at(default)


@dataclass(frozen=True)
class Finished:
    """Runs that were made at one go, with what else is to be said of them."""

    runs: tuple[Run, ...]
    remarks: Mapping[str, Any]
    """JSON types."""


def save(path: Path, purpose: str, finished: Finished) -> None:
    """Write finished runs, at once or not at all.

    Args:
        path: The file.
        purpose: Names all that the runs hang on.
        finished: The runs.
    """
    arrays: dict[str, Any] = {}
    for i, run in enumerate(finished.runs):
        named = {f"{i}_{threshold!r}": trace for threshold, trace in run.traces.items()}
        if run.answered is not None:
            named[f"{i}_answered"] = run.answered
        for name, trace in named.items():
            columns = {"answers": trace.answers, "signals": trace.signals, "scores": trace.scores}
            arrays |= {f"{name}_{column}": values for column, values in columns.items()}
    heads = [(r.name, r.thresholds, r.default, list(r.traces), r.own_memories) for r in finished.runs]
    head = json.dumps({"purpose": purpose, "runs": heads, "remarks": finished.remarks})
    write_npz(path, head=np.array(head), **arrays)


def load(path: Path, purpose: str) -> Finished | None:
    """Read finished runs; `None` where there are none of this purpose."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            head = json.loads(str(held["head"]))
            if head["purpose"] != purpose:
                return None
            runs = tuple(_run(held, i, *fields) for i, fields in enumerate(head["runs"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return Finished(runs, head["remarks"])


def _run(  # noqa: PLR0917 - the order of the file
    held: Any,  # noqa: ANN401 - numpy's file of arrays
    i: int,
    name: str,
    thresholds: Sequence[float],
    default: float | None,
    floors: Sequence[float],
    own_memories: bool,  # noqa: FBT001 - see above
) -> Run:
    traces = {float(floor): _trace(held, f"{i}_{float(floor)!r}") for floor in floors}
    answered = _trace(held, f"{i}_answered") if f"{i}_answered_answers" in held else None
    return Run(name, tuple(thresholds), default, traces, own_memories, answered)


def _trace(held: Any, name: str) -> Trace:  # noqa: ANN401 - numpy's file of arrays
    return Trace(held[f"{name}_answers"], held[f"{name}_signals"], held[f"{name}_scores"])
