"""JSON interfaces by configuration."""

import json
from datetime import UTC, datetime

import pytest
from tests.contract.newswire.feeds.site import Answer, Asked, Site

from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.json_api import Fields, JsonApi, JsonApiProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind

FIELDS = Fields(
    id="uid", headline="head.text", published_at="at", body="text", url="link", tickers="about.symbols", language="lang"
)
WHOLE = {
    "uid": 7,
    "head": {"text": "Copper up"},
    "at": "2026-03-02T12:00:00Z",
    "text": "It rose.",
    "link": "https://news.example/7",
    "about": {"symbols": "HG, FCX"},
    "lang": "en",
}


def served(site: Site, *items: object, **headers: str) -> str:
    site.pages["/news"] = Answer(json.dumps({"data": {"items": items}}).encode(), headers=headers)
    return f"{site.url}/news"


def api(url: str, **options) -> JsonApi:
    return JsonApi(**{"url": url, "items": "data.items", "fields": FIELDS} | options)


async def test_fields_are_found_by_their_paths(site: Site, get: Fetcher) -> None:
    (article,) = (await JsonApiProvider("shop", api(served(site, WHOLE)), get).fetch(None)).items

    assert (article.native_id, article.headline, article.body) == ("7", "Copper up", "It rose.")
    assert article.published_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert (article.url, article.tickers, article.language) == ("https://news.example/7", ("HG", "FCX"), "en")


async def test_tickers_may_be_a_list_or_missing(site: Site, get: Fetcher) -> None:
    url = served(site, WHOLE | {"about": {"symbols": ["HG", " ", "FCX"]}}, WHOLE | {"uid": "8", "about": None})

    fetched = await JsonApiProvider("shop", api(url), get).fetch(None)

    assert [each.tickers for each in fetched.items] == [("HG", "FCX"), ()]


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("epoch_s", 1772452800, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("epoch_ms", "1772452800000", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M", "02/03/2026 12:00", datetime(2026, 3, 2, 12)),  # noqa: DTZ001  none was said
        ("epoch_s", 1e300, None),
        ("epoch_s", "nan", None),
        ("iso", None, None),
    ],
)
async def test_dates_are_read_in_the_configured_form(
    site: Site, get: Fetcher, form: str, value: object, expected: datetime | None
) -> None:
    url = served(site, WHOLE | {"at": value})

    (article,) = (await JsonApiProvider("shop", api(url, dates=form), get).fetch(None)).items

    assert article.published_at == expected


async def test_the_key_goes_where_it_is_configured(site: Site, get: Fetcher) -> None:
    url = served(site, WHOLE)
    by_header = api(url, key_variable="SHOP_KEY", key_header="X-Key", key_prefix="Token ")
    by_parameter = api(url, key_variable="SHOP_KEY", key_parameter="key", params={"q": "copper"})

    await JsonApiProvider("shop", by_header, get, key="k").fetch(None)
    await JsonApiProvider("shop", by_parameter, get, key="k").fetch(None)

    assert [(each.path, each.headers["X-Key"]) for each in site.asked] == [
        ("/news", "Token k"),
        ("/news?q=copper&key=k", None),
    ]


async def test_pages_are_followed_and_the_key_stays_out_of_the_cursor(site: Site, get: Fetcher) -> None:
    def answer(asked: Asked) -> Answer:
        number = 2 if "page=2" in asked.path else 1
        following = {"next": "/news?page=2&key=k"} if number == 1 else {}
        return Answer(json.dumps({"data": {"items": [WHOLE | {"uid": str(number)}]}} | following).encode())

    site.pages["/news"] = answer
    provider = JsonApiProvider("shop", api(f"{site.url}/news", next_page="next", key_parameter="key"), get, key="k")

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)
    third = await provider.fetch(second.cursor)

    assert [[each.native_id for each in page.items] for page in (first, second, third)] == [["1"], ["2"], []]
    assert [page.more for page in (first, second, third)] == [True, False, False]
    assert "key=k" not in first.cursor
    assert site.paths == ["/news?key=k", "/news?page=2&key=k", "/news?key=k"]


@pytest.mark.parametrize("following", ["http://169.254.169.254/", "https://elsewhere.example/", "http://[", 7, ""])
async def test_a_next_page_elsewhere_is_not_followed(site: Site, get: Fetcher, following: object) -> None:
    site.pages["/news"] = Answer(json.dumps({"data": {"items": [WHOLE]}, "next": following}).encode())

    fetched = await JsonApiProvider("shop", api(f"{site.url}/news", next_page="next"), get).fetch(None)

    assert (len(fetched.items), fetched.more) == (1, False)


async def test_a_next_page_that_is_gone_does_not_stop_the_feed(site: Site, get: Fetcher) -> None:
    site.pages["/news"] = Answer(json.dumps({"data": {"items": [WHOLE]}, "next": "/gone"}).encode())
    provider = JsonApiProvider("shop", api(f"{site.url}/news", next_page="next"), get)

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)
    await provider.fetch(second.cursor)

    assert site.paths == ["/news", "/gone", "/news"]


async def test_a_changed_item_is_a_correction_and_an_unchanged_one_is_silent(site: Site, get: Fetcher) -> None:
    provider = JsonApiProvider("shop", api(served(site, WHOLE, WHOLE | {"uid": "8"})), get)

    first = await provider.fetch(None)
    served(site, WHOLE | {"text": "It fell."}, WHOLE | {"uid": "8"})
    second = await provider.fetch(first.cursor)

    assert [(each.native_id, each.kind) for each in second.items] == [("7", Kind.CORRECTION)]


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ("text", "bad_item"),
        (WHOLE | {"uid": None}, "bad_id"),
        (WHOLE | {"head": {"text": ["a"]}}, "bad_item"),
        (WHOLE | {"text": "\ud800"}, "bad_encoding"),
        (WHOLE | {"about": {"symbols": {"a": 1}}}, "bad_item"),
    ],
)
async def test_an_item_that_cannot_be_used_is_refused_once_and_spares_the_others(
    site: Site, get: Fetcher, spoilt: object, code: str
) -> None:
    provider = JsonApiProvider("shop", api(served(site, spoilt, WHOLE | {"uid": "8"})), get)

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)

    assert ([each.native_id for each in first.items], [each.code for each in first.refused]) == (["8"], [code])
    assert (second.items, second.refused) == ([], [])


async def test_bytes_that_are_not_utf_8_cost_their_item(site: Site, get: Fetcher) -> None:
    url = served(site, WHOLE | {"text": "Oel"}, WHOLE | {"uid": "8"})
    site.pages["/news"].body = site.pages["/news"].body.replace(b"Oel", b"\xd6l")

    fetched = await JsonApiProvider("shop", api(url), get).fetch(None)

    assert [each.native_id for each in fetched.items] == ["8"]
    assert [each.code for each in fetched.refused] == ["bad_encoding"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": {"items": {}}}', b"[" * 200_000])
async def test_an_answer_of_another_form_is_a_failure_of_the_provider(site: Site, get: Fetcher, body: bytes) -> None:
    site.pages["/news"] = Answer(body)

    with pytest.raises(ProviderUnavailable, match="shop: the answer"):
        await JsonApiProvider("shop", api(f"{site.url}/news"), get).fetch(None)
