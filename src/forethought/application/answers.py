"""The answer as a document: what is sent, kept, and read again (design, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forethought.application.join_story import LATE, Submission
from forethought.domain.agreement import BudgetState
from forethought.domain.decision import Decision, Path
from forethought.domain.learning import Mode
from forethought.domain.opinion import Usage
from forethought.domain.similarity import Vector


@dataclass(frozen=True, slots=True)
class Match:
    """The precedent that answered, or the best that was refused."""

    key: str | None = None
    similarity: float | None = None
    news_similarity: float | None = None
    context_similarity: float | None = None
    threshold: float | None = None
    guard: str | None = None
    """`passed`, or the reason for refusal; `None` when there was nothing to compare."""
    age_s: float | None = None
    precedents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Decision ids of the precedents: what the answer is derived from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the ladder found, before it is told to anyone."""

    path: Path
    decision: Decision
    agreement_p: float | None
    opposite_p: float | None
    match: Match
    steps_ms: Mapping[str, float]
    fallback: Mapping[str, Any] | None = None
    tokens: int = 0
    truncated: bool = False
    cost_usd: float = 0.0
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    submission: Submission | None = None
    """What became of the question to the analysts; `None` when they were not asked."""
    pending: bool = False
    """Whether an upgrade is to come."""
    news_vector: Vector | None = None
    """Of the question's news, for the rungs below."""
    band: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer says about the question."""

    decision_id: str
    strategy: str
    asset: str
    at: str
    """When it was answered, ISO 8601 UTC."""
    as_of: str | None
    format: str
    cleaned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the scope, and by whom."""

    state: BudgetState = BudgetState.COLD
    n: int = 0
    models: Mapping[str, str | None] = field(default_factory=dict)
    mode: Mode = Mode.OPEN


def document(asked: Asked, outcome: Outcome, standing: Standing, *, total_ms: float) -> dict[str, Any]:
    """Lay an answer out as JSON types."""
    match = outcome.match
    return {
        "decision_id": asked.decision_id,
        "decision": decision_document(outcome.decision),
        "path": outcome.path.value,
        "agreement_p": _rounded(outcome.agreement_p),
        "opposite_p": _rounded(outcome.opposite_p),
        "budget": {"state": standing.state.value, "n": standing.n, "mode": standing.mode.value},
        "cache": {
            "hit": outcome.path.from_memory,
            "key": match.key,
            "similarity": _rounded(match.similarity),
            "news_similarity": _rounded(match.news_similarity),
            "context_similarity": _rounded(match.context_similarity),
            "threshold": match.threshold,
            "guard": match.guard,
            "age_s": None if match.age_s is None else round(match.age_s, 3),
            "precedents": list(match.precedents),
        },
        "latency_ms": {"total": round(total_ms, 3), **{k: round(v, 3) for k, v in outcome.steps_ms.items()}},
        "models": dict(standing.models),
        "fallback": None if outcome.fallback is None else dict(outcome.fallback),
        "upgrade": _upgrade(outcome),
        "cost_usd": outcome.cost_usd,
        "usage": usage_document(outcome.usage),
        "strategy": asked.strategy,
        "asset": asked.asset,
        "at": asked.at,
        "as_of": asked.as_of,
        "input": {
            "format": asked.format,
            "tokens": outcome.tokens,
            "truncated": outcome.truncated,
            "cleaned": list(asked.cleaned),
        },
    }


def _upgrade(outcome: Outcome) -> dict[str, Any]:
    submission = outcome.submission
    if submission is None:
        return {"pending": False, "job_id": None}
    return {
        "pending": outcome.pending,
        "job_id": submission.job_id,
        "joined": submission.joined,
        "shed": submission.job_id is None and submission is not LATE,
    }


def decision_document(decision: Decision) -> dict[str, Any]:
    """Lay a decision out as JSON types."""
    return {
        "signal": int(decision.signal),
        "label": decision.signal.label,
        "conviction": round(decision.conviction, 4),
        "reasoning": decision.reasoning,
        "by": dict(decision.agent_versions),
        "labels": dict(decision.labels),
    }


def change(
    decision: Decision,
    *,
    at: str,
    by: str,
    cost_usd: float = 0.0,
    job_id: str | None = None,
    joined: bool = False,
    usage: Usage | None = None,
) -> dict[str, Any]:
    """Lay out what an upgrade changes in an answer."""
    return {
        "decision": decision_document(decision),
        "at": at,
        "by": by,
        "cost_usd": cost_usd,
        "job_id": job_id,
        "joined": joined,
        "usage": usage_document(usage or Usage()),
    }


def failure(*, at: str, reason: str, job_id: str | None = None) -> dict[str, Any]:
    """Lay out that an upgrade will not come; the decision stays as it was."""
    return {"failed": reason, "at": at, "job_id": job_id}


def merged(old: Mapping[str, Any], changed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an answer with its upgrade in it; what it said before stands under `upgrade.previous`."""
    if changed is None:
        return dict(old)
    job_id = changed.get("job_id") or old["upgrade"].get("job_id")
    same_work = old["path"] == Path.ANALYSTS and changed.get("job_id") == old["upgrade"].get("job_id")
    if same_work and not old["upgrade"]["pending"]:
        return dict(old)  # who waited has it already
    if "failed" in changed:
        return {
            **old,
            "upgrade": {"pending": False, "job_id": job_id, "at": changed["at"], "failed": changed["failed"]},
        }
    new, previous = changed["decision"], old["decision"]
    return {
        **old,
        "decision": new,
        "upgrade": {
            "pending": False,
            "job_id": job_id,
            "at": changed["at"],
            "by": changed["by"],
            "joined": changed["joined"],
            "changed": new["signal"] != previous["signal"],
            "previous": {"decision": previous, "path": old["path"], "agreement_p": old["agreement_p"]},
        },
        # An early answer had a part of the same work, which is in the whole.
        "cost_usd": changed["cost_usd"] + (0.0 if same_work else old["cost_usd"]),
        "usage": {n: count + (0 if same_work else old["usage"][n]) for n, count in changed["usage"].items()},
    }


def usage_document(usage: Usage) -> dict[str, int]:
    """Lay out what models took and gave."""
    return {
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
