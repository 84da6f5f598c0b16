"""The library of usual events, and what is asked of which instrument."""

import string

import pytest

from forethought.adapters.files.event_library import read_event_library
from forethought.application.warm import UsualEvent, usual_questions
from forethought.domain.errors import ConfigurationError
from forethought.domain.news.gazetteer import Instrument, InstrumentKind

APPLE = Instrument("AAPL", InstrumentKind.STOCK, "XNAS", "USD", "Apple")
BITCOIN = Instrument("BTC", InstrumentKind.CRYPTO, "24/7", "USD", "Bitcoin")
GOLD = Instrument("XAU", InstrumentKind.COMMODITY, "CMES", "USD", "Gold")
EURO = Instrument("EURUSD", InstrumentKind.FX, "24/5", "USD", "Euro")
S_AND_P = Instrument("SPX", InstrumentKind.INDEX, "XNYS", "USD", "S&P 500")


def test_the_library_knows_at_least_forty_events_and_every_kind_of_instrument():
    library = read_event_library()

    by_kind = {kind: sum(kind in event.kinds for event in library) for kind in InstrumentKind}
    assert len(library) >= 40
    assert {kind.value for kind, count in by_kind.items() if count >= 15} == set(InstrumentKind) - {"rate"}


def test_no_two_texts_of_the_library_are_the_same_for_one_instrument():
    library = read_event_library()

    for instrument in (APPLE, BITCOIN, GOLD, EURO, S_AND_P):
        texts = [question.text for question in usual_questions([instrument], library)]
        assert len(set(texts)) == len(texts)


def test_nothing_is_left_to_fill_in():
    library = read_event_library()

    questions = list(usual_questions([APPLE, BITCOIN, GOLD, EURO, S_AND_P], library))

    left = [q.text for q in questions if any(name is not None for _, name, _, _ in string.Formatter().parse(q.text))]
    assert left == []
    assert "Apple (AAPL) posts quarterly profit 10% above analysts' estimates" in {q.text for q in questions}


def test_an_instrument_is_asked_of_what_happens_to_its_kind_before_the_next_one():
    library = [
        UsualEvent("beat", frozenset({InstrumentKind.STOCK}), ("{name} beats", "{ticker} beats")),
        UsualEvent("cpi", frozenset({InstrumentKind.CRYPTO, InstrumentKind.STOCK}), ("CPI is up",)),
    ]

    asked = [(question.asset, question.text) for question in usual_questions([BITCOIN, APPLE], library)]

    assert asked == [("BTC", "CPI is up"), ("AAPL", "Apple beats"), ("AAPL", "AAPL beats"), ("AAPL", "CPI is up")]


def test_a_name_that_looks_like_a_placeholder_stays_a_name():
    odd = Instrument("ODD", InstrumentKind.STOCK, "XNYS", "USD", "{x} {ticker.__class__}")
    library = [UsualEvent("beat", frozenset({InstrumentKind.STOCK}), ("{name} beats",))]

    assert [question.text for question in usual_questions([odd], library)] == ["{x} {ticker.__class__} beats"]


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ("[[event", "TOML"),
        ('[[event]]\nid = "a"\nkinds = ["stock"]\ntexts = []', "texts"),
        ('[[event]]\nid = "a"\nkinds = ["boat"]\ntexts = ["x"]', "kinds"),
        ('[[event]]\nid = "a"\nkinds = ["stock"]\ntexts = ["{x}"]', "no values for x"),
        ('[[event]]\nid = "a"\nkinds = ["stock"]\ntexts = ["{"]', "a"),
        ('[[event]]\nid = "a"\nkinds = ["stock"]\ntexts = ["x"]\nmore = 1', "more"),
        ('[[event]]\nid = "a"\nkinds = ["stock"]\ntexts = ["x"]\n' * 2, "given twice: a"),
    ],
)
def test_a_library_that_cannot_be_used_is_refused_and_says_where(tmp_path, body, match):
    file = tmp_path / "events.toml"
    file.write_text(body)

    with pytest.raises(ConfigurationError, match=match):
        read_event_library(file)


def test_a_library_that_is_missing_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        read_event_library(tmp_path / "nowhere.toml")
