import numpy as np
import pytest
from hypothesis import given, strategies as st

from forethought.domain.composition import Part
from forethought.domain.decision import Scope, Signal
from forethought.domain.similarity import normalise
from forethought.evals.baselines import (
    Guess,
    Majority,
    Nearest,
    Outcome,
    RepeatLast,
    SameRows,
    View,
    cut,
    paired,
    peers,
    seed_vector,
)
from forethought.evals.statistics import Share

GOLD, BITCOIN = (Scope("default", "1", asset, "inserted") for asset in ("XAU", "BTC"))
BUY, NONE, SELL = Signal.BUY, Signal.NONE, Signal.SELL


def a_view(*, scope=GOLD, same="a", vector=(1.0, 0.0)):
    return View(scope, same, dict.fromkeys(("head", "chunks", "seed"), np.array(vector, dtype=np.float32)))


@pytest.mark.parametrize("peer", peers(), ids=lambda peer: peer.name)
def test_nobody_answers_before_anything_was_learned_in_the_scope(peer):
    peer.learn(a_view(scope=BITCOIN), BUY)

    assert peer.guess(a_view(scope=GOLD)) is None


def test_the_nearest_vector_answers_with_its_cosine():
    peer = Nearest("nearest", "head")
    peer.learn(a_view(vector=(1.0, 0.0)), BUY)
    peer.learn(a_view(vector=(0.0, 1.0)), SELL)

    assert peer.guess(a_view(vector=(0.6, 0.8))) == Guess(SELL, pytest.approx(0.8))


def test_of_equal_vectors_the_latest_answers_so_an_encoder_that_sees_no_difference_repeats_the_last_signal():
    nearest, repeat = Nearest("nearest", "head"), RepeatLast()
    for truth in (BUY, SELL, SELL, NONE):
        for peer in (nearest, repeat):
            peer.learn(a_view(), truth)
        assert nearest.guess(a_view()) == repeat.guess(a_view())


@given(st.integers(1, 300))
def test_no_vector_is_lost_while_their_number_grows(n):
    peer = Nearest("nearest", "head")
    angles = np.linspace(0, 1.5, n)
    for i, angle in enumerate(angles):
        peer.learn(a_view(vector=(np.cos(angle), np.sin(angle))), Signal(i % 3 - 1))

    found = [peer.guess(a_view(vector=(np.cos(a), np.sin(a)))) for a in angles]

    assert [guess.signal for guess in found] == [Signal(i % 3 - 1) for i in range(n)]


def test_the_majority_is_that_of_all_labels_so_far():
    peer = Majority()
    for truth in (SELL, BUY, BUY):
        peer.learn(a_view(), truth)

    assert peer.guess(a_view(same="other")) == Guess(BUY, 1.0)


def test_the_same_rows_answer_with_their_latest_label_only():
    peer = SameRows()
    peer.learn(a_view(same="a"), BUY)
    peer.learn(a_view(same="a"), SELL)

    assert peer.guess(a_view(same="a")) == Guess(SELL, 1.0)
    assert peer.guess(a_view(same="b")) is None


def test_the_seed_composition_weighs_by_slot_whatever_the_number_of_parts():
    axes = np.eye(4, dtype=np.float32)
    parts = [
        Part("instruction", "i", "instruction", axes[0]),
        *(Part("row", f"r{n}", "context", axes[1]) for n in range(9)),
        Part("evolution", "e", "context", axes[2]),
        Part("news", "n", "news", axes[3]),
    ]

    assert seed_vector(parts) == pytest.approx(normalise(np.array([0.4, 0.2, 0.2, 0.2], dtype=np.float32)))


def test_a_cut_counts_of_all_what_is_answered_and_of_the_answered_what_is_right():
    outcomes = [
        Outcome(Guess(BUY, 0.9), BUY),
        Outcome(Guess(BUY, 0.9), SELL),
        Outcome(Guess(BUY, 0.8), NONE),
        Outcome(Guess(SELL, 0.7), SELL),
        Outcome(None, BUY),
    ]

    found = cut(outcomes, 0.8)

    assert (found.answered, found.agreed, found.opposite) == (Share(3, 5), Share(1, 3), Share(1, 3))


def test_pairs_are_compared_on_what_both_answer():
    mine = [Outcome(Guess(BUY, 1.0), BUY), Outcome(Guess(BUY, 1.0), SELL), Outcome(None, BUY)]
    theirs = [Outcome(Guess(SELL, 1.0), BUY), Outcome(None, SELL), Outcome(Guess(BUY, 1.0), BUY)]

    found = paired(mine, theirs)

    assert (found.mine, found.theirs) == (Share(1, 1), Share(0, 1))
    assert (found.only_mine, found.only_theirs) == (1, 0)


def test_nothing_in_common_compares_nothing():
    assert paired([Outcome(None, BUY)], [Outcome(Guess(BUY, 1.0), BUY)]).mine == Share(0, 0)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(list(Signal)), st.sampled_from(list(Signal)))),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_stricter_cut_never_answers_more(given_, one, other):
    outcomes = [Outcome(Guess(signal, score), truth) for score, signal, truth in given_]

    lenient, strict = cut(outcomes, min(one, other)), cut(outcomes, max(one, other))

    assert strict.answered.k <= lenient.answered.k
    assert strict.agreed.k <= lenient.agreed.k
