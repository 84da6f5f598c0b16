import pytest

from forethought.evals.report import _held, _verdict, closest, share
from forethought.evals.statistics import Share


def a_cut(threshold, k):
    return {"threshold": threshold, "whole": {"answered": Share(k, 10).document()}}


def test_a_share_is_written_with_its_interval_and_its_n():
    assert share(Share(190, 222).document()) == "85.6 % [80.4, 89.6] of 222"


def test_a_share_of_nothing_is_no_number():
    assert share(Share(0, 0).document()) == "-"


def test_the_closest_cut_is_by_coverage_and_the_strictest_of_equals():
    cuts = [a_cut(0.5, 8), a_cut(0.6, 8), a_cut(0.7, 3)]

    assert closest(cuts, 0.75)["threshold"] == 0.6
    assert closest(cuts, 0.2)["threshold"] == 0.7


@pytest.mark.parametrize(
    ("ours", "theirs", "p", "says"),
    [
        (5, 5, 1.0, "no difference"),
        (25, 12, 0.047, "ahead, but no difference is shown"),  # one in twelve comparisons is that lucky
        (30, 2, 0.001, "ahead (only it"),
        (2, 30, 0.001, "behind (only it"),
    ],
)
def test_a_lucky_difference_among_many_is_not_called_one(ours, theirs, p, says):
    assert _verdict({"only_ours": ours, "only_theirs": theirs, "p": p}, of=12).startswith(says)


@pytest.mark.parametrize(
    ("wrong", "opposite", "n", "says"),
    [
        (0, 0, 0, "nothing to hold"),
        (1, 0, 14, "**More than the budget allows**"),  # one of 14 proves nothing
        (40, 0, 200, "**The budget is broken.**"),
        (2, 0, 100, "the upper ends of their intervals do not"),
        (10, 1, 1_000, "Both intervals lie within"),
    ],
)
def test_a_budget_is_called_broken_only_where_the_interval_says_so(wrong, opposite, n, says):
    shares = {"answered": Share(n, max(n, 1)), "wrong": Share(wrong, n), "opposite": Share(opposite, n)}

    found = _held({name: each.document() for name, each in shares.items()}, {"delta": 0.05, "delta_opp": 0.01})

    assert says in found
