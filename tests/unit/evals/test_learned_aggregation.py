"""Learning how to weigh a panel's opinions: split by time, measured on what is held out, refused where data is thin."""

import json
import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from forethought.adapters.panels.files import PanelFiles, write_learned
from forethought.domain.aggregation import aggregation
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Indicators
from forethought.domain.opinion import DECIDING, Role
from forethought.evals.aggregation import Kind, learn
from forethought.evals.judging import Judged, Voice, read_judged

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
NEWS, CONTEXT, RISK = DECIDING


def indicators(rsi):
    return Indicators(
        at=NOON,
        close=100.0,
        return_1_frac=None,
        return_day_frac=None,
        rsi_14=rsi,
        macd_hist=None,
        sma_20=None,
        sma_50=None,
        atr_14=None,
        bollinger_pct=None,
        volatility_day_frac=None,
    )


def a_line(minute, truth, said, *, asset="BTC", rsi=None, learned_after=0):
    """Make a judged record; `said` is a signal by role, or `None`."""
    time = NOON + timedelta(minutes=minute)
    return Judged(
        time=time,
        known_at=time + timedelta(minutes=learned_after),
        asset=asset,
        opinions={role: None if s is None else Voice(signal=s, conviction=0.8) for role, s in said.items()},
        indicators=None if rsi is None else indicators(rsi),
        truth=truth,
    )


def judged(n=200, *, right=(0.9, 0.4, 0.4), truths=(1, -1, 0), seed=1, **fields):
    """Make records of roles that are right so often, and else say any other signal."""
    chance = np.random.default_rng(seed)
    lines = []
    for minute in range(n):
        truth = Signal(chance.choice(truths))
        others = [signal for signal in Signal if signal is not truth]
        said = {
            role: truth if chance.random() < share else chance.choice(others)
            for role, share in zip(DECIDING, right, strict=True)
        }
        lines.append(a_line(minute, truth, said, **fields))
    return lines


def learned_from(lines, kind=Kind.WEIGHTS):
    return learn(lines, kind=kind, name="desk", source="judged.jsonl", made_on=TODAY)


def agreement(report, rule="learned"):
    return report["results"][rule]["agreement"]["frac"]


def test_a_role_that_is_right_more_often_weighs_more_and_one_that_guesses_little():
    learned, _ = learned_from(judged(2_000, right=(0.9, 0.6, 1 / 3)))

    assert learned.weights[NEWS] > learned.weights[CONTEXT] > learned.weights[RISK]
    assert learned.weights[RISK] < 0.05
    assert sum(learned.weights.values()) == pytest.approx(1, abs=1e-5)


