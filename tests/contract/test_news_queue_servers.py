"""The queue of articles on servers of its own: one that is killed, one that is gone, and a cluster."""

import asyncio
from dataclasses import replace

import pytest
from tests.fakes.articles import an_article
from tests.fakes.entries import NOON
from tests.fakes.redis_process import redis_process

from forethought.adapters.redis import schema
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.news_queue import RedisNewsQueue
from forethought.adapters.redis.store import Store
from forethought.application.ports.news_queue import Arrival, Backlog, Delivery
from forethought.bootstrap.store import connect
from forethought.domain.errors import StoreUnavailable
from forethought.domain.news import Refused
from forethought.settings import RedisSettings, Settings

NEW, DUPLICATE = Arrival.NEW, Arrival.DUPLICATE
DAY_S = 86_400


async def test_what_was_put_survives_the_death_of_the_server(tmp_path, keys):
    options = ("--appendonly", "yes")
    with redis_process(tmp_path, *options) as port:
        store = Store(connect(Settings(), f"redis://127.0.0.1:{port}"))
        await schema.check_durability(store, required=True)
        queue = RedisNewsQueue(store, keys)
        await queue.put([an_article(1), an_article(2)])
        (held, *_) = await queue.take("a", count=1, wait_s=0, stale_s=DAY_S)
        await queue.advance("ap", "page/2")
        await store.close()

    with redis_process(tmp_path, *options) as port:
        store = Store(connect(Settings(), f"redis://127.0.0.1:{port}"))
        queue = RedisNewsQueue(store, keys)
        assert await queue.put([an_article(1), an_article(2), an_article(3)]) == [DUPLICATE, DUPLICATE, NEW]
        rest = await queue.take("c", count=9, wait_s=0, stale_s=DAY_S)
        assert [each.article for each in rest] == [an_article(2), an_article(3)]
        assert replace((await queue.take("b", count=1, wait_s=0, stale_s=0))[0], attempt=1) == held
        assert await queue.cursor("ap") == "page/2"
        await store.close()


async def test_without_a_server_the_store_is_unavailable(tmp_path, keys):
    with redis_process(tmp_path) as port:
        store = Store(connect(Settings(), f"redis://127.0.0.1:{port}"))
        await RedisNewsQueue(store, keys).put([an_article()])
    queue = RedisNewsQueue(store, keys)

    for call in (
        queue.put([an_article()]),
        queue.take("a", count=1, wait_s=0, stale_s=1),
        queue.advance("ap", "1"),
        queue.backlog(),
    ):
        with pytest.raises(StoreUnavailable):
            await call
    await store.close()


async def test_it_works_in_a_cluster(tmp_path):
    with redis_process(tmp_path, "--cluster-enabled", "yes") as port:
        settings = Settings(redis=RedisSettings(cluster=True))
        plain = Store(connect(Settings(), f"redis://127.0.0.1:{port}"))
        await plain.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in await plain.ask("CLUSTER", "INFO"):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        store = Store(connect(settings, f"redis://127.0.0.1:{port}"))
        queue = RedisNewsQueue(store, Keys("replay:1:"))

        assert await queue.put([an_article(1), an_article(2), an_article(1)]) == [NEW, NEW, DUPLICATE]
        one, two = await queue.take("a", count=9, wait_s=1, stale_s=DAY_S)
        assert await queue.take("b", count=1, wait_s=0, stale_s=0) == [Delivery(one.entry, one.article, 2)]
        await queue.bury(one, code="poison", detail="")
        await queue.done([two])
        await queue.refuse([Refused("ap", None, "no_date", "", NOON)])

        assert await queue.backlog() == Backlog(0, 0, 1, 0)
        assert [letter for letter, _ in await queue.dead(count=9)] == [one]
        assert len(await queue.refused(count=9)) == 1
        for each in (store, plain):
            await each.close()
