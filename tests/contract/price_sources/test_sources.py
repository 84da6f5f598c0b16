"""Which sources the environment turns on, and what a ticker is to them."""

import pytest
from tests.fakes.price_vendor import KEY, NOW

from forethought.adapters.marketdata.sources import price_sources
from forethought.adapters.marketdata.symbols import Traded, read_ticker
from forethought.adapters.system.clock import VirtualClock
from forethought.domain.news.gazetteer import InstrumentKind


async def test_a_source_without_a_key_is_off_and_says_why():
    found = price_sources({"FORETHOUGHT_POLYGON_KEY": "abc def"}, clock=VirtualClock(NOW))

    assert [(each.name, each.off) for each in found][:2] == [
        ("polygon", "FORETHOUGHT_POLYGON_KEY holds something that cannot be a key"),
        ("alpha_vantage", "FORETHOUGHT_ALPHA_VANTAGE_KEY is not set"),
    ]
    assert [each.source is None for each in found][:2] == [True, True]


async def test_sources_are_listed_without_their_keys():
    keys = {"FORETHOUGHT_POLYGON_KEY": KEY, "FORETHOUGHT_ALPHA_VANTAGE_KEY": KEY}
    found = price_sources(keys, clock=VirtualClock(NOW))

    assert KEY not in repr(found)
    assert [each.name for each in found if each.source is not None][:2] == ["polygon", "alpha_vantage"]
    for each in found:
        if each.source is not None:
            await each.source.close()


@pytest.mark.parametrize(
    ("ticker", "expected"),
    [
        ("btc", Traded(InstrumentKind.CRYPTO, "BTC")),
        ("BTC-EUR", Traded(InstrumentKind.CRYPTO, "BTC", "EUR")),
        ("ETHUSD", Traded(InstrumentKind.CRYPTO, "ETH")),
        ("XAU", Traded(InstrumentKind.COMMODITY, "XAU")),
        ("XAUUSD", Traded(InstrumentKind.COMMODITY, "XAU")),
        ("EUR/USD", Traded(InstrumentKind.FX, "EUR", "USD")),
        ("SPX", Traded(InstrumentKind.INDEX, "SPX")),
        ("BRK.B", Traded(InstrumentKind.STOCK, "BRK.B")),
        ("7203.T", Traded(InstrumentKind.STOCK, "7203.T")),
        ("BTCUSDT", None),
        ("CRYPTO", None),
    ],
)
def test_a_ticker_is_read_as_what_it_is(ticker, expected):
    assert read_ticker(ticker) == expected
