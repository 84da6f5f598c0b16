"""A deliberation as a document: who said what, by which model, at what cost, and how it was brought together."""

from collections.abc import Sequence
from typing import Any

from forethought.application.answers import decision_document, usage_document
from forethought.application.ports.deliberations import Job
from forethought.domain.opinion import Deliberation, RoleReport, Usage


def transcript(job: Job, found: Deliberation, *, at: str, shadow: dict[str, Any] | None = None) -> dict[str, Any]:
    """Lay a deliberation out as JSON types."""
    verdict = found.verdict
    return {
        **_head(job, at=at, panel=found.panel),
        "decision": decision_document(found.decision),
        "aggregation": None if verdict is None else verdict.aggregation,
        "disagreement_frac": None if verdict is None else round(verdict.disagreement_frac, 4),
        "partial": found.partial,
        "screened": list(found.screened),
        "roles": [_report(report) for report in found.reports],
        "latency_ms": {
            "total": round(found.took_ms, 1),
            "slowest_role": round(found.slowest_ms, 1),
            "sum_of_roles": round(found.summed_ms, 1),
        },
        "usage": usage_document(found.usage),
        "cost_usd": found.cost_usd,
        "shadow": shadow,
    }


def failed_transcript(job: Job, reports: Sequence[RoleReport], *, at: str, reason: str, detail: str) -> dict[str, Any]:
    """Lay out a deliberation that came to nothing."""
    usage = Usage()
    for report in reports:
        usage = usage.plus(report.usage)
    return {
        **_head(job, at=at, panel=job.panel),
        "decision": None,
        "failed": reason,
        "detail": detail,
        "roles": [_report(report) for report in reports],
        "usage": usage_document(usage),
        "cost_usd": usage.cost_usd,
    }


def _head(job: Job, *, at: str, panel: str) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "decision_id": job.decision_id,
        "panel": panel,
        "asked_at": job.asked_at.isoformat(),
        "submitted_at": job.submitted_at.isoformat(),
        "at": at,
        "strategy": job.scope.strategy,
        "asset": job.scope.asset,
    }


def _report(report: RoleReport) -> dict[str, Any]:
    opinion, origin = report.opinion, report.provenance
    return {
        "role": report.role.value,
        "signal": None if opinion is None else int(opinion.signal),
        "label": None if opinion is None else opinion.signal.label,
        "conviction": None if opinion is None else opinion.conviction,
        "reasoning": None if opinion is None else opinion.reasoning,
        "evidence": [] if opinion is None else list(opinion.evidence),
        "abstained": None if report.failure is None else report.failure.value,
        "detail": report.detail or None,
        "choice": report.choice,
        "took_ms": round(report.took_ms, 1),
        "model": None
        if origin is None
        else {
            "provider": origin.provider,
            "model": origin.model,
            "version": origin.model_version,
            "temperature": origin.temperature,
            "seed": origin.seed,
            "prompt": origin.prompt_version,
            "simulated": origin.simulated,
        },
        "usage": usage_document(report.usage),
        "cost_usd": report.usage.cost_usd,
    }
