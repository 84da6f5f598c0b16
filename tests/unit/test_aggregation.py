"""How the opinions of a panel come to a verdict."""

import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from forethought.domain.aggregation import (
    FEATURES,
    MAX_REASONING_CHARS,
    MAX_SIGMAS,
    ROLE_FEATURES,
    Classifier,
    RoleWeights,
    aggregation,
    feature_values,
    fingerprint,
)
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Indicators, MarketState, Session
from forethought.domain.opinion import DECIDING, Opinion, Role

BUY, NONE, SELL = Signal.BUY, Signal.NONE, Signal.SELL
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INDICATORS = Indicators(
    at=NOON,
    close=200.0,
    return_1_frac=0.01,
    return_day_frac=0.02,
    rsi_14=70.0,
    macd_hist=1.0,
    sma_20=100.0,
    sma_50=50.0,
    atr_14=4.0,
    bollinger_pct=0.9,
    volatility_day_frac=0.03,
)
MARKET = MarketState(NOON, 200.0, 0.03, Session.OPEN, INDICATORS)
WEIGHTS = RoleWeights("desk", "2026-03-02.0", {DECIDING[0]: 0.2, DECIDING[1]: 0.2, DECIDING[2]: 0.6})
RISK_DECIDES = Classifier(
    name="desk",
    version="2026-03-02.0",
    signals=(SELL, BUY),
    features=("risk_assessment.sell", "risk_assessment.buy", "rsi_14"),
    mean=(0.0, 0.0, 50.0),
    scale=(1.0, 1.0, 10.0),
    coefficients=((2.0, 0.0, 0.0), (0.0, 2.0, 0.1)),
    intercepts=(0.0, -0.1),
)


def opinions(*said):
    """Pair the deciding roles with (signal, conviction)."""
    return [
        Opinion(role, signal, conviction, "why") for role, (signal, conviction) in zip(DECIDING, said, strict=False)
    ]


def judged(name, *said, learned=None, market=None):
    return aggregation(name, {} if learned is None else {learned.name: learned})(opinions(*said), market)


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        (((BUY, 0.2), (BUY, 0.2), (SELL, 1.0)), BUY),
        (((SELL, 0.9), (SELL, 0.9), (SELL, 0.9)), SELL),
        (((BUY, 0.6), (SELL, 0.7)), SELL),
        (((BUY, 0.6), (NONE, 0.5), (SELL, 0.4)), BUY),
        (((BUY, 0.6), (SELL, 0.6)), NONE),
        (((BUY, 0.0), (SELL, 0.0), (NONE, 0.0)), NONE),
    ],
    ids=["most", "all", "two by conviction", "three by conviction", "a full tie", "nobody is sure of anything"],
)
def test_the_majority_decides_and_conviction_breaks_a_tie(said, signal):
    assert judged("majority", *said).signal is signal


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        (((BUY, 0.2), (BUY, 0.2), (SELL, 1.0)), SELL),
        (((BUY, 0.1), (BUY, 0.2), (SELL, 0.3)), BUY),
        (((BUY, 0.5), (SELL, 0.5)), NONE),
    ],
    ids=["the surer one", "equal sums: more voices", "a full tie"],
)
def test_conviction_outvotes_numbers(said, signal):
    assert judged("conviction", *said).signal is signal


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        (((BUY, 0.8), (BUY, 0.8), (SELL, 0.8)), SELL),
        (((BUY, 0.9), (BUY, 0.9), (SELL, 0.1)), BUY),
        (((BUY, 0.8), (SELL, 0.8)), NONE),
    ],
    ids=["the weighty role", "it is unsure", "a full tie"],
)
def test_learned_weights_multiply_convictions(said, signal):
    assert judged("weights:desk", *said, learned=WEIGHTS).signal is signal


def test_the_conviction_is_the_mean_of_those_who_agree_times_their_share():
    found = judged("majority", (BUY, 0.9), (BUY, 0.7), (SELL, 1.0))

    assert found.conviction == pytest.approx(0.8 * 2 / 3)
    assert found.disagreement_frac == pytest.approx(1 / 3)


def test_a_full_tie_has_no_conviction_and_only_disagreement():
    found = judged("majority", (BUY, 0.9), (SELL, 0.9))

    assert (found.signal, found.conviction, found.disagreement_frac) == (NONE, 0.0, 1.0)
    assert found.reasoning == (
        "The analysts do not agree: News sentiment says buy (0.90), Market context says sell (0.90)."
    )


def test_the_reasoning_is_that_of_those_who_agree_and_names_who_does_not():
    said = [
        Opinion(Role.RISK_ASSESSMENT, SELL, 0.4, "The\nmove is  spent."),
        Opinion(Role.MARKET_CONTEXT, BUY, 0.6, "The trend is up."),
        Opinion(Role.NEWS_SENTIMENT, BUY, 0.8, "Earnings beat."),
    ]

    assert aggregation("majority", {})(said, None).reasoning == (
        "News sentiment: Earnings beat. Market context: The trend is up. Disagreeing: Risk assessment says sell (0.40)."
    )


def test_a_long_reasoning_is_cut_where_it_is_seen():
    said = [Opinion(role, BUY, 0.5, "why " * 1_000) for role in DECIDING]

    reasoning = aggregation("majority", {})(said, None).reasoning

    assert len(reasoning) < MAX_REASONING_CHARS + 100
    assert reasoning.count("…") == 3


