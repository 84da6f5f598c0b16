"""Sources of prices over real HTTP: a server here speaks each vendor's wire. Shapes are from public documentation."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import stamina

from forethought.adapters.marketdata.alpha_vantage import AlphaVantage
from forethought.adapters.marketdata.failover import Failover
from forethought.adapters.marketdata.polygon import Polygon
from forethought.adapters.marketdata.sources import price_sources
from forethought.adapters.marketdata.symbols import Traded, read_ticker
from forethought.adapters.marketdata.vendor import VendorHttp
from forethought.adapters.marketdata.yahoo import Yahoo, as_traded, splits_of
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar
from forethought.domain.news.gazetteer import InstrumentKind

KEY = "k-test-that-must-not-show"
NOW = datetime(2026, 3, 4, 21, tzinfo=UTC)
FAST = 60_000.0
"""Calls a minute: tests do not wait for their turn."""

Answer = tuple[int, dict[str, str], bytes]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def json_of(found: object, status: int = 200, **headers: str) -> Answer:
    return status, headers, json.dumps(found).encode()


@dataclass
class Wire:
    """A vendor's server; `answer` says what it sends."""

    url: str = ""
    answer: Callable[[str, dict[str, str]], Answer] = lambda path, query: json_of({})
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Yield a server on loopback."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            wire.asked.append((parts.path, query, dict(self.headers)))
            status, headers, body = wire.answer(parts.path, query)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    wire.url = f"http://127.0.0.1:{server.server_port}"
    yield wire
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def retries_do_not_wait() -> Iterator[None]:
    """Keep the attempts, drop the pauses."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def polygon(wire):
    source = Polygon(KEY, calls_per_min=FAST, base_url=wire.url)
    yield source
    await source.close()


@pytest.fixture
async def alpha_vantage(wire):
    source = AlphaVantage(KEY, clock=VirtualClock(NOW), calls_per_min=FAST, base_url=wire.url)
    yield source
    await source.close()


@pytest.fixture(params=["polygon", "alpha_vantage"])
async def vendor(request, wire):
    """Give each source that speaks HTTP by itself."""
    clock = VirtualClock(NOW)
    source = {
        "polygon": lambda: Polygon(KEY, calls_per_min=FAST, base_url=wire.url),
        "alpha_vantage": lambda: AlphaVantage(KEY, clock=clock, calls_per_min=FAST, base_url=wire.url),
    }[request.param]()
    yield source
    await source.close()


# --- Polygon ----------------------------------------------------------------------------------------------------------


def aggregate(at: datetime, price: float = 100.0, **changes: Any) -> dict[str, Any]:
    row = {"t": int(at.timestamp() * 1000), "o": price, "h": price + 1, "l": price - 1, "c": price + 0.5}
    return row | {"v": 1_000.0, "vw": price, "n": 12} | changes


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


# --- Alpha Vantage ----------------------------------------------------------------------------------------------------


def series(name: str, rows: dict[str, Any], zone: str = "US/Eastern", place: int = 6) -> dict[str, Any]:
    return {"Meta Data": {"1. Information": "…", f"{place}. Time Zone": zone}, f"Time Series ({name})": rows}


def row(price: float, **changes: str) -> dict[str, str]:
    named = {"1. open": price, "2. high": price + 1, "3. low": price - 1, "4. close": price + 0.5, "5. volume": 10}
    return {name: str(value) for name, value in named.items()} | changes


async def test_alpha_vantage_times_are_new_york_s_in_winter_and_in_summer(wire, alpha_vantage):
    rows = {"2025-07-01 09:30:00": row(200), "2025-03-07 09:30:00": row(100), "2025-03-10 09:30:00": row(110)}
    daily = {"2025-03-10": row(110, **{"8. split coefficient": "2.0"}), "2025-03-07": row(100)}
    wire.answer = lambda path, query: json_of(
        series("Daily", daily, place=5) if "DAILY" in query["function"] else series("1min", rows)
    )

    batch = await alpha_vantage.bars("IBM", Interval.MINUTE, start=utc(2025, 3, 1), end=utc(2025, 4, 1))

    assert [(bar.opened_at, bar.open) for bar in batch.bars] == [
        (utc(2025, 3, 7, 14, 30), 100.0),
        (utc(2025, 3, 10, 13, 30), 110.0),
    ]
    assert batch.splits == [Split(date(2025, 3, 10), 2.0)]
    asked = [query for _, query, _ in wire.asked]
    assert asked[0] == {
        "function": "TIME_SERIES_INTRADAY",
        "symbol": "IBM",
        "interval": "1min",
        "adjusted": "false",
        "extended_hours": "false",
        "outputsize": "full",
        "month": "2025-02",  # it is still February in New York
        "datatype": "json",
        "apikey": KEY,
    }
    assert [query.get("month") for query in asked] == ["2025-02", "2025-03", None]


async def test_alpha_vantage_is_asked_for_the_shortest_series_that_reaches(wire, alpha_vantage):
    wire.answer = lambda path, query: json_of(series("1min", {}))

    for minutes in (30, 500):
        await alpha_vantage.bars("IBM", Interval.MINUTE, start=NOW - timedelta(minutes=minutes), end=NOW)

    assert [query["outputsize"] for _, query, _ in wire.asked] == ["compact", "full"]


async def test_alpha_vantage_days_come_with_their_splits(wire, alpha_vantage):
    rows = {
        "2024-06-10": row(121, **{"8. split coefficient": "10.0", "5. adjusted close": "12", "6. volume": "77"}),
        "2024-06-07": row(1_208, **{"8. split coefficient": "1.0"}),
    }
    wire.answer = lambda path, query: json_of(series("Daily", rows, place=5))

    batch = await alpha_vantage.bars("NVDA", Interval.DAY, start=utc(2024, 6, 1), end=utc(2024, 7, 1))

    assert [(bar.opened_at, bar.close) for bar in batch.bars] == [
        (utc(2024, 6, 7), 1_208.5),
        (utc(2024, 6, 10), 121.5),
    ]
    assert batch.splits == [Split(date(2024, 6, 10), 10.0)]


async def test_alpha_vantage_coins_are_days_in_utc(wire, alpha_vantage):
    found = series("Digital Currency Daily", {"2026-03-03": row(90_000)}, zone="UTC", place=7)
    wire.answer = lambda path, query: json_of(found)

    batch = await alpha_vantage.bars("BTC", Interval.DAY, start=utc(2026, 3, 1), end=NOW)

    assert [(bar.opened_at, bar.open) for bar in batch.bars] == [(utc(2026, 3, 3), 90_000.0)]
    assert (wire.asked[0][1]["symbol"], wire.asked[0][1]["market"]) == ("BTC", "USD")
    with pytest.raises(SourceUnavailable):
        await alpha_vantage.bars("BTC", Interval.MINUTE, start=utc(2026, 3, 1), end=NOW)


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ({"Information": f"We have detected your API key as {KEY} and our standard API rate limit is"}, 60.0),
        ({"Note": "Thank you for using Alpha Vantage! 5 calls per minute"}, 60.0),
        ({"Error Message": f"the parameter apikey {KEY} is invalid"}, None),
        ({"Meta Data": {"6. Time Zone": "Mars/Olympus"}, "Time Series (1min)": {}}, None),
        ({"Meta Data": {}, "Time Series (1min)": {}}, None),
        ({"Meta Data": [], "Time Series (1min)": 3}, None),
        ({}, None),
    ],
)
async def test_alpha_vantage_errors_that_come_as_success_are_errors(wire, alpha_vantage, body, waits):
    wire.answer = lambda path, query: json_of(body)

    with pytest.raises(SourceUnavailable) as caught:
        await alpha_vantage.bars("IBM", Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)

    assert caught.value.retry_after_s == waits
    assert KEY not in str(caught.value)
    assert len(wire.asked) == 1


# --- both, on bad days ------------------------------------------------------------------------------------------------


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


# --- Yahoo ------------------------------------------------------------------------------------------------------------


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


# --- failover ---------------------------------------------------------------------------------------------------------


@dataclass
class Told:
    """A source that does as it is told."""

    name: str
    fails: SourceUnavailable | None = None
    asked: list[str] = field(default_factory=list)
    closed: bool = False

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        self.asked.append(ticker)
        if self.fails is not None:
            raise self.fails
        return PriceBatch(ticker, interval, [], [], self.name)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Stopwatch:
    at_s: float = 0.0

    def __call__(self) -> float:
        return self.at_s


async def ask(source: Failover, ticker: str = "AAPL") -> str:
    return (await source.bars(ticker, Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)).source


async def test_the_first_that_answers_is_named_and_one_that_failed_is_left_alone_for_that_ticker():
    first, second, timer = Told("first", SourceUnavailable("no such ticker")), Told("second"), Stopwatch()
    both = Failover([first, second], pause_s=60, timer=timer)

    answered = [await ask(both), await ask(both), await ask(both, "MSFT")]
    timer.at_s = 61
    first.fails = None
    answered.append(await ask(both))

    assert answered == ["second", "second", "second", "first"]
    assert first.asked == ["AAPL", "MSFT", "AAPL"]
    assert both.name == "first>second"


async def test_a_source_that_asks_us_to_wait_is_asked_nothing_so_long():
    first, second, timer = Told("first", SourceUnavailable("wait", retry_after_s=300)), Told("second"), Stopwatch()
    both = Failover([first, second], timer=timer)

    answered = [await ask(both), await ask(both, "MSFT")]
    timer.at_s = 301
    first.fails = None
    answered.append(await ask(both, "MSFT"))

    assert answered == ["second", "second", "first"]
    assert first.asked == ["AAPL", "MSFT"]


async def test_when_nobody_answers_it_is_said_when_to_come_again():
    first, second = (
        Told("first", SourceUnavailable("down")),
        Told("second", SourceUnavailable("busy", retry_after_s=20)),
    )
    both = Failover([first, second], pause_s=60, timer=Stopwatch())

    for _ in range(2):
        with pytest.raises(SourceUnavailable) as caught:
            await ask(both)
        assert caught.value.retry_after_s == 20

    await both.close()
    assert (first.asked, second.asked, first.closed, second.closed) == (["AAPL"], ["AAPL"], True, True)


async def test_without_any_source_there_are_no_prices():
    with pytest.raises(SourceUnavailable, match="no source"):
        await ask(Failover([]))


# --- configuration ----------------------------------------------------------------------------------------------------


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
