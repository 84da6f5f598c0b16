import math
import random
from collections import Counter

import pytest

from forethought.evals.stories.pairs import ROUNDS, all_pairs, band_of, common_words, draw, joined, strata

RISES, CLIMBS = "Gold rises 0.3 percent as the dollar weakens", "Gold climbs 0.3% on weaker dollar"
FALLS = "Gold falls 0.3 percent as the dollar strengthens"


def angle(cosine):
    return math.acos(cosine)


def pairs_of(*reports):
    found = all_pairs(reports)
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


def test_reports_are_paired_within_a_day_and_only_about_one_instrument(a_report):
    reports = [
        a_report("a", 0, XAU="1"),
        a_report("b", 1, BTC="2"),
        a_report("c", 24, XAU="3", BTC="2"),
        a_report("d", 24.5, XAU="4"),
    ]

    assert pairs_of(*reports) == [(0, 2), (1, 2), (2, 3)]


def test_no_pairs_are_no_error(a_report):
    assert pairs_of(a_report("a", XAU="1"), a_report("b", BTC="2")) == []


def test_the_cosine_of_a_pair_is_that_of_its_headlines(a_report):
    assert all_pairs([a_report("a"), a_report("b", angle=angle(0.5))]).cosine.tolist() == pytest.approx([0.5], abs=1e-6)


def test_the_rule_joins_retellings_and_leaves_opposites_apart(a_report):
    one = a_report(RISES)

    assert joined(one, a_report(CLIMBS, 1), 0.8)
    assert not joined(one, a_report(FALLS, 1), 0.95)
    assert not joined(one, a_report(CLIMBS, 1), 0.39)


def test_pairs_are_sorted_by_what_becomes_of_them(a_report):
    reports = [
        a_report(RISES, 0, XAU="1"),
        a_report(CLIMBS, 1, angle(0.95), XAU="1"),
        a_report(FALLS, 2, angle(0.55), XAU="2"),
        a_report("Bullion dealers meet in Zurich", 3, angle(0.55), XAU="3"),
    ]

    found = strata(reports, all_pairs(reports))

    kinds = {(kind, band): len(places) for (kind, band), places in found.items()}
    assert kinds["together", 0.9] == 1
    assert kinds["apart, alike", 0.5] >= 1
    assert sum(kinds.values()) == 6


def test_bands_hold_their_lower_bound():
    assert [band_of(each) for each in (-0.2, 0.39, 0.4, 0.69, 0.9, 1.0)] == [-1.0, -1.0, 0.4, 0.6, 0.9, 0.9]


def test_common_words_are_counted_whatever_their_case():
    assert common_words("Gold up 0.3%", "GOLD down 0.3%") == 0.5
    assert common_words("", "") == 0.0


@pytest.fixture
def many(a_report):
    rng = random.Random(1)  # noqa: S311 - a test's data
    return [a_report(f"headline {i}", i / 10, rng.uniform(0, math.pi / 2), XAU=str(i)) for i in range(150)]


def test_what_is_drawn_stands_for_all_pairs_of_its_stratum(many):
    pairs = all_pairs(many)
    found = strata(many, pairs)

    drawn = draw(pairs, found, seed=3)

    stood_for = Counter()
    for each in drawn:
        stood_for[each.stratum, each.band] += each.weight
    for stratum, total in stood_for.items():
        assert total == pytest.approx(len(found[stratum]))
    assert len({(each.first, each.second) for each in drawn}) == len(drawn)


def test_the_same_seed_draws_the_same_pairs_and_another_one_others(many):
    pairs = all_pairs(many)
    found = strata(many, pairs)

    assert draw(pairs, found, seed=3) == draw(pairs, found, seed=3)
    assert draw(pairs, found, seed=3) != draw(pairs, found, seed=4)


def test_a_stratum_is_drawn_whole_where_it_is_small(a_report):
    reports = [a_report("a", 0, XAU="1"), a_report("b", 1, XAU="2")]
    pairs = all_pairs(reports)

    (drawn,) = draw(pairs, strata(reports, pairs), seed=1)

    assert (drawn.first, drawn.second, drawn.weight) == (0, 1, 1.0)


def test_rounds_name_a_number_for_every_band():
    assert {len(sizes) for round_ in ROUNDS for sizes in round_.values()} == {7}
