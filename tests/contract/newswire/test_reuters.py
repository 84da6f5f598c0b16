"""Reuters: tokens, pages, and what its items are to one another."""

import itertools
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import structlog
from tests.contract.newswire.feeds.site import Answer, Asked, Site, fetcher
from tests.contract.newswire.rest.serving import SECRET, outcome, query, recorded, says

from forethought.adapters.newswire.reuters import ReutersProvider
from forethought.application.ports.news_provider import ProviderUnavailable
from forethought.domain.news import Kind


class _Reuters:
    """Its answers: `tokens` are good until taken away, pages are named by their cursors."""

    def __init__(self, site: Site) -> None:
        self.tokens: set[str] = set()
        self.lasts_s: object = 3_600
        self.pages: dict[str, object] = {"": {"items": [], "nextCursor": "c1", "hasMore": False}}
        self._numbers = itertools.count(1)
        site.pages |= {"/token": self._log_in, "/items": self._items}

    def _log_in(self, asked: Asked) -> Answer:
        assert asked.body.decode() == f"grant_type=client_credentials&client_id=me&client_secret={SECRET}"
        token = f"t{next(self._numbers)}"
        self.tokens.add(token)
        return says({"access_token": token, "expires_in": self.lasts_s})

    def _items(self, asked: Asked) -> Answer:
        if asked.headers["Authorization"].removeprefix("Bearer ") not in self.tokens:
            return says({"error": f"bad token of {SECRET}"}, 401)
        page = self.pages.get(query(asked).get("cursor", ""))
        return says({"error": "unknown cursor"}, 410) if page is None else says(page)


@pytest.fixture
def wire(site: Site) -> _Reuters:
    return _Reuters(site)


@pytest.fixture
async def provider(site: Site) -> AsyncIterator[ReutersProvider]:
    provider = ReutersProvider(
        "reuters", fetcher(), site.url, token_url=f"{site.url}/token", client_id="me", client_secret=SECRET
    )
    yield provider
    await provider.close()


def _logins(site: Site) -> int:
    return site.paths.count("/token")


async def test_items_become_articles_and_each_bad_one_is_refused_with_a_code(
    wire: _Reuters, provider: ReutersProvider
) -> None:
    wire.pages[""] = recorded("reuters")

    fetched = await provider.fetch(None)
    articles, refused = outcome(fetched)

    told = [(each.native_id, each.version, each.kind, each.headline, each.urgency) for each in articles]
    assert told == [
        ("tag:reuters.com,2026:newsml_A1", "1", Kind.NEWS, "Example Corp lifts full-year outlook", 2),
        (
            "tag:reuters.com,2026:newsml_A1",
            "2",
            Kind.CORRECTION,
            "CORRECTED-Example Corp lowers full-year outlook",
            5,
        ),
        ("tag:reuters.com,2026:newsml_B1", "1", Kind.RETRACTION, "WITHDRAWN-Example Corp to buy a rival", 3),
    ]
    assert [ticker.symbol for ticker in articles[0].tickers] == ["AAPL"]
    assert articles[0].body == "The maker of examples now expects more of them."
    assert articles[0].published_at == datetime(2026, 3, 2, 14, 0, 5, tzinfo=UTC)
    assert articles[2].published_at == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert refused == [
        ("wrong-headline", "bad_item"),
        ("wrong-version", "bad_item"),
        ("wrong-subjects", "bad_item"),
        (None, "bad_item"),
        (None, "bad_item"),
        (None, "bad_item"),
        (None, "bad_id"),
        ("no-date", "no_date"),
        ("no-zone", "no_timezone"),
        ("no-such-date", "no_date"),
        ("no-headline", "no_headline"),
        ("half-a-sign", "bad_encoding"),
    ]
    assert fetched.more


async def test_pages_follow_one_another_by_their_cursors(site: Site, wire: _Reuters, provider: ReutersProvider) -> None:
    def page(number: int, following: str, *, more: bool) -> object:
        item = {"guid": f"g{number}", "headline": f"News {number}", "dateCreated": "2026-03-02T14:00:00Z"}
        return {"items": [item], "nextCursor": following, "hasMore": more}

    wire.pages = {"": page(1, "c1", more=True), "c1": page(2, "c2", more=False), "c2": {"items": []}}
    first = await provider.fetch(None)
    second = await provider.fetch(first.cursor)
    third = await provider.fetch(second.cursor)

    ids = [item.native_id for fetched in (first, second, third) for item in fetched.items]
    assert ids == ["g1", "g2"]
    assert [each.more for each in (first, second, third)] == [True, False, False]
    assert third.cursor == second.cursor, "an empty page without a cursor does not lose the place"
    assert _logins(site) == 1


