"""A fitted reflex: a multinomial logistic regression, and what its answers have been worth."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from forethought.adapters.learning.features import text_row
from forethought.domain.decision import Signal
from forethought.domain.learning import Guess, Mode, Neighbour, Reading, ReflexStanding

Array = npt.NDArray[np.float32]

FORMAT = 1
"""Of the features and the file. A model of another format is not read: it is fitted anew from the lessons."""
SIGNALS = (Signal.SELL, Signal.NONE, Signal.BUY)
"""In the order of the classes."""
NEIGHBOURS = 8
KNOWN_MIN = 0.4
"""Least share of a text's words that the model has seen twice; below it nothing is said (out of vocabulary)."""
FACT_SCALE = 1.7
"""Prior deviation of a fact's coefficient beside the embedding's 1 (variances of 2 to 3 were best on events prompts;
half and four times as much did about as well)."""
_SECOND_HEAT = 0.5
"""Naive Bayes counts dependent words twice over: its log odds are halved."""
_SMOOTH = 1e-4
_TINY = 1e-6
EVIDENCE = (
    "log_doubt", "odds_over_opposite", "log_doubt_even", "margin_even", "nearest", "nearest_agrees", "votes_for",
    "votes_against", "words_known", "features_known", "says_none", "wrong_lately", "wrong_longer", "second_doubt",
    "second_odds",
)  # fmt: skip
"""What an estimate is made of. *Even*: as if all signals were equally frequent, so that a run of one signal in the past
does not make the next one look certain."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The classifier. Only columns that at least two lessons have are kept."""

    columns: npt.NDArray[np.int32]
    """Ascending."""
    text: Array
    """Shape (columns, 3); for sell, none, buy."""
    vector: Array
    """Shape (d, 3)."""
    facts: Array
    """Shape (len(fact_names), 3)."""
    fact_names: tuple[str, ...]
    second: Array
    """Shape (columns, 3): a naive Bayes over the same columns, a second opinion. It errs elsewhere: where it agrees the
    first is wrong less often (coverage inside the budget 54 to 61 % and 60 to 73 % on two generated streams)."""
    second_bias: Array
    bias: Array
    """Shape (3,); -inf-like for a signal that was never seen."""
    frequency: Array
    """Shares of the signals among the lessons, shape (3,)."""

    def shares(self, reading: Reading) -> "Shares":
        """Return what each signal gets, and which share of words and of all features is known."""
        row = text_row(reading.text)
        at = np.minimum(np.searchsorted(self.columns, row.columns), len(self.columns) - 1)
        known = self.columns[at] == row.columns
        values, held = row.values[known], at[known]
        logits = self.bias + values @ self.text[held] + reading.vector @ self.vector
        if self.fact_names:
            logits = logits + fact_row(reading.facts, self.fact_names) @ self.facts
        here = np.minimum(np.searchsorted(self.columns, row.words), len(self.columns) - 1)
        words_known = float((self.columns[here] == row.words).mean()) if len(row.words) else 0.0
        second = self.second_bias + values @ self.second[held]
        known_frac = float(known.mean()) if len(known) else 0.0
        return Shares(_softmax(logits), _softmax(second * _SECOND_HEAT), words_known, known_frac)


@dataclass(frozen=True, slots=True)
class Shares:
    """What a classifier says of a text."""

    first: Array
    """Shape (3,), sums to 1; for sell, none, buy."""
    second: Array
    """The second opinion, like `first`."""
    words_known: float
    features_known: float


def _softmax(logits: Array) -> Array:
    exp = np.exp(logits - logits.max())
    shares = exp / exp.sum() + _SMOOTH
    found: Array = (shares / shares.sum()).astype(np.float32)
    return found


def fact_row(facts: Mapping[str, float], names: Sequence[str]) -> Array:
    """Return facts in the order of names; a missing one is 0."""
    return np.array([FACT_SCALE * facts.get(name, 0.0) for name in names], dtype=np.float32)


