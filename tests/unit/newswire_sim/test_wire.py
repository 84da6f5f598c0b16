"""The providers' wire formats, asked without a network."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import httpx
import pytest

from forethought.entrypoints.newswire.app import create_app
from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.newswire.options import Fault, Options

STARTED = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUIET = {"updates": 0, "corrections": 0, "retractions": 0, "contradictions": 0, "duplicates": 0}
LOGIN = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "mine"}
FEED = "/ap/media/v/content/feed"

Ask = Callable[..., Any]


def a_newswire(seconds: float = 60, **options: Any) -> Newswire:
    """A newswire after some seconds."""
    wire = Newswire(Options(**{"rate": 600, **options}), started=STARTED)
    pass_time(wire, seconds)
    return wire


def pass_time(wire: Newswire, seconds: float) -> None:
    while wire.advance(STARTED + timedelta(seconds=seconds)):
        pass


@asynccontextmanager
async def client_of(wire: Newswire) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(wire))
    async with httpx.AsyncClient(transport=transport, base_url="http://wire") as client:
        yield client


async def token(client: httpx.AsyncClient) -> dict[str, str]:
    answer = (await client.post("/reuters/auth/token", data=LOGIN)).json()
    return {"authorization": f"Bearer {answer['access_token']}"}


async def reuters_items(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    headers, cursor, items = await token(client), None, []
    while True:
        params = {"limit": 50} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/reuters/items", params=params, headers=headers)).json()
        items += page["items"]
        cursor = page["nextCursor"]
        if not page["hasMore"]:
            return items


@pytest.mark.parametrize("name", ["bloomberg", "wsj", "ft"])
async def test_a_feed_is_rss_with_a_zone_in_every_date_and_says_that_it_is_simulated(name: str) -> None:
    async with client_of(a_newswire(**QUIET)) as client:
        answer = await client.get(f"/{name}/markets.rss")

    feed = feedparser.parse(answer.content)
    assert (feed.version, feed.bozo) == ("rss20", False)
    assert "(simulated)" in feed.feed.title
    assert answer.headers["x-forethought-simulated"] == "newswire"
    assert feed.entries
    assert all(entry.id and entry.title and entry.summary and entry.published_parsed for entry in feed.entries)
    assert all(entry.published[-5] in "+-" for entry in feed.entries)


async def test_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    wire = a_newswire(**QUIET)
    async with client_of(wire) as client:
        first = await client.get("/ft/markets.rss")
        same = await client.get("/ft/markets.rss", headers={"if-none-match": first.headers["etag"]})
        dated = await client.get("/ft/markets.rss", headers={"if-modified-since": first.headers["last-modified"]})
        pass_time(wire, 70)
        changed = await client.get("/ft/markets.rss", headers={"if-none-match": first.headers["etag"]})

    assert [answer.status_code for answer in (first, same, dated, changed)] == [200, 304, 304, 200]
    assert same.content == b""
    assert changed.headers["etag"] != first.headers["etag"]


async def test_what_is_young_stays_in_a_feed_however_much_there_is() -> None:
    wire = a_newswire(120, rate=6_000, window_s=60, **QUIET)
    async with client_of(wire) as client:
        feed = feedparser.parse((await client.get("/ft/markets.rss")).content)

    rows = wire.ledger.listed(0, 100_000, provider="ft", malformed=False)["items"]
    young = {row["id"] for row in rows if row["published_at"] > "2026-03-02T12:01:00.000Z"}
    assert len(young) > 500
    assert young <= {entry.id for entry in feed.entries}
    assert len(feed.entries) < len(rows)


async def test_a_feed_shows_its_newest_hundred_when_little_happens() -> None:
    async with client_of(a_newswire(7_200, rate=20, **QUIET)) as client:
        feed = feedparser.parse((await client.get("/wsj/markets.rss")).content)

    assert len(feed.entries) == 100
    dates = [entry.published_parsed for entry in feed.entries]
    assert dates == sorted(dates, reverse=True)


async def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    wire = a_newswire(120, **{**QUIET, "corrections": 1.0}, speed=100)
    async with client_of(wire) as client:
        feed = feedparser.parse((await client.get("/ft/markets.rss")).content)

    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert sum(entry.title.startswith("Correction: ") for entry in feed.entries) > 20


async def test_an_item_of_reuters_has_the_documented_fields() -> None:
    async with client_of(a_newswire(60, **{**QUIET, "corrections": 0.5}, speed=100)) as client:
        items = await reuters_items(client)

    corrected = next(item for item in items if item["version"] == 2)
    assert corrected["id"] == f"{corrected['guid']}:2"
    assert corrected["headline"].startswith("CORRECTED-")
    assert corrected["dateModified"] > corrected["dateCreated"]
    assert corrected["language"] == "en"
    assert {"code", "name"} == set(corrected["subjects"][0])
    assert "imulated" in corrected["body"]


async def test_reuters_wants_a_token_that_has_not_expired() -> None:
    async with client_of(a_newswire(token_s=1e-9)) as client:
        without = await client.get("/reuters/items")
        expired = await client.get("/reuters/items", headers=await token(client))
        nobody = await client.post("/reuters/auth/token", data={"grant_type": "client_credentials"})
        wrong = await client.post("/reuters/auth/token", json={**LOGIN, "grant_type": "password"})

    assert [answer.status_code for answer in (without, expired, nobody, wrong)] == [401, 401, 401, 400]


async def test_a_token_may_end_before_its_time() -> None:
    async with client_of(a_newswire(faults={"expired": 1.0})) as client:
        answer = await client.get("/reuters/items", headers=await token(client))

    assert answer.status_code == 401


async def test_paging_loses_nothing_while_new_items_arrive() -> None:
    wire = a_newswire(10, rate=6_000)
    async with client_of(wire) as client:
        headers, cursor, seen, now = await token(client), None, [], 10.0
        link = f"{FEED}?page_size=7"
        ap_seen: list[tuple[str, int]] = []
        for _ in range(400):
            params = {"limit": 7} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/reuters/items", params=params, headers=headers)).json()
            seen += [(item["guid"], item["version"]) for item in page["items"]]
            cursor = page["nextCursor"]
            data = (await client.get(link, headers={"x-api-key": "key"})).json()["data"]
            ap_seen += [(one["item"]["altids"]["itemid"], one["item"]["version"]) for one in data["items"]]
            link = data["next_page"]
            now += 0.1
            pass_time(wire, min(now, 30))

    def listed(provider: str) -> list[tuple[str, int]]:
        rows = wire.ledger.listed(0, 10_000, provider=provider, malformed=False)["items"]
        return [(row["id"], row["version"]) for row in rows]

    counts = wire.ledger.counts()["providers"]
    assert list(dict.fromkeys(seen)) == listed("reuters")
    assert list(dict.fromkeys(ap_seen)) == listed("ap")
    assert len(seen) == counts["reuters"]["published"]
    assert len(listed("ap")) == counts["ap"]["unique"]


async def test_a_place_of_another_run_is_gone() -> None:
    async with client_of(a_newswire()) as client:
        reuters = await client.get("/reuters/items", params={"cursor": "abc.17"}, headers=await token(client))
        ap = await client.get(FEED, params={"seq": "../9"}, headers={"x-api-key": "key"})

    assert (reuters.status_code, ap.status_code) == (410, 410)


async def test_ap_leads_to_the_whole_text_and_to_the_next_page() -> None:
    async with client_of(a_newswire(**QUIET)) as client:
        page = (await client.get(FEED, params={"page_size": 3}, headers={"x-api-key": "key"})).json()["data"]
        item = page["items"][0]["item"]
        text = await client.get(item["renditions"]["nitf"]["href"], headers={"x-api-key": "key"})
        following = (await client.get(page["next_page"], headers={"x-api-key": "key"})).json()["data"]

    assert len(page["items"]) == 3
    assert item["description_summary"].split(" (AP")[0] in text.text
    assert "<body.content>" in text.text
    assert following["items"][0]["item"]["altids"]["itemid"] not in {
        one["item"]["altids"]["itemid"] for one in page["items"]
    }


async def test_ap_wants_a_key() -> None:
    async with client_of(a_newswire()) as client:
        assert (await client.get(FEED)).status_code == 401


@pytest.mark.parametrize("how", ["no_date", "no_title", "broken_entity", "bad_charset", "script", "huge"])
async def test_malformed_items_are_malformed_on_every_wire_and_the_json_stays_json(how: str) -> None:
    wire = a_newswire(3, **QUIET, malformed={how: 1.0})
    async with client_of(wire) as client:
        raw = (await client.get("/wsj/markets.rss")).content
        reuters = (await reuters_items(client))[0]
        ap = (await client.get(FEED, headers={"x-api-key": "key"})).json()["data"]["items"][0]["item"]

    signs = {
        "no_date": (b"<pubDate>" not in raw, not reuters["dateModified"], not ap["versioncreated"]),
        "no_title": (raw.count(b"<title>") == 1, not reuters["headline"], not ap["headline"]),
        "broken_entity": (b"&nosuch;" in raw, "&nosuch;" in reuters["body"], "&nosuch;" in ap["description_summary"]),
        "bad_charset": (b"\xe9 \x93" in raw, "Ã" in reuters["body"], "Ã" in ap["description_summary"]),
        "script": (b"script&gt;" in raw, "<script>" in str(reuters["headline"]), "<script>" in str(ap["headline"])),
        "huge": (len(raw) > 200_000, len(reuters["body"]) > 500_000, len(ap["description_summary"]) > 500_000),
    }
    assert signs[how] == (True, True, True)
    assert wire.ledger.counts()["by_malformed"] == {how: 31}
    assert wire.ledger.listed(0, 100, provider=None, malformed=False)["items"] == []


async def test_faults_meet_as_many_requests_as_asked_and_never_the_ledger() -> None:
    wire = a_newswire(1, faults={Fault.RATE_LIMIT: 0.2, Fault.SERVER_ERROR: 0.1, Fault.SLOW: 0.1}, slow_s=0)
    async with client_of(wire) as client:
        answers = [await client.get("/ft/markets.rss") for _ in range(1_000)]
        ledger = (await client.get("/ledger")).json()
        calm = [await client.get("/ledger") for _ in range(50)]

    limited = [answer for answer in answers if answer.status_code == 429]
    assert len(limited) == pytest.approx(200, abs=50)
    assert {answer.headers["retry-after"] for answer in limited} == {"1"}
    assert sum(answer.status_code == 500 for answer in answers) == pytest.approx(100, abs=40)
    assert ledger["faults"]["slow"] == pytest.approx(100, abs=40)
    assert ledger["faults"]["rate_limit"] == len(limited)
    assert {answer.status_code for answer in calm} == {200}
    assert all(answer.headers["x-forethought-simulated"] == "newswire" for answer in answers)


async def test_the_ledger_adds_up() -> None:
    wire = a_newswire(120, rate=6_000, speed=50, malformed={"no_date": 0.05}, corrections=0.1, retractions=0.1)
    async with client_of(wire) as client:
        counts = (await client.get("/ledger")).json()
        cursor, rows = 0, []
        while True:
            page = (await client.get("/ledger/items", params={"cursor": cursor, "limit": 999})).json()
            rows += page["items"]
            cursor = page["next"]
            if not page["more"]:
                break

    assert counts["published"] == 12_001
    assert counts["published"] == counts["good"] + counts["duplicates"] + counts["malformed"]
    assert counts["unique"] == len(rows) == len({(row["provider"], row["id"], row["version"]) for row in rows})
    assert counts["published"] == sum(counts["by_mark"].values())
    assert counts["by_mark"]["correction"] > 100
    assert counts["by_mark"]["retraction"] > 100
    assert counts["stories"] == len({row["story"] for row in rows})


async def test_directions_are_never_on_the_wire() -> None:
    wire = a_newswire(**QUIET)
    async with client_of(wire) as client:
        bodies = [(await client.get("/ft/markets.rss")).text, str(await reuters_items(client))]
        bodies.append((await client.get(FEED, headers={"x-api-key": "key"})).text)

    assert not any(word in body for body in bodies for word in ("direction", "truth", "contradiction", "earnings_beat"))


async def test_the_first_page_lists_the_feeds_with_their_counts() -> None:
    wire = a_newswire(**QUIET)
    async with client_of(wire) as client:
        index = (await client.get("/")).json()

    assert index["simulated"] is True
    assert set(index["feeds"]) == {"bloomberg", "wsj", "ft", "reuters", "ap"}
    assert sum(feed["items"] for feed in index["feeds"].values()) == 601


async def test_equal_seeds_and_starts_give_equal_bytes() -> None:
    async with client_of(a_newswire(seed=5)) as one, client_of(a_newswire(seed=5)) as other:
        for path in ("/bloomberg/markets.rss", "/wsj/markets.rss", "/ft/markets.rss", FEED):
            headers = {"x-api-key": "key"}
            assert (await one.get(path, headers=headers)).content == (await other.get(path, headers=headers)).content


@pytest.mark.parametrize(("options", "published"), [({"count": 37}, 37), ({"duration_s": 5.0}, 50)])
def test_it_falls_silent_after_its_count_or_time(options: dict[str, Any], published: int) -> None:
    wire = a_newswire(600, **options)

    assert wire.finished
    assert wire.ledger.counts()["published"] == published