async def test_a_token_is_renewed_before_it_ends(site: Site, wire: _Reuters, provider: ReutersProvider) -> None:
    wire.lasts_s = 30  # less than the minute by which it is renewed early

    await provider.fetch(None)
    await provider.fetch(None)

    assert _logins(site) == 2


async def test_a_token_that_was_taken_back_is_renewed_once(
    site: Site, wire: _Reuters, provider: ReutersProvider
) -> None:
    await provider.fetch(None)
    wire.tokens.clear()

    fetched = await provider.fetch(None)

    assert (fetched.more, _logins(site)) == (False, 2)


async def test_a_second_refusal_is_told_without_the_secret(site: Site, provider: ReutersProvider) -> None:
    site.pages["/token"] = says({"access_token": "never-good", "expires_in": 3_600})
    site.pages["/items"] = says({"message": f"{SECRET} is not welcome"}, 401)

    with pytest.raises(ProviderUnavailable, match="refuses our key") as raised:
        await provider.fetch(None)

    assert site.paths == ["/token", "/items?limit=100", "/token", "/items?limit=100"]
    assert SECRET not in str(raised.value)
    assert "never-good" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        says({"error": SECRET}, 401),
        says({"error": "invalid_client"}, 400),
        says({"access_token": None}),
        says({"access_token": "two\nlines"}),
        says({"access_token": "t", "expires_in": "soon"}),
        says(["no object"]),
        Answer(b"<html>Log in here</html>"),
    ],
)
async def test_a_login_that_fails_keeps_the_place_and_the_secret(
    site: Site, provider: ReutersProvider, answer: Answer
) -> None:
    site.pages["/token"] = answer

    with structlog.testing.capture_logs() as logs, pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch('{"cursor":"c1"}')

    assert SECRET not in f"{raised.value} {logs}"
    assert site.paths == ["/token"]


async def test_a_place_that_is_forgotten_is_left(wire: _Reuters, provider: ReutersProvider) -> None:
    wire.pages[""] = recorded("reuters")

    with structlog.testing.capture_logs() as logs:
        fetched = await provider.fetch('{"cursor":"long-ago"}')
    again = await provider.fetch(fetched.cursor)

    assert (list(fetched.items), fetched.more, len(again.items)) == ([], True, 9)
    assert [log["event"] for log in logs] == ["news.cursor_forgotten"]


async def test_a_feed_that_does_not_move_is_not_asked_without_end(wire: _Reuters, provider: ReutersProvider) -> None:
    wire.pages["c1"] = {"items": [], "nextCursor": "c1", "hasMore": True}

    assert not (await provider.fetch('{"cursor":"c1"}')).more


async def test_being_asked_to_wait_is_passed_on(site: Site, wire: _Reuters, provider: ReutersProvider) -> None:
    site.pages["/items"] = says({}, 429, Retry_After="17")

    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(None)

    assert raised.value.retry_after_s == 17


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"items": {}}',
        b'{"items": [], "nextCursor": {"a": 1}}',
        b'{"items": [], "nextCursor": "\xc3\xb6"}',
        json.dumps({"items": [], "nextCursor": "c" * 100_000}).encode(),
        b"[" * 100_000,
        b'{"items": ' + b'{"a": ' * 100_000,
        b"",
    ],
)
async def test_nonsense_is_unavailable(site: Site, wire: _Reuters, provider: ReutersProvider, body: bytes) -> None:
    site.pages["/items"] = Answer(body)

    with pytest.raises(ProviderUnavailable):
        await provider.fetch(None)


async def test_huge_values_and_spoilt_bytes_cost_one_item_each(
    site: Site, wire: _Reuters, provider: ReutersProvider
) -> None:
    good = '{"guid": "good", "version": 1, "headline": "Good", "dateCreated": "2026-03-02T14:00:00Z", "language": "en"}'
    bad = [
        good.replace("good", "long-headline").replace("Good", "x" * 1_000_000),
        good.replace("good", "long-number").replace("1,", "9" * 5_000 + ",", 1),
        good.replace("good", "spoilt").replace("Good", "\udcff\udcfe"),
        good.replace("good", "x" * 10_000),
    ]
    body = f'{{"items": [{",".join([*bad, good])}]}}'
    site.pages["/items"] = Answer(body.encode(errors="surrogateescape"))

    articles, refused = outcome(await provider.fetch(None))

    assert [each.native_id for each in articles] == ["good"]
    assert refused == [
        ("long-number", "bad_item"),
        ("long-headline", "too_long"),
        ("spoilt", "bad_encoding"),
        ("x" * 512, "bad_id"),
    ]
