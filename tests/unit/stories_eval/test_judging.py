import math

import numpy as np
import pytest

from forethought.evals.stories.judging import ALL, ALONE, MAIN, Bench, judged
from forethought.evals.stories.labels import look_up
from forethought.evals.stories.living import Life, Rule


@pytest.fixture
def bench(a_report, a_label):
    """Four pairs of 1, 10, 100 and 1,000 pairs of the file: same, other, same, other."""
    reports = [a_report(str(i), i, i * math.pi / 16) for i in range(5)]
    labels = [
        a_label(
            reports[i],
            reports[i + 1],
            "same" if i % 2 == 0 else "other",
            weight=10.0**i,
            stratum=f"s{i // 2}",
            half="development" if i < 2 else "test",
        )
        for i in range(4)
    ]
    return Bench(look_up(labels, reports), reports, seed=1)


def said(answers):
    return np.array([each == "y" for each in answers])


def test_shares_count_every_pair_by_what_it_stands_for(bench):
    found = bench.measure(said("yynn"))

    assert found["joined_n"] == 2
    assert (found["joined"]["value"], found["wrong"]["value"], found["same"]["value"]) == (11, 10, 101)
    assert (found["precision"]["frac"], found["recall"]["frac"]) == (round(1 / 11, 4), round(1 / 101, 4))


def test_intervals_hold_the_estimate_and_know_that_few_were_judged(bench):
    found = bench.measure(said("yyyy"))["precision"]

    assert found["low"] <= found["frac"] <= found["high"]
    assert found["high"] - found["low"] > 0.5


def test_a_rule_that_joins_nothing_has_no_precision(bench):
    found = bench.measure(said("nnnn"))

    assert found["precision"] == {"frac": None, "low": 0.0, "high": 1.0}
    assert found["recall"]["frac"] == 0.0


def test_a_part_of_the_pairs_is_measured_by_itself(bench):
    found = bench.measure(said("yyyy"), bench.halves == "test")

    assert (found["n"], found["joined"]["value"], found["wrong"]["value"]) == (2, 1100, 1000)


def test_the_same_seed_gives_the_same_intervals(bench):
    answers = said("ynyy")
    again = Bench(bench.pairs, bench._reports, seed=1)

    assert bench.measure(answers) == again.measure(answers)


def test_stories_of_both_rules_and_baselines_are_measured_and_errors_sorted(a_report, a_label):
    texts = ["Gold rises 0.3 percent", "Gold climbs 0.3%", "Gold dealers sue a mint"]
    one = [a_report(text, i, 0.1 * i, XAU="s") for i, text in enumerate(texts)]
    apart = [a_report(text, i, 0.1 * i, XAU=f"s{i}") for i, text in enumerate(texts)]
    labels = [a_label(one[0], one[1], "same", kind="price"), a_label(one[0], one[2], "other", kind="facet", weight=3)]
    main, alone = (Life(Rule(24.0, cosine), reports=reports) for cosine, reports in ((0.7, apart), (0.4, one)))

    found = judged(Bench(look_up(labels, one), one, seed=1), main, alone)

    rules = {rule["name"]: rule[ALL] for rule in found["rules"]}
    assert rules[MAIN]["recall"]["frac"] == 0.0
    assert (rules[ALONE]["recall"]["frac"], rules[ALONE]["precision"]["frac"]) == (1.0, 0.25)
    assert rules["cosine from 0.9"]["joined_n"] == 2
    assert found["kinds"][ALONE]["wrong"] == {"facet": {"n": 1, "pairs": 3.0}}
    assert found["kinds"][MAIN]["missed"] == {"price": {"n": 1, "pairs": 1.0}}
