"""The queue of articles on a real Redis, against the promises of its port."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from tests.fakes.articles import an_article
from tests.fakes.entries import NOON

from forethought.adapters.redis import news_queue as module, schema
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.namespace import forget_namespace
from forethought.adapters.redis.news_codec import decode, encode
from forethought.adapters.redis.news_queue import GROUP, RedisNewsQueue
from forethought.adapters.redis.store import Store
from forethought.application.ports.news_queue import Arrival, Backlog
from forethought.bootstrap.store import connect
from forethought.domain.news import Article, Kind, Refused
from forethought.settings import Settings

NEW, DUPLICATE = Arrival.NEW, Arrival.DUPLICATE
DAY_S = 86_400


@pytest.fixture
def new_queue(store: Store, keys: Keys) -> Callable[[], RedisNewsQueue]:
    """Make queues over the same data: each is what another process would have."""
    return lambda: RedisNewsQueue(store, keys)


@pytest.fixture
async def queue(new_queue: Callable[[], RedisNewsQueue], store: Store) -> RedisNewsQueue:
    await schema.check_durability(store, required=True)
    return new_queue()


async def take(queue: RedisNewsQueue, worker: str = "a", *, count: int = 1_000, stale_s: float = DAY_S):
    """Take what is there; with `stale_s=0` what others hold too."""
    return await queue.take(worker, count=count, wait_s=0, stale_s=stale_s)


async def queued(queue: RedisNewsQueue) -> list[Article]:
    return [each.article for each in await take(queue)]


async def test_an_article_comes_back_as_it_was(queue):
    plain = an_article(1)
    bare = an_article(2, kind=Kind.RETRACTION, corrects="tag:2026:1", body="", tickers=(), topics=(), url=None)

    assert await queue.put([plain, bare]) == [NEW, NEW]

    assert await queued(queue) == [plain, bare]


async def test_an_article_that_was_put_is_a_duplicate_in_the_same_batch_too(queue, new_queue):
    one, two = an_article(1), an_article(2)
    assert await queue.put([one, two, one]) == [NEW, NEW, DUPLICATE]

    assert await new_queue().put([two, one]) == [DUPLICATE, DUPLICATE]

    assert await queued(queue) == [one, two]


async def test_nothing_to_put_is_put(queue):
    assert await queue.put([]) == []


async def test_another_version_with_other_words_is_new(queue):
    first, second = an_article(version="1"), an_article(version="2", headline="Gold falls")

    assert await queue.put([first, second]) == [NEW, NEW]


async def test_another_version_with_the_same_words_is_a_duplicate_and_stays_one(queue):
    first, same = an_article(version="1"), an_article(version="2", urgency=5)
    changed = an_article(version="3", headline="Gold falls")

    assert await queue.put([first, same, changed, same, first]) == [NEW, DUPLICATE, NEW, DUPLICATE, DUPLICATE]


async def test_a_version_that_goes_back_to_former_words_is_new(queue):
    versions = [
        an_article(version="1"),
        an_article(version="2", headline="Gold falls"),
        an_article(version="3"),
    ]

    assert await queue.put(versions) == [NEW, NEW, NEW]


@pytest.mark.parametrize(
    "changes",
    [
        {"provider": "ap"},
        {"native_id": "other"},
        {"version": "2", "kind": Kind.CORRECTION, "corrects": "tag:2026:1"},
        {"version": "2", "kind": Kind.RETRACTION, "corrects": "tag:2026:1"},
    ],
)
async def test_the_same_words_may_be_news(queue, changes):
    await queue.put([an_article()])

    assert await queue.put([an_article(**changes)]) == [NEW]


async def test_names_that_run_together_are_not_the_same(queue):
    one, two = an_article(provider="a", native_id="bc"), an_article(provider="ab", native_id="c")

    assert await queue.put([one, two]) == [NEW, NEW]


async def test_of_versions_without_end_the_latest_are_remembered(queue, monkeypatch):
    monkeypatch.setattr(module, "_VERSIONS_MAX", 3)
    versions = [an_article(version=str(i), headline=f"Gold at {i}") for i in range(5)]

    await queue.put(versions)

    assert await queue.put(versions[2:]) == [DUPLICATE] * 3
    assert await queue.put(versions[:1]) == [NEW]


async def test_of_those_who_put_the_same_one_puts_it(redis_server, keys):
    articles = [an_article(i) for i in range(60)]
    stores = [Store(connect(Settings(), redis_server)) for _ in range(3)]
    queues = [RedisNewsQueue(store, keys) for store in stores]

    arrivals = await asyncio.gather(*(q.put(articles[i:] + articles[:i]) for i, q in enumerate(queues)))

    assert sum(arrival is NEW for each in arrivals for arrival in each) == len(articles)
    found = await queued(queues[0])
    assert sorted(each.id for each in found) == sorted(each.id for each in articles)
    for store in stores:
        await store.close()


@pytest.mark.parametrize("turns", [0, 1, 2, 5, 20])
async def test_a_batch_that_was_cut_off_loses_and_doubles_nothing(queue, new_queue, turns, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 50)
    articles = [an_article(i) for i in range(500)]
    cut = asyncio.create_task(queue.put(articles))
    for _ in range(turns):
        await asyncio.sleep(0)
    cut.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await cut

    await new_queue().put(articles)

    assert sorted(each.id for each in await queued(queue)) == sorted(each.id for each in articles)


async def test_large_articles_travel_in_batches_of_some_megabytes(queue, monkeypatch):
    monkeypatch.setattr(module, "_BATCH_BYTES", 1_000)
    articles = [an_article(i, body="x" * 600 * i) for i in range(4)]

    assert await queue.put(articles) == [NEW] * 4

    assert await queued(queue) == articles


async def test_what_the_filter_takes_for_known_by_mistake_is_put(queue, redis_client, keys):
    await queue.put([an_article(1)])
    name = module._digest(module._DIGEST, "reuters", "tag:2026:2")
    await redis_client.execute_command("BF.ADD", keys.news_filter, name)

    assert await queue.put([an_article(2)]) == [NEW]


async def test_what_is_known_stays_known_when_the_filter_is_replaced(queue, redis_client, keys):
    await queue.put([an_article(1)])
    await redis_client.expire(keys.news_filter, 6 * DAY_S)  # as it is after eight days

    assert await queue.put([an_article(2)]) == [NEW]
    assert await redis_client.exists(keys.news_filter_former)
    assert await queue.put([an_article(1), an_article(2)]) == [DUPLICATE, DUPLICATE]


async def test_what_was_seen_since_the_filter_was_replaced_is_known_after_it_is_replaced_again(
    queue, redis_client, keys
):
    await queue.put([an_article(1)])
    for number in (2, 3):
        await redis_client.expire(keys.news_filter, 6 * DAY_S)
        await queue.put([an_article(number), an_article(1)])

    assert await queue.put([an_article(1)]) == [DUPLICATE]


async def test_what_is_known_is_forgotten_by_itself(queue, redis_client, keys):
    await queue.put([an_article()])

    (left_s,) = await redis_client.httl(keys.news_seen, *await redis_client.hkeys(keys.news_seen))

    assert 6 * DAY_S < left_s <= 7 * DAY_S
    assert 13 * DAY_S < await redis_client.ttl(keys.news_filter) <= 14 * DAY_S


async def test_what_a_feed_still_offers_stays_known(queue, redis_client, keys):
    await queue.put([an_article()])
    (name,) = await redis_client.hkeys(keys.news_seen)
    await redis_client.hexpire(keys.news_seen, DAY_S, name)

    await queue.put([an_article()])

    assert (await redis_client.httl(keys.news_seen, name))[0] > 6 * DAY_S


async def test_what_was_forgotten_is_new_again(store, keys, redis_client):
    queue = RedisNewsQueue(store, keys, known_for=timedelta(days=1))
    await queue.put([an_article()])
    await redis_client.delete(keys.news_seen)  # as all its fields are after a day

    assert await queue.put([an_article()]) == [NEW]


async def test_an_article_that_is_not_done_comes_again_to_another_worker(queue, new_queue):
    await queue.put([an_article()])
    (first,) = await take(queue, "a")

    (second,) = await take(new_queue(), "b", stale_s=0)

    assert (first.attempt, second.attempt) == (1, 2)
    assert replace(second, attempt=1) == first
    await queue.done([second])
    assert await take(queue, "c", stale_s=0) == []


async def test_a_worker_that_comes_back_gets_what_it_had(queue, new_queue):
    await queue.put([an_article()])
    await take(queue, "a")

    assert [each.attempt for each in await take(new_queue(), "a", stale_s=0)] == [2]


async def test_what_a_living_worker_holds_is_not_taken_over(queue, new_queue):
    await queue.put([an_article(1), an_article(2)])
    await take(queue, "a", count=1)

    assert [each.article for each in await take(new_queue(), "b")] == [an_article(2)]


async def test_no_more_is_taken_than_was_asked_for(queue):
    await queue.put([an_article(i) for i in range(5)])

    assert len(await take(queue, count=2)) == 2
    assert [each.attempt for each in await take(queue, "b", count=3, stale_s=0)] == [2, 2, 1]
    assert [each.attempt for each in await take(queue, "b", count=4)] == [1, 1]


async def test_an_idle_worker_hears_of_a_new_article(queue, new_queue):
    idle = asyncio.create_task(new_queue().take("a", count=10, wait_s=60, stale_s=DAY_S))
    await asyncio.sleep(0.01)

    await queue.put([an_article(1)])

    assert [each.article for each in await idle] == [an_article(1)]


async def test_others_are_answered_while_a_worker_waits(queue, new_queue):
    idle = asyncio.create_task(new_queue().take("a", count=10, wait_s=60, stale_s=DAY_S))

    await queue.advance("ap", "1")

    assert await queue.cursor("ap") == "1"
    assert not idle.done()
    idle.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await idle


async def test_an_idle_worker_gives_up_in_the_end(queue):
    assert await queue.take("a", count=1, wait_s=0.01, stale_s=DAY_S) == []


async def test_a_buried_article_is_among_the_dead_and_comes_no_more(queue):
    await queue.put([an_article(1), an_article(2)])
    one, two = await take(queue)

    await queue.bury(one, code="poison", detail="three attempts")
    await queue.bury(two, code="panel_failed", detail="")

    assert await queue.dead(count=10) == [(two, "panel_failed: "), (one, "poison: three attempts")]
    assert await queue.dead(count=1) == [(two, "panel_failed: ")]
    assert await take(queue, stale_s=0) == []
    assert await queue.backlog() == Backlog(0, 0, 2, 0)


async def test_an_article_is_buried_once_and_not_when_it_is_done(queue):
    await queue.put([an_article(1), an_article(2)])
    one, two = await take(queue)
    await queue.done([two])

    for each in (one, one, two):
        await queue.bury(each, code="poison", detail="")

    assert [letter.article for letter, _ in await queue.dead(count=10)] == [an_article(1)]


async def test_what_is_written_on_a_dead_letter_is_bounded(queue):
    await queue.put([an_article()])
    (delivery,) = await take(queue)

    await queue.bury(delivery, code="poison", detail="\ud800" * 100_000)

    ((_, why),) = await queue.dead(count=1)
    assert len(why) < 1_000


def without(name: str) -> bytes:
    return orjson.dumps({key: value for key, value in orjson.loads(encode(an_article())).items() if key != name})


def with_(**changes: object) -> bytes:
    return orjson.dumps(orjson.loads(encode(an_article())) | changes)


DAMAGED = {
    "no field": {"job": b"1"},
    "empty": {"article": b""},
    "no JSON": {"article": b"\xff{"},
    "a list": {"article": b"[]"},
    "a number": {"article": b"1"},
    "no id": {"article": without("native_id")},
    "no text": {"article": with_(headline=None)},
    "a number for text": {"article": with_(body=1)},
    "no known kind": {"article": with_(kind="rumour")},
    "no time": {"article": with_(received_at="yesterday")},
    "no zone": {"article": with_(published_at="2026-03-02T12:00:00")},
    "no list": {"article": with_(tickers=3)},
    "no tickers": {"article": with_(tickers=["XAU"])},
    "no number": {"article": with_(urgency=[])},
    "a number without end": {"article": encode(an_article()).replace(b'"urgency":1', b'"urgency":1e999')},
}


@pytest.mark.parametrize("fields", DAMAGED.values(), ids=DAMAGED)
async def test_a_damaged_entry_is_buried_by_itself(queue, redis_client, keys, fields):
    await queue.put([an_article(1)])
    await redis_client.xadd(keys.news, fields)
    await queue.put([an_article(2)])

    assert await queued(queue) == [an_article(1), an_article(2)]

    ((_, letter),) = await redis_client.xrange(keys.news_dead)
    assert letter[b"why"].startswith(b"damaged: ")
    assert letter[b"article"] == fields.get("article", b"")
    assert await queue.backlog() == Backlog(0, 2, 1, 0)
    assert await queue.dead(count=10) == []


async def test_a_worker_waits_on_behind_a_damaged_entry(queue, new_queue, redis_client, keys):
    await redis_client.xadd(keys.news, {"article": b"?"})
    idle = asyncio.create_task(new_queue().take("a", count=1, wait_s=60, stale_s=DAY_S))
    while not (await queue.backlog()).dead:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)

    await queue.put([an_article()])

    assert [each.article for each in await idle] == [an_article()]


def test_fields_that_are_not_known_are_left_out():
    assert decode(with_(mood="good")) == an_article()


def test_what_is_no_character_is_replaced_rather_than_holding_up_the_rest():
    assert decode(encode(an_article(headline="Gold \ud800 rises"))).headline == "Gold ? rises"


async def test_a_report_whose_id_is_no_text_is_put(queue):
    assert await queue.put([an_article(native_id="\ud800"), an_article(native_id="\ud801")]) == [NEW, NEW]


async def test_the_backlog_counts_what_waits_and_what_is_in_work(queue):
    assert await queue.backlog() == Backlog(0, 0, 0, 0)
    await queue.put([an_article(i) for i in range(5)])
    before = await queue.backlog()
    taken = await take(queue, count=3)
    await queue.done(taken[:1])
    await queue.bury(taken[1], code="poison", detail="")

    after = await queue.backlog()

    assert replace(before, oldest_s=0) == Backlog(5, 0, 0, 0)
    assert replace(after, oldest_s=0) == Backlog(2, 1, 1, 0)


async def test_the_oldest_is_the_oldest_that_nobody_has_taken(queue, redis_client, keys):
    await redis_client.xadd(keys.news, {"article": encode(an_article())}, id="1-1")

    assert (await queue.backlog()).oldest_s > 50 * 365 * DAY_S

    await take(queue)
    assert (await queue.backlog()).oldest_s == 0


async def test_workers_that_are_gone_are_forgotten_unless_they_hold_something(
    queue, new_queue, redis_client, keys, monkeypatch
):
    await queue.put([an_article(1), an_article(2)])
    await take(queue, "holds", count=1)
    await queue.done(await take(queue, "idle"))
    monkeypatch.setattr(module, "_FORGOTTEN_MS", -1)

    await take(new_queue(), "third")

    names = {each["name"] for each in await redis_client.xinfo_consumers(keys.news, GROUP)}
    assert names == {b"holds", b"third"}


async def test_a_cursor_is_kept_for_each_provider(queue, new_queue):
    assert await queue.cursor("ap") is None

    await queue.advance("ap", "page/2")
    await queue.advance("reuters", "")
    await queue.advance("ap", "page/3")

    assert [await new_queue().cursor(name) for name in ("ap", "reuters")] == ["page/3", ""]


async def test_a_cursor_comes_back_byte_for_byte(queue):
    await queue.advance("ap", 'W/"é\ud800"')

    assert await queue.cursor("ap") == 'W/"é\ud800"'


async def test_what_was_refused_is_kept_and_counted(queue):
    one, two = Refused("ap", None, "no_date", "no date", NOON), Refused("ap", "7", "bad_id", "“ü”", NOON)

    await queue.refuse([one])
    await queue.refuse([two, one])
    await queue.refuse([])

    assert await queue.refused(count=2) == [one, two]
    assert await queue.refusals() == {("ap", "no_date"): 2, ("ap", "bad_id"): 1}


async def test_a_hostile_refusal_takes_little_place(queue):
    await queue.refuse([Refused("ap", "\ud800" * 10**6, "bad_id", "x" * 10**6, NOON)])

    (kept,) = await queue.refused(count=1)
    assert len(kept.native_id) + len(kept.detail) < 1_000


async def test_namespaces_do_not_meet_and_can_be_forgotten(queue, store, keys, redis_client):
    other_keys = Keys(f"{keys.namespace}replay:")
    other = RedisNewsQueue(store, other_keys)
    await queue.put([an_article()])
    assert await other.put([an_article()]) == [NEW]
    await other.bury((await take(other))[0], code="poison", detail="")
    await other.advance("ap", "1")
    await other.refuse([Refused("ap", None, "no_date", "", NOON)])

    await forget_namespace(store, other_keys)

    assert [key async for key in redis_client.scan_iter(match=f"{other_keys.namespace}*")] == []
    assert await queued(queue) == [an_article()]


async def test_one_process_at_a_time_asks_a_provider(queue):
    assert await queue.lead("reuters", owner="a", for_s=60)
    assert await queue.lead("reuters", owner="a", for_s=0.02)
    assert not await queue.lead("reuters", owner="b", for_s=60)
    assert await queue.lead("ap", owner="b", for_s=60)

    await asyncio.sleep(0.05)

    assert await queue.lead("reuters", owner="b", for_s=60)