@pytest.mark.parametrize("name", ["majority", "conviction"])
def test_a_rule_without_anything_learned_is_named_as_it_is(name):
    assert judged(name, (BUY, 0.5), (BUY, 0.5)).aggregation == aggregation(name, {}).name == name


def test_a_learned_rule_is_named_with_its_version():
    assert aggregation("weights:desk", {"desk": WEIGHTS}).name == "weights:desk@2026-03-02.0"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plurality", "known: majority, conviction, weights:NAME, classifier:NAME"),
        ("", "unknown"),
        ("weights", "unknown"),
        ("weights:", "unknown"),
        ("majority:desk", "unknown"),
        ("weights:other", r"no other\.learned\.json"),
        ("classifier:desk", "holds weights"),
    ],
)
def test_a_rule_that_is_not_there_is_refused(name, said):
    with pytest.raises(ConfigurationError, match=said):
        aggregation(name, {"desk": WEIGHTS})


@pytest.mark.parametrize(
    ("said", "market", "signal"),
    [
        (((BUY, 0.9), (BUY, 0.9), (SELL, 0.9)), None, SELL),
        (((SELL, 0.9), (SELL, 0.9), (BUY, 0.9)), None, BUY),
        (((BUY, 0.9), (BUY, 0.9)), None, SELL),
        (((BUY, 0.9), (BUY, 0.9)), MARKET, BUY),
    ],
    ids=["its role sells", "its role buys", "its role is missing: the intercept", "and the indicator says otherwise"],
)
def test_a_classifier_decides_by_its_coefficients(said, market, signal):
    assert judged("classifier:desk", *said, learned=RISK_DECIDES, market=market).signal is signal


def test_a_classifier_against_all_has_no_conviction():
    found = judged("classifier:desk", (BUY, 0.9), (BUY, 0.9), learned=RISK_DECIDES)

    assert (found.signal, found.conviction, found.disagreement_frac) == (SELL, 0.0, 1.0)


def test_an_indicator_counts_as_no_more_than_three_deviations():
    """The coefficient of RSI is 0.1 and its deviation 10: at 1,000 it would add 9.5, clipped it adds 0.3."""
    crash = replace(MARKET, indicators=replace(INDICATORS, rsi_14=1_000.0))

    found = judged("classifier:desk", (BUY, 0.9), (BUY, 0.9), (SELL, 0.2), learned=RISK_DECIDES, market=crash)

    assert 0.1 * MAX_SIGMAS - 0.1 < 2.0 * 0.2
    assert found.signal is SELL


def test_features_are_convictions_by_role_and_signal_and_indicators_free_of_scale():
    found = feature_values([Opinion(Role.NEWS_SENTIMENT, SELL, 0.7, "")], MARKET)

    assert {name: value for name, value in found.items() if value} == {
        "news_sentiment.sell": 0.7,
        "return_1_frac": 0.01,
        "return_day_frac": 0.02,
        "rsi_14": 70.0,
        "macd_hist_frac": 0.005,
        "close_to_sma_20": 2.0,
        "sma_20_to_sma_50": 2.0,
        "atr_14_frac": 0.02,
        "bollinger_pct": 0.9,
        "volatility_day_frac": 0.03,
    }
    assert tuple(found) == FEATURES


def test_what_is_not_known_of_the_market_is_not_a_number():
    young = replace(INDICATORS, sma_20=None, sma_50=0.0, rsi_14=math.inf)

    found = feature_values([], replace(MARKET, indicators=young))

    assert {name for name, value in found.items() if math.isnan(value)} == {
        "rsi_14",
        "close_to_sma_20",
        "sma_20_to_sma_50",
    }
    assert all(math.isnan(feature_values([], None)[name]) for name in FEATURES if name not in ROLE_FEATURES)


def test_a_changed_figure_changes_the_fingerprint_and_the_version_does_not():
    changed = replace(RISK_DECIDES, intercepts=(0.0, 0.0))

    assert fingerprint(changed) != fingerprint(RISK_DECIDES)
    assert fingerprint(replace(RISK_DECIDES, version="other")) == fingerprint(RISK_DECIDES)


SAID = st.tuples(st.sampled_from(Signal), st.floats(0, 1))


@pytest.mark.parametrize("name", ["majority", "conviction", "weights:desk", "classifier:risk"])
@given(said=st.lists(SAID, min_size=1, max_size=3))
def test_the_order_of_opinions_does_not_matter_and_figures_stay_in_range(name, said):
    rule = aggregation(name, {"desk": WEIGHTS, "risk": RISK_DECIDES})

    verdicts = [rule(list(each), MARKET) for each in itertools.permutations(opinions(*said))]

    assert all(each == verdicts[0] for each in verdicts)
    assert 0 <= verdicts[0].conviction <= 1
    assert 0 <= verdicts[0].disagreement_frac <= 1


@pytest.mark.parametrize("name", ["majority", "conviction", "weights:desk"])
@given(signal=st.sampled_from(Signal), convictions=st.lists(st.floats(0, 1), min_size=1, max_size=3))
def test_a_vote_never_turns_down_what_all_agree_on(name, signal, convictions):
    found = judged(name, *((signal, c) for c in convictions), learned=WEIGHTS)

    assert (found.signal, found.disagreement_frac) == (signal, 0.0)