def test_the_weights_are_log_odds_against_chance():
    """70 records teach, half of them buy: news is right in all, context in 52, risk in none."""
    lines = [
        a_line(
            minute,
            truth := Signal.BUY if minute % 2 else Signal.SELL,
            {NEWS: truth, CONTEXT: truth if minute // 2 % 4 else Signal.NONE, RISK: Signal.NONE},
        )
        for minute in range(100)
    ]

    learned, _ = learned_from(lines)

    assert learned.weights[NEWS] / learned.weights[CONTEXT] == pytest.approx(math.log(71) / math.log(53 / 19), rel=1e-4)
    assert learned.weights[RISK] == 0


def test_a_role_is_not_paid_for_saying_what_is_frequent():
    """Nine of ten truths are buy; risk says buy always and is right in 90 %, but knows nothing."""
    lines = judged(400, right=(0.6, 0.6, 0.0), truths=(1,) * 9 + (-1,))
    lines = [
        each.model_copy(update={"opinions": each.opinions | {RISK: Voice(signal=1, conviction=1)}}) for each in lines
    ]

    learned, _ = learned_from(lines)

    assert learned.weights[RISK] < learned.weights[NEWS] / 10


@pytest.mark.parametrize("kind", Kind)
def test_what_is_learned_beats_the_majority_where_one_role_knows(kind):
    _, report = learned_from(judged(400, right=(0.95, 0.3, 0.3)), kind)

    assert agreement(report) > agreement(report, "majority") + 0.2


def test_a_classifier_learns_to_turn_an_opinion_round():
    """News is wrong whenever it says buy, which no vote can use."""
    lines = [
        a_line(m, t, {NEWS: Signal(-t), CONTEXT: Signal.NONE, RISK: Signal.NONE})
        for m in range(200)
        for t in [Signal.BUY if m % 3 else Signal.SELL]
    ]

    learned, report = learned_from(lines, Kind.CLASSIFIER)

    assert (agreement(report), agreement(report, "majority")) == (1.0, 0.0)
    assert learned.signals == (Signal.SELL, Signal.BUY)


def test_a_classifier_reads_indicators():
    chance = np.random.default_rng(3)
    lines = []
    for minute in range(300):
        rsi, said = chance.uniform(20, 80), Signal(chance.choice((-1, 0, 1)))
        truth = Signal.BUY if rsi < 50 else Signal.SELL
        lines.append(a_line(minute, truth, dict.fromkeys(DECIDING, said), rsi=rsi))

    learned, report = learned_from(lines, Kind.CLASSIFIER)

    assert "rsi_14" in learned.features
    assert "macd_hist_frac" not in learned.features
    assert agreement(report) > 0.9


def test_a_classifier_learns_from_records_with_a_role_missing():
    lines = judged(300, right=(0.9, 0.5, 0.5))
    lines = [
        each.model_copy(update={"opinions": each.opinions | {CONTEXT: None}}) if i % 3 == 0 else each
        for i, each in enumerate(lines)
    ]

    _, report = learned_from(lines, Kind.CLASSIFIER)

    assert agreement(report) > 0.75


def test_the_rare_signal_counts_as_much_as_the_frequent_one():
    """With 5 % sells a classifier that minds only the sum says buy for all of an undecided panel."""
    chance = np.random.default_rng(5)
    lines = []
    for minute in range(600):
        truth = Signal.SELL if minute % 20 == 0 else Signal.BUY
        news = truth if chance.random() < 0.8 else Signal(-truth)
        lines.append(a_line(minute, truth, {NEWS: news, CONTEXT: Signal.BUY, RISK: Signal.BUY}))

    learned, _ = learned_from(lines, Kind.CLASSIFIER)
    decide = aggregation("classifier:desk", {"desk": learned})

    assert decide(a_line(0, 1, {NEWS: -1, CONTEXT: 1, RISK: 1}).heard, None).signal is Signal.SELL


def test_the_later_third_is_held_out_and_teaches_nothing():
    """In the first 140 records news is right, in the last 60 always wrong: the figure is as bad as it is."""
    early = judged(140, right=(1.0, 0.3, 0.3))
    late = [
        each.model_copy(update={"time": each.time + timedelta(days=1), "known_at": None})
        for each in judged(60, right=(0.0, 0.0, 0.0), seed=2)
    ]

    learned, report = learned_from(early + late)

    assert learned.weights[NEWS] > 0.5
    assert (report["training"]["n"], report["held_out"]["n"]) == (140, 60)
    assert agreement(report) == 0.0


def test_a_truth_that_was_not_known_before_the_held_out_time_does_not_teach():
    prompt, late = judged(100), judged(100, learned_after=30)

    assert learned_from(prompt)[1]["training"]["n"] == 70
    with pytest.raises(ConfigurationError, match="only 40 and 30"):
        learned_from(late)


def test_records_of_one_instant_stay_together():
    lines = judged(200)
    together = [
        each.model_copy(update={"time": NOON + timedelta(hours=i // 50), "known_at": None})
        for i, each in enumerate(lines)
    ]

    _, report = learned_from(together)

    assert (report["training"]["n"], report["held_out"]["n"]) == (100, 100)


def test_the_order_of_the_file_does_not_matter():
    lines = judged(200)

    assert learned_from(lines) == learned_from(lines[::-1])


def test_repeating_the_last_truth_uses_only_what_was_known_of_the_asset():
    """BTC alternates every minute, gold is always sell: the last of the asset is wrong for BTC and right for gold."""
    truths = [("BTC", m, Signal.SELL if m % 2 else Signal.BUY) for m in range(100)]
    truths += [("XAU", m, Signal.SELL) for m in range(100)]
    lines = [a_line(m, t, {NEWS: t, CONTEXT: t, RISK: t}, asset=asset) for asset, m, t in truths]

    _, report = learned_from(lines)

    repeat = report["results"]["repeat_last"]
    assert repeat["agreement"]["frac"] == repeat["opposite"]["frac"] == 0.5
    assert repeat["agreement"]["n"] == 60


def test_the_report_says_sizes_windows_and_intervals():
    learned, report = learned_from(judged(200))

    assert learned.version.startswith("2026-11-22.")
    assert report["source"] == "judged.jsonl"
    assert sum(report["training"]["truth"].values()) == report["training"]["n"] == 140
    assert report["training"]["last"] < report["held_out"]["first"]
    for rule in ("learned", "majority", "repeat_last"):
        found = report["results"][rule]["agreement"]
        assert found["low"] < found["frac"] < found["high"]
        assert found["n"] == 60


@pytest.mark.parametrize("kind", Kind)
def test_what_is_learned_is_used_by_a_panel_as_it_was_measured(tmp_path, kind):
    lines = judged(200)
    learned, report = learned_from(lines, kind)
    write_learned(tmp_path, learned, report=report)

    decide = aggregation(f"{kind}:desk", PanelFiles(tmp_path).learned)

    held_out = lines[140:]
    right = sum(decide(each.heard, each.market).signal is each.truth for each in held_out)
    assert right == report["results"]["learned"]["agreement"]["k"]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "there are 0"),
        (judged(99), "there are 99"),
        ([a_line(m, 1, {NEWS: Signal.BUY, CONTEXT: None, RISK: None}) for m in range(200)], "there are 0"),
        (judged(200, truths=(1,)), "140 buy, 0 none, 0 sell"),
        ([a_line(0, 1, dict.fromkeys(DECIDING, Signal.BUY))] * 200, "only 0 and 200"),
    ],
    ids=["none", "too few", "one opinion each", "one signal", "one instant"],
)
def test_thin_data_is_refused_with_what_is_there_and_what_is_needed(kind, lines, said):
    with pytest.raises(ConfigurationError, match=said):
        learned_from(lines, kind)


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.WEIGHTS, "more often than chance"), (Kind.CLASSIFIER, "says the same")]
)
def test_roles_that_say_nothing_are_nothing_to_learn_from(kind, said):
    lines = [a_line(m, 1 if m % 2 else -1, dict.fromkeys(DECIDING, Signal.NONE)) for m in range(200)]

    with pytest.raises(ConfigurationError, match=said):
        learned_from(lines, kind)


