"""Lists of instruments: the package's own, and what a file of one's own adds."""

import re
from pathlib import Path

import exchange_calendars
import pandas as pd
import pytest

from forethought.adapters.instruments.files import read_gazetteer
from forethought.domain.errors import ConfigurationError
from forethought.domain.news import columns
from forethought.domain.news.gazetteer import InstrumentKind

SHARED = Path(__file__).parents[3] / "shared" / "data"
MINIMAL = '[instruments.ZZZ]\nkind = "stock"\nexchange = "XNYS"\nname = "Zebra Zoo"\n'


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def shared(name: str) -> pd.DataFrame:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return pd.read_parquet(path)


def test_the_package_s_own_list_covers_the_market():
    found = read_gazetteer().instruments
    count = {kind: sum(one.kind is kind for one in found.values()) for kind in InstrumentKind}

    assert len(found) >= 80
    assert set(found) >= {"AAPL", "MSFT", "GOOGL", "AMZN", "META", "NVDA", "TSLA", "BRK.B", "JPM", "V", "BTC", "ETH"}
    assert count["crypto"] >= 20
    assert min(count.values()) >= 4


def test_each_calendar_is_one_that_exists():
    known = set(exchange_calendars.get_calendar_names(include_aliases=True))

    assert {one.exchange for one in read_gazetteer().instruments.values()} <= known


def test_each_instrument_is_found_by_its_full_name():
    gazetteer = read_gazetteer()

    missed = [s for s, one in gazetteer.instruments.items() if gazetteer.find([f"{one.name} crypto token"]) != [(s,)]]

    # Names that mean the instrument only beside other words.
    assert set(missed) <= {"ICP", "POL", "MS", "AVAX", "SPY", "VOO", "IXIC"}


def test_a_file_of_one_s_own_adds_and_overrides(tmp_path):
    text = MINIMAL + 'aliases = ["the zoo"]\n[instruments.AAPL]\nname = "Apple Computer"\nexact = ["Cupertino"]\n'

    gazetteer = read_gazetteer(own(tmp_path, text))

    apple = gazetteer.instruments["AAPL"]
    assert (apple.name, apple.exchange, apple.kind) == ("Apple Computer", "XNAS", "stock")
    assert gazetteer.find(["The Zoo, Cupertino and the iPhone; ZZZ"]) == [("ZZZ", "AAPL")]
    assert gazetteer.resolve("ZZZ.N") == "ZZZ"


def test_lists_of_words_are_shared(tmp_path):
    text = MINIMAL + 'ambiguous = [{ text = "Zoo", needs = ["@beasts"] }]\n[words]\nbeasts = ["lion"]\n'

    gazetteer = read_gazetteer(own(tmp_path, text))

    assert gazetteer.find(["Zoo and lion", "Zoo"]) == [("ZZZ",), ()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[instruments", "not TOML"),
        ("[instruments.ZZZ]\n", "mine.toml: ZZZ: kind: Field required"),
        (MINIMAL + 'sort = "x"\n', "mine.toml: ZZZ: sort: Extra inputs"),
        (MINIMAL.replace("stock", "bond"), "mine.toml: ZZZ: kind: Input should be"),
        (MINIMAL.replace("XNYS", "nyse"), "mine.toml: ZZZ: exchange"),
        (MINIMAL + 'currency = "dollar"\n', "mine.toml: ZZZ: currency"),
        (MINIMAL.replace("ZZZ", "zzz"), "mine.toml: instruments.zzz"),
        (MINIMAL + 'aliases = ["bitcoin"]\n', "ZZZ: 'bitcoin' is a name of BTC already"),
        (MINIMAL + 'codes = ["AAPL.O"]\n', "ZZZ: 'AAPL.O' is a code of AAPL already"),
        (MINIMAL + 'ambiguous = [{ text = "Zoo", needs = ["@none"] }]\n', "no list of words named 'none'"),
        (MINIMAL + 'ambiguous = [{ text = "Zoo", needs = ["Two Words"] }]\n', "mine.toml: ZZZ: ambiguous.0.needs.0"),
        ("[other]\n", "mine.toml: other"),
    ],
)
def test_a_wrong_file_is_refused_with_symbol_and_field(tmp_path, text, said):
    with pytest.raises(ConfigurationError) as caught:
        read_gazetteer(own(tmp_path, text))

    assert said in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_gazetteer(tmp_path / "none.toml")


def test_companies_are_found_in_real_news_where_they_are_named():
    """Most of these articles do not name the company that they are filed under in headline and summary."""
    table = shared("news/us_stock_news_2022q4.parquet")
    texts = columns.leads(list(table.title), list(table.description.fillna("")))
    words = {"AAPL": "Apple", "NVDA": "NVIDIA", "QCOM": "Qualcomm", "ASML": "ASML", "AVGO": "Broadcom", "TSM": "TSMC"}

    found = read_gazetteer().find(texts)

    named = [
        (word, symbol in about)
        for text, symbol, about in zip(texts, table.company, found, strict=True)
        if (word := words.get(symbol)) and word.casefold() in text.casefold()
    ]
    assert len(named) > 1_000
    assert sum(hit for _, hit in named) / len(named) >= 0.98


def test_bitcoin_is_found_in_real_news_where_it_is_named():
    table = shared("news/btc_news_2025-05.parquet")
    texts = columns.leads(list(table.headline), list(table.summary.fillna("")))

    found = [
        ("BTC" in about)
        for about, text in zip(read_gazetteer().find(texts), texts, strict=True)
        if re.search(r"\bbitcoin\b", text, re.IGNORECASE)
    ]

    assert len(found) > 3_000
    assert sum(found) / len(found) >= 0.98
