"""What holds for every text."""

import itertools

from hypothesis import given, settings, strategies as st

from forethought.domain.guard import Alignment, compare, read

UP = ("rises", "climbs", "jumps", "gains", "surges", "edges higher", "rebounds", "advances", "ticks up")
DOWN = ("falls", "drops", "slips", "tumbles", "plunges", "edges lower", "retreats", "sheds value", "ticks down")
POLES = (
    (UP, DOWN),
    (("beats estimates", "tops forecasts", "exceeds expectations"), ("misses estimates", "falls short of forecasts")),
    (("wins approval", "gets clearance", "is approved"), ("is rejected", "is blocked", "is denied approval")),
    (("is upgraded", "is raised to buy"), ("is downgraded", "is cut to sell")),
    (("resumes output", "restarts plant"), ("halts output", "suspends plant")),
    (("wins lawsuit", "wins case"), ("loses lawsuit", "loses case")),
    (("sees inflows",), ("sees outflows",)),
    (("hits record high",), ("hits record low",)),
    (("raises dividend", "lifts guidance"), ("cuts dividend", "trims guidance")),
)
NAMES = ("Apple", "Bitcoin", "Gold", "Tesla", "Brent crude", "EUR/USD", "Zynex", "Kodiak Sciences", "$GME", "S&P 500")
NUMBERS = ("", " 3%", " by 250 bps", " to $65,000", " 1.2 million barrels")
PERIODS = ("", " in Q2", " on Friday", " on July 21", " premarket", " year-on-year")
TAILS = ("", ", sources say", " as dollar weakens", " after results", " amid uncertainty")
VOCABULARY = """Apple Tesla gold oil Fed dollar rises falls up down not no beats misses raises cuts rates dividend
    to from by as after despite 5% 3% 10 $2bn Q2 Q3 Monday may reportedly denies if ? , . - the of shares profit loss
    buys sells approves rejects bitcoin BTC-USD record high low zynex vaxart more less"""
WORDS = st.sampled_from(VOCABULARY.split())
HEADLINES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
POLE_PAIRS = st.sampled_from(POLES).flatmap(lambda poles: st.tuples(*map(st.sampled_from, poles)))


@given(st.text(max_size=300))
def test_any_text_is_read_and_passes_against_itself(text):
    facts = read(text, asset="BTC")

    assert compare(facts, facts).alignment is Alignment.IDENTICAL


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_two_texts_compare_alike_in_both_orders(one, other):
    here, there = read(one), read(other)

    assert compare(here, there).passed == compare(there, here).passed


@settings(max_examples=400, deadline=None)
@given(HEADLINES, HEADLINES)
def test_headlines_compare_alike_in_both_orders(one, other):
    here, there = read(one), read(other)
    forth, back = compare(here, there), compare(there, here)

    assert (forth.refusal is None, forth.alignment) == (back.refusal is None, back.alignment)


@settings(max_examples=500, deadline=None)
@given(
    POLE_PAIRS,
    st.sampled_from(NAMES),
    st.tuples(*map(st.sampled_from, (NUMBERS, PERIODS, TAILS))).map("".join),
    st.sampled_from((str, str.upper, str.lower, str.title)),
)
def test_opposite_outcomes_never_pass(poles, name, rest, style):
    one, other = (style(f"{name} {pole}{rest}") for pole in poles)

    assert not compare(read(one), read(other)).passed, f"{one} | {other}"


@given(
    st.sampled_from(UP),
    st.sampled_from(UP),
    st.sampled_from(NAMES),
    st.sampled_from(NUMBERS[:4]),
    st.sampled_from(PERIODS),
)
def test_the_same_move_in_other_words_passes(one, other, name, number, period):
    finding = compare(read(f"{name} {one}{number}{period}"), read(f"{name} {other}{number}{period}"))

    assert finding.passed, finding.detail


@given(st.sampled_from(list(itertools.permutations(NAMES, 2))), st.sampled_from(UP + DOWN))
def test_another_name_never_passes(names, move):
    one, other = (read(f"{name} {move} 3%") for name in names)

    assert not compare(one, other).passed


@given(st.sampled_from(UP + DOWN), st.sampled_from(NAMES), st.floats(0.1, 99), st.floats(0.1, 99))
def test_another_figure_never_passes(move, name, one, other):
    if abs(one - other) < 0.05 * max(one, other):
        other = one * 2
    texts = (f"{name} {move} {figure:.2f}%" for figure in (one, other))

    assert not compare(*map(read, texts)).passed


@given(st.sampled_from(("not", "never", "no longer")), st.sampled_from(UP + DOWN), st.sampled_from(NAMES))
def test_a_negation_never_passes(negation, move, name):
    assert not compare(read(f"{name} {move}"), read(f"{name} {negation} {move}")).passed


@given(st.sampled_from(("may", "reportedly", "could", "is expected to", "denies it")), st.sampled_from(NAMES))
def test_another_certainty_never_passes(hedge, name):
    assert not compare(read(f"{name} cuts dividend"), read(f"{name} {hedge} cut dividend")).passed


@given(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(("buys", "upgrades", "sues", "slams", "overtakes", "zaps")),
)
def test_swapped_roles_never_pass(one, other, verb):
    if one != other:
        assert not compare(read(f"{one} {verb} {other}"), read(f"{other} {verb} {one}")).passed
