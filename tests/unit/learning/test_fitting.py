from dataclasses import replace

import numpy as np
import pytest
from tests.fakes.lessons import EVEN, headlines, lesson, live, nearest, reading

from forethought.adapters.learning.fitting import Fitter
from forethought.adapters.learning.model import dump, load
from forethought.domain.decision import Signal
from forethought.domain.learning import Foretold, Mode
from forethought.domain.strategy import ErrorBudget, ReflexRule


@pytest.fixture(scope="module")
def lived():
    """A stream of 1,500 headlines."""
    return live(headlines(1_500))


def test_it_answers_a_good_part_within_the_budget(lived):
    assert lived.answered > 150
    assert lived.wrong <= 0.05 * lived.answered
    assert lived.opposite <= 0.02 * lived.answered


def test_it_learns_negated_labels_as_well(lived):
    negated = live(headlines(1_500, negated=True))

    assert abs(negated.answered - lived.answered) <= 0.1 * lived.answered
    assert negated.wrong <= 0.05 * negated.answered


def test_without_two_signals_there_is_nothing_to_learn():
    assert Fitter(ReflexRule(), ErrorBudget()).fit([lesson("Gold rises", 1)] * 200) is None


def test_few_lessons_make_a_guess_and_no_answer():
    model = Fitter(ReflexRule(), ErrorBudget()).fit([lesson(*row) for row in headlines(60)])

    guess = model.guess(reading("Gold falls sharply"), [], EVEN)

    assert not guess.accepted()


def test_a_text_of_unknown_words_is_not_answered(lived):
    guess = lived.model.guess(reading("Zyx qwop vlarg tremble snurk"), [], (0.0, 0.0))

    assert not guess.accepted()


def test_caution_makes_it_answer_less(lived):
    texts = [text for text, _ in headlines(300, seed=5)]
    guesses = [lived.model.guess(reading(t), nearest(lived.lessons, t), (0.05, 0.05)) for t in texts]

    assert sum(g.accepted(3.0) for g in guesses) < sum(g.accepted() for g in guesses)


def test_a_model_reads_back_as_it_was_written(lived):
    text = "Gold slips as the dollar firms"
    back = load(dump(lived.model))

    one, other = (m.guess(reading(text), nearest(lived.lessons, text), EVEN) for m in (lived.model, back))

    assert back.standing == lived.model.standing
    assert one.signal is other.signal
    assert np.allclose(one.evidence, other.evidence, atol=0.05)  # coefficients are kept in half precision


@pytest.mark.parametrize("cut", [0, 10, 1_000])
def test_a_damaged_model_is_refused(lived, cut):
    with pytest.raises(ValueError, match=r"damaged|format|pickle|file"):
        load(dump(lived.model)[:cut])


def answered(fitter, *, wrong, n, opposite=False):
    """Add labelled answers of which some were wrong."""
    evidence = next(x.foretold.evidence for x in reversed(fitter) if x.foretold is not None)
    said = Signal.BUY if opposite else Signal.NONE
    return [
        replace(lesson(f"Gold moves {i}", -1), foretold=Foretold(said if i < wrong else Signal.SELL, evidence, True))  # noqa: FBT003
        for i in range(n)
    ]


def test_answers_over_the_budget_beyond_doubt_stop_it(lived):
    fitter = Fitter(ReflexRule(), ErrorBudget())

    model = fitter.fit([*lived.lessons, *answered(lived.lessons, wrong=30, n=40)])

    assert model.mode is Mode.STOPPED
    assert model.standing.answered_n < 100  # the window holds what came since, not the good times before


def test_good_evidence_opens_it_again(lived):
    fitter = Fitter(ReflexRule(), ErrorBudget())
    bad = [*lived.lessons, *answered(lived.lessons, wrong=30, n=40)]

    model = fitter.fit([*bad, *answered(lived.lessons, wrong=0, n=300)])

    assert model.mode is Mode.OPEN


def right(model, rows):
    return sum(model.guess(reading(text), [], EVEN).signal is signal for text, signal in rows)


def test_a_flood_by_one_source_does_not_take_over_a_scope():
    rows = [lesson(text, signal, source="desk") for text, signal in headlines(800)]
    asked = headlines(200, seed=3)
    flood = [replace(rows[i % 20], signal=Signal(-rows[i % 20].signal), source="mallory") for i in range(1_600)]

    clean = Fitter(ReflexRule(), ErrorBudget()).fit(rows)
    flooded = Fitter(ReflexRule(), ErrorBudget()).fit([*rows, *flood])
    by_all = Fitter(ReflexRule(), ErrorBudget()).fit(
        [*rows, *(replace(x, source=f"s{i}") for i, x in enumerate(flood))]
    )

    assert right(flooded, asked) >= 0.9 * right(clean, asked)
    assert right(by_all, asked) < right(flooded, asked)  # it is the source that stops it


def test_a_fit_that_is_worse_on_canaries_is_not_swapped_in(lived):
    fitter = Fitter(ReflexRule(), ErrorBudget())
    good = fitter.fit(lived.lessons)
    worse = replace(good.weights, text=-good.weights.text, vector=-good.weights.vector)

    assert fitter._worse(worse, good.weights)
    assert not fitter._worse(good.weights, good.weights)


def test_struck_lessons_are_unlearned():
    fitter = Fitter(ReflexRule(), ErrorBudget())
    rows = [lesson(text, signal) for text, signal in headlines(400)]
    planted = [lesson(f"Gold glimmers {i % 7}", -1) for i in range(100)]
    asked = reading("Gold glimmers 3")

    before = fitter.fit([*rows, *planted], epoch=0)
    after = fitter.fit(rows, epoch=1)

    assert before.guess(asked, [], EVEN).share(Signal.SELL) > 0.9
    assert after.guess(asked, [], EVEN).share(Signal.SELL) < 0.9
