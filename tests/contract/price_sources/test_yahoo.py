"""Yahoo."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from tests.fakes.price_vendor import NOW, json_of, utc

from forethought.adapters.marketdata.yahoo import Yahoo, as_traded, splits_of
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.prices import Interval, SourceUnavailable, Split
from forethought.domain.market import Bar


def chart(times: list[datetime], opens: list[float], volume: int, splits: dict[date, str] | None = None) -> dict:
    """Return the document of `/v8/finance/chart`, with prices as Yahoo has them: adjusted for splits."""
    seconds = [int(at.timestamp()) for at in times]
    period = {"timezone": "EST", "start": 1_771_943_400, "end": 1_771_966_800, "gmtoffset": -18_000}
    numbers = {"open": opens, "high": [o + 1 for o in opens], "low": [o - 1 for o in opens], "close": opens}
    events = {
        str(int(utc(on.year, on.month, on.day, 14, 30).timestamp())): {
            "date": int(utc(on.year, on.month, on.day, 14, 30).timestamp()),
            "numerator": float(ratio.split(":")[0]),
            "denominator": float(ratio.split(":")[1]),
            "splitRatio": ratio,
        }
        for on, ratio in (splits or {}).items()
    }
    meta = {
        "currency": "USD",
        "symbol": "AAPL",
        "exchangeName": "NMS",
        "instrumentType": "EQUITY",
        "firstTradeDate": 345_479_400,
        "regularMarketTime": seconds[-1],
        "gmtoffset": -18_000,
        "timezone": "EST",
        "exchangeTimezoneName": "America/New_York",
        "regularMarketPrice": opens[-1],
        "priceHint": 2,
        "currentTradingPeriod": {"pre": period, "regular": period, "post": period},
        "tradingPeriods": [[period | {"start": s - 3_600, "end": s + 20_000}] for s in seconds],
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "max"],
    }
    quote = {**numbers, "volume": [volume] * len(opens)}
    result = {
        "meta": meta,
        "timestamp": seconds,
        "events": {"splits": events} if events else {},
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": opens}]},
    }
    return {"chart": {"result": [result], "error": None}}


@pytest.fixture
async def yahoo(wire, tmp_path: Path):
    """The real yfinance, every call of whose session goes to the local server instead."""
    yfinance = pytest.importorskip("yfinance")
    session_of = pytest.importorskip("curl_cffi.requests").Session

    class Local(session_of):
        def request(self, method, url, *args, **options):
            parts = urlsplit(url)
            return super().request(method, f"{wire.url}{parts.path}?{parts.query}", *args, **options)

    yfinance.set_tz_cache_location(str(tmp_path))
    yfinance.data.YfData._instances.clear()
    source = Yahoo(clock=VirtualClock(NOW), session=Local())
    yield source
    await source.close()
    yfinance.cache._TzDBManager.close_db()
    yfinance.cache._CookieDBManager.close_db()
    yfinance.cache._ISINDBManager.close_db()


async def test_yahoo_prices_are_multiplied_back_to_what_was_traded(wire, yahoo):
    days = [utc(2026, 2, 26, 14, 30), utc(2026, 2, 27, 14, 30), utc(2026, 3, 2, 14, 30)]
    wire.answer = lambda path, query: json_of(
        chart(days, [100.0, 101.0, 102.0], 4_000, {date(2026, 3, 2): "4:1", date(2026, 2, 27): "1:2"})
    )

    batch = await yahoo.bars("AAPL", Interval.DAY, start=utc(2026, 2, 26), end=utc(2026, 3, 3))

    assert [(bar.opened_at, bar.open, bar.volume) for bar in batch.bars] == [
        (utc(2026, 2, 26), 200.0, 2_000.0),
        (utc(2026, 2, 27), 404.0, 1_000.0),
        (utc(2026, 3, 2), 102.0, 4_000.0),
    ]
    assert batch.splits == [Split(date(2026, 2, 27), 0.5), Split(date(2026, 3, 2), 4.0)]
    assert "/v8/finance/chart/AAPL" in {path for path, _, _ in wire.asked}


async def test_yahoo_bars_of_the_past_are_undone_for_splits_that_came_later(wire, yahoo):
    opened = utc(2026, 2, 24, 14, 30)

    def answer(path, query):
        if query.get("interval") == "5m":
            return json_of(chart([opened], [50.0], 400))
        return json_of(chart([opened, utc(2026, 3, 2, 14, 30)], [50.0, 51.0], 400, {date(2026, 3, 2): "4:1"}))

    wire.answer = answer

    batch = await yahoo.bars("AAPL", Interval.FIVE_MINUTES, start=opened, end=opened + timedelta(hours=1))

    assert [(bar.opened_at, bar.open, bar.volume) for bar in batch.bars] == [(opened, 200.0, 100.0)]


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (json_of({"chart": {"result": None, "error": {"code": "Not Found", "description": "x"}}}, 404), "yahoo"),
        (json_of({}, 429), "wait"),
        (json_of({"chart": {"result": [{"meta": {}}], "error": None}}), "yahoo"),
        ((200, {}, b"<html>"), "yahoo"),
    ],
)
async def test_yahoo_s_troubles_end_here(wire, yahoo, answer, match):
    wire.answer = lambda path, query: answer

    with pytest.raises(SourceUnavailable, match=match):
        await yahoo.bars("MSFT", Interval.DAY, start=utc(2026, 2, 26), end=utc(2026, 3, 3))


async def test_a_time_in_which_nothing_traded_on_yahoo_is_empty_and_no_failure(wire, yahoo):
    found = chart([utc(2026, 2, 24, 14, 30)], [50.0], 400)
    nothing = json.loads(json.dumps(found))
    nothing["chart"]["result"][0]["indicators"] = {"quote": [{}], "adjclose": [{}]}
    wire.answer = lambda path, query: json_of(nothing if "period1" in query else found)

    batch = await yahoo.bars("IBM", Interval.MINUTE, start=utc(2026, 2, 24, 14, 30), end=utc(2026, 3, 4))

    assert (list(batch.bars), list(batch.splits)) == ([], [])
    assert sum(query.get("interval") == "1m" for _, query, _ in wire.asked) == 2  # a week at a time


def test_a_split_changes_days_before_it_and_not_its_own():
    index = pd.DatetimeIndex(["2020-08-28", "2020-08-31"], tz="America/New_York")
    prices = {name: [125.0, 127.5] for name in ("Open", "High", "Low", "Close")}
    frame = pd.DataFrame({**prices, "Volume": [400, 100], "Stock Splits": [0.0, 4.0]}, index=index)

    bars = list(as_traded(frame, splits_of(frame), whole_days=True))

    assert bars == [
        Bar(utc(2020, 8, 28), 500.0, 500.0, 500.0, 500.0, 100.0),
        Bar(utc(2020, 8, 31), 127.5, 127.5, 127.5, 127.5, 100.0),
    ]
