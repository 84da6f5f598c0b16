"""What every source that speaks HTTP by itself does when its vendor fails, stalls or sends too much."""

import logging
from datetime import timedelta

import pytest
from tests.fakes.price_vendor import FAST, KEY, NOW, aggregate, json_of, utc

from forethought.adapters.marketdata.vendor import VendorHttp
from forethought.application.ports.prices import Interval, SourceUnavailable


@pytest.mark.parametrize(
    ("answer", "attempts"),
    [
        (json_of({}, 500), 3),
        (json_of({}, 408), 3),
        (json_of({}, 401), 1),
        (json_of({}, 404), 1),
        (json_of({}, 302, Location="http://127.0.0.1:1/"), 1),
        (json_of([1]), 1),
        ((200, {}, b"<html>back soon</html>"), 1),
        ((200, {}, b"[" * 100_000), 1),
        ((200, {"Content-Length": "999"}, b"{"), 3),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), 3),
    ],
)
async def test_what_may_pass_is_tried_again_and_the_rest_is_not(wire, vendor, caplog, answer, attempts):
    wire.answer = lambda path, query: answer
    caplog.set_level(logging.DEBUG)

    with pytest.raises(SourceUnavailable) as caught:
        await vendor.bars("AAPL", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert len(wire.asked) == attempts
    assert KEY not in f"{caught.value}{caught.value.__cause__}{caplog.text}"


async def test_a_vendor_that_recovers_is_believed(wire, polygon):
    answers = iter([json_of({}, 503), json_of({"status": "OK", "results": [aggregate(NOW - timedelta(minutes=1))]})])
    wire.answer = lambda path, query: next(answers)

    batch = await polygon.bars("AAPL", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert len(batch.bars) == 1


@pytest.mark.parametrize(("header", "waits"), [("17", 17.0), ("-3", 0.0), ("1e99", 86_400.0), ("nan", None)])
async def test_a_vendor_that_asks_us_to_wait_is_not_asked_again(wire, polygon, header, waits):
    wire.answer = lambda path, query: json_of({}, 429, **{"Retry-After": header})

    with pytest.raises(SourceUnavailable) as caught:
        await polygon.bars("AAPL", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert (caught.value.retry_after_s, len(wire.asked)) == (waits, 1)


async def test_an_answer_that_is_too_long_is_cut_off(wire):
    vendor = VendorHttp("vendor", base_url=wire.url, calls_per_min=FAST, body_limit=1_000)
    wire.answer = lambda path, query: json_of({"x": "y" * 2_000})

    with pytest.raises(SourceUnavailable, match="1000 bytes"):
        await vendor.get("/")

    await vendor.close()


@pytest.mark.parametrize("ticker", ["../v3/x", "A B", "AAPL?x=1", "", "X" * 50, "BTCUSDT", "CRYPTO", "A\nB"])
async def test_what_is_no_ticker_never_reaches_an_address(wire, vendor, ticker):
    with pytest.raises(SourceUnavailable):
        await vendor.bars(ticker, Interval.DAY, start=utc(2026, 3, 1), end=NOW)

    assert not wire.asked
