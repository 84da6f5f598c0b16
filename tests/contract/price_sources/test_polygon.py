"""Polygon."""

from datetime import date, timedelta

import pytest
from tests.fakes.price_vendor import KEY, NOW, aggregate, json_of, utc

from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar


async def test_polygon_bars_are_asked_for_as_traded_and_with_the_key_in_a_header(wire, polygon):
    opened = utc(2026, 3, 4, 15, 30)
    wire.answer = lambda path, query: json_of({"status": "OK", "results": [aggregate(opened)]})

    batch = await polygon.bars("AAPL", Interval.MINUTE, start=opened, end=opened + timedelta(minutes=1))

    path, query, headers = wire.asked[0]
    ms = int(opened.timestamp() * 1000)
    assert batch == PriceBatch(
        "AAPL", Interval.MINUTE, [Bar(opened, 100.0, 101.0, 99.0, 100.5, 1_000.0)], [], "polygon"
    )
    assert path == f"/v2/aggs/ticker/AAPL/range/1/minute/{ms}/{ms + 59_999}"
    assert query == {"adjusted": "false", "sort": "asc", "limit": "50000"}
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert len(wire.asked) == 1


async def test_polygon_follows_pages_and_reads_the_splits_between_days(wire, polygon):
    def answer(path, query):
        if path == "/v3/reference/splits":
            split = {"ticker": "NVDA", "execution_date": "2024-06-10", "split_from": 1, "split_to": 10}
            return json_of({"status": "OK", "results": [split, split | {"split_from": 0}]})
        if "cursor" in query:
            return json_of({"status": "OK", "results": [aggregate(utc(2024, 6, 10, 4), 121.0)]})
        first = aggregate(utc(2024, 6, 7, 4), 1_208.0)  # midnight in New York
        return json_of({"status": "DELAYED", "results": [first], "next_url": f"{wire.url}{path}?cursor=abc"})

    wire.answer = answer

    batch = await polygon.bars("NVDA", Interval.DAY, start=utc(2024, 6, 7), end=utc(2024, 6, 11))

    assert [(bar.opened_at, bar.open) for bar in batch.bars] == [
        (utc(2024, 6, 7), 1_208.0),
        (utc(2024, 6, 10), 121.0),
    ]
    assert batch.splits == [Split(date(2024, 6, 10), 10.0)]
    assert "/2024-06-07/2024-06-10" in wire.asked[0][0]


@pytest.mark.parametrize("elsewhere", ["http://evil.example/v2/next", "//evil.example", "not a url\x00", 7])
async def test_polygon_never_takes_its_key_to_another_host(wire, polygon, elsewhere):
    wire.answer = lambda path, query: json_of({"status": "OK", "results": [], "next_url": elsewhere})

    with pytest.raises(SourceUnavailable, match="another host"):
        await polygon.bars("AAPL", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert len(wire.asked) == 1


async def test_polygon_stops_at_a_vendor_that_pages_without_end(wire, polygon):
    wire.answer = lambda path, query: json_of({"status": "OK", "results": [], "next_url": f"{wire.url}/again"})

    with pytest.raises(SourceUnavailable, match="pages"):
        await polygon.bars("BTC", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert len(wire.asked) == 40


@pytest.mark.parametrize(("ticker", "symbol"), [("BTC", "X:BTCUSD"), ("EURUSD", "C:EURUSD"), ("SPX", "I:SPX")])
async def test_polygon_has_its_own_names(wire, polygon, ticker, symbol):
    wire.answer = lambda path, query: json_of({"status": "OK"})

    batch = await polygon.bars(ticker, Interval.HOUR, start=NOW - timedelta(days=2), end=NOW)

    assert wire.asked[0][0].startswith(f"/v2/aggs/ticker/{symbol}/range/1/hour/")
    assert (list(batch.bars), len(wire.asked)) == ([], 1)  # what is no share is never split


async def test_bars_that_are_none_are_dropped_and_the_rest_goes_on(wire, polygon):
    good, at = aggregate(NOW - timedelta(minutes=2)), NOW - timedelta(minutes=3)
    bad = [
        aggregate(at, o="nan"),
        aggregate(at, c=-1),
        aggregate(at, v=-1),
        aggregate(at, h=None),
        aggregate(at, t="x"),
        aggregate(at, t=10**30),
        "row",
        None,
    ]
    wire.answer = lambda path, query: json_of({"status": "OK", "results": [*bad, good, good]})

    batch = await polygon.bars("AAPL", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert [bar.opened_at for bar in batch.bars] == [NOW - timedelta(minutes=2)]
