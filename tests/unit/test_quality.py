"""What is refused of bars, what is reported, and what is left in peace."""

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from forethought.domain.market import Bar, Session
from forethought.domain.quality import REFUSED, Code, is_stale, sift, split_refusal, suspicions, usual_ratio

START = datetime(2025, 3, 3, tzinfo=UTC)
NOW = START + timedelta(days=400)
FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)


def bar(i=0, close=100.0, *, length=FIVE, **parts):
    """A plausible bar with some parts of it replaced."""
    plain = {"open": close, "high": close * 1.001, "low": close * 0.999, "close": close, "volume": 10.0}
    return Bar(START + i * length, **(plain | parts))


def walk(count, *, length=FIVE, seed=1):
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.001, count)))
    return [bar(i, close, length=length) for i, close in enumerate(closes.tolist())]


def scaled(bars, start, ratio, *, volume=None):
    """Divide the prices of some bars, and multiply their volumes."""
    volume = ratio if volume is None else volume
    return bars[:start] + [
        Bar(b.opened_at, b.open / ratio, b.high / ratio, b.low / ratio, b.close / ratio, b.volume * volume)
        for b in bars[start:]
    ]


def look(bars, *, before=(), split_days=(), length=FIVE, missing=lambda first, last: (last - first) // FIVE):
    found = suspicions(bars, before=before, split_days=split_days, length=length, missing=missing)
    return [(finding.code, finding.at) for finding in found]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"close": math.nan}, Code.NON_FINITE),
        ({"high": math.inf}, Code.NON_FINITE),
        ({"volume": math.nan}, Code.NON_FINITE),
        ({"low": 0.0}, Code.NON_POSITIVE),
        ({"open": -1.0}, Code.NON_POSITIVE),
        ({"volume": -1.0}, Code.NON_POSITIVE),
        ({"high": 1e300}, Code.OUT_OF_RANGE),
        ({"volume": 1e300}, Code.OUT_OF_RANGE),
        ({"low": 1e-300}, Code.OUT_OF_RANGE),
        ({"high": 98.0}, Code.INCONSISTENT),
        ({"close": 101.0}, Code.INCONSISTENT),
        ({"open": 99.0}, Code.INCONSISTENT),
        ({"opened_at": START + timedelta(seconds=7)}, Code.MISALIGNED),
        ({"opened_at": NOW + timedelta(days=1)}, Code.INVALID_TIME),
        ({"opened_at": datetime(1970, 8, 23, tzinfo=UTC)}, Code.INVALID_TIME),
    ],
)
def test_a_broken_bar_is_refused_and_the_rest_goes_on(broken, code):
    good = bar(1)
    fields = {name: getattr(bar(), name) for name in Bar.__slots__} | broken

    kept, found = sift([Bar(**fields), good], length=FIVE, now=NOW)

    assert (kept, [finding.code for finding in found]) == ([good], [code])
    assert code in REFUSED


def test_a_price_that_rounding_put_outside_its_range_is_kept():
    rounded = bar(close=100.0, high=100.0 - 1e-5)

    assert sift([rounded], length=FIVE, now=NOW) == ([rounded], [])


def test_bars_come_out_in_time_order_and_the_last_of_two_for_one_time_stays():
    first, second, again = bar(0), bar(1), bar(1, 101.0)

    kept, found = sift([second, first, again], length=FIVE, now=NOW)

    assert kept == [first, again]
    assert [(finding.code, finding.at) for finding in found] == [(Code.DUPLICATE, second.opened_at)]


def test_nothing_is_found_where_nothing_is_wrong():
    assert look(walk(500)) == []


def test_a_gap_is_found_where_the_market_should_have_given_bars():
    bars = walk(50)
    bars = bars[:20] + bars[23:]

    assert look(bars) == [(Code.GAP, START + 20 * FIVE)]
    assert look(bars, missing=lambda first, last: 0) == []


def test_a_gap_before_a_batch_is_found_with_what_was_known():
    bars = walk(60)

    assert look(bars[45:], before=bars[:40]) == [(Code.GAP, START + 40 * FIVE)]


def test_a_price_that_jumps_and_comes_back_is_a_spike():
    bars = walk(100)
    bars[60] = bar(60, bars[60].close * 1.1)

    assert look(bars) == [(Code.SPIKE, START + 60 * FIVE)]


def test_a_price_that_jumps_and_stays_is_news_and_no_spike():
    assert look(scaled(walk(100), 60, 0.9, volume=1.0)) == []


def test_a_spike_is_found_when_the_next_bar_comes_alone():
    bars = walk(62)
    bars[60] = bar(60, bars[60].close * 1.1)

    alone = look(bars[60:61], before=bars[:60])
    then = look(bars[61:], before=bars[:61])

    assert (alone, then) == ([], [(Code.SPIKE, START + 60 * FIVE)])


