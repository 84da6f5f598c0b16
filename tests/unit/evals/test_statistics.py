import numpy as np
import pytest
from hypothesis import given, strategies as st

from forethought.evals.statistics import Percentiles, Share, percentiles, share_of, sign_test_p


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (15, 20, 0.5313, 0.8881),  # Newcombe 1998, by the formula of Wilson 1927
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
    ],
)
def test_the_interval_is_that_of_wilson(k, n, low, high):
    assert Share(k, n).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(pair):
    share = Share(*pair)

    low, high = share.interval

    # scipy rounds in the last place at the ends
    assert 0 <= low <= share.frac + 1e-12
    assert share.frac - 1e-12 <= high <= 1


@given(st.integers(1, 200), st.integers(2, 20))
def test_more_observations_of_the_same_share_narrow_the_interval(n, times):
    few, many = Share(n, 2 * n).interval, Share(n * times, 2 * n * times).interval

    assert many[1] - many[0] < few[1] - few[0]


def test_a_share_of_nothing_says_that_it_knows_nothing():
    assert Share(0, 0).document() == {"k": 0, "n": 0, "frac": None, "low": 0.0, "high": 1.0}


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_an_impossible_share_is_refused(k, n):
    with pytest.raises(ValueError, match="0 <= k <= n"):
        Share(k, n)


def test_shares_count_what_holds():
    assert share_of(value > 1 for value in (0, 1, 2, 3)) == Share(2, 4)


def test_percentiles_are_those_of_numpy():
    found = percentiles(float(value) for value in range(101))

    assert found == Percentiles(101, 50.0, 50.0, 95.0, 99.0)
    assert found.document()["p95_ms"] == np.percentile(range(101), 95)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 2 * 0.5**5), (1, 9, 2 * 11 / 2**10)],
)
def test_pairs_that_differ_are_judged_by_the_exact_sign_test(one, other, p):
    assert sign_test_p(one, other) == pytest.approx(p)
    assert sign_test_p(other, one) == pytest.approx(p)


def test_percentiles_of_nothing_are_unknown():
    assert percentiles([]) == Percentiles(0, None, None, None, None)
