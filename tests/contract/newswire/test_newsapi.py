"""NewsAPI: a sweep back in time, errors, and articles that were taken down."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.contract.newswire.feeds.site import Answer, Asked, Site, fetcher
from tests.contract.newswire.rest.serving import SECRET, check_one_correction, outcome, query, recorded, says

from forethought.adapters.newswire.newsapi import NewsApiProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class _NewsApi:
    """Its search, on the free plan: the newest first, 100 articles a search at most."""

    def __init__(self, site: Site) -> None:
        self.articles: list[dict] = []
        self.arriving: list[dict] = []
        """One is published after each request."""
        site.pages["/v2/everything"] = self._search

    def publish(self, number: int, at: datetime) -> None:
        self.articles.append(_article(number, at))

    def _search(self, asked: Asked) -> Answer:
        assert asked.headers["X-Api-Key"] == SECRET
        given = query(asked)
        page, size = int(given["page"]), int(given["pageSize"])
        if page * size > 100:
            return says({"status": "error", "code": "maximumResultsReached", "message": SECRET}, 426)
        found = [
            each
            for each in sorted(self.articles, key=lambda each: each["publishedAt"], reverse=True)
            if given.get("from", "") <= each["publishedAt"].rstrip("Z") <= given.get("to", "9")
        ]
        self.articles += [self.arriving.pop()] if self.arriving else []
        return says({"status": "ok", "totalResults": len(found), "articles": found[(page - 1) * size : page * size]})


def _article(number: int, at: datetime) -> dict:
    return {"title": f"News {number}", "url": f"https://n.example/{number}", "publishedAt": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.fixture
def wire(site: Site) -> _NewsApi:
    return _NewsApi(site)


@pytest.fixture
async def provider(site: Site) -> AsyncIterator[NewsApiProvider]:
    provider = NewsApiProvider("newsapi", fetcher(), site.url, key=SECRET, query="examples")
    yield provider
    await provider.close()


async def _sweep(provider: NewsApiProvider, cursor: str | None) -> tuple[set[str], str]:
    """Fetch until there is no more; return the addresses of what came, and the cursor."""
    seen: set[str] = set()
    for _ in range(50):
        fetched = await provider.fetch(cursor)
        cursor = fetched.cursor
        seen |= {str(item.native_id) for item in fetched.items}
        if not fetched.more:
            return seen, cursor
    raise AssertionError("it never ends")


async def test_items_become_articles_and_each_bad_one_is_refused_with_a_code(
    site: Site, provider: NewsApiProvider
) -> None:
    site.pages["/v2/everything"] = says(recorded("newsapi"))

    articles, refused = outcome(await provider.fetch(None))

    assert [(each.native_id, each.kind, each.headline, each.language) for each in articles] == [
        ("https://times.example/a1", Kind.NEWS, "Apple lifts full-year outlook", "en"),
        ("https://times.example/a0", Kind.RETRACTION, "[Removed]", "en"),
    ]
    assert articles[0].body.startswith("More examples are expected this year.")
    assert refused == [
        ("https://removed.com", "bad_item"),
        ("https://times.example/object", "bad_item"),
        (None, "bad_id"),
        ("https://times.example/undated", "no_date"),
        ("https://times.example/zone", "no_timezone"),
        ("https://times.example/untitled", "no_headline"),
        ("https://times.example/future", "future_date"),
    ]


async def test_a_sweep_brings_all_that_came_since_and_more_than_a_search_may_hold(
    wire: _NewsApi, provider: NewsApiProvider
) -> None:
    wire.publish(0, NOON)
    _, cursor = await _sweep(provider, None)
    for number in range(1, 351):
        wire.publish(number, NOON + timedelta(seconds=20 * (number // 3)))  # pages end between equal times

    seen, _ = await _sweep(provider, cursor)

    assert seen == {each["url"] for each in wire.articles}


async def test_nothing_is_lost_to_what_arrives_during_a_sweep(wire: _NewsApi, provider: NewsApiProvider) -> None:
    wire.publish(0, NOON)
    first, cursor = await _sweep(provider, None)
    for number in range(1, 251):
        wire.publish(number, NOON + timedelta(minutes=number))
    wire.arriving = [_article(1_000 + number, NOON + timedelta(minutes=300 + number)) for number in range(3)]

    second, cursor = await _sweep(provider, cursor)
    third, _ = await _sweep(provider, cursor)

    assert first | second | third == {each["url"] for each in wire.articles}
    assert not wire.arriving


async def test_what_is_found_late_comes_with_the_next_sweep(wire: _NewsApi, provider: NewsApiProvider) -> None:
    wire.publish(1, NOON)
    _, cursor = await _sweep(provider, None)
    wire.publish(2, NOON - timedelta(minutes=30))

    seen, _ = await _sweep(provider, cursor)

    assert "https://n.example/2" in seen


async def test_a_changed_article_is_a_correction_once_and_an_unchanged_one_is_not(
    wire: _NewsApi, provider: NewsApiProvider
) -> None:
    wire.publish(1, NOON)
    wire.publish(2, NOON)

    await check_one_correction(provider, lambda: wire.articles[0].update(content="It fell."))


async def test_a_change_is_noticed_across_pages(wire: _NewsApi, provider: NewsApiProvider) -> None:
    wire.publish(0, NOON)
    _, cursor = await _sweep(provider, None)
    for number in range(1, 151):
        wire.publish(number, NOON + timedelta(seconds=number))
    _, cursor = await _sweep(provider, cursor)
    wire.articles[0]["title"] = wire.articles[149]["title"] = "Corrected"

    later = await provider.fetch(cursor)
    earlier = await provider.fetch(later.cursor)

    corrections = [[item.native_id for item in page.items if item.kind is Kind.CORRECTION] for page in (later, earlier)]
    assert corrections == [["https://n.example/149"], ["https://n.example/0"]]


async def test_an_article_that_is_taken_down_is_retracted_and_not_corrected(
    wire: _NewsApi, provider: NewsApiProvider
) -> None:
    wire.publish(1, NOON)
    first = await provider.fetch(None)
    wire.articles[0]["title"] = "[Removed]"

    (item,) = (await provider.fetch(first.cursor)).items

    assert item.kind is Kind.RETRACTION


async def test_a_search_that_finds_nothing_keeps_its_place(wire: _NewsApi, provider: NewsApiProvider) -> None:
    wire.publish(1, NOON)
    _, cursor = await _sweep(provider, None)
    wire.articles.clear()

    assert await _sweep(provider, cursor) == (set(), cursor)


async def test_a_second_with_more_than_a_search_may_hold_does_not_stop_the_sweep(
    wire: _NewsApi, provider: NewsApiProvider
) -> None:
    wire.publish(0, NOON)
    _, cursor = await _sweep(provider, None)
    wire.publish(1, NOON + timedelta(minutes=1))
    for number in range(2, 202):
        wire.publish(number, NOON + timedelta(minutes=2))

    seen, _ = await _sweep(provider, cursor)

    assert "https://n.example/1" in seen
    assert len(seen) == 102, "100 of that second, and the two before it"


async def test_a_place_that_the_plan_no_longer_shows_is_left(
    site: Site, wire: _NewsApi, provider: NewsApiProvider
) -> None:
    wire.publish(1, NOON)
    search = site.pages["/v2/everything"]
    too_old = says({"status": "error", "code": "parameterInvalid"}, 426)
    site.pages["/v2/everything"] = lambda asked: too_old if "from" in query(asked) else search(asked)

    seen, _ = await _sweep(provider, '{"since":"2020-01-01T00:00:00+00:00"}')

    assert seen == {"https://n.example/1"}


async def test_a_date_in_the_future_hides_nothing(wire: _NewsApi, provider: NewsApiProvider) -> None:
    wire.publish(1, NOON)
    wire.publish(2, NOON + timedelta(days=40_000))
    _, cursor = await _sweep(provider, None)
    wire.publish(3, NOON + timedelta(minutes=1))

    seen, _ = await _sweep(provider, cursor)

    assert "https://n.example/3" in seen


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"since":7}', '{"since":"x","until":"y","page":"z"}', "\x00" * 99])
async def test_a_spoilt_cursor_begins_anew(wire: _NewsApi, provider: NewsApiProvider, cursor: str) -> None:
    wire.publish(1, NOON)

    assert len((await provider.fetch(cursor)).items) == 1


@pytest.mark.parametrize("status", [200, 401])
async def test_an_error_is_told_by_its_code_alone(site: Site, provider: NewsApiProvider, status: int) -> None:
    error = {"status": "error", "code": "apiKeyInvalid", "message": f"{SECRET} is no key"}
    site.pages["/v2/everything"] = says(error, status)

    with pytest.raises(ProviderUnavailable, match="apiKeyInvalid" if status == 200 else "refuses our key") as raised:
        await provider.fetch(None)

    assert SECRET not in str(raised.value)


async def test_being_asked_to_wait_is_passed_on(site: Site, provider: NewsApiProvider) -> None:
    site.pages["/v2/everything"] = says({"status": "error", "code": "rateLimited"}, 429, Retry_After="17")

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert raised.value.retry_after_s == 17


async def test_top_headlines_are_read_as_they_are(site: Site) -> None:
    site.pages["/v2/top-headlines"] = says({"status": "ok", "totalResults": 500, "articles": [_article(1, NOON)] * 100})
    provider = NewsApiProvider("newsapi", fetcher(), site.url, key=SECRET, endpoint="top-headlines")

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)
    await provider.close()

    assert (first.more, second.more) == (False, False)
    assert site.paths == ["/v2/top-headlines?pageSize=100&page=1"] * 2