def evidence_of(
    found: Shares, frequency: Array, neighbours: Sequence[Neighbour], lately: tuple[float, float]
) -> tuple[int, Array]:
    """Return the class that is likeliest, and what its estimate is made of (`EVIDENCE`)."""
    shares = found.first
    best = int(shares.argmax())
    even = shares / frequency
    even = even / even.sum()
    log, log_even, log_second = (np.log(np.maximum(x, _TINY)) for x in (shares, even, found.second))
    opposite = 2 - best if best != 1 else (0 if shares[0] > shares[2] else 2)
    near = list(neighbours)[:NEIGHBOURS]
    similarity = np.array([max(0.0, n.similarity) for n in near])
    same = np.array([int(n.signal) + 1 == best for n in near])
    against = np.array([best != 1 and int(n.signal) + 1 == 2 - best for n in near])
    total = similarity.sum()
    return best, np.array(
        [
            np.log(max(1 - shares[best], _TINY)),
            log[best] - log[opposite],
            np.log(max(1 - even[best], _TINY)),
            log_even[best] - np.sort(log_even)[1],
            similarity[0] if near else 0.0,
            float(same[0]) if near else 0.0,
            float((similarity * same).sum() / total) if total > 0 else 0.0,
            float(against.mean()) if near else 0.0,
            found.words_known,
            found.features_known,
            float(best == 1),
            *lately,
            np.log(max(1 - found.second[best], _TINY)),
            log_second[best] - log_second[opposite],
        ],
        dtype=np.float32,
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    """From evidence to the chance of an error: two regressions each, as labels came and with signals made equal.

    Their mean counts: the next labels may be like the past ones or not. The greater of the two cost a third of the
    coverage and kept no budget better.
    """

    mean: Array
    scale: Array
    wrong: Array
    """Shape (2, len(EVIDENCE) + 1), the intercept last."""
    opposite: Array
    """Like `wrong`."""
    excess: tuple[float, float]
    """Observed over expected errors among what would be answered: wrong, opposite."""
    limit: float
    """See `Guess.limit`."""

    def estimate(self, evidence: npt.NDArray[Any], says_none: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
        """Return the chance of being wrong and of being opposite, for rows of evidence."""
        z = (evidence - self.mean) / self.scale
        wrong = _sigmoid(z @ self.wrong[:, :-1].T + self.wrong[:, -1]).mean(axis=1)
        opposite = _sigmoid(z @ self.opposite[:, :-1].T + self.opposite[:, -1]).mean(axis=1)
        return wrong, np.where(says_none, 0.0, opposite).astype(np.float32)


def _sigmoid(x: npt.NDArray[Any]) -> Array:
    found: Array = (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True)
class Model:
    """Implements `Reflex`."""

    weights: Weights
    calibration: Calibration | None
    delta: float
    delta_opp: float
    known_until: datetime
    standing: ReflexStanding

    @property
    def label(self) -> str:
        """See the port."""
        return f"reflex@{self.standing.version}"

    @property
    def mode(self) -> Mode:
        """See the port."""
        return self.standing.mode

    def guess(self, reading: Reading, neighbours: Sequence[Neighbour], lately: tuple[float, float]) -> Guess | None:
        """See the port."""
        found = self.weights.shares(reading)
        shares = found.first
        best, evidence = evidence_of(found, self.weights.frequency, neighbours, lately)
        doubt, against, risk, limit = 1.0, 1.0, float("inf"), -1.0
        if self.calibration is not None:
            wrong, opposite = self.calibration.estimate(evidence[None], np.array([best == 1]))
            risk = float(wrong[0] / self.delta + opposite[0] / self.delta_opp)
            limit = self.calibration.limit
            doubt = min(1.0, float(wrong[0]) * self.calibration.excess[0])
            against = min(doubt, float(opposite[0]) * self.calibration.excess[1])
        if found.words_known < KNOWN_MIN:
            limit = -1.0
        return Guess(
            SIGNALS[best], 1 - doubt, against, risk, limit,
            (float(shares[0]), float(shares[1]), float(shares[2])), tuple(float(e) for e in evidence),
        )  # fmt: skip


def dump(model: Model) -> bytes:
    """Write a model; no pickle."""
    head = {
        "format": FORMAT,
        "delta": model.delta,
        "delta_opp": model.delta_opp,
        "known_until": model.known_until.isoformat(),
        "standing": asdict(model.standing),
        "fact_names": list(model.weights.fact_names),
        "calibrated": model.calibration is not None,
    }
    w, c = model.weights, model.calibration
    arrays: dict[str, Any] = {
        "columns": w.columns, "text": w.text.astype(np.float16), "second": w.second.astype(np.float16),
        "second_bias": w.second_bias, "vector": w.vector, "facts": w.facts,
        "bias": w.bias, "frequency": w.frequency,
    }  # fmt: skip
    if c is not None:
        arrays |= {
            "mean": c.mean, "scale": c.scale, "wrong": c.wrong, "opposite": c.opposite,
            "gate": np.array([*c.excess, c.limit]),
        }  # fmt: skip
    out = io.BytesIO()
    np.savez(out, head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8), **arrays)
    return out.getvalue()


def load(raw: bytes) -> Model:
    """Read a model.

    Raises:
        ValueError: damaged, or of another format.
    """
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            head = json.loads(found["head"].tobytes())
            if head["format"] != FORMAT:
                raise ValueError(f"a model of format {head['format']}, this program reads {FORMAT}")
            weights = Weights(
                found["columns"], found["text"].astype(np.float32), found["vector"], found["facts"],
                tuple(head["fact_names"]), found["second"].astype(np.float32), found["second_bias"], found["bias"],
                found["frequency"],
            )  # fmt: skip
            calibration = None
            if head["calibrated"]:
                gate = found["gate"]
                calibration = Calibration(
                    found["mean"], found["scale"], found["wrong"], found["opposite"],
                    (float(gate[0]), float(gate[1])), float(gate[2]),
                )  # fmt: skip
    except (KeyError, OSError, EOFError, BadZipFile, TypeError) as error:
        raise ValueError(f"damaged model: {error}") from error
    standing = ReflexStanding(**{**head["standing"], "mode": Mode(head["standing"]["mode"])})
    known_until = datetime.fromisoformat(head["known_until"]).astimezone(UTC)
    return Model(weights, calibration, head["delta"], head["delta_opp"], known_until, standing)
