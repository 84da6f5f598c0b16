from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from forethought.evals.backtest.resampling import block_length, interval, moving_blocks, rerun, shuffled

signals = st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=40).map(lambda each: np.array(each, dtype=np.int8))
seeds = st.integers(0, 2**32)


def changes(drawn):
    """Changes on a circle."""
    return int((drawn != np.roll(drawn, 1)).sum())


@given(signals, seeds)
def test_random_signals_have_the_very_same_frequencies(real, seed):
    for draw in (shuffled, rerun):
        assert Counter(draw(real, np.random.default_rng(seed)).tolist()) == Counter(real.tolist())


@given(signals, seeds)
def test_stretches_change_about_as_often_as_the_real_signals(real, seed):
    """They may join where the turned ends meet."""
    drawn = rerun(real, np.random.default_rng(seed))

    assert changes(drawn) == changes(real)


def test_shuffled_signals_change_more_often_than_sticky_ones():
    sticky = np.repeat(np.array([1, -1], dtype=np.int8), 50)

    assert changes(shuffled(sticky, np.random.default_rng(1))) > 20


def test_blocks_keep_neighbours_together():
    drawn = moving_blocks(20, 5, np.random.default_rng(1), runs=50)

    assert drawn.shape == (50, 20)
    assert set(np.diff(drawn.reshape(50, 4, 5), axis=2).ravel() % 20) == {1}


def test_a_block_holds_what_overlaps():
    every_minute = np.arange(100, dtype=np.int64) * 60

    assert block_length(every_minute, 30 * 60) == pytest.approx(27, abs=2)
    assert block_length(every_minute, 1) == 5  # the cube root of n


def test_blocks_widen_the_interval_of_observations_that_move_together():
    together = np.repeat(np.random.default_rng(3).random(20) < 0.5, 10)

    def width(length):
        draws = moving_blocks(len(together), length, np.random.default_rng(1))
        low, high = interval(together[draws].mean(axis=1))
        return high - low

    assert width(10) > 2 * width(1)
