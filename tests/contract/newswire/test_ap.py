"""AP: a feed that is followed from link to link, and what may be done with its items."""

import json
from collections.abc import AsyncIterator

import pytest
from tests.contract.newswire.feeds.site import Answer, Asked, Site, fetcher
from tests.contract.newswire.rest.serving import SECRET, outcome, recorded, says

from forethought.adapters.newswire.ap import ApProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind

FEED = "/media/v/content/feed"


def _item(number: int, **more: object) -> dict:
    return {
        "item": {
            "altids": {"itemid": f"i{number}"},
            "version": 1,
            "headline": f"News {number}",
            "versioncreated": "2026-03-02T14:00:00Z",
            "description_summary": "In short.",
            **more,
        }
    }


@pytest.fixture
async def provider(site: Site) -> AsyncIterator[ApProvider]:
    provider = ApProvider("ap", fetcher(), site.url, key=SECRET, query="type:text", texts=True)
    yield provider
    await provider.close()


async def test_items_become_articles_and_each_bad_one_is_refused_with_a_code(site: Site, provider: ApProvider) -> None:
    shape = recorded("ap")
    shape["data"]["next_page"] = shape["data"]["next_page"].replace("@here@", site.url)
    site.pages[FEED] = says(shape)

    fetched = await provider.fetch(None)
    articles, refused = outcome(fetched)

    assert [(each.native_id, each.version, each.kind, each.urgency) for each in articles] == [
        ("a1", "1", Kind.NEWS, 2),
        ("a1", "2", Kind.CORRECTION, 5),
        ("b1", "1", Kind.CORRECTION, 3),
        ("c1", "1", Kind.RETRACTION, 3),
        ("d1", "1", Kind.RETRACTION, 3),
    ]
    assert [ticker.symbol for ticker in articles[0].tickers] == ["AAPL"]
    assert articles[0].body == "The maker of examples expects more of them."
    assert refused == [
        ("embargoed", "bad_item"),
        ("advisory", "bad_item"),
        ("picture", "bad_item"),
        ("elsewhere", "bad_item"),
        (None, "bad_item"),
        (None, "bad_item"),
        (None, "bad_item"),
        (None, "bad_id"),
        (None, "bad_id"),
    ]
    assert fetched.more
    assert "ap-secret-key" not in fetched.cursor


async def test_links_are_followed_with_the_key_in_the_header(site: Site, provider: ApProvider) -> None:
    pages = {
        f"{FEED}?page_size=100&q=type%3Atext": {"items": [_item(1)], "next_page": f"{site.url}{FEED}?seq=1"},
        f"{FEED}?seq=1": {"items": [_item(2)], "next_page": f"{site.url}{FEED}?seq=2"},
        f"{FEED}?seq=2": {"items": [], "next_page": f"{site.url}{FEED}?seq=2"},
    }
    site.pages[FEED] = lambda asked: says({"data": pages[asked.path]})

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)
    third = await provider.fetch(second.cursor)

    assert [item.native_id for each in (first, second, third) for item in each.items] == ["i1", "i2"]
    assert [each.more for each in (first, second, third)] == [True, True, False]
    assert {asked.headers["x-api-key"] for asked in site.asked} == {SECRET}


@pytest.mark.parametrize(
    "link",
    [
        "http://elsewhere.example/media/v/content/feed",
        "http://user:password@127.0.0.1/feed",
        "file:///etc/passwd",
        "//elsewhere.example/feed",
        "http://[",
        "no link",
        ["a", "list"],
        "x" * 100_000,
    ],
)
async def test_a_link_that_leads_elsewhere_is_not_followed(site: Site, provider: ApProvider, link: object) -> None:
    site.pages[FEED] = says({"data": {"items": [_item(1)], "next_page": link}})

    with pytest.raises(ProviderUnavailable):
        await provider.fetch(None)

    assert len(site.asked) == 1


async def test_a_place_under_another_address_is_left(site: Site, provider: ApProvider) -> None:
    site.pages[FEED] = says({"data": {"items": [_item(1)]}})

    fetched = await provider.fetch('{"next":"https://formerly.example/media/v/content/feed?seq=7"}')

    assert [item.native_id for item in fetched.items] == ["i1"]


async def test_a_place_that_is_forgotten_is_left(site: Site, provider: ApProvider) -> None:
    site.pages[FEED] = lambda asked: says({}, 410) if "seq" in asked.path else says({"data": {"items": [_item(1)]}})

    fetched = await provider.fetch(json.dumps({"next": f"{site.url}{FEED}?seq=7"}))
    again = await provider.fetch(fetched.cursor)

    assert (fetched.more, [item.native_id for item in again.items]) == (True, ["i1"])


async def test_a_whole_text_is_added_and_one_that_is_missing_costs_no_item(site: Site, provider: ApProvider) -> None:
    def linked(number: int) -> dict:
        return _item(number, renditions={"nitf": {"href": f"{site.url}/text/{number}"}})

    site.pages[FEED] = says({"data": {"items": [linked(1), linked(2), linked(3)]}})
    site.pages["/text/1"] = Answer(b"<nitf><body.content><p>All of it.</p></body.content></nitf>")
    site.pages["/text/3"] = Answer(b"<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><nitf>&lol;</nitf>")

    fetched = await provider.fetch(None)

    assert [item.body for item in fetched.items] == ["<p>All of it.</p>", "In short.", "In short."]


async def test_texts_are_given_up_where_the_server_is_gone(site: Site, provider: ApProvider) -> None:
    def gone(_: Asked) -> Answer:
        return Answer(iter(()), headers={"Content-Encoding": "unheard-of"})

    linked = [_item(n, renditions={"nitf": {"href": f"{site.url}/text"}}) for n in range(5)]
    site.pages |= {FEED: says({"data": {"items": linked}}), "/text": gone}

    fetched = await provider.fetch(None)

    assert (len(fetched.items), site.paths.count("/text")) == (5, 1)


async def test_being_asked_to_wait_is_passed_on(site: Site, provider: ApProvider) -> None:
    site.pages[FEED] = says({"error": SECRET}, 429, Retry_After="17")

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert raised.value.retry_after_s == 17
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("body", [b"{}", b'{"data": 7}', b'{"data": {"items": 7}}', b"null", b"\xff\xfe"])
async def test_nonsense_is_unavailable(site: Site, provider: ApProvider, body: bytes) -> None:
    site.pages[FEED] = Answer(body)

    with pytest.raises(ProviderUnavailable):
        await provider.fetch(None)
