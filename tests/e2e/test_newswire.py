"""The simulated newswire over HTTP, read by the connectors that read the real ones."""

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.fakes.newswire import newswire
from tests.fakes.served import running

from forethought.adapters.newswire.ap import ApProvider
from forethought.adapters.newswire.bloomberg import BloombergProvider
from forethought.adapters.newswire.ft import FtProvider
from forethought.adapters.newswire.http import Fetcher, Limits
from forethought.adapters.newswire.reuters import ReutersProvider
from forethought.adapters.newswire.wsj import WsjProvider
from forethought.application.ports.news_provider import NewsProvider, ProviderUnavailable
from forethought.domain.news import Kind, RawArticle

RSS = ("bloomberg", "wsj", "ft")


def connectors(url: str) -> list[NewsProvider]:
    limits = Limits(per_minute=60_000, allow_private=True, robots=False)
    return [
        ReutersProvider(
            "reuters",
            Fetcher(limits),
            f"{url}/reuters",
            token_url=f"{url}/reuters/auth/token",
            client_id="me",
            client_secret="mine",
        ),
        ApProvider("ap", Fetcher(limits), f"{url}/ap", key="key"),
        BloombergProvider(Fetcher(limits), urls=[f"{url}/bloomberg/markets.rss"]),
        WsjProvider(Fetcher(limits), urls=[f"{url}/wsj/markets.rss"]),
        FtProvider(Fetcher(limits), urls=[f"{url}/ft/markets.rss"]),
    ]


async def ledger(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.get("/ledger")).json()


async def listed(url: str, *, malformed: bool = False) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=url) as client:
        page = await client.get("/ledger/items", params={"limit": 10_000, "malformed": int(malformed)})
    return page.json()["items"]


async def read_until_it_is_silent(url: str, provider: NewsProvider) -> list[RawArticle]:
    """Poll until nothing more is published and an answer after that brought nothing more."""
    found, cursor = [], None
    while True:
        silent = (await ledger(url))["finished"]
        try:
            fetched = await provider.fetch(cursor)
        except ProviderUnavailable as error:
            await asyncio.sleep(error.retry_after_s or 0.05)
            continue
        found += fetched.items
        cursor = fetched.cursor
        # The answer of a feed that was cut in the middle is told as an item that cannot be used.
        if silent and not fetched.more and not fetched.items and not fetched.refused:
            await provider.close()
            return found
        await asyncio.sleep(0 if fetched.more else 0.1)


async def read_all(url: str) -> dict[str, list[RawArticle]]:
    providers = connectors(url)
    found = await asyncio.gather(*(read_until_it_is_silent(url, provider) for provider in providers))
    return {provider.name: articles for provider, articles in zip(providers, found, strict=True)}


async def test_the_connectors_read_all_that_was_published_and_nothing_else() -> None:
    """At 6,000 items a minute, with duplicates, malformed items, new versions and failing answers."""
    with newswire(
        rate=6_000,
        count=400,
        speed=1_000,
        apart_s=1,
        updates=0.1,
        corrections=0.2,
        retractions=0.1,
        duplicates=0.1,
        malformed={"no_date": 0.02, "no_title": 0.02, "broken_entity": 0.02, "script": 0.02},
        faults={"rate_limit": 0.02, "server_error": 0.05, "cut": 0.05, "expired": 0.1, "slow": 0.05},
        slow_s=0.05,
    ) as url:
        found = await read_all(url)
        rows, malformed, counts = await listed(url), await listed(url, malformed=True), await ledger(url)

    assert counts["faults"]
    wrong = {(row["provider"], row["id"]) for row in malformed}
    expected: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        expected[row["provider"]].add((row["id"], str(row["version"])))
    for name in ("reuters", "ap"):
        read = {(one.native_id, one.version) for one in found[name] if (name, one.native_id) not in wrong}
        assert read == expected[name]
        assert len(expected[name]) == counts["providers"][name]["unique"]
    for name in RSS:
        newest = {row["id"]: row["headline"] for row in rows if row["provider"] == name}
        read_last = {one.native_id: one.headline for one in found[name] if (name, one.native_id) not in wrong}
        assert read_last == newest


@pytest.mark.parametrize(
    ("share", "kind"),
    [("corrections", Kind.CORRECTION), ("retractions", Kind.RETRACTION), ("updates", Kind.CORRECTION)],
)
async def test_the_connectors_know_what_a_new_version_is(share: str, kind: Kind) -> None:
    """Each provider marks it in its own way, and what is written through takes the place of what was there too."""
    none = {"updates": 0, "corrections": 0, "retractions": 0, "duplicates": 0}
    with newswire(rate=3_000, count=200, speed=1_000, apart_s=2, **{**none, share: 1.0}) as url:
        found = await read_all(url)

    for name, articles in found.items():
        first_ids: set[str | None] = set()
        later = []
        for article in articles:
            if article.native_id in first_ids:
                later.append(article)
            first_ids.add(article.native_id)
        assert later, name
        assert {article.kind for article in later} == {kind}, name


def test_the_command_serves_and_stops_in_order(tmp_path: Path) -> None:
    options = ("--port", "0", "--rate", "600", "--count", "50", "--faults", "slow=0.5", "--malformed", "0.1")
    with running("newswire.ready", tmp_path, "newswire", *options) as wire, wire.client as client:
        index = client.get("/")

    assert index.json()["simulated"] is True
    assert index.headers["x-forethought-simulated"] == "newswire"
    assert wire.process.returncode == 0