def test_the_least_that_a_line_must_say_is_enough(tmp_path):
    path = tmp_path / "judged.jsonl"
    path.write_text(
        '{"time": "2026-01-05T12:00:00Z", "asset": "BTC", "truth": 1, "indicators": null,'
        ' "opinions": {"news_sentiment": {"signal": 1, "conviction": 0.8}, "risk_assessment": null}}\n'
        '{"time": "2026-01-05T12:0'
    )

    (found,) = read_judged(path)

    assert (found.learned_at, found.market) == (NOON, None)
    assert [(o.role, o.signal) for o in found.heard] == [(Role.NEWS_SENTIMENT, Signal.BUY)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"truth": 2}, "truth"),
        ({"time": "2026-01-05T12:00:00"}, "time"),
        ({"opinions": {"oracle": None}}, "opinions"),
        ({"opinions": {"news_sentiment": {"signal": 1, "conviction": 1.5}}}, "conviction"),
        ({"moon": "full"}, "moon"),
    ],
)
def test_a_line_that_says_something_else_is_refused_by_its_number(tmp_path, change, said):
    good = {"time": "2026-01-05T12:00:00Z", "asset": "BTC", "truth": 1, "opinions": {}}
    path = tmp_path / "judged.jsonl"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(good | change)}\n")

    with pytest.raises(ConfigurationError, match=rf"judged\.jsonl: line 2 .*{said}") as refused:
        read_judged(path)

    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_judged(tmp_path / "nowhere.jsonl")
