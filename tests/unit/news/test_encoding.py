"""A wrong decoding is undone where the whole text proves it, and nowhere else."""

import pytest
from hypothesis import given, strategies as st

from forethought.domain.news.encoding import damage, repair

LATIN = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]))


def as_windows(text: str) -> str:
    """Show UTF-8 as browsers show Windows-1252."""
    return "".join(bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)) for b in text.encode())


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("Soci\u00c3\u00a9t\u00c3\u00a9", "Soci\u00e9t\u00e9"),
        (
            as_windows("Apple\u2019s \u201cbest\u201d quarter \u2013 \u20ac5bn"),
            "Apple\u2019s \u201cbest\u201d quarter \u2013 \u20ac5bn",
        ),
        (as_windows(as_windows("it\u2019s")), "it\u2019s"),
        ("it\u2019s".encode().decode("latin-1"), "it\u2019s"),
        ("\x93best\x94 \x80 5bn", "\u201cbest\u201d \u20ac 5bn"),
        (as_windows("to the moon \U0001f680"), "to the moon \U0001f680"),
    ],
)
def test_what_can_be_repaired_is(damaged, meant):
    assert repair([damaged]) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "Oil fell",
        "Soci\u00e9t\u00e9 G\u00e9n\u00e9rale",
        "S\u00c3O PAULO",
        "\u00c2ge",
        "caf\u00e9 \u2013 \u201cna\u00efve\u201d",
        "\u6bd4\u7279\u5e01",
        "\u00a35m \u00b0C",
    ],
)
def test_what_is_sound_stays(text):
    assert repair([text]) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Oil \ufffd fell",
        "half a pair \ud83d",
        "\u201cproper\u201d and Soci\u00c3\u00a9t\u00c3\u00a9",
        "undefined \x81",
        "Soci\u00c3\u00a9t\u00c3\u00a9 and G\u00e9n\u00e9rale",
    ],
)
def test_what_is_not_certain_is_refused(text):
    assert repair([text]) == [None]
    assert damage(text) is not None


@given(LATIN)
def test_a_text_shown_in_the_wrong_table_is_never_read_as_another_text(text):
    (read,) = repair([as_windows(text)])

    assert read in {None, text, as_windows(text)}


@given(st.text())
def test_repairing_again_changes_nothing(text):
    (read,) = repair([text])

    assert read is None or repair([read]) == [read]
