"""Prices and indicators over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from tests.integration.conftest import NOW, World

from forethought.application.ports.prices import Interval, PriceBatch, Split
from forethought.domain.market import Bar
from forethought.entrypoints.api.app import create_app

MIDNIGHT = NOW.replace(hour=0)


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that holds 60 days of one share, which split two for one ten days ago."""
    split = (MIDNIGHT - timedelta(days=10)).date()
    bars = [_bar(60 - day, dear=day < 50) for day in range(60)]
    await world.service.prices.write(PriceBatch("AAPL", Interval.DAY, bars, [Split(split, 2.0)], "test"))
    transport = httpx.ASGITransport(create_app(world.service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
        yield client


def _bar(days_ago: int, *, dear: bool) -> Bar:
    close = (100.0 + (60 - days_ago) % 7) * (2 if dear else 1)
    return Bar(MIDNIGHT - timedelta(days=days_ago), close, close + 1, close - 1, close, 1_000.0)


async def test_bars_are_adjusted_up_to_the_last_that_is_shown(http):
    both = (await http.get("/prices/aapl", params={"latest": 20})).json()
    before = (await http.get("/prices/AAPL", params={"end": (MIDNIGHT - timedelta(days=20)).isoformat()})).json()

    assert [bar["close"] for bar in both["bars"]] == [100.0 + day % 7 for day in range(40, 60)]
    assert before["bars"][-1]["close"] == 2 * (100.0 + 39 % 7)
    assert both["splits"][0]["ratio"] == 2.0


async def test_indicators_say_when_what_they_rest_on_was_known(http):
    found = (await http.get("/indicators/AAPL")).json()
    earlier = (await http.get("/indicators/AAPL", params={"as_of": (NOW - timedelta(days=30)).isoformat()})).json()

    assert found["known_at"] == MIDNIGHT.isoformat()
    assert found["indicators"]["rsi_14"] == pytest.approx(earlier["indicators"]["rsi_14"], abs=25)
    assert earlier["known_at"] == (MIDNIGHT - timedelta(days=30)).isoformat()
    assert found["regime"].startswith("Market regime:")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/prices/MSFT", 404, "not_found"),
        ("/indicators/MSFT", 404, "not_found"),
        ("/prices/AAPL?interval=7m", 422, "invalid_input"),
        ("/prices/AAPL?latest=0", 422, "invalid_input"),
        ("/prices/AAPL?start=yesterday", 422, "invalid_time"),
        ("/indicators/AAPL?as_of=0001-01-01T00:00:00%2B23:00", 422, "invalid_time"),
        ("/prices/a%20b", 422, "invalid_asset"),
    ],
)
async def test_what_cannot_be_answered_is_refused_by_name(http, path, status, code):
    reply = await http.get(path)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
