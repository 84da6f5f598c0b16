"""Feeds: what is understood, what is refused with a reason, and that the next fetch goes on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from tests.contract.newswire.feeds.site import FEEDS, Answer, Asked, Site

from forethought.adapters.newswire._dates import moment
from forethought.adapters.newswire.bloomberg import BloombergProvider
from forethought.adapters.newswire.ft import FtProvider
from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rss import RssProvider
from forethought.adapters.newswire.wsj import WsjProvider
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Kind, Licence, RawArticle

DATED = "<pubDate>Mon, 02 Mar 2026 14:30:00 GMT</pubDate>"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def item(title: str = "Copper up", guid: str = "1", inside: str = DATED, body: str = "It rose.") -> str:
    named = f"<title>{title}</title><guid isPermaLink='false'>{guid}</guid>"
    return f"<item>{named}<description>{body}</description>{inside}</item>"


def rss(*items: str, prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f"{prolog}<rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>"


@pytest.fixture
def read(site: Site, get: Fetcher) -> Callable:
    """Serve a feed and fetch it."""

    async def read(body: str | bytes, cursor: str | None = None, **options) -> Fetched:
        return await RssProvider("wire", [site.feed(body)], get, **options).fetch(cursor)

    return read


def facts(article: RawArticle) -> tuple:
    return article.native_id, article.headline, article.body, article.published_at, article.language, article.topics


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        (
            "bloomberg.rss",
            BloombergProvider,
            (
                "https://www.bloomberg.com/news/articles/2026-03-02/northwind-raises-its-outlook",
                "Northwind Raises Its Outlook",
                "<p>Orders grew by 7%, it said.</p>",
                datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
                "en",
                (),
            ),
        ),
        (
            "wsj.rss",
            WsjProvider,
            (
                "WP-WSJ-0000000001",
                "Bank Shares Slip After Test & Review",
                "The lenders&#8217; capital was thinner than expected.",
                datetime(2026, 3, 2, 14, 31, tzinfo=UTC),
                "en",
                ("Finance",),
            ),
        ),
        (
            "ft.rss",
            FtProvider,
            (
                "00000000-0000-4000-8000-000000000001",
                "Crude eases as cartel meets",
                "Traders expect a small increase in output",
                datetime(2026, 3, 2, 7, 5, tzinfo=UTC),
                "en",
                (),
            ),
        ),
    ],
)
async def test_the_public_feeds_are_understood(
    site: Site, get: Fetcher, name: str, make: type[RssProvider], expected: tuple
) -> None:
    provider = make(get, urls=[site.feed((FEEDS / name).read_bytes())])

    fetched = await provider.fetch(None)

    assert [facts(each) for each in fetched.items] == [expected]
    assert (fetched.refused, fetched.items[0].licence, fetched.items[0].provider) == (
        [],
        Licence.HEADLINE,
        provider.name,
    )


async def test_atom_is_understood(read: Callable, site: Site) -> None:
    (article,) = (await read((FEEDS / "atom.xml").read_bytes())).items

    zone = timezone(timedelta(hours=1))
    assert facts(article) == (
        "tag:example,2026:1",
        "Stahlwerk erhöht Preise",
        "<p>Um 3 %.</p>",
        datetime(2026, 3, 2, 9, tzinfo=zone),
        "de",
        ("Stahl",),
    )
    assert article.url == f"{site.url}/1"
    assert article.version.startswith("2026-03-02T10:00:00+01:00+")


async def test_rss_1_is_understood(read: Callable) -> None:
    (article,) = (await read((FEEDS / "rss1.rdf").read_bytes())).items

    assert facts(article) == (
        "https://news.example/n1",
        "Rate decision at noon",
        "The bank will decide.",
        NOON,
        None,
        (),
    )


async def test_a_feed_that_did_not_change_yields_nothing(site: Site, get: Fetcher) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(status=304) if asked.headers["If-None-Match"] == 'W/"7"' else page

    page = Answer(rss(item()).encode(), headers={"ETag": 'W/"7"', "Last-Modified": "Mon, 02 Mar 2026 14:30:00 GMT"})
    site.pages["/feed"] = answer
    provider = RssProvider("wire", [f"{site.url}/feed"], get)

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)

    assert [len(first.items), len(second.items), second.refused] == [1, 0, []]
    assert site.asked[1].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 14:30:00 GMT"
    assert second.cursor == first.cursor


async def test_an_item_comes_once_while_it_stays_the_same(read: Callable) -> None:
    first = await read(rss(item()))
    second = await read(rss(item("Tin down", "2"), item()), first.cursor)

    assert [each.headline for each in second.items] == ["Tin down"]


async def test_an_item_whose_words_change_comes_again_as_a_correction(read: Callable) -> None:
    first = await read(rss(item(body="It rose by 3%.")))
    second = await read(rss(item(body="It fell by 3%.")), first.cursor)

    assert [(each.native_id, each.kind, each.corrects) for each in second.items] == [("1", Kind.CORRECTION, None)]
    assert first.items[0].version != second.items[0].version


async def test_an_id_that_comes_twice_in_one_feed_is_refused_once(read: Callable) -> None:
    feed = rss(item("Copper up"), item("Copper down"), item("Tin up", "2"))

    first = await read(feed)
    second = await read(feed, first.cursor)

    assert [each.headline for each in first.items] == ["Copper up", "Tin up"]
    assert [(each.native_id, each.code) for each in first.refused] == [("1", "bad_id")]
    assert (second.items, second.refused) == ([], [])


async def test_a_report_in_two_feeds_of_a_provider_is_told_once(site: Site, get: Fetcher) -> None:
    site.pages |= {"/a": Answer(rss(item(body="Short.")).encode()), "/b": Answer(rss(item(body="Longer.")).encode())}
    provider = RssProvider("wire", [f"{site.url}/a", f"{site.url}/b"], get)

    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)

    assert [each.body for each in first.items] == ["Short."]
    assert second.items == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("RETRACTED: Copper up", Kind.RETRACTION),
        ("[Withdrawn] Copper up", Kind.RETRACTION),
        ("WITHDRAWN - Copper up", Kind.RETRACTION),
        ("Correction: Copper up", Kind.CORRECTION),
        ("CORRECTED-Copper up", Kind.CORRECTION),
        ("Corrected - in part - Copper up", Kind.NEWS),
        ("Withdrawn drug returns to shelves", Kind.NEWS),
        ("Correction in stocks deepens", Kind.NEWS),
        ("Senate hears: retracted: paper", Kind.NEWS),
    ],
)
async def test_a_label_at_the_start_of_a_headline_says_what_a_report_is(read: Callable, title: str, kind: Kind) -> None:
    (article,) = (await read(rss(item(title)))).items

    assert (article.kind, article.corrects, article.headline) == (kind, None, title)


@pytest.mark.parametrize(
    "names",
    [
        "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='predecessor-version' href='https://news.example/1'/>",
        "<d:replaces xmlns:d='http://purl.org/dc/terms/'>https://news.example/1</d:replaces>",
    ],
)
async def test_an_item_may_name_what_it_takes_back(read: Callable, names: str) -> None:
    (article,) = (await read(rss(item("WITHDRAWN: Copper up", "2", DATED + names)))).items

    assert (article.kind, article.corrects) == (Kind.RETRACTION, "https://news.example/1")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 02 Mar 2026 07:00:00 EST", NOON),
        ("2026-03-02T13:00:00+01:00", NOON),
        ("Mon, 02 Mar 2026 12:00:00", NOON.replace(tzinfo=None)),
        ("2026-03-02T12:00:00", NOON.replace(tzinfo=None)),
        ("Mon, 02 Mar 2026 12:00:00 IST", NOON.replace(tzinfo=None)),
        ("2026-03-02", datetime(2026, 3, 2)),  # noqa: DTZ001  that is the point
        ("yesterday", None),
        ("Mon, 32 Mar 2026 12:00:00 GMT", None),
        ("9" * 100_000, None),
    ],
)
async def test_a_date_keeps_its_zone_and_gets_none_that_it_lacks(
    read: Callable, date: str, expected: datetime | None
) -> None:
    (article,) = (await read(rss(item(inside=f"<pubDate>{date}</pubDate>")))).items

    assert article.published_at == expected
    assert expected is None or (article.published_at.tzinfo is None) == (expected.tzinfo is None)


async def test_a_missing_date_stays_missing(read: Callable) -> None:
    assert (await read(rss(item(inside="")))).items[0].published_at is None


def test_a_documented_zone_is_applied_where_the_time_has_one_meaning() -> None:
    new_york = ZoneInfo("America/New_York")

    assert moment("Mon, 02 Mar 2026 07:00:00", new_york) == NOON
    assert moment("2026-03-02 07:00", new_york) == NOON
    assert moment("Mon, 02 Mar 2026 12:00:00 -0000", new_york) == NOON
    unclear = ["2026-11-01T01:30:00", "2026-03-08T02:30:00", "2026-03-02", "Mon, 02 Mar 2026 07:00:00 IST"]
    assert [moment(text, new_york).tzinfo for text in unclear] == [None] * 4


async def test_a_script_in_a_headline_stays_text_for_the_normaliser(read: Callable) -> None:
    (article,) = (await read(rss(item("Copper &lt;script&gt;alert(1)&lt;/script&gt; up")))).items

    assert article.headline == "Copper <script>alert(1)</script> up"


async def test_a_link_serves_as_an_id_and_without_either_an_item_is_refused(read: Callable) -> None:
    linked = "<item><title>A</title><link>https://news.example/a</link></item>"

    fetched = await read(rss(linked, "<item><title>B</title></item>", item("C")))

    assert [each.native_id for each in fetched.items] == ["https://news.example/a", "1"]
    assert [each.code for each in fetched.refused] == ["bad_id"]


async def test_bytes_in_another_charset_cost_their_item_and_not_the_feed(read: Callable) -> None:
    feed = rss(item("Zinc steady"), item("Öl teurer", "2")).encode("latin-1")

    first = await read(feed)
    second = await read(feed, first.cursor)

    assert [each.headline for each in first.items] == ["Zinc steady"]
    assert [(each.native_id, each.code) for each in first.refused] == [(None, "bad_encoding"), ("2", "bad_encoding")]
    assert (second.items, second.refused) == ([], [])


async def test_a_charset_that_cannot_be_trusted_costs_the_document(site: Site, get: Fetcher) -> None:
    url = site.feed(rss(item("Öl teurer"), prolog=""), Content_Type="text/xml; charset=iso-8859-1")
    provider = RssProvider("wire", [url], get)

    fetched = await provider.fetch(None)

    assert (fetched.items, [each.code for each in fetched.refused]) == ([], ["bad_encoding"])


_LAUGHS = (
    "<!DOCTYPE rss [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)) + "]>"
)
_QUADRATIC = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'
_EXTERNAL = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_HOSTILE = {
    "laughs": rss(item("&l9;"), prolog=_LAUGHS),
    "quadratic": rss(item("&a;" * 10_000), prolog=_QUADRATIC),
    "external": rss(item("&x;"), prolog=_EXTERNAL),
    "hidden behind a comment": rss(item("&l9;"), prolog="<!-- <rss> -->" + _LAUGHS),
    "parameter entity": rss(item(), prolog='<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/p">%p;]>'),
    "deep": rss(item(body="<a>" * 30_000 + "</a>" * 30_000)),
    "wide": rss("<item " + " ".join(f"a{n}='1'" for n in range(50_000)) + "/>"),
    "many tags": rss("<item/>" * 150_000),
    "broken and large": rss("<title>" * 50_000),
    "blanks": "<?xml version='1.0'?>" + "\n" * 500_000 + _LAUGHS + rss(item()),
}


@pytest.mark.parametrize("name", _HOSTILE)
async def test_hostile_markup_is_refused_and_the_feed_goes_on(read: Callable, name: str) -> None:
    hostile = await read(_HOSTILE[name])
    healthy = await read(rss(item()), hostile.cursor)

    assert (hostile.items, [each.code for each in hostile.refused]) == ([], ["hostile_markup"])
    assert [each.headline for each in healthy.items] == ["Copper up"]


async def test_one_long_style_costs_no_more_than_its_length(read: Callable) -> None:
    """feedparser's sanitiser would need minutes; the test's time limit is the assertion."""
    body = f'&lt;p style="{"a" * 1_000_000}"&gt;It rose.&lt;/p&gt;'

    assert len((await read(rss(item(body=body)))).items) == 1


async def test_a_plain_document_type_is_harmless(read: Callable) -> None:
    prolog = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">'

    assert len((await read(rss(item(), prolog=prolog))).items) == 1


async def test_of_a_broken_feed_what_is_whole_is_taken(read: Callable) -> None:
    broken = rss(item("Copper & zinc up"), item("Tin up", "2")) + "<item><title>Rates cut by"
    cut = broken.replace("</channel></rss>", "")

    first = await read(cut)
    second = await read(cut, first.cursor)

    assert [each.headline for each in first.items] == ["Copper & zinc up", "Tin up"]
    assert [each.code for each in first.refused] == ["bad_item"]
    assert (second.items, second.refused) == ([], [])


@pytest.mark.parametrize("body", ["", "<html><body>Please accept cookies</body></html>", "{}", "/etc/hostname"])
async def test_what_is_no_feed_is_a_failure_of_the_provider(read: Callable, body: str) -> None:
    with pytest.raises(ProviderUnavailable, match="something else than a feed"):
        await read(body)


async def test_a_feed_too_large_is_a_failure_and_the_next_fetch_goes_on(read: Callable) -> None:
    first = await read(rss(item()))
    with pytest.raises(ProviderUnavailable, match="more than 5000000 bytes"):
        await read(rss(item("Big", "9", body="x" * 5_100_000)), first.cursor)

    assert [each.headline for each in (await read(rss(item("Tin up", "2")), first.cursor)).items] == ["Tin up"]


async def test_a_feed_that_fails_does_not_silence_the_others(site: Site, get: Fetcher) -> None:
    site.pages |= {"/a": Answer(status=404), "/b": Answer(rss(item()).encode())}
    provider = RssProvider("wire", [f"{site.url}/a", f"{site.url}/b"], get)

    fetched = await provider.fetch(None)

    assert len(fetched.items) == 1
    assert [each.detail for each in fetched.refused] == ["127.0.0.1 answers with status 404"]
    with pytest.raises(ProviderUnavailable, match="404"):
        await provider.fetch(fetched.cursor)


async def test_a_cursor_stays_small_and_a_spoilt_one_is_like_none(read: Callable) -> None:
    cursor = None
    for page in range(5):
        feed = rss(*(item(f"News {n}", str(n)) for n in range(page * 100, page * 100 + 100)))
        cursor = (await read(feed, cursor)).cursor

    assert len(cursor) < 8_000
    assert (await read(feed, cursor)).items == []
    for spoilt in ("nonsense", "[]", '{"a": 1}', '{"a": {"b": 1}}'):
        assert len((await read(feed, spoilt)).items) == 100
