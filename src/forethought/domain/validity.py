"""When a remembered decision no longer holds. Age is absolute: a hit never makes an entry younger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from forethought.domain.decision import Times
from forethought.domain.market import MarketState
from forethought.domain.regime import moved_sigmas
from forethought.domain.strategy import ValidityRule


class Expiry(StrEnum):
    """Why a precedent may not be used any more, or not yet; stable codes on the wire and in metrics."""

    NOT_YET_KNOWN = "not_yet_known"
    TOO_OLD = "too_old"
    MARKET_REOPENED = "market_reopened"
    MARKET_MOVED = "market_moved"


@dataclass(frozen=True, slots=True)
class Moment:
    """What validity is judged against."""

    as_of: datetime
    market: MarketState | None


def expired(
    rule: ValidityRule,
    *,
    times: Times,
    then: MarketState | None,
    now: Moment,
    reopened_at: datetime | None,
) -> Expiry | None:
    """Return why an entry must not be used at a moment, or `None` while it holds.

    Args:
        rule: The strategy's.
        times: When it was decided and known.
        then: The market as it was then; unknown prices forbid nothing.
        now: The moment of the question.
        reopened_at: The first opening of the asset's market after the decision, where it closes at all.
    """
    if not times.usable_at(now.as_of):
        return Expiry.NOT_YET_KNOWN
    if now.as_of - times.decided_at > timedelta(seconds=rule.max_age_s):
        return Expiry.TOO_OLD
    if rule.expire_at_open and reopened_at is not None and reopened_at <= now.as_of:
        return Expiry.MARKET_REOPENED
    if rule.max_move_sigmas is not None and then is not None and now.market is not None:
        moved = moved_sigmas(then, now.market)
        if moved is not None and moved > rule.max_move_sigmas:
            return Expiry.MARKET_MOVED
    return None
