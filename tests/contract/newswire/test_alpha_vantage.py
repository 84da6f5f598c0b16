"""Alpha Vantage: times without a zone, errors with status 200, and a key in the query."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.contract.newswire.feeds.site import Answer, Asked, Site, fetcher
from tests.contract.newswire.rest.serving import SECRET, check_one_correction, outcome, query, recorded, says

from forethought.adapters.newswire.alpha_vantage import AlphaVantageProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class _AlphaVantage:
    """Its search: by the minute, from either end."""

    def __init__(self, site: Site) -> None:
        self.feed: list[dict] = []
        site.pages["/query"] = self._search

    def publish(self, number: int, at: datetime) -> None:
        item = {"title": f"News {number}", "url": f"https://n.example/{number}"}
        self.feed.append({**item, "time_published": f"{at:%Y%m%dT%H%M%S}"})

    def _search(self, asked: Asked) -> Answer:
        given = query(asked)
        found = sorted(
            (each for each in self.feed if each["time_published"] >= given.get("time_from", "")),
            key=lambda each: each["time_published"],
            reverse=given["sort"] == "LATEST",
        )
        if not found:
            return says({"Information": "No articles found. Please adjust the time range."})
        return says({"items": str(len(found)), "feed": found[: int(given["limit"])]})


def _provider(site: Site, zone: str | None = "UTC") -> AlphaVantageProvider:
    place = None if zone is None else ZoneInfo(zone)
    return AlphaVantageProvider("alpha_vantage", fetcher(), site.url, key=SECRET, zone=place, language="en")


@pytest.fixture
def wire(site: Site) -> _AlphaVantage:
    return _AlphaVantage(site)


@pytest.fixture
async def provider(site: Site) -> AsyncIterator[AlphaVantageProvider]:
    provider = _provider(site)
    yield provider
    await provider.close()


async def test_items_become_articles_and_each_bad_one_is_refused_with_a_code(
    site: Site, provider: AlphaVantageProvider
) -> None:
    site.pages["/query"] = says(recorded("alpha_vantage"))

    articles, refused = outcome(await provider.fetch(None))

    (article,) = articles
    assert (article.native_id, article.headline) == ("https://times.example/a1", "Apple lifts full-year outlook")
    assert article.published_at == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert [ticker.symbol for ticker in article.tickers] == ["AAPL", "BTC", "EURUSD"], "MSFT is hardly mentioned"
    assert article.topics == ("Earnings",)
    assert refused == [
        ("https://times.example/words", "bad_item"),
        ("https://times.example/nan", "bad_item"),
        ("https://times.example/numbers", "bad_item"),
        ("https://times.example/day", "no_timezone"),
        ("https://times.example/undated", "no_date"),
        (None, "bad_id"),
    ]


async def test_without_a_zone_nothing_is_guessed(site: Site, wire: _AlphaVantage) -> None:
    wire.publish(1, NOON)
    provider = _provider(site, zone=None)

    articles, refused = outcome(await provider.fetch(None))
    await provider.close()

    assert (articles, refused) == ([], [("https://n.example/1", "no_timezone")])


async def test_a_configured_zone_is_that_of_times_and_of_questions(site: Site, wire: _AlphaVantage) -> None:
    wire.publish(1, NOON)
    provider = _provider(site, zone="America/New_York")

    first = await provider.fetch(None)
    await provider.fetch(first.cursor)
    await provider.close()

    assert first.items[0].published_at == NOON + timedelta(hours=5)
    assert query(site.asked[-1])["time_from"] == "20260302T1100", "an hour before, for what is found late"


async def test_pages_go_forward_in_time_and_nothing_is_lost(
    wire: _AlphaVantage, provider: AlphaVantageProvider
) -> None:
    wire.publish(0, NOON)
    fetched = await provider.fetch(None)
    for number in range(1, 2_501):
        wire.publish(number, NOON + timedelta(seconds=4 * number))
    seen = {item.native_id for item in fetched.items}
    pages = 0

    while pages == 0 or fetched.more:
        fetched = await provider.fetch(fetched.cursor)
        seen |= {item.native_id for item in fetched.items}
        pages += 1
        wire.publish(10_000 + pages, NOON + timedelta(hours=4, minutes=pages))

    assert seen >= {f"https://n.example/{number}" for number in range(2_501)}
    assert pages == 3


async def test_more_than_a_page_that_is_found_late_is_not_passed_by(
    wire: _AlphaVantage, provider: AlphaVantageProvider
) -> None:
    wire.publish(0, NOON)
    fetched = await provider.fetch(None)
    for number in range(1, 1_501):
        wire.publish(number, NOON - timedelta(seconds=2 * number))
    seen = {item.native_id for item in fetched.items}

    for _ in range(2):
        fetched = await provider.fetch(fetched.cursor)
        seen |= {item.native_id for item in fetched.items}

    assert seen == {f"https://n.example/{number}" for number in range(1_501)}


async def test_a_changed_article_is_a_correction_once_and_an_unchanged_one_is_not(
    wire: _AlphaVantage, provider: AlphaVantageProvider
) -> None:
    wire.publish(1, NOON)
    wire.publish(2, NOON)

    await check_one_correction(provider, lambda: wire.feed[0].update(summary="It fell."))


async def test_a_change_is_noticed_across_pages(wire: _AlphaVantage, provider: AlphaVantageProvider) -> None:
    wire.publish(0, NOON)
    fetched = await provider.fetch(None)
    for number in range(1, 1_101):
        wire.publish(number, NOON + timedelta(seconds=number))
    pages = [fetched := await provider.fetch(fetched.cursor) for _ in range(2)]
    wire.feed[500]["title"] = "Corrected"

    changed = await provider.fetch(fetched.cursor)

    assert [page.more for page in pages] == [True, False]
    assert [item.native_id for item in changed.items if item.kind is Kind.CORRECTION] == ["https://n.example/500"]


async def test_finding_nothing_is_no_failure(wire: _AlphaVantage, provider: AlphaVantageProvider) -> None:
    fetched = await provider.fetch(None)

    assert (list(fetched.items), list(fetched.refused), fetched.more) == ([], [], False)


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        ({"Note": f"Thank you! Our standard API call frequency is 5 per minute: {SECRET}"}, 60),
        ({"Information": f"We have detected your API key as {SECRET} and our limit is 25 requests per day."}, 3_600),
        ({"Information": {"not": "a text"}}, 60),
        ({"Error Message": f"the parameter apikey {SECRET} is invalid"}, None),
        ({}, None),
    ],
)
async def test_an_error_with_status_200_is_one_and_its_text_is_not_repeated(
    site: Site, provider: AlphaVantageProvider, caplog: pytest.LogCaptureFixture, answer: dict, wait_s: float | None
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # another test may have silenced it
    site.pages["/query"] = says(answer)

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert raised.value.retry_after_s == wait_s
    assert query(site.asked[0])["apikey"] == SECRET
    assert "HTTP Request" in caplog.text
    assert SECRET not in f"{raised.value} {caplog.text}"


@pytest.mark.parametrize("answer", [Answer(status=500), Answer(b"x" * 6_000_000), Answer(b"{", 200)])
async def test_a_failure_does_not_show_the_key_in_the_query(
    site: Site, provider: AlphaVantageProvider, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # another test may have silenced it
    site.pages["/query"] = answer

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert SECRET not in f"{raised.value} {caplog.text}"
