"""Instruments are found where they are meant, and only there."""

import pytest
from hypothesis import given, settings, strategies as st

from forethought.adapters.instruments.files import read_gazetteer
from forethought.domain.errors import ConfigurationError
from forethought.domain.news.gazetteer import Alias, Gazetteer, Instrument, InstrumentKind

GAZETTEER = read_gazetteer()
NAMES = [alias.text for one in GAZETTEER.instruments.values() for alias in one.aliases]


def coin(symbol: str, *aliases: Alias, codes: tuple[str, ...] = ()) -> Instrument:
    return Instrument(symbol, InstrumentKind.CRYPTO, "24/7", "USD", symbol, aliases, codes)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Apple beats estimates", ["AAPL"]),
        ("APPLE 1Q REV. $119.6B, EST. $117.9B", ["AAPL"]),
        ("Apple's iPhone sales and Microsoft-owned Xbox", ["AAPL", "MSFT"]),
        ("Google parent Alphabet (NASDAQ:GOOG)", ["GOOGL"]),
        ("Shares of Berkshire Hathaway <BRKb.N> rise; BRK.B", ["BRK.B"]),
        ("$btc and $ETH fly", ["BTC", "ETH"]),
        ("Bitcoin Cash rallies while bitcoin falls", ["BCH", "BTC"]),
        ("Ethereum Classic forks", ["ETC"]),
        ("S&P 500 ends higher, Dow flat", ["SPX", "DJI"]),
        ("Spot gold rises to $2,400 an ounce", ["XAU"]),
        ("Gold slips as dollar firms", ["XAU"]),
        ("Brent crude settles up; oil prices climb", ["BRENT", "WTI"]),
        ("EUR/USD falls, 10-year Treasury yield up", ["EURUSD", "US10Y"]),
        ("ASML (AMS:ASML) and Taiwan Semiconductor", ["ASML", "TSM"]),
        ("JPMorgan Chase & Co. earnings; J.P. Morgan hires", ["JPM"]),
        ("Polkadot (DOT) token jumps", ["DOT"]),
        ("Visa and Mastercard cut fees", ["V", "MA"]),
        ("Target and Walmart among retailers to report", ["TGT", "WMT"]),
        ("Coca\u2011Cola, McDonald\u2019s raise outlook", ["KO", "MCD"]),
    ],
)
def test_what_is_meant_is_found_in_order(text, symbols):
    assert GAZETTEER.find([text]) == [tuple(symbols)]


@pytest.mark.parametrize(
    "text",
    [
        "Apple pie wins gold medal at the fair",
        "4 Unique Benefits of Apple Cider Vinegar",
        "Apple Hospitality REIT (NYSE:APLE) raises dividend",
        "Student visa requirements eased for India",
        "Analysts lift price target on the stock",
        "Meta-analysis of 40 trials",
        "Amazon rainforest loses more trees",
        "Harrison Ford returns; an uber cool cast",
        "Department of Transportation (DOT) opens a link to sol and near",
        "Drugs for wet AMD patients",
        "Listed on the Nasdaq (NASDAQ: XYZQ)",
        "Canadian miner (TSE:V) drills; (ASX:META) too",
        "see https://example.com/bitcoin-news or visit www.apple.com and bitcoin.org",
        "snapple, pineapple and bitcoiners",
        "12 million euro grant",
        "$5m and $T1",
        "",
    ],
)
def test_what_is_not_meant_is_not_found(text):
    assert GAZETTEER.find([text]) == [()]


def test_a_bank_that_rates_another_is_not_what_the_news_is_about():
    found = GAZETTEER.find(["Microsoft price target raised at Morgan Stanley", "Morgan Stanley profit jumps"])

    assert found == [("MSFT",), ("MS",)]


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        *(("AAPL.O", "AAPL"), ("AAPL US Equity", "AAPL"), ("$AAPL", "AAPL"), ("NASDAQ:AAPL", "AAPL"), ("aapl", "AAPL")),
        *(("BRK-B", "BRK.B"), ("BRK/B", "BRK.B"), ("BRKb.N", "BRK.B"), ("GOOG", "GOOGL"), ("FB", "META")),
        *(("CRYPTO:BTC", "BTC"), ("X:BTCUSD", "BTC"), ("BTC-USD", "BTC"), ("BTCUSDT", "BTC"), ("BTC/USDT", "BTC")),
        *(("XBT", "BTC"), ("BTC=", "BTC"), ("C:EURUSD", "EURUSD"), ("EURUSD=X", "EURUSD"), ("EUR/USD", "EURUSD")),
        *(("FOREX:EUR", "EURUSD"), ("^GSPC", "SPX"), (".SPX", "SPX"), ("I:SPX", "SPX"), ("GC=F", "XAU")),
        *(("<AAPL.O>", "AAPL"), ("TPE:2330", "TSM")),
        # unknown, and well-formed
        *(("ZZTOP", "ZZTOP"), ("ZZZ.O", "ZZZ"), ("ZZZ US Equity", "ZZZ"), ("VOD.L", "VOD.L"), ("NYSE:ZZZ", "ZZZ")),
        *(("CRYPTO:META", "META-USD"), ("X:ZZZUSD", "ZZZ-USD"), ("CRYPTO:ZZZ", "ZZZ-USD")),
        # another company's, or nonsense
        *(
            ("TSE:V", None),
            ("LON:META", None),
            ("", None),
            ("not a symbol", None),
            ("\u0391PL", None),
            ("A" * 99, None),
        ),
    ],
)
def test_codes_of_vendors_become_our_symbols(code, symbol):
    assert GAZETTEER.resolve(code) == symbol


def test_the_longest_name_wins():
    gazetteer = Gazetteer([coin("A", Alias("big coin")), coin("B", Alias("big coin classic"))])

    assert gazetteer.find(["Big Coin Classic and big coin"]) == [("B", "A")]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (coin("A"), "A: is listed twice"),
        (coin("B", Alias("Big  coin")), "B: 'Big  coin' is a name of A already"),
        (coin("B", Alias("BIG COIN", exact=True)), "B: 'BIG COIN' is a name of A already"),
        (coin("B", codes=("a-usd",)), "B: 'a-usd' is a code of A already"),
        (coin("b"), "'b': a symbol must match"),
        (coin("B", Alias("?!")), "has no letter or figure"),
    ],
)
def test_what_two_instruments_share_is_refused(second, said):
    with pytest.raises(ConfigurationError, match=said.replace("?", r"\?")):
        Gazetteer([coin("A", Alias("big coin")), second])


def test_names_that_differ_by_case_can_be_two_where_case_counts():
    gazetteer = Gazetteer([coin("A", Alias("Sui", exact=True)), coin("B", Alias("sui", exact=True))])

    assert gazetteer.find(["sui Sui"]) == [("B", "A")]


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=8), st.sampled_from("$(<:)>. ")), max_size=30))
@settings(deadline=None)
def test_any_text_is_searched(parts):
    (found,) = GAZETTEER.find([" ".join(parts)])

    assert len(set(found)) == len(found)
    assert set(found) <= set(GAZETTEER.instruments)


@given(st.text(max_size=50))
def test_any_code_is_read(code):
    GAZETTEER.resolve(code)


@pytest.mark.parametrize(
    "piece",
    ["Apple ", "S&", "www.", "https://a ", "$A", "(A", "NYSE:", "NYSE: ", "<A", "J.P. ", "x", " ", "gold ", "US "],
)
def test_a_long_text_of_anything_is_searched_in_linear_time(piece):
    """Quadratic time would run into the suite's limit."""
    GAZETTEER.find([piece * ((1 << 18) // len(piece))])
