"""How likely an answer from memory is checked afterwards, and how sure one may be of a share."""

from datetime import UTC, datetime

import pytest
from scipy.stats import binomtest

from forethought.application.shadow import Answered, chance
from forethought.domain.decision import AgentsMode, Path, Scope, Signal
from forethought.domain.interval import wilson
from forethought.domain.strategy import ErrorBudget


def an_answer(agreement_p: float | None = 0.975, labelled_n: int = 1_000) -> Answered:
    return Answered(
        decision_id="A",
        text="Gold rises",
        scope=Scope("taught", "1", "XAU", "panel"),
        budget=ErrorBudget(delta=0.05),
        agents=AgentsMode.BACKGROUND,
        path=Path.PRECEDENT,
        signal=Signal.BUY,
        agreement_p=agreement_p,
        asked_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        labelled_n=labelled_n,
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(an_answer(), 0.05, id="half the budget used, much evidence"),
        pytest.param(an_answer(agreement_p=1.0), 0.025, id="no doubt"),
        pytest.param(an_answer(agreement_p=0.95), 0.075, id="at the edge of the budget"),
        pytest.param(an_answer(agreement_p=0.5), 0.075, id="beyond it"),
        pytest.param(an_answer(agreement_p=None), 0.05, id="no estimate"),
        pytest.param(an_answer(labelled_n=0), 0.5, id="no evidence"),
        pytest.param(an_answer(labelled_n=49), 0.1, id="some evidence"),
    ],
)
def test_the_chance_grows_with_doubt_and_with_thin_evidence(answer, expected):
    assert chance(answer, share=0.05, pace=1.0) == pytest.approx(expected)


def test_the_chance_is_at_most_one_and_follows_the_pace():
    thin = an_answer(labelled_n=0)

    assert chance(thin, share=0.5, pace=1.0) == 1.0
    assert chance(thin, share=0.05, pace=0.1) == pytest.approx(0.05)
    assert chance(thin, share=0.5, pace=0.0) == 0.0


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 60), (3, 60), (59, 60), (500, 100_000)])
def test_the_interval_is_that_of_wilson(k, n):
    expected = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")

    assert wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_without_observations_a_share_may_be_anything():
    assert wilson(0, 0) == (0.0, 1.0)
