"""The archive on a real Redis, against the promises of its port."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from redis.asyncio import Redis
from tests.contract.conftest import SPACE
from tests.fakes.articles import an_article
from tests.fakes.entries import NOON, unit

from forethought.adapters.redis import archive as module, schema
from forethought.adapters.redis.archive import RedisArchive
from forethought.adapters.redis.decision_cache import Space
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.namespace import forget_namespace
from forethought.adapters.redis.store import Store
from forethought.application.ports.archive import Filed, StoryHead, Telling
from forethought.domain.errors import ConfigurationError, DimensionMismatch
from forethought.domain.news import Article

TTL_S = 3_600
HOUR = timedelta(hours=1)
ID = an_article().id


@pytest.fixture
async def new_archive(store: Store, keys: Keys) -> Callable[[], RedisArchive]:
    """Make archives over the same data: each is what another process would have."""
    await schema.ensure_story_index(store, keys, space=SPACE.name, dim=SPACE.dim)
    return lambda: RedisArchive(store, keys, space=SPACE, ttl_s=TTL_S)


@pytest.fixture
def archive(new_archive: Callable[[], RedisArchive]) -> RedisArchive:
    return new_archive()


def version(name: str, *, minutes: int = 0, **changes) -> Article:
    return an_article(version=name, received_at=NOON + timedelta(minutes=minutes), **changes)


def a_story(story_id: str = "S1", **changes) -> StoryHead:
    fields = {
        "asset": "XAU",
        "text": f"{story_id}: gold rises “0.3 %” 黄金",
        "vector": unit(1),
        "begun_at": NOON.replace(microsecond=123_457),
    }
    return StoryHead(story_id, **(fields | changes))


def a_telling(number: int = 1, **changes) -> Telling:
    fields = {
        "article_id": f"reuters:tag:2026:{number}",
        "provider": "reuters",
        "headline": f"Gold rises, {number}",
        "at": NOON + timedelta(minutes=number, microseconds=1),
        "kind": "told",
    }
    return Telling(**(fields | changes))


async def near(archive: RedisArchive, asset: str = "XAU", *, since: datetime = NOON - HOUR, count: int = 10):
    return [story.story_id for story in await archive.near(asset, unit(1), since=since, count=count)]


async def everything(client: Redis, keys: Keys) -> dict[bytes, object]:
    """Return all keys of a test with what they hold."""
    found: dict[bytes, object] = {}
    async for key in client.scan_iter(match=f"{keys.namespace}*"):
        kind = await client.type(key)
        found[key] = await (client.hgetall(key) if kind == b"hash" else client.zrange(key, 0, -1, withscores=True))
    return found


async def test_a_report_comes_back_as_it_was(archive, new_archive):
    expected = Filed(an_article(), versions=("1",), stories=(), decisions=(), retracted=False)

    assert await archive.file(an_article()) == expected
    assert await new_archive().find(ID) == expected


async def test_what_was_never_filed_is_not_found(archive):
    assert await archive.find(ID) is None


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_latest_version_stands_in_whatever_order_they_come(archive, order):
    versions = [version("9"), version("b", minutes=1), version("a", minutes=2)]

    for i in order:
        filed = await archive.file(versions[i])

    assert (filed.article, filed.versions) == (versions[2], ("9", "b", "a"))


@pytest.mark.parametrize("names", [("9", "10"), ("2026-03-02T12:00Z", "2026-03-02T12:01Z")])
async def test_of_versions_that_came_together_the_higher_one_stands(archive, names):
    lower, higher = (version(name) for name in names)

    for each in (higher, lower):
        filed = await archive.file(each)

    assert (filed.article, filed.versions) == (higher, names)


async def test_workers_that_file_versions_at_once_lose_none(new_archive):
    versions = [version(str(i), minutes=i) for i in range(20)]
    archives = [new_archive() for _ in range(4)]

    await asyncio.gather(*(archives[i % 4].file(each) for i, each in enumerate(reversed(versions))))

    filed = await archives[0].find(ID)
    assert (filed.article, filed.versions) == (versions[-1], tuple(str(i) for i in range(20)))


async def test_of_versions_without_end_the_latest_are_listed(archive, monkeypatch):
    monkeypatch.setattr(module, "_VERSIONS_MAX", 3)
    for i in range(10):
        filed = await archive.file(version(str(i), minutes=i))

    assert filed.versions[-3:] == ("7", "8", "9")
    assert len(filed.versions) <= 3
    assert filed.article == version("9", minutes=9)


async def test_what_came_of_a_report_is_noted(archive):
    await archive.file(an_article())
    await archive.begin(a_story("S1"), a_telling(1))
    await archive.begin(a_story("S2", asset="GLD"), a_telling(1))
    for name in ("D3", "D1", "D2", "D1"):
        await archive.decided(ID, name)
    await archive.retract(ID)

    again = await archive.file(version("2", minutes=1))

    assert again == Filed(version("2", minutes=1), ("1", "2"), ("S1", "S2"), ("D1", "D2", "D3"), retracted=True)


async def test_a_retraction_may_come_before_the_report(archive):
    await archive.retract(ID)
    await archive.decided(ID, "D1")
    assert await archive.find(ID) is None

    filed = await archive.file(an_article())

    assert (filed.retracted, filed.decisions) == (True, ("D1",))


async def test_doing_it_again_changes_nothing(archive, redis_client, keys):
    async def do() -> None:
        await archive.file(version("1"))
        await archive.file(version("2", minutes=1))
        await archive.decided(ID, "D1")
        await archive.begin(a_story(), a_telling(1))
        await archive.tell("S1", a_telling(2), text="Gold is up")
        await archive.retract(ID)

    await do()
    before = await everything(redis_client, keys)
    await do()

    assert await everything(redis_client, keys) == before


async def test_a_damaged_report_is_not_found_and_can_be_filed_again(archive, redis_client, keys):
    await archive.file(version("1"))
    await redis_client.hset(keys.article(ID), "article", b"{")

    assert await archive.find(ID) is None
    assert (await archive.file(version("1"))).article == version("1")
    assert (await archive.file(version("2", minutes=1))).versions == ("1", "2")
    assert (await archive.find(ID)).article == version("2", minutes=1)


async def test_everything_ends_by_itself(archive, redis_client, keys):
    await archive.file(an_article())
    await archive.begin(a_story(), a_telling(7))
    await archive.tell("S1", a_telling(8), text="Gold is up")
    await archive.decided("ap:1", "D1")
    await archive.retract("ap:2")

    ttls = [await redis_client.ttl(key) async for key in redis_client.scan_iter(match=f"{keys.namespace}*")]

    assert len(ttls) == 9
    assert all(0 < ttl <= TTL_S for ttl in ttls)


async def test_a_story_is_found_as_soon_as_it_has_begun(archive, new_archive):
    for i in range(50):
        await archive.begin(a_story(f"S{i}", asset=f"A{i}"), a_telling())

        assert await near(new_archive(), f"A{i}") == [f"S{i}"]


async def test_a_story_comes_back_as_it_was(archive):
    story = a_story(vector=unit(0.3, -0.2, 0.5, 0.1))
    await archive.begin(story, a_telling())

    (found,) = await archive.near("XAU", unit(1), since=NOON, count=1)
    head, (latest,) = await archive.head("S1"), await archive.stories(asset=None, count=1)

    for each in (found, head, latest):
        assert replace(each, vector=story.vector) == story
        assert np.array_equal(each.vector, story.vector)


async def test_near_stories_are_those_of_the_asset_begun_since_the_nearest_first(archive):
    await archive.begin(a_story("far", vector=unit(0, 1)), a_telling())
    await archive.begin(a_story("near", vector=unit(1, 0.1)), a_telling())
    await archive.begin(a_story("at", vector=unit(1, 0.5), begun_at=NOON), a_telling())
    await archive.begin(a_story("old", begun_at=NOON - timedelta(microseconds=1)), a_telling())
    await archive.begin(a_story("other", asset="GLD"), a_telling())

    assert await near(archive, since=NOON) == ["near", "at", "far"]
    assert await near(archive, since=NOON, count=1) == ["near"]
    assert await near(archive, count=1) == ["old"]
    assert await near(archive, "XAG") == []


@pytest.mark.parametrize(
    "asset", ["BRK.B", "EUR/USD", "BTC-USD", "^GSPC", "A B", "a,b", "x|y", "{z}", "k\\-n", "*", "黄金"]
)
async def test_an_asset_may_have_any_name(archive, asset):
    await archive.begin(a_story("S1", asset=asset), a_telling())
    await archive.begin(a_story("S2"), a_telling())

    assert await near(archive, asset) == ["S1"]
    assert [story.story_id for story in await archive.stories(asset=asset, count=9)] == ["S1"]


async def test_assets_differ_by_case_and_in_whole(archive):
    await archive.begin(a_story(asset="BTC"), a_telling())

    assert [await near(archive, asset) for asset in ("btc", "BT", "BTC-USD")] == [[], [], []]


async def test_stories_of_another_vector_space_are_not_near(archive, store, keys):
    other = RedisArchive(store, keys, space=Space("test-2", 2), ttl_s=TTL_S)
    await schema.ensure_story_index(store, keys, space="test-2", dim=2)
    await other.begin(a_story(vector=np.array([1, 0], dtype=np.float32)), a_telling())

    assert await near(archive) == []
    assert [story.story_id for story in await archive.stories(asset=None, count=9)] == ["S1"]


async def test_vectors_of_another_length_are_refused(archive):
    wrong = np.ones(3, dtype=np.float32)
    with pytest.raises(DimensionMismatch):
        await archive.near("XAU", wrong, since=NOON, count=1)
    with pytest.raises(DimensionMismatch):
        await archive.begin(a_story(vector=wrong), a_telling())


async def test_an_index_of_another_dimension_is_not_taken(archive, store, keys):
    with pytest.raises(ConfigurationError, match="4 dimensions, 5 are needed"):
        await schema.ensure_story_index(store, keys, space=SPACE.name, dim=5)
    await schema.ensure_story_index(store, keys, space=SPACE.name, dim=SPACE.dim)


async def test_a_story_that_was_begun_stays_as_it_was_begun(archive):
    await archive.begin(a_story(), a_telling(1))
    await archive.begin(a_story(text="Gold falls", vector=unit(0, 1)), a_telling(2))

    head = await archive.head("S1")

    assert (head.text, head.wordings) == (a_story().text, ("Gold falls",))
    assert await archive.timeline("S1") == [a_telling(1), a_telling(2)]


async def test_a_timeline_is_told_in_order(archive):
    await archive.begin(a_story(), a_telling(5))
    tellings = [a_telling(7, kind="retracted"), a_telling(6, kind="corrected"), a_telling(8)]
    for each in tellings:
        await archive.tell("S1", each, text="x")

    timeline = await archive.timeline("S1")

    assert timeline == [a_telling(5), tellings[1], tellings[0], tellings[2]]
    assert await archive.timeline("S2") == []
    assert await archive.head("S2") is None


async def test_of_a_long_story_the_first_telling_and_the_latest_are_kept(archive, monkeypatch):
    monkeypatch.setattr(module, "_TELLINGS_MAX", 3)
    await archive.begin(a_story(), a_telling(0))
    for i in range(1, 9):
        await archive.tell("S1", a_telling(i), text=f"wording {i}")

    assert await archive.timeline("S1") == [a_telling(i) for i in (0, 7, 8)]


async def test_a_story_has_its_latest_wordings_that_say_something_of_their_own(archive, monkeypatch):
    monkeypatch.setattr(module, "_WORDINGS", 3)
    await archive.begin(a_story(), a_telling(0))
    for i, text in enumerate(["one", "two", a_story().text, "three", "two", "", "four"]):
        await archive.tell("S1", a_telling(i + 1), text=text)
    await archive.tell("S1", a_telling(9, kind="retracted"), text="withdrawn")

    for (head,) in (
        await archive.near("XAU", unit(1), since=NOON, count=1),
        await archive.stories(asset="XAU", count=1),
    ):
        assert head.wordings == ("three", "two", "four")


async def test_the_latest_stories_come_first(archive):
    for i, asset in enumerate(["XAU", "GLD", "XAU"]):
        await archive.begin(a_story(f"S{i}", asset=asset, begun_at=NOON + i * HOUR), a_telling(i))

    async def ids(asset: str | None, count: int) -> list[str]:
        return [story.story_id for story in await archive.stories(asset=asset, count=count)]

    assert await ids(None, 2) == ["S2", "S1"]
    assert await ids("XAU", 9) == ["S2", "S0"]
    assert await ids("XAG", 9) == []


async def test_damaged_stories_and_tellings_are_left_out(archive, redis_client, keys):
    for name in ("S1", "S2", "S3"):
        await archive.begin(a_story(name), a_telling())
    await redis_client.hset(keys.story("S1"), "vector", b"\xff" * 3)
    await redis_client.unlink(keys.story("S2"))
    await redis_client.zadd(keys.told("S3"), {b"{": 1, b"[]": 2, b'{"at": "x"}': 3})

    assert [story.story_id for story in await archive.stories(asset=None, count=9)] == ["S3"]
    assert await near(archive) == ["S3"]
    assert await archive.timeline("S3") == [a_telling()]


async def test_an_index_of_stories_is_rebuilt_over_what_is_stored(archive, store, keys):
    await archive.begin(a_story(), a_telling())
    await store.ask("FT.DROPINDEX", keys.story_index(SPACE.name))

    await schema.ensure_story_index(store, keys, space=SPACE.name, dim=SPACE.dim)
    await schema.wait_until_indexed(store, keys.story_index(SPACE.name), timeout_s=30)

    assert await near(archive) == ["S1"]


async def test_namespaces_do_not_meet_and_can_be_forgotten(archive, store, keys, redis_client):
    other_keys = Keys(f"{keys.namespace}replay:")
    await schema.ensure_story_index(store, other_keys, space=SPACE.name, dim=SPACE.dim)
    other = RedisArchive(store, other_keys, space=SPACE, ttl_s=TTL_S)
    await archive.begin(a_story("mine"), a_telling())
    await other.file(an_article())
    await other.begin(a_story("theirs"), a_telling())
    assert (await near(archive), await near(other)) == (["mine"], ["theirs"])

    await forget_namespace(store, other_keys)

    assert [key async for key in redis_client.scan_iter(match=f"{other_keys.namespace}*")] == []
    indexes = await redis_client.execute_command("FT._LIST")
    assert other_keys.story_index(SPACE.name).encode() not in indexes
    assert await near(archive) == ["mine"]
