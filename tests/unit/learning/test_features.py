from hypothesis import given, strategies as st

from forethought.adapters.learning.features import MAX_WORDS, TEXT_SCALE, features, text_matrix, words


def test_which_clause_a_word_stands_in_makes_a_difference():
    one = set(features("Gold slips as the dollar rises"))
    other = set(features("Gold rises as the dollar slips"))

    assert "c=^=slips" in one - other
    assert "c=as=rises" in one - other


def test_a_word_after_a_negation_is_marked():
    assert "n=fall" in features("Gold does not fall")
    assert "n=fall" not in features("Gold may fall")


def test_words_that_stand_apart_make_a_pair():
    assert "p=snaps_decline" in features("Gold snaps three-day decline")
    assert "p=snaps_gain" in features("Gold snaps 3-session gain".replace("session ", "day "))


def test_figures_are_all_one_but_for_sign_and_per_cent():
    assert words("up 0.3% to $1,116") == words("up 4.7% to $998")
    assert words("up 0.3%") != words("up 0.3")
    assert words("+0.3%") != words("-0.3%")


def test_only_the_head_of_a_long_text_is_read():
    assert len(words("word " * 10_000)) == MAX_WORDS


def test_rows_have_one_norm_and_an_empty_text_has_none():
    rows = text_matrix(["Gold rises", "https://example.org"])

    assert abs(rows[0].multiply(rows[0]).sum() ** 0.5 - TEXT_SCALE) < 1e-5
    assert rows[1].nnz == 0


@given(st.text(max_size=400))
def test_any_text_can_be_read(text):
    assert all(isinstance(name, str) for name in features(text))
