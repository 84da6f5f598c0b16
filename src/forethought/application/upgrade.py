"""Put a later decision into an answer that was given, and tell its holder."""

import asyncio
from datetime import datetime
from typing import Any

from forethought.application.answers import change, failure
from forethought.application.parts import Parts
from forethought.application.ports.deliberations import Job, Settled
from forethought.domain.decision import Decision
from forethought.domain.opinion import Usage

TRUTH = "inserted"
"""Who decided when a record was inserted for a decision: it outranks every deliberation."""
_TRUTH_RANK = 1 << 52
"""Above any time in milliseconds, and exact in JSON."""
_LOOKS_FOR_TRUTH = 5
HYPOTHETICAL = "hypothetical"
"""Marks answers about what has not happened (`application/warm`)."""
_LOOKS, _LOOK_EVERY_S = 100, 0.02
"""An answer is written some milliseconds behind its sending; its upgrade may be faster."""


async def upgrade(
    parts: Parts,
    decision_id: str,
    decision: Decision,
    *,
    by: str,
    decided_at: datetime,
    cost_usd: float = 0.0,
    job_id: str | None = None,
    joined: bool = False,
    usage: Usage | None = None,
) -> bool:
    """Upgrade an answer; the former decision stays readable beside it.

    Args:
        parts: Of the service.
        decision_id: Whose answer.
        decision: The later one.
        by: Who decided: `inserted`, or a panel's name.
        decided_at: When it was true; an older one never replaces a newer one.
        cost_usd: What it cost, added to the answer's.
        job_id: Of the deliberation.
        joined: Whether the deliberation was about another wording of the same story.
        usage: Tokens, where this answer caused the deliberation.

    Returns:
        False when a newer one stands there.

    Raises:
        StoreUnavailable: not confirmed; upgrading again is harmless.
    """
    at = parts.clock.now().isoformat()
    order = int(decided_at.timestamp() * 1000) + (_TRUTH_RANK if by == TRUTH else 0)
    changed = change(decision, at=at, by=by, cost_usd=cost_usd, job_id=job_id, joined=joined, usage=usage)
    if not await parts.answers.upgrade(decision_id, changed, order=order):
        return False
    # A record may be the truth about a decision of which no answer is kept (any more): few looks, as its sender waits.
    await _announce(parts, decision_id, looks=_LOOKS_FOR_TRUTH if by == TRUTH else _LOOKS)
    return True


async def give_up(parts: Parts, decision_id: str, *, reason: str, job_id: str | None = None) -> None:
    """Say in an answer that its upgrade will not come.

    Args:
        parts: Of the service.
        decision_id: Whose answer.
        reason: An error code, or `timeout`.
        job_id: Of the deliberation.

    Raises:
        StoreUnavailable: not confirmed.
    """
    changed = failure(at=parts.clock.now().isoformat(), reason=reason, job_id=job_id)
    if await parts.answers.upgrade(decision_id, changed, order=-1):
        await _announce(parts, decision_id)


async def tell(parts: Parts, job: Job, decision_id: str, settled: Settled, *, cost_usd: float = 0.0) -> None:
    """Upgrade one answer with what became of a job, or say in it that nothing did.

    Raises:
        StoreUnavailable: not confirmed; telling again is harmless.
    """
    if settled.found is None:
        await give_up(parts, decision_id, reason=settled.reason or "failed", job_id=job.job_id)
        return
    await upgrade(
        parts,
        decision_id,
        settled.found.decision,
        by=job.panel,
        decided_at=job.asked_at,
        cost_usd=cost_usd,
        job_id=job.job_id,
        joined=decision_id != job.decision_id,
        usage=settled.found.usage if decision_id == job.decision_id else None,
    )


async def _announce(parts: Parts, decision_id: str, *, looks: int = _LOOKS) -> None:
    found = await _recorded(parts, decision_id, looks)
    if found is None or found.get(HYPOTHETICAL):
        return  # what was asked ahead of time has not happened: nobody holds the answer
    if found["upgrade"].keys() & {"previous", "failed"}:  # else who waited had it already
        parts.events.publish("upgrade", found["asset"], found)


async def _recorded(parts: Parts, decision_id: str, looks: int) -> dict[str, Any] | None:
    """Read an answer that may be about to be written by another process."""
    for _ in range(looks):
        if (found := await parts.answers.read(decision_id)) is not None:
            return found
        await asyncio.sleep(_LOOK_EVERY_S)
    return None
