"""Polygon: pages by link, which stay at home."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.contract.newswire.feeds.site import Answer, Asked, Site, fetcher
from tests.contract.newswire.rest.serving import SECRET, check_one_correction, outcome, query, recorded, says

from forethought.adapters.newswire.polygon import PolygonProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind

NEWS = "/v2/reference/news"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class _Polygon:
    """Its list, in pages of at most 40: a link holds the question and where to go on."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.results: list[dict] = []
        site.pages[NEWS] = self._list

    def publish(self, number: int, at: datetime) -> None:
        self.results.append(
            {"id": f"p{number}", "title": f"News {number}", "published_utc": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        )

    def _list(self, asked: Asked) -> Answer:
        if asked.headers["Authorization"] != f"Bearer {SECRET}":
            return says({"status": "ERROR", "error": "Unknown API Key"}, 401)
        given = query(asked)
        if (cursor := given.get("cursor")) is not None:
            since, _, begin = cursor.partition("~")
        else:
            since, begin = given.get("published_utc.gte", ""), "0"
        newest_first = given.get("order") == "desc"
        found = sorted(
            (each for each in self.results if each["published_utc"] >= since),
            key=lambda each: each["published_utc"],
            reverse=newest_first,
        )
        end = int(begin) + 40
        more = {"next_url": f"{self.site.url}{NEWS}?cursor={since}~{end}"} if end < len(found) else {}
        return says({"status": "OK", "results": found[int(begin) : end], **more})


@pytest.fixture
def wire(site: Site) -> _Polygon:
    return _Polygon(site)


@pytest.fixture
async def provider(site: Site) -> AsyncIterator[PolygonProvider]:
    provider = PolygonProvider("polygon", fetcher(), site.url, key=SECRET)
    yield provider
    await provider.close()


async def test_items_become_articles_and_each_bad_one_is_refused_with_a_code(
    site: Site, provider: PolygonProvider
) -> None:
    site.pages[NEWS] = says(recorded("polygon"))

    articles, refused = outcome(await provider.fetch(None))

    (article,) = articles
    assert (article.native_id, article.headline, article.topics) == (
        "p1",
        "Apple lifts full-year outlook",
        ("earnings",),
    )
    assert [ticker.symbol for ticker in article.tickers] == ["AAPL", "BTC"]
    assert "Somebody else" not in repr(article)
    assert refused == [(None, "bad_item"), ("p2", "bad_item"), (None, "bad_id"), ("p3", "no_timezone")]


async def test_links_are_followed_and_nothing_is_lost_to_what_arrives(
    wire: _Polygon, provider: PolygonProvider
) -> None:
    wire.publish(0, NOON)
    fetched = await provider.fetch(None)
    for number in range(1, 151):
        wire.publish(number, NOON + timedelta(minutes=number))
    seen = {item.native_id for item in fetched.items}

    for number in range(1_000, 1_006):
        fetched = await provider.fetch(fetched.cursor)
        seen |= {item.native_id for item in fetched.items}
        wire.publish(number, NOON + timedelta(minutes=number))
    fetched = await provider.fetch(fetched.cursor)
    seen |= {item.native_id for item in fetched.items}

    assert seen == {each["id"] for each in wire.results}
    assert not fetched.more


async def test_what_is_found_late_comes_with_the_next_fetch(wire: _Polygon, provider: PolygonProvider) -> None:
    wire.publish(1, NOON)
    first = await provider.fetch(None)
    wire.publish(2, NOON - timedelta(minutes=30))

    second = await provider.fetch(first.cursor)

    assert "p2" in {item.native_id for item in second.items}


async def test_a_changed_article_is_a_correction_once_and_an_unchanged_one_is_not(
    wire: _Polygon, provider: PolygonProvider
) -> None:
    wire.publish(1, NOON)
    wire.publish(2, NOON)

    await check_one_correction(provider, lambda: wire.results[0].update(description="It fell."))


async def test_a_change_is_noticed_across_pages(wire: _Polygon, provider: PolygonProvider) -> None:
    wire.publish(0, NOON)
    fetched = await provider.fetch(None)
    for number in range(1, 61):
        wire.publish(number, NOON + timedelta(seconds=number))
    pages = [fetched := await provider.fetch(fetched.cursor) for _ in range(2)]
    wire.results[0]["title"] = wire.results[50]["title"] = "Withdrawn"

    changed = [fetched := await provider.fetch(fetched.cursor) for _ in range(2)]

    assert [page.more for page in pages + changed] == [True, False, True, False]
    corrections = [item.native_id for page in changed for item in page.items if item.kind is Kind.CORRECTION]
    assert corrections == ["p0", "p50"]


async def test_a_fetch_that_brings_nothing_keeps_its_place(wire: _Polygon, provider: PolygonProvider) -> None:
    wire.publish(1, NOON)
    first = await provider.fetch(None)
    wire.results.clear()

    assert (await provider.fetch(first.cursor)).cursor == first.cursor


@pytest.mark.parametrize("link", ["https://elsewhere.example/next", "http://127.0.0.1:1/next", "http://[", 7])
async def test_a_link_that_leads_elsewhere_is_not_followed(site: Site, provider: PolygonProvider, link: object) -> None:
    site.pages[NEWS] = says({"status": "OK", "results": [], "next_url": link})

    with pytest.raises(ProviderUnavailable):
        await provider.fetch('{"since":"2026-03-02T12:00:00+00:00"}')

    assert len(site.asked) == 1


async def test_a_key_in_a_link_is_not_kept(site: Site, provider: PolygonProvider) -> None:
    link = f"{site.url}{NEWS}?cursor=abc&apiKey={SECRET}"
    site.pages[NEWS] = says({"status": "OK", "results": [], "next_url": link})

    fetched = await provider.fetch('{"since":"2026-03-02T12:00:00+00:00"}')

    assert SECRET not in fetched.cursor
    assert "cursor=abc" in fetched.cursor


async def test_a_place_that_is_forgotten_is_left_for_the_time_where_the_sweep_began(
    site: Site, provider: PolygonProvider
) -> None:
    site.pages[NEWS] = says({}, 400)
    kept = json.dumps({"since": "2026-03-02T12:00:00+00:00", "next": f"{site.url}{NEWS}?cursor=old"})

    fetched = await provider.fetch(kept)

    assert (json.loads(fetched.cursor), fetched.more) == ({"since": "2026-03-02T12:00:00+00:00"}, True)


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        (says({"status": "ERROR", "error": SECRET}, 429, Retry_After="17"), 17),
        (says({"status": "ERROR", "error": SECRET}, 401), None),
        (says({"status": "ERROR", "error": SECRET}), None),
        (says({"status": "OK", "results": SECRET}), None),
    ],
)
async def test_an_error_is_told_without_its_text(
    site: Site, provider: PolygonProvider, answer: Answer, wait_s: float | None
) -> None:
    site.pages[NEWS] = answer

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert raised.value.retry_after_s == wait_s
    assert SECRET not in str(raised.value)
