"""Put a later decision into an answer that was given, and tell its holder."""

from forethought.application.answers import given_up, upgraded
from forethought.application.parts import Parts
from forethought.domain.decision import Decision


async def upgrade(parts: Parts, decision_id: str, decision: Decision, *, by: str, cost_usd: float = 0.0) -> bool:
    """Upgrade an answer; the former decision stays readable beside it.

    Args:
        parts: Of the service.
        decision_id: Whose answer.
        decision: The later one.
        by: Who decided: `inserted`, or a panel's name.
        cost_usd: What it cost, added to the answer's.

    Returns:
        False when there is no such answer (any more).

    Raises:
        StoreUnavailable: it cannot be read now.
    """
    found = await parts.answers.read(decision_id)
    if found is None:
        return False
    newer = upgraded(found, decision, at=parts.clock.now().isoformat(), by=by, cost_usd=cost_usd)
    parts.answers.record(decision_id, newer)
    parts.events.publish("upgrade", newer["asset"], newer)
    return True


async def give_up(parts: Parts, decision_id: str, *, reason: str) -> None:
    """Say in an answer that its upgrade will not come.

    Args:
        parts: Of the service.
        decision_id: Whose answer.
        reason: An error code, or `timeout`.

    Raises:
        StoreUnavailable: it cannot be read now.
    """
    found = await parts.answers.read(decision_id)
    if found is not None:
        newer = given_up(found, reason=reason)
        parts.answers.record(decision_id, newer)
        parts.events.publish("upgrade", newer["asset"], newer)
