from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes.lessons import AT, lesson

from forethought.application.evaluate import LATEST, evaluate
from forethought.domain.decision import Signal, Times
from forethought.domain.learning import Foretold
from forethought.domain.strategy import ErrorBudget

BUY, NONE, SELL = Signal.BUY, Signal.NONE, Signal.SELL


def told(signal, said, *, answered=True, weight=1.0, at=AT):
    foretold = Foretold(said, (), answered=answered)
    return replace(lesson("x", signal, weight=weight), foretold=foretold, times=Times(at, at))


def test_answers_are_counted_beside_what_needs_no_text():
    lessons = [
        lesson("before there was a reflex", BUY),
        told(BUY, BUY),
        told(SELL, BUY),
        told(NONE, BUY),
        told(NONE, NONE),
        told(SELL, BUY, answered=False),
    ]

    found = evaluate(lessons, now=AT)["latest"]

    assert found.labels == 6
    assert (found.answered.k, found.answered.n) == (4, 6)
    assert (found.wrong.k, found.opposite.k, found.wrong.n) == (2, 1, 4)
    assert (found.majority_wrong.k, found.repeat_wrong.k) == (3, 2)


def test_labels_that_came_seldom_count_for_the_others():
    """One hit in ten is audited: 10 audited hits stand for 100, beside 100 misses."""
    hits = [told(BUY, BUY, weight=10.0) for _ in range(10)]
    misses = [told(BUY, BUY, answered=False) for _ in range(100)]

    share, low, high = evaluate(hits + misses, now=AT)["latest"].answered.shares

    assert share == pytest.approx(0.5, abs=0.02)
    assert high - low > 0.2  # by the effective number, 36, and not by 110


def test_each_window_takes_its_own_labels():
    old = [told(SELL, BUY, at=AT - timedelta(days=2)) for _ in range(LATEST)]
    new = [told(BUY, BUY) for _ in range(3)]

    found = evaluate(old + new, now=AT + timedelta(hours=1))

    assert (found["day"].labels, found["day"].wrong.k) == (3, 0)
    assert (found["latest"].labels, found["latest"].wrong.k) == (LATEST, LATEST - 3)


def test_nothing_is_said_where_there_is_nothing():
    found = evaluate([], now=AT)["day"]

    assert found.named()["wrong"] == (None, 0.0, 1.0)
    assert found.calibration_gap is None
    assert not found.over(ErrorBudget())


def test_too_sure_of_itself_is_a_gap_above_nought():
    lessons = [told(BUY, BUY)] * 9 + [told(SELL, BUY)]

    found = evaluate(lessons, now=AT, promise=lambda _: 0.98)["latest"]

    assert found.calibration_gap == pytest.approx(0.08)


def test_a_gap_is_not_told_where_a_chance_is_missing():
    chances = iter([0.9, None])

    found = evaluate([told(BUY, BUY)] * 2, now=AT, promise=lambda _: next(chances, 0.9))["day"]

    assert found.calibration_gap is None


@pytest.mark.parametrize(("wrong", "over"), [(1, False), (5, False), (12, True)])
def test_it_is_over_the_budget_when_that_is_likely(wrong, over):
    """Of 100 answers; the budget allows 5."""
    lessons = [told(NONE, BUY)] * wrong + [told(BUY, BUY)] * (100 - wrong)

    assert evaluate(lessons, now=AT)["latest"].over(ErrorBudget()) is over
