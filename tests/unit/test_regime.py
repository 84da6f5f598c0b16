"""The regime in words, and moves in multiples of volatility."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st

from forethought.domain.market import Indicators, MarketState, Session
from forethought.domain.regime import DISTINCT_TEXTS, moved_sigmas, words

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
CALM = Indicators(
    at=NOON,
    close=103.0,
    return_1_frac=0.001,
    return_day_frac=0.01,
    rsi_14=62.0,
    macd_hist=0.4,
    sma_20=102.0,
    sma_50=101.0,
    atr_14=0.5,
    bollinger_pct=0.8,
    volatility_day_frac=0.02,
)
STATE = MarketState(at=NOON, close=103.0, volatility_day_frac=0.02, session=Session.OPEN, indicators=CALM)
NOTHING = MarketState(at=NOON, close=None, volatility_day_frac=None, session=Session.UNKNOWN)

prices = st.floats(1e-6, 1e6)
volatilities = st.floats(0.0, 0.5)


def at(hours: float, **changes) -> MarketState:
    return replace(STATE, at=NOON + timedelta(hours=hours), **changes)


def test_the_regime_is_said_in_words() -> None:
    assert words(STATE) == "Market regime: uptrend, strong momentum, normal volatility, market open."


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    expected = "Market regime: trend unknown, momentum unknown, volatility unknown, market hours unknown."
    assert words(NOTHING) == expected


def test_a_falling_market_is_a_downtrend() -> None:
    falling = replace(CALM, close=99.0, sma_20=100.0, sma_50=101.0, rsi_14=25.0)
    state = replace(STATE, indicators=falling, volatility_day_frac=0.12, session=Session.CLOSED)
    assert words(state) == "Market regime: downtrend, oversold, extreme volatility, market closed."


def test_averages_that_disagree_with_the_close_are_no_trend() -> None:
    assert "no clear trend" in words(replace(STATE, indicators=replace(CALM, close=101.5)))


@pytest.mark.parametrize(
    ("rsi", "said"),
    [
        (29.9, "oversold"),
        (30.0, "weak momentum"),
        (45.0, "neutral momentum"),
        (55.0, "strong momentum"),
        (70.0, "overbought"),
    ],
)
def test_momentum_buckets_begin_at_their_limit(rsi: float, said: str) -> None:
    assert f" {said}," in words(replace(STATE, indicators=replace(CALM, rsi_14=rsi)))


@pytest.mark.parametrize(
    ("volatility", "said"),
    [(0.0099, "calm"), (0.01, "normal volatility"), (0.03, "high volatility"), (0.08, "extreme volatility")],
)
def test_volatility_buckets_begin_at_their_limit(volatility: float, said: str) -> None:
    assert f" {said}," in words(replace(STATE, volatility_day_frac=volatility))


def test_similar_states_give_the_same_text() -> None:
    similar = replace(CALM, close=103.2, rsi_14=63.1, macd_hist=0.1, sma_20=102.1)
    assert words(replace(STATE, close=103.2, volatility_day_frac=0.021, indicators=similar)) == words(STATE)


def test_there_are_as_many_texts_as_promised() -> None:
    trends = [None, (3.0, 2.0, 1.0), (1.0, 2.0, 3.0), (2.0, 1.0, 3.0)]
    momenta = [None, 10.0, 40.0, 50.0, 60.0, 90.0]
    volatilities_seen = [None, 0.001, 0.02, 0.05, 0.2]
    texts = set()
    for trend, rsi, volatility, session in product(trends, momenta, volatilities_seen, Session):
        close, fast, slow = trend or (1.0, None, None)
        known = replace(CALM, close=close, sma_20=fast, sma_50=slow, rsi_14=rsi)
        texts.add(words(MarketState(NOON, close, volatility, session, known)))

    assert len(texts) == DISTINCT_TEXTS == 360


def test_a_move_of_one_daily_volatility_in_a_day_is_one_sigma() -> None:
    moved = moved_sigmas(STATE, at(24, close=103.0 * math.exp(0.02)))
    assert moved == pytest.approx(1.0)


def test_the_same_move_in_a_quarter_of_the_time_is_twice_the_sigmas() -> None:
    moved = moved_sigmas(STATE, at(6, close=103.0 * math.exp(-0.02)))
    assert moved == pytest.approx(2.0)


def test_moments_nearer_than_an_hour_count_as_an_hour_apart() -> None:
    price = 103.0 * 1.004
    assert moved_sigmas(STATE, at(0, close=price)) == moved_sigmas(STATE, at(1, close=price))


def test_the_smaller_volatility_counts() -> None:
    price = 103.0 * math.exp(0.02)
    assert moved_sigmas(STATE, at(24, close=price, volatility_day_frac=0.01)) == pytest.approx(2.0)
    assert moved_sigmas(STATE, at(24, close=price, volatility_day_frac=0.40)) == pytest.approx(1.0)


def test_a_market_without_volatility_does_not_divide_by_zero() -> None:
    still = replace(STATE, volatility_day_frac=0.0)
    assert moved_sigmas(still, at(24, close=103.0 * math.exp(0.002))) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (NOTHING, STATE),
        (STATE, NOTHING),
        (replace(STATE, volatility_day_frac=None), replace(STATE, volatility_day_frac=None)),
        (replace(STATE, close=0.0), STATE),
        (STATE, replace(STATE, close=math.nan)),
        (replace(STATE, volatility_day_frac=math.nan), replace(STATE, volatility_day_frac=math.inf)),
    ],
)
def test_a_move_is_unknown_without_prices_or_volatility(then: MarketState, now: MarketState) -> None:
    assert moved_sigmas(then, now) is None


@given(then=prices, now=prices, v=volatilities, w=volatilities, hours=st.floats(0, 24 * 365))
def test_a_move_is_finite_and_the_same_both_ways(then: float, now: float, v: float, w: float, hours: float) -> None:
    before, after = at(0, close=then, volatility_day_frac=v), at(hours, close=now, volatility_day_frac=w)

    there, back = moved_sigmas(before, after), moved_sigmas(after, before)

    assert there is not None
    assert back is not None
    assert math.isfinite(there)
    assert there >= 0
    assert there == pytest.approx(back)
    assert (there == 0) == (math.log(then) == math.log(now))
