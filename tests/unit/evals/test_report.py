import pytest

from forethought.evals.report import _verdict, closest, share
from forethought.evals.statistics import Share


def a_cut(threshold, k):
    return {"threshold": threshold, "answered": Share(k, 10).document()}


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