def test_few_bars_tell_no_spike():
    bars = walk(15)
    bars[7] = bar(7, bars[7].close * 1.1)

    assert look(bars) == []


def test_bars_that_stand_still_without_volume_are_reported_once():
    still = [bar(i, volume=0.0) for i in range(40)]

    whole = look(still)
    singly = [found for i in range(1, 40) for found in look(still[i : i + 1], before=still[:i])]

    assert whole == singly == [(Code.STALE, START)]


def test_bars_that_stand_still_while_they_trade_are_not_stale():
    assert look([bar(i) for i in range(40)]) == []


@pytest.mark.parametrize("ratio", [2.0, 3.0, 10.0, 20.0, 0.5, 0.1])
def test_an_undeclared_split_is_suspected(ratio):
    bars = scaled(walk(60, length=DAY), 40, ratio)

    assert look(bars, length=DAY) == [(Code.SPLIT_SUSPECTED, START + 40 * DAY)]
    assert look(bars, length=DAY, split_days=[date(2025, 4, 12)]) == []


def test_a_halved_price_without_the_volume_of_a_split_is_a_crash():
    assert look(scaled(walk(60, length=DAY), 40, 2.0, volume=1.0), length=DAY) == []


def test_a_fall_that_is_no_usual_ratio_is_a_crash():
    assert look(scaled(walk(60, length=DAY), 40, 2.6), length=DAY) == []


@pytest.mark.parametrize(("jump", "ratio"), [(10.043, 10.0), (19.847, 20.0), (1.5, 1.5), (0.1, 0.1), (1.0, None)])
def test_a_jump_is_read_as_the_nearest_usual_ratio(jump, ratio):
    assert usual_ratio(jump) == ratio


def test_a_declared_split_that_the_price_made_is_believed():
    assert split_refusal(date(2025, 4, 12), 10.0, scaled(walk(60, length=DAY), 40, 10.0)) is None


@pytest.mark.parametrize(("moved", "declared"), [(1.0, 10.0), (10.0, 0.1), (0.5, 2.0)])
def test_a_declared_split_that_the_price_contradicts_is_refused(moved, declared):
    refusal = split_refusal(date(2025, 4, 12), declared, scaled(walk(60, length=DAY), 40, moved))

    assert refusal is not None
    assert (refusal.code, refusal.at) == (Code.SPLIT_MISMATCH, START + 40 * DAY)


def test_a_split_that_cannot_be_judged_is_believed():
    bars = walk(60, length=DAY)

    assert split_refusal(date(2025, 4, 12), 1.05, bars) is None
    assert split_refusal(date(2020, 1, 1), 4.0, bars) is None
    assert split_refusal(date(2026, 1, 1), 4.0, bars) is None


@pytest.mark.parametrize("ratio", [0.0, -2.0, math.nan, math.inf, 1e9, 1.0])
def test_a_ratio_that_is_no_split_is_refused(ratio):
    assert split_refusal(date(2025, 4, 12), ratio, []) is not None


@pytest.mark.parametrize(
    ("late", "session", "opened", "length", "stale"),
    [
        (3 * FIVE, Session.OPEN, None, FIVE, False),
        (4 * FIVE, Session.OPEN, None, FIVE, True),
        (4 * FIVE, Session.UNKNOWN, None, FIVE, True),
        (3 * DAY, Session.CLOSED, None, FIVE, False),
        (6 * DAY, Session.CLOSED, None, FIVE, True),
        (3 * DAY, Session.OPEN, 3 * DAY - FIVE, FIVE, False),
        (3 * DAY, Session.CLOSED, 2 * DAY, FIVE, True),
        (5 * DAY, Session.OPEN, DAY, DAY, False),
        (6 * DAY, Session.OPEN, DAY, DAY, True),
    ],
)
def test_a_close_is_stale_by_what_the_market_has_traded_since(late, session, opened, length, stale):
    next_open = None if opened is None else START + opened

    assert is_stale(START, START + late, length=length, session=session, next_open=next_open) is stale


numbers = st.floats(allow_nan=True, allow_infinity=True)
times = st.datetimes(timezones=st.just(UTC))
extreme = st.builds(bar, st.integers(0, 10**5), st.floats(1.01e-12, 0.99e12), volume=st.floats(0, 1e18))
hostile = st.builds(Bar, times, numbers, numbers, numbers, numbers, numbers) | extreme


@given(st.lists(hostile, max_size=60), st.lists(extreme, max_size=60), st.dates(), numbers)
@settings(max_examples=60, deadline=None)
def test_no_bar_whatever_raises(bars, before, day, ratio):
    kept, refused = sift(bars, length=FIVE, now=NOW)
    known, _ = sift(before, length=FIVE, now=NOW)

    suspicions(kept, before=known, split_days=[day], length=FIVE, missing=lambda first, last: 1)
    split_refusal(day, ratio, kept)

    assert len(kept) + len(refused) == len(bars)
