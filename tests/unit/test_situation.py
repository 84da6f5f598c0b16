"""What makes two questions the same situation."""

import pytest
from hypothesis import given, strategies as st

from forethought.domain.decision import Scope
from forethought.domain.situation import Component, ComponentType, Situation, read_situation

SCOPE = Scope("default", "1", "XAU", "inserted")
CONTEXT = ("Rates were cut.", "The harvest failed.", "Stocks are high.")
EVENTS = """Column descriptions:
datetime_est: When
summary: What
events_evolution: Since

DataFrame:
Row 1
datetime_est: 2026-03-01 10:00:00
summary: A bank has opened
events_evolution: still open
Row 2
datetime_est: 2026-03-01 11:00:00
summary: A fund has bought coins
events_evolution: bought more

Expected change of the price: 0.4 %. Answer 1, 0 or -1."""


def situation(text: str = "Gold rises", *, scope: Scope = SCOPE, context=CONTEXT, **options) -> Situation:
    pieces = [Component(ComponentType.CONTEXT, each) for each in context]
    return read_situation(
        text, scope=scope, instruction=options.pop("instruction", "Judge."), context=pieces, **options
    )


def sha(*args, model: str = "m1", **options) -> str:
    return situation(*args, **options).sha(model)


@given(st.permutations(CONTEXT))
def test_the_order_of_context_does_not_matter(context):
    assert sha(context=context) == sha()


def test_white_space_and_unicode_forms_do_not_matter():
    assert sha("Café\u00a0 rises\n") == sha("Cafe\u0301 rises")


def test_what_is_only_for_looking_up_does_not_matter():
    assert sha(tags=("fed",), location="US") == sha()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Gold rises."},
        {"text": "gold rises"},
        {"context": CONTEXT[:2]},
        {"context": (*CONTEXT, "More.")},
        {"instruction": "Judge well."},
        {"scope": Scope("other", "1", "XAU", "inserted")},
        {"scope": Scope("default", "2", "XAU", "inserted")},
        {"scope": Scope("default", "1", "BTC", "inserted")},
        {"scope": Scope("default", "1", "XAU", "panel")},
        {"model": "m2"},
    ],
)
def test_whatever_else_changes_makes_another_situation(change):
    assert sha(**change) != sha()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("A bank has opened", "A bank has closed"),
        ("A fund has bought coins", "A fund has sold coins"),
        ("still open", "closed since"),
        ("0.4 %", "-0.4 %"),
        ("10:00:00", "10:00:01"),
        ("Answer 1", "Say 1"),
        ("summary: What\n", "summary: What happened\n"),
    ],
)
def test_any_row_time_or_figure_of_an_events_prompt_makes_another_situation(was, becomes):
    assert was in EVENTS
    assert sha(EVENTS.replace(was, becomes)) != sha(EVENTS)


def test_an_events_prompt_brings_its_own_instruction_and_its_newest_event_is_the_news():
    found = situation(EVENTS, context=())

    assert (found.format, found.news.component.text) == ("events", "A fund has bought coins")
    assert [c.type for c in found.prompts] == [ComponentType.TEMPLATE, ComponentType.INSTRUCTION]
    assert "Judge." not in [c.text for c in found.prompts]
    assert len(found.row_ids) == 2


def test_a_name_is_64_hex_digits():
    assert len(sha()) == 64
    assert int(sha(), 16) >= 0


def test_every_type_has_a_kind_and_a_weight():
    assert {t.kind for t in ComponentType} == {"prompt", "news", "context"}
    assert {t.weight_name for t in ComponentType} == {"instruction", "context", "news", "market"}
