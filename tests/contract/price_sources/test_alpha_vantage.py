"""Alpha Vantage."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.fakes.price_vendor import KEY, NOW, json_of, utc

from forethought.application.ports.prices import Interval, SourceUnavailable, Split


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
