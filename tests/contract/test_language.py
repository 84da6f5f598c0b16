"""What tells the language of a text promises: English is never taken for another language."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from forethought.adapters.language.langid import LangId
from forethought.domain.news.columns import leads

LANGUAGES = LangId()
SHARED = Path(__file__).parents[3] / "shared" / "data"

ENGLISH = [
    "TSLA +4% pre-mkt",
    "Apple beats estimates, shares rise",
    "AAPL, MSFT, NVDA lead Nasdaq higher",
    "Deutsche Bank Aktiengesellschaft Lowers QUALCOMM (NASDAQ:QCOM) Price Target to $160.00",
    "Grupo Aval Acciones y Valores S.A. reports Q3 results",
    "PepsiCo declares $0.955 dividend",
    "OMV Aktiengesellschaft reports Q4 results",
    "BTC",
    "$SPY $IWM $DAL $BRK.B $JPM",
    "FED HOLDS RATES",
    "",
]
OTHERS = {
    "de": "Die Aktie des Autobauers steigt nach starken Quartalszahlen, der Index schlie\u00dft im Plus.",
    "fr": "L\u2019action du constructeur grimpe apr\u00e8s des r\u00e9sultats sup\u00e9rieurs aux attentes.",
    "es": "Las acciones suben tras unos resultados trimestrales mejores de lo que esperaban los analistas.",
    "it": "Il titolo sale in Borsa dopo i risultati trimestrali superiori alle attese degli analisti.",
    "pt": "As a\u00e7\u00f5es sobem depois de resultados trimestrais acima das expectativas dos analistas.",
    "nl": "Het aandeel van de autobouwer stijgt na kwartaalcijfers die beter waren dan analisten hadden verwacht.",
    "ja": "\u682a\u4fa1\u306f\u6c7a\u7b97\u767a\u8868\u5f8c\u306b\u4e0a\u6607\u3057\u307e\u3057\u305f\u3002",
    "zh": "\u6bd4\u7279\u5e01\u4ef7\u683c\u5927\u5e45\u4e0a\u6da8\u3002",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_english_or_unknown(text):
    assert LANGUAGES.identify([text])[0] in {"en", None}


@pytest.mark.parametrize(("language", "text"), OTHERS.items())
def test_other_languages_are_told(language, text):
    assert LANGUAGES.identify([text]) == [language]


def test_a_plain_sentence_is_english():
    assert LANGUAGES.identify(["Oil prices fell on Monday after the group agreed to raise output."]) == ["en"]


@given(st.lists(st.text(st.characters()), max_size=3))
@settings(deadline=None)
def test_any_text_has_an_answer(texts):
    assert len(LANGUAGES.identify(texts)) == len(texts)


def test_a_mebibyte_costs_no_more_than_a_page():
    assert LANGUAGES.identify(["Oil prices fell on Monday. " * 40_000]) == ["en"]


def test_hardly_any_article_in_english_is_unknown_or_taken_for_another_language():
    """Of the file 0.5 % is in other languages, judged by eye."""
    path = SHARED / "news" / "us_stock_news_2022q4.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    table = pd.read_parquet(path).iloc[::4]

    found = LANGUAGES.identify(leads(list(table.title), list(table.description.fillna(""))))

    assert found.count(None) / len(found) < 0.01
    assert sum(language not in {"en", None} for language in found) / len(found) < 0.01
