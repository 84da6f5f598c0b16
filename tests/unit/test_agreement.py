"""How likely a remembered answer is to agree, and how far the evidence of a scope reaches."""

import pytest
from hypothesis import given, strategies as st
from scipy.stats import beta

from forethought.domain.agreement import (
    NO_EVIDENCE,
    BudgetState,
    Evidence,
    Tally,
    Traits,
    estimate,
    prior,
    state,
    upper_bound,
)
from forethought.domain.guard import Alignment
from forethought.domain.strategy import ErrorBudget

BUDGET = ErrorBudget(delta=0.05, delta_opp=0.01)
COUNTS = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def traits(**changes) -> Traits:
    fields = {"rung": "precedent", "alignment": Alignment.STRONG, "news_similarity": 0.8, "votes_for": 1}
    return Traits(**(fields | {"votes_against": 0, "structured": False} | changes))


@given(COUNTS, st.sampled_from([0.8, 0.95]))
def test_the_bound_is_that_of_clopper_and_pearson(counts, confidence):
    errors, n = counts

    expected = 1.0 if errors == n else beta.ppf(confidence, errors + 1, n - errors)

    assert upper_bound(errors, n, confidence=confidence) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("errors", "n", "expected"), [(0, 0, 1.0), (3, 3, 1.0), (0, 59, 0.0495), (0, 58, 0.0503), (1, 100, 0.0466)]
)
def test_the_bound_has_the_known_values(errors, n, expected):
    """0 of 59 is the smallest sample that proves 5 % with 95 % confidence."""
    assert upper_bound(errors, n, confidence=0.95) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Tally(), BudgetState.COLD),
        (Tally(10), BudgetState.COLD),
        (Tally(16), BudgetState.PROVISIONAL),
        (Tally(58), BudgetState.PROVISIONAL),
        (Tally(59), BudgetState.PROVEN),
        (Tally(100, 6), BudgetState.COLD),
        (Tally(1_000, 36), BudgetState.PROVEN),
        (Tally(1_000, 45), BudgetState.PROVISIONAL),
    ],
)
def test_a_scope_is_cold_then_provisional_then_proven(tally, expected):
    assert state(tally, BUDGET) is expected


def test_cold_scopes_answer_exactly_and_by_precedents_that_share_the_facts_and_by_nothing_else():
    may = {
        name: prior(each).clears(BUDGET)
        for name, each in {
            "exact": traits(rung="exact"),
            "identical": traits(alignment=Alignment.IDENTICAL),
            "strong": traits(),
            "fair": traits(alignment=Alignment.FAIR),
            "weak but near": traits(alignment=Alignment.WEAK, news_similarity=0.95),
            "weak": traits(alignment=Alignment.WEAK),
            "contradicted": traits(votes_against=1),
            "slow": traits(rung="slow"),
            "events": traits(structured=True, votes_for=9),
        }.items()
    }

    assert [name for name, yes in may.items() if yes] == ["exact", "identical", "strong", "fair"]


@given(COUNTS, st.integers(0, 500))
def test_an_estimate_lies_between_the_prior_and_what_was_seen(counts, opposite):
    wrong, n = counts
    seen = Tally(n, wrong, min(opposite, wrong))

    found = estimate(traits(), Evidence(Tally(), {traits().band: seen}))

    start = prior(traits())
    rate = 1 - wrong / n if n else start.agreement_p
    low, high = sorted((start.agreement_p, rate))
    assert low - 1e-9 <= found.agreement_p <= high + 1e-9
    assert 0 <= found.opposite_p <= 1


def test_a_dozen_contradictions_outweigh_the_prior():
    evidence = Evidence(Tally(), {traits().band: Tally(12, 12, 12)})

    assert not estimate(traits(), evidence).clears(BUDGET)


def test_evidence_of_one_band_says_nothing_of_another():
    evidence = Evidence(Tally(), {traits(rung="slow").band: Tally(100, 100, 100)})

    assert estimate(traits(), evidence) == estimate(traits(), NO_EVIDENCE)


def test_there_are_not_many_bands():
    """They are labels of metrics and fields of a hash."""
    bands = {
        traits(rung=rung, alignment=a, news_similarity=s, votes_for=v, votes_against=o, structured=e).band
        for rung in ("exact", "precedent", "slow")
        for a in Alignment
        for s in (0.1, 0.75, 0.95)
        for v in range(1, 20)
        for o in (0, 1, 5)
        for e in (True, False)
    }

    assert len(bands) < 300
