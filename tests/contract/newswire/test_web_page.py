"""Sites without a feed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.contract.newswire.feeds.site import QUICK, Answer, Site, fetcher

from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.web_page import Listing, WebPageProvider
from forethought.application.ports.news_provider import ProviderUnavailable

TEXT = "".join(
    f"<p>The smelter in the north said on day {n} that it will lower its output by {n} percent until the summer.</p>"
    for n in range(1, 8)
)
TIME = '<meta property="article:published_time" content="2026-03-02T12:00:00Z">'


def page(title: str = "Smelter lowers output", head: str = TIME, text: str = TEXT) -> Answer:
    html = (
        f"<html lang='en-GB'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{text}</article>"
    )
    return Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def listing(*links: str, **headers: str) -> Answer:
    html = "<html><body>" + "".join(f"<a href='{link}'>read</a>" for link in links)
    return Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"} | headers)


def provider(site: Site, get: Fetcher, **options) -> WebPageProvider:
    return WebPageProvider("site", Listing(f"{site.url}/", rf"{site.url}/news/\d+", **options), get)


async def test_listed_articles_are_read_once(site: Site, get: Fetcher) -> None:
    links = ["/news/1", "news/1#comments", "/about", "https://elsewhere.example/news/2", "http://[", "javascript:1"]
    site.pages |= {"/": listing(*links), "/news/1": page()}

    first = await provider(site, get).fetch(None)
    second = await provider(site, get).fetch(first.cursor)

    (article,) = first.items
    assert (article.native_id, article.headline) == (f"{site.url}/news/1", "Smelter lowers output")
    assert (article.published_at, article.language) == (datetime(2026, 3, 2, 12, tzinfo=UTC), "en")
    assert "by 7 percent" in article.body
    assert (second.items, second.refused) == ([], [])
    assert site.paths == ["/", "/news/1", "/"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<script type="application/ld+json">{"datePublished": "2026-03-02T13:00:00+01:00"}</script>', 12),
        ('<meta itemprop="datePublished" content="2026-03-02T12:00:00">', None),
        ('<meta property="article:published_time" content="2026-03-02">', None),
    ],
)
async def test_a_time_without_a_zone_stays_without(site: Site, get: Fetcher, head: str, expected: int | None) -> None:
    site.pages |= {"/": listing("/news/1"), "/news/1": page(head=head)}

    (article,) = (await provider(site, get).fetch(None)).items

    hour = article.published_at.astimezone(UTC).hour if article.published_at.tzinfo else None
    assert hour == expected


async def test_a_page_without_enough_text_is_refused_and_the_others_are_read(site: Site, get: Fetcher) -> None:
    pages = {
        "/news/1": page(text="<p>Sign in to read.</p>"),
        "/news/2": Answer("<p>Öl".encode("latin-1")),
        "/news/3": Answer(b"<html>" + b"<b>" * 60_000),
        "/news/4": Answer(b""),
        "/news/5": page(),
    }
    site.pages |= {"/": listing(*pages)} | pages

    fetched = await provider(site, get).fetch(None)

    assert [each.native_id for each in fetched.items] == [f"{site.url}/news/5"]
    assert [each.code for each in fetched.refused] == ["bad_item", "bad_encoding", "hostile_markup", "bad_item"]


async def test_many_articles_come_in_portions(site: Site, get: Fetcher) -> None:
    links = [f"/news/{n}" for n in range(5)]
    site.pages |= {"/": listing(*links, ETag='"1"')} | {link: page(f"Title {link[-1]}") for link in links}
    some = provider(site, get, most=2)

    cursor, told, more = None, [], []
    for _ in range(3):
        fetched = await some.fetch(cursor)
        cursor, told, more = fetched.cursor, told + [each.headline for each in fetched.items], [*more, fetched.more]

    assert told == [f"Title {n}" for n in range(5)]
    assert more == [True, True, False]


async def test_an_article_that_cannot_be_fetched_is_given_up_after_three_fetches(site: Site, get: Fetcher) -> None:
    site.pages |= {"/": listing("/news/1", "/news/2"), "/news/2": page()}

    cursor, refused = None, []
    for _ in range(4):
        fetched = await provider(site, get).fetch(cursor)
        cursor, refused = fetched.cursor, [*refused, [each.detail for each in fetched.refused]]

    assert refused == [[], [], ["127.0.0.1 answers with status 404"], []]
    assert site.paths.count("/news/2") == 1


async def test_a_site_that_wants_a_pause_gets_it(site: Site, get: Fetcher) -> None:
    site.pages |= {"/": listing("/news/1"), "/news/1": Answer(status=429, headers={"Retry-After": "9"})}

    with pytest.raises(ProviderUnavailable) as raised:
        await provider(site, get).fetch(None)

    assert raised.value.retry_after_s == 9


async def test_what_robots_disallow_is_not_fetched(site: Site) -> None:
    get = fetcher(replace(QUICK, robots=True))
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /news"), "/": listing("/news/1"), "/news/1": page()}

    assert (await provider(site, get).fetch(None)).items == []
    assert site.paths == ["/robots.txt", "/"]
    await get.close()
