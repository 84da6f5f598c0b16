"""Events prompts taken apart; any other text is left whole."""

import pytest
from hypothesis import given, strategies as st

from forethought.domain.prompt import MAX_ROWS, decompose

HEAD = """Column descriptions:
summary: What happened
category: Its kind
events_evolution: What has become of it

DataFrame:
"""


def row(number: int, summary: str, evolution: str = "open") -> str:
    return f"Row {number}\nsummary: {summary}\ncategory: macro\nevents_evolution: {evolution}\n"


def test_a_prompt_has_columns_rows_and_an_instruction():
    found = decompose(HEAD + row(1, "Rates cut") + row(2, "Bank opened") + "\nAnswer 1, 0 or -1.")

    assert found is not None
    assert [(each.news, each.evolution) for each in found.rows] == [
        ("Rates cut\ncategory: macro", "open"),
        ("Bank opened\ncategory: macro", "open"),
    ]
    assert (found.columns, found.instruction) == (HEAD.partition("DataFrame:")[0].strip(), "Answer 1, 0 or -1.")


def test_a_value_may_run_over_several_lines_and_hold_colons():
    found = decompose(HEAD + row(1, "Rates cut\nto 3 %: at once\nunknown: column") + row(2, "x"))

    assert found is not None
    assert found.rows[0].values["summary"] == "Rates cut\nto 3 %: at once\nunknown: column"


def test_the_newest_row_is_the_latest_in_time_and_the_last_on_a_tie():
    head = HEAD.replace("summary:", "datetime_est: When\nsummary:", 1)
    rows = [
        f"Row {i}\ndatetime_est: 2026-01-0{day}\nsummary: s\ncategory: c\nevents_evolution: e\n"
        for i, day in enumerate((2, 3, 3, 1))
    ]

    found = decompose(head + "".join(rows))

    assert found is not None
    assert found.newest == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gold rises",
        "Column descriptions: of the temple\nDataFrame: none",
        HEAD,
        HEAD.replace("summary", "title") + row(1, "x").replace("summary", "title"),
        HEAD + "Row 1\ncategory: macro\n",
        HEAD + row(1, ""),
        HEAD + "".join(row(i, "x") for i in range(MAX_ROWS + 1)),
    ],
)
def test_any_other_text_is_left_whole(text):
    assert decompose(text) is None


_LINES = st.text(
    st.characters(exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=("Cs",)), max_size=40
)


@given(st.lists(_LINES.map(str.strip).filter(bool), min_size=1, max_size=6))
def test_what_is_written_as_rows_is_read_as_rows(summaries):
    found = decompose(HEAD + "".join(row(i, summary) for i, summary in enumerate(summaries)))

    assert found is not None
    assert [each.values["summary"] for each in found.rows] == summaries


@given(st.text())
def test_no_text_breaks_it(text):
    decompose(text)
    decompose(HEAD + text)
