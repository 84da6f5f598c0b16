"""What replays say of the error budget."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from forethought.domain.learning import Mode
from forethought.domain.strategy import ErrorBudget
from forethought.evals.bound.replaying import MODES, OPPOSITE, UNANSWERED, WRONG, Life
from forethought.evals.bound.sampling import Variant
from forethought.evals.bound.study import Done, Plan, Pool
from forethought.evals.statistics import Share

Document = dict[str, Any]
Numbers: TypeAlias = npt.NDArray[Any]

HELD_SHARE = 0.90
"""The claim: in at least this share of replays the realised error stays within the budget."""
LEVEL = 0.05
"""Of every test."""
WINDOW = 200
"""Records that a point of a time line looks back on."""
_FEWEST = 20
"""Fewer answers in a window say nothing about an error of some per cent."""
_BEFORE = 500
"""Records before a flip that say what coverage there was."""
ERRORS = {"wrong": WRONG + OPPOSITE, "opposite": OPPOSITE}
"""By name: the fates that count."""
PARTS = ("whole", "second_half")


def document(plan: Plan, pools: Sequence[Pool], done: Sequence[Done], *, encoder: str) -> Document:
    """Lay out all that was found."""
    return {
        "encoder": encoder,
        "seed": plan.seed,
        "records": plan.records,
        "audit": plan.audit,
        "budget": {"wrong": plan.budget.delta, "opposite": plan.budget.delta_opp},
        "claim": {"held_share": HELD_SHARE, "level": LEVEL},
        "sources": [_source(plan, pool, done) for pool in pools],
    }


def _source(plan: Plan, pool: Pool, done: Sequence[Done]) -> Document:
    mine = [each for each in done if each.task.source == pool.texts.name]
    lives = {variant: [each.life for each in mine if each.task.variant is variant] for variant in Variant}
    flipped = lives.pop(Variant.FLIPPED)
    return {
        "name": pool.texts.name,
        "title": pool.texts.title,
        "records": len(pool.texts.texts),
        "block": pool.block,
        "variants": [summary(variant.value, each, plan.budget) for variant, each in lives.items() if each],
        "flips": [after_flip(life, plan.budget) for life in flipped],
    }


def summary(name: str, lives: Sequence[Life], budget: ErrorBudget) -> Document:
    """Sum up the replays of one variant."""
    modes = "".join(life.mode for life in lives)
    parts = {
        "whole": [life.fate for life in lives],
        "second_half": [life.fate[len(life.fate) // 2 :] for life in lives],
    }
    return {
        "name": name,
        "replays": len(lives),
        "modes": {str(mode or "no model"): modes.count(sign) / len(modes) for mode, sign in MODES.items()},
        "labels": float(np.mean([life.labels / len(life.fate) for life in lives])),
        **{part: _part(fates, budget) for part, fates in parts.items()},
    }


def _part(fates: Sequence[str], budget: ErrorBudget) -> Document:
    answered = np.array([len(fate) - fate.count(UNANSWERED) for fate in fates])
    sizes = np.array([len(fate) for fate in fates])
    allowed = {"wrong": budget.delta, "opposite": budget.delta_opp}
    found: Document = {"coverage": _spread(answered / sizes)}
    for error, signs in ERRORS.items():
        errors = np.array([sum(fate.count(sign) for sign in signs) for fate in fates])
        found[error] = _tested(errors, answered, allowed[error])
    return found


def _spread(shares: Numbers) -> Document:
    low, median, high = np.percentile(shares, (5, 50, 95)) if len(shares) else (np.nan,) * 3
    return {"mean": float(np.mean(shares)), "p5": float(low), "median": float(median), "p95": float(high)}


def _tested(errors: Numbers, answered: Numbers, allowed: float) -> Document:
    """Test the claim of replays and that of pooled answers; a replay without answers has no error."""
    rates = errors / np.maximum(answered, 1)
    held = int((rates <= allowed).sum())
    counts = zip(errors.tolist(), answered.tolist(), strict=True)
    broken = sum(n > 0 and binomtest(k, n, allowed, alternative="greater").pvalue < LEVEL for k, n in counts)
    pooled = Share(int(errors.sum()), int(answered.sum()))
    return {
        "rates": [round(float(rate), 5) for rate in rates],
        "spread": _spread(rates),
        "held": Share(held, len(rates)).document(),
        "held_p": float(binomtest(held, len(rates), HELD_SHARE, alternative="less").pvalue),
        "broken": Share(int(broken), len(rates)).document(),
        "broken_p": float(binomtest(int(broken), len(rates), LEVEL, alternative="greater").pvalue),
        "pooled": pooled.document(),
        "pooled_p": float(binomtest(pooled.k, pooled.n, allowed, alternative="greater").pvalue) if pooled.n else 1.0,
    }


def after_flip(life: Life, budget: ErrorBudget) -> Document:
    """Say how a replay went through a change of all labels at its middle."""
    middle = len(life.fate) // 2
    before, after = life.fate[middle - min(_BEFORE, middle) : middle], life.fate[middle:]
    line = timeline(life)
    usual = 1 - before.count(UNANSWERED) / len(before)
    return {
        "fate": life.fate,
        "mode": life.mode,
        "flip_at": middle,
        "coverage_before": usual,
        "before": _errors_of(before),
        "first_500_after": _errors_of(after[:500]),
        "last_500_after": _errors_of(after[-500:]),
        "records_to_stop": _first_stop(life.mode[middle:]),
        "records_to_budget": _back_within(line, middle, budget),
        "records_to_half_coverage": _recovered(line, middle, usual / 2),
    }


def _errors_of(fate: str) -> Document:
    answered = len(fate) - fate.count(UNANSWERED)
    return {
        "answered": Share(answered, len(fate)).document(),
        **{name: Share(sum(fate.count(s) for s in signs), answered).document() for name, signs in ERRORS.items()},
    }


def _first_stop(mode: str) -> int | None:
    at = mode.find(MODES[Mode.STOPPED])
    return None if at < 0 else at


def timeline(life: Life) -> dict[str, Numbers]:
    """Return coverage and errors of the last `WINDOW` records, at each record; NaN where too little was answered."""
    signs = np.array(list(life.fate))
    answered = _moving(signs != UNANSWERED)
    found = {"coverage": answered / np.minimum(np.arange(len(signs)) + 1, WINDOW)}
    for name, kinds in ERRORS.items():
        count = _moving(np.isin(signs, list(kinds)))
        found[name] = np.where(answered >= _FEWEST, count / np.maximum(answered, 1), np.nan)
    return found


def _moving(marks: Numbers) -> Numbers:
    total = np.concatenate(([0], np.cumsum(marks)))
    ends = np.arange(1, len(marks) + 1)
    moving: Numbers = total[ends] - total[np.maximum(ends - WINDOW, 0)]
    return moving


def _back_within(line: dict[str, Numbers], middle: int, budget: ErrorBudget) -> int | None:
    """Return after how many records the window of late keeps the budget again, once it had broken it.

    A window with too few answers does neither. 0 where it never broke it, `None` where it is not back.
    """
    wrong, opposite = line["wrong"][middle:], line["opposite"][middle:]
    broken = ((wrong > budget.delta) | (opposite > budget.delta_opp)).nonzero()[0]
    if not len(broken):
        return 0
    first = broken[0]
    kept = ((wrong[first:] <= budget.delta) & (opposite[first:] <= budget.delta_opp)).nonzero()[0]
    return int(first + kept[0]) if len(kept) else None


def _recovered(line: dict[str, Numbers], middle: int, wanted: float) -> int | None:
    """Return after how many records half of the coverage is back, once it had been lost; `None` if it is not."""
    coverage = line["coverage"][middle:]
    lost = (coverage < wanted).nonzero()[0]
    if not len(lost):
        return 0
    back = (coverage[lost[0] :] >= wanted).nonzero()[0]
    return int(lost[0] + back[0]) if len(back) else None
