"""Fit a reflex and its calibration on the lessons of one scope. Synchronous; what was read once is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import numpy as np
import numpy.typing as npt
from river.drift import ADWIN
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from forethought.adapters.learning.features import BUCKETS, TEXT_SCALE, Matrix, text_matrix
from forethought.adapters.learning.model import EVIDENCE, Array, Calibration, Model, Weights, fact_row
from forethought.domain.agreement import lower_bound
from forethought.domain.decision import Signal
from forethought.domain.learning import Lesson, Mode, ReflexStanding
from forethought.domain.strategy import ErrorBudget, ReflexRule

INVERSE_PENALTY = 4.0
"""C of the classifier (1, 4, 16 and 32 tried on four streams; flat from 4 on)."""
MAX_ITERATIONS = 40
MIN_LESSONS_WITH_FEATURE = 2
ANSWERED_WEIGHT = 3.0
"""The most that an audited answer weighs in the fit. In full (10) it makes the fit noisy, at 1 the model learns only
where it was unsure; 3 was best of 1, 3, 4, 10."""
CALIBRATION_PENALTY = 0.3
CALIBRATION_HALF_LIFE = 600
CALIBRATED_ON = 3_000
OPPOSITE_MARGIN = 0.7
"""Of the budget for opposite answers. Two errors more or less are a third of it, so the estimate has to lie lower."""
FADED = 0.2
"""What a lesson from before the last change for the worse, as ADWIN sees it, still weighs in the fit. With all at full
weight a stream whose labels flip was wrong for 400 to 600 records, and half the coverage never came back."""
MARGIN = 0.9
"""Share of the budget that the estimate may use up: the rest is for what changes before the next fit."""
TIGHT_MARGIN = 0.6
MIN_SUPPORT = 20
DIRECTIONS_SHOWN = 5
"""Of `min_lessons` labels one in so many must say buy, and as many sell, before anything is answered. A scope that has
never seen a fall cannot know what it looks like: one whose first labels said buy and nothing called the next 70 falls
nothing."""
RUNS = 0.7
"""Share of the way from chance to certainty that a label repeats the one before it, from which on labels count as
coming in runs (labelled tweets in their given order .98, events .5, headlines 0)."""
RUNS_Z = 1.28
"""Where they do, the upper end of the 90 % interval of the error counts instead of the estimate: the next run may be
of a label on which it was hardly tested. Elsewhere it would cost a third of the coverage and keep no budget better."""
EXPECTED_FLOOR = 3.0
"""Errors, in observations of average weight, by which observed over expected is drawn towards 1."""
EXCESS_MIN = 0.5
EVEN_CAP = 6.0
CANARY_EVERY = 20
"""One lesson in so many is never fitted on: it watches over the swap."""
CANARIES = 200
MIN_CANARIES = 20
WORSE_BY_SIGMAS = 2.0
WORSE_BY = 0.05
NEAR_DUPLICATE = 0.8
"""Cosine of the text features."""
NEAR_DUPLICATES_AMONG = 500
MIN_OTHERS = 50
"""Lessons of others from which on one source may not outweigh them."""


@dataclass
class Fitter:
    """The lessons of one scope, and the model that stands."""

    rule: ReflexRule
    budget: ErrorBudget
    lessons: list[Lesson] = field(default_factory=list)
    model: Model | None = None
    epoch: int = 0
    _texts: list[Matrix] = field(default_factory=list)
    _faded: int = 0
    """Lessons before this one are from before the last change for the worse."""
    _alike: list[int] = field(default_factory=list)
    """Of every lesson: how many earlier ones of the same source say nearly the same words."""

    def fit(self, lessons: Sequence[Lesson], *, epoch: int = 0, version: int = 1) -> Model | None:
        """Take in what is new, and fit; `None` while there are no two signals to tell apart."""
        if epoch != self.epoch or len(lessons) < len(self.lessons):
            self.lessons, self._texts, self._alike, self.epoch = [], [], [], epoch
        self._take(lessons[len(self.lessons) :])
        if len({lesson.signal for lesson in self.lessons}) < 2:  # noqa: PLR2004 - nothing to tell apart
            return None
        before = self.model
        watch = self._watch()
        weights = self._classifier()
        rolled_back = before is not None and self._worse(weights, before.weights)
        if rolled_back and before is not None:
            weights = before.weights
        calibration = self._calibration(TIGHT_MARGIN if watch.mode is Mode.TIGHT else MARGIN)
        standing = ReflexStanding(
            version, len(self.lessons), watch.mode, watch.n, watch.wrong, watch.opposite, watch.novelty, watch.drifts,
            rolled_back,
        )  # fmt: skip
        known_until = max(lesson.times.known_at for lesson in self.lessons).astimezone(UTC)
        self.model = Model(weights, calibration, self.budget.delta, self.budget.delta_opp, known_until, standing)
        return self.model

    def _take(self, new: Sequence[Lesson]) -> None:
        if not new:
            return
        rows = text_matrix([lesson.reading.text for lesson in new])
        first = max(0, len(self.lessons) - NEAR_DUPLICATES_AMONG)
        start = len(self.lessons)
        self.lessons += new
        self._texts += [rows[i] for i in range(len(new))]
        alike = (sparse.vstack(self._texts[first:]) @ rows.T).tocsc()
        for i, lesson in enumerate(new):
            column = alike[:, i]
            near = column.indices[column.data >= NEAR_DUPLICATE * TEXT_SCALE**2] + first
            among = near[(near < start + i) & (near >= start + i - NEAR_DUPLICATES_AMONG)]
            self._alike.append(sum(1 for at in among if self.lessons[at].source == lesson.source))

    # --- the classifier

    def _lesson_weights(self) -> npt.NDArray[np.float64]:
        n = len(self.lessons)
        weight = np.array([min(lesson.weight, ANSWERED_WEIGHT) for lesson in self.lessons])
        weight *= 0.5 ** (np.arange(n)[::-1] / self.rule.half_life)
        weight /= 1 + np.array(self._alike)
        weight[: self._faded] *= FADED
        sources = np.array([lesson.source for lesson in self.lessons])
        for source in set(sources) - {""}:
            mine = sources == source
            if (~mine).sum() >= MIN_OTHERS and weight[mine].sum() > weight[~mine].sum():
                weight[mine] *= weight[~mine].sum() / weight[mine].sum()
        return weight

    def _classifier(self) -> Weights:
        taught = np.array([i for i in range(len(self.lessons)) if not _is_canary(i)])
        rows = sparse.vstack(self._texts).tocsr()[taught]
        columns = (np.bincount(rows.indices, minlength=BUCKETS) >= MIN_LESSONS_WITH_FEATURE).nonzero()[0]
        if not len(columns):
            columns = np.unique(rows.indices)[:1] if len(rows.indices) else np.array([0])
        lessons = [self.lessons[i] for i in taught]
        names = tuple(sorted({name for lesson in lessons for name in lesson.reading.facts}))
        dense = [np.stack([lesson.reading.vector for lesson in lessons])]
        if names:
            dense.append(np.stack([fact_row(lesson.reading.facts, names) for lesson in lessons]))
        x = sparse.hstack([rows[:, columns], *(sparse.csr_matrix(part) for part in dense)]).tocsr()
        y = np.array([int(lesson.signal) for lesson in lessons])
        weight = self._lesson_weights()[taught]
        coefficients, bias = _logistic(x, y, weight / weight.mean())
        second, second_bias = _naive_bayes(rows[:, columns], y, weight / weight.mean())
        counts = np.array([weight[y == signal].sum() for signal in (-1, 0, 1)]) + 5.0
        d = dense[0].shape[1]
        text, vector, facts = np.split(coefficients, [len(columns), len(columns) + d])
        return Weights(
            columns.astype(np.int32),
            text,
            vector,
            facts,
            names,
            second,
            second_bias,
            bias,
            (counts / counts.sum()).astype(np.float32),
        )

    def _worse(self, new: Weights, old: Weights) -> bool:
        """Compare on lessons that neither was fitted on: a flood of planted labels makes the new one worse there."""
        held = [lesson for i, lesson in enumerate(self.lessons) if _is_canary(i)][-CANARIES:]
        if len(held) < MIN_CANARIES:
            return False
        loss = np.array([_loss(new, lesson) - _loss(old, lesson) for lesson in held])
        error = loss.std(ddof=1) / np.sqrt(len(loss))
        return bool(loss.mean() > max(WORSE_BY, WORSE_BY_SIGMAS * error))

    # --- what its answers are worth

    def _watch(self) -> "_Watch":
        """Look at what was answered and labelled lately, as far back as ADWIN holds it to be of one kind."""
        wrong, opposite, novelty, any_guess = (_detector() for _ in range(4))
        faded, seen = 0, []
        for at, lesson in enumerate(self.lessons):
            told = lesson.foretold
            if told is None or len(told.evidence) != len(EVIDENCE):
                continue
            novelty.update(1.0 - told.evidence[_FEATURES_KNOWN])
            seen.append(at)
            before = any_guess.estimation
            any_guess.update(float(told.signal is not lesson.signal))
            if any_guess.drift_detected and any_guess.estimation > before:
                faded = seen[-int(any_guess.width)]
            if told.answered:
                wrong.update(float(told.signal is not lesson.signal))
                opposite.update(float(told.signal.opposes(lesson.signal)))
        self._faded = faded
        drifts = wrong.n_detections + opposite.n_detections + novelty.n_detections + any_guess.n_detections
        n = int(wrong.width)
        if n == 0:
            return _Watch(Mode.OPEN, 0, None, None, float(novelty.estimation), drifts)
        mode = _mode(n, round(wrong.total), int(opposite.width), round(opposite.total), self.budget)
        return _Watch(mode, n, float(wrong.estimation), float(opposite.estimation), float(novelty.estimation), drifts)

    def _calibration(self, margin: float) -> Calibration | None:
        told = [x for x in self.lessons if x.foretold is not None and len(x.foretold.evidence) == len(EVIDENCE)]
        told = told[-CALIBRATED_ON:]
        if len(told) < self.rule.min_lessons:
            return None
        both = min(sum(x.signal is signal for x in told) for signal in (Signal.SELL, Signal.BUY))
        if both < self.rule.min_lessons // DIRECTIONS_SHOWN:
            return None
        past = _Past.of(told)
        rows = [_errors(past, weight) for weight in (past.weight, past.even)]
        wrong, opposite = (np.stack([row[kind] for row in rows]) for kind in (0, 1))
        found = Calibration(past.mean, past.scale, wrong, opposite, (1.0, 1.0), -1.0)
        limit, excess = _limit(past, found, self.budget, margin)
        return Calibration(past.mean, past.scale, wrong, opposite, excess, limit)


def _detector() -> Any:  # noqa: ANN401 - river carries no types
    """Return a window that drops its older part when the two differ (Bifet and Gavalda 2007)."""
    return ADWIN(clock=1)  # type: ignore[no-untyped-call]


_FEATURES_KNOWN = EVIDENCE.index("features_known")
_STOP_SURE, _TIGHT_SURE = 0.95, 0.9
_MIN_ERRORS = 2
"""One error says nothing about a share."""


@dataclass(frozen=True, slots=True)
class _Watch:
    mode: Mode
    n: int
    wrong: float | None
    opposite: float | None
    novelty: float
    drifts: int


def _mode(n: int, wrong: int, n_opposite: int, opposite: int, budget: ErrorBudget) -> Mode:
    """Tighten where the error is likely over the budget, stop where it is so beyond doubt (Clopper-Pearson bounds)."""
    for mode, sure in ((Mode.STOPPED, _STOP_SURE), (Mode.TIGHT, _TIGHT_SURE)):
        if _over(wrong, n, budget.delta, sure) or _over(opposite, n_opposite, budget.delta_opp, sure):
            return mode
    return Mode.OPEN


def _over(errors: int, n: int, budget: float, sure: float) -> bool:
    return errors >= _MIN_ERRORS and lower_bound(errors, n, confidence=sure) > budget


def _is_canary(index: int) -> bool:
    return index % CANARY_EVERY == CANARY_EVERY - 1


def _loss(weights: Weights, lesson: Lesson) -> float:
    return -float(np.log(weights.shares(lesson.reading).first[int(lesson.signal) + 1]))


_ABSENT = -12.0
_PSEUDO_COUNT = 0.05


def _logistic(x: Any, y: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]) -> tuple[Array, Array]:  # noqa: ANN401
    """Fit, and lay the coefficients out for sell, none, buy: shape (features, 3) and (3,)."""
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=MAX_ITERATIONS, tol=1e-3).fit(x, y, sample_weight=weight)
    coefficients = np.zeros((x.shape[1], 3), dtype=np.float32)
    bias = np.full(3, _ABSENT, dtype=np.float32)
    at = fitted.classes_ + 1
    if len(at) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        coefficients[:, at[0]], coefficients[:, at[1]] = -fitted.coef_[0] / 2, fitted.coef_[0] / 2
        bias[at[0]], bias[at[1]] = -fitted.intercept_[0] / 2, fitted.intercept_[0] / 2
    else:
        coefficients[:, at], bias[at] = fitted.coef_.T, fitted.intercept_
    return coefficients, bias


def _naive_bayes(x: Any, y: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]) -> tuple[Array, Array]:  # noqa: ANN401
    """Fit the second opinion; laid out like `_logistic`."""
    fitted = MultinomialNB(alpha=_PSEUDO_COUNT).fit(x, y, sample_weight=weight)
    text = np.zeros((x.shape[1], 3), dtype=np.float32)
    bias = np.full(3, _ABSENT, dtype=np.float32)
    at = fitted.classes_ + 1
    text[:, at], bias[at] = fitted.feature_log_prob_.T, fitted.class_log_prior_
    return text, bias


@dataclass(frozen=True, slots=True)
class _Past:
    """Predictions with their labels, oldest first."""

    z: npt.NDArray[np.float32]
    raw: npt.NDArray[np.float32]
    mean: Array
    scale: Array
    wrong: npt.NDArray[np.float64]
    opposite: npt.NDArray[np.float64]
    truth: npt.NDArray[np.int64]
    says_none: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    even: npt.NDArray[np.float64]
    """As if the three signals had come equally often."""

    @staticmethod
    def of(lessons: Sequence[Lesson]) -> "_Past":
        told = [(lesson, lesson.foretold) for lesson in lessons if lesson.foretold is not None]
        raw = np.array([t.evidence for _, t in told], dtype=np.float32)
        mean, scale = raw.mean(axis=0), raw.std(axis=0) + np.float32(1e-3)
        weight = np.array([lesson.weight for lesson, _ in told])
        weight = weight * 0.5 ** (np.arange(len(told))[::-1] / CALIBRATION_HALF_LIFE)
        truth = np.array([int(lesson.signal) for lesson, _ in told])
        share = np.array([weight[truth == signal].sum() for signal in (-1, 0, 1)]) / weight.sum()
        return _Past(
            (raw - mean) / scale, raw, mean, scale,
            np.array([float(t.signal is not lesson.signal) for lesson, t in told]),
            np.array([float(t.signal.opposes(lesson.signal)) for lesson, t in told]),
            truth,
            np.array([int(t.signal) == 0 for _, t in told]),
            weight, weight * np.minimum((1 / 3) / np.maximum(share, 0.02), EVEN_CAP)[truth + 1],
        )  # fmt: skip


_NO_ERRORS = (0.02, 0.005)
"""Chances where the past holds no error at all to learn from: below the default budget, far above none."""


def _errors(past: _Past, weight: npt.NDArray[np.float64]) -> tuple[Array, Array]:
    """Fit the chance of being wrong and of being opposite; coefficients with the intercept last."""
    found = []
    for target, without in ((past.wrong, _NO_ERRORS[0]), (past.opposite, _NO_ERRORS[1])):
        row = np.zeros(past.z.shape[1] + 1, dtype=np.float32)
        if 0 < target.sum() < len(target):
            fitted = LogisticRegression(C=CALIBRATION_PENALTY, max_iter=50, tol=1e-3)
            fitted.fit(past.z, target, sample_weight=weight / weight.mean())
            row[:-1], row[-1] = fitted.coef_[0], fitted.intercept_[0]
        else:
            row[-1] = np.log(without / (1 - without))
        found.append(row)
    return found[0], found[1]


def _limit(past: _Past, found: Calibration, budget: ErrorBudget, margin: float) -> tuple[float, tuple[float, float]]:
    """Return the greatest risk at which all that is accepted keeps the budget, and observed over expected errors there.

    Expected errors are the estimates' sum, corrected by what was observed. Judged twice, as labels came and with
    signals made equal; the smaller limit counts.
    """
    wrong, opposite = found.estimate(past.raw, past.says_none)
    risk = wrong / budget.delta + opposite / budget.delta_opp
    order = np.argsort(risk, kind="stable")
    doubtful = _in_runs(past)
    limits: list[tuple[float, tuple[float, float]]] = []
    for weight in (past.weight, past.even):
        w = weight[order]
        total = np.cumsum(w)
        floor = EXPECTED_FLOOR * np.cumsum(w**2) / total
        rates, ratios = [], []
        for estimate, seen in ((wrong, past.wrong), (opposite, past.opposite)):
            expected = np.cumsum(w * estimate[order])
            ratio = np.maximum((np.cumsum(w * seen[order]) + floor) / (expected + floor), EXCESS_MIN)
            rates.append(ratio * expected / total)
            ratios.append(ratio)
        if doubtful:
            rates[0] = rates[0] + RUNS_Z * np.sqrt(rates[0] * np.maximum(1 - rates[0], 0.0) * np.cumsum(w**2)) / total
        keeps = (rates[0] <= budget.delta * margin) & (rates[1] <= budget.delta_opp * min(margin, OPPOSITE_MARGIN))
        keeps &= np.arange(len(order)) >= MIN_SUPPORT
        at = keeps.nonzero()[0]
        if not len(at):
            return -1.0, (1.0, 1.0)
        last = int(at[-1])
        limits.append((float(risk[order][last]), (float(ratios[0][last]), float(ratios[1][last]))))
    limit = min(limits)[0]
    return limit, (max(x[1][0] for x in limits), max(x[1][1] for x in limits))


def _in_runs(past: _Past) -> bool:
    """Tell whether labels come in long runs, by how much more often than by chance one repeats the one before it."""
    shares = np.bincount(past.truth + 1, minlength=3) / len(past.truth)
    by_chance = float((shares**2).sum())
    repeats = float((past.truth[1:] == past.truth[:-1]).mean())
    return repeats - by_chance > RUNS * (1 - by_chance)
