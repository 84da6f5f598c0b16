"""When a remembered decision no longer holds."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.domain.decision import Times
from forethought.domain.market import MarketState, Session
from forethought.domain.strategy import ValidityRule
from forethought.domain.validity import Expiry, Moment, expired

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = ValidityRule(max_age_s=7_200, expire_at_open=True, max_move_sigmas=3.0)


def market(at: datetime, close: float | None, volatility: float | None = 0.01) -> MarketState:
    return MarketState(at, close, volatility, Session.OPEN)


def judged(after: timedelta, *, rule: ValidityRule = RULE, decided: Times | None = None, **more) -> Expiry | None:
    options = {"then": None, "now": Moment(NOON + after, None), "reopened_at": None} | more
    return expired(rule, times=decided or Times(NOON, NOON), **options)


@pytest.mark.parametrize(
    ("after_s", "expected"), [(-1, Expiry.NOT_YET_KNOWN), (0, None), (7_200, None), (7_200.001, Expiry.TOO_OLD)]
)
def test_it_holds_from_when_it_was_decided_until_its_maximum_age(after_s, expected):
    assert judged(timedelta(seconds=after_s)) == expected


def test_it_does_not_hold_before_it_was_known():
    late = Times(NOON, NOON + HOUR)

    assert [judged(hours * HOUR, decided=late) for hours in (0.5, 1)] == [Expiry.NOT_YET_KNOWN, None]


def test_age_runs_from_the_decision_not_from_when_it_was_known():
    assert judged(3 * HOUR, decided=Times(NOON, NOON + 2.9 * HOUR)) is Expiry.TOO_OLD


@pytest.mark.parametrize(
    ("opens_after_h", "expected"), [(0.5, Expiry.MARKET_REOPENED), (1, Expiry.MARKET_REOPENED), (1.5, None)]
)
def test_it_lapses_when_the_market_opens_again(opens_after_h, expected):
    assert judged(HOUR, reopened_at=NOON + opens_after_h * HOUR) == expected


def test_an_opening_is_nothing_where_the_strategy_says_so():
    assert judged(HOUR, rule=ValidityRule(max_age_s=7_200, expire_at_open=False), reopened_at=NOON) is None


@pytest.mark.parametrize(
    ("close", "expected"), [(100, None), (100.5, None), (105, Expiry.MARKET_MOVED), (95, Expiry.MARKET_MOVED)]
)
def test_it_lapses_when_the_price_has_moved_too_far_either_way(close, expected):
    """One day's volatility of 1 % is 0.2 % in an hour; three times that is 0.6 %."""
    now = Moment(NOON + HOUR, market(NOON + HOUR, close))

    assert judged(HOUR, then=market(NOON, 100), now=now) == expected


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (None, market(NOON + HOUR, 200)),
        (market(NOON, 100), None),
        (market(NOON, None), market(NOON + HOUR, 200)),
        (market(NOON, 100), market(NOON + HOUR, None)),
        (market(NOON, 100, None), market(NOON + HOUR, 200, None)),
    ],
)
def test_unknown_prices_forbid_nothing(then, now):
    assert judged(HOUR, then=then, now=Moment(NOON + HOUR, now)) is None
