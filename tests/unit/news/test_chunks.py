"""Long texts are cut at sentences, and nothing is lost."""

import pytest
from hypothesis import given, strategies as st

from forethought.domain.news.chunks import chunks

TEXT = "Apple Inc. rose 3.5 % on Monday. Mr. Cook was pleased! Was it the U.S. market? Analysts doubt it."


def test_a_short_text_is_one_piece():
    assert chunks(TEXT) == [TEXT]


def test_pieces_end_where_sentences_end():
    assert chunks(TEXT, max_chars=60) == [
        "Apple Inc. rose 3.5 % on Monday. Mr. Cook was pleased!",
        "Was it the U.S. market? Analysts doubt it.",
    ]


def test_a_paragraph_ends_a_sentence():
    assert chunks("Oil falls\nGold rises", max_chars=12) == ["Oil falls", "Gold rises"]


def test_pieces_overlap_by_whole_sentences():
    assert chunks("One two. Three four. Five six.", max_chars=20, overlap_chars=10) == [
        "One two. Three four.",
        "Five six.",
    ]
    assert chunks("Up. Down. Flat. Up again.", max_chars=16, overlap_chars=6) == ["Up. Down. Flat.", "Flat. Up again."]


@given(st.text(), st.integers(1, 50))
def test_no_character_but_white_space_is_lost(text, most):
    found = chunks(text, max_chars=most)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(piece) <= most for piece in found)


@given(st.lists(st.sampled_from(["Oil fell.", "No.", "x" * 30, "\n", "Why? "])).map(" ".join), st.integers(2, 60))
def test_pieces_with_overlap_are_no_longer(text, most):
    assert all(len(piece) <= most for piece in chunks(text, max_chars=most, overlap_chars=most // 2))


@pytest.mark.parametrize("piece", [".", ". ", "x", " ", "\n", "Inc. ", "a.", "!)", "\u3002"])
def test_a_mebibyte_of_anything_is_cut_in_linear_time(piece):
    chunks(piece * ((1 << 20) // len(piece)), overlap_chars=200)


@pytest.mark.parametrize(("most", "overlap"), [(0, 0), (10, 6), (10, -1)])
def test_sizes_that_make_no_sense_are_refused(most, overlap):
    with pytest.raises(ValueError, match="max_chars"):
        chunks("x", max_chars=most, overlap_chars=overlap)
