"""The embedding cache on a real Redis, against the promises of its port."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from structlog.testing import capture_logs
from tests.fakes.entries import DIM, NOON, unit

from forethought.adapters.redis import schema
from forethought.adapters.redis.embedding_cache import RedisEmbeddingCache
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.bootstrap.store import connect
from forethought.domain.similarity import EmbeddingModel
from forethought.domain.situation import Component, ComponentType
from forethought.settings import Settings

MODEL = EmbeddingModel("test", DIM, "w1")
TTL_S = {"prompt": 90, "news": 30, "context": 60}


@pytest.fixture
async def new_cache(store: Store, keys: Keys) -> Callable[..., RedisEmbeddingCache]:
    """Make caches over the same data: each is what another process would have."""
    await schema.ensure_component_index(store, keys)
    return lambda model=MODEL, **options: RedisEmbeddingCache(store, keys, model, ttl_s=TTL_S, **options)


@pytest.fixture
def cache(new_cache) -> RedisEmbeddingCache:
    """An embedding cache."""
    return new_cache()


def an_item(text: str = "Gold rises", type_: ComponentType = ComponentType.NEWS, **changes) -> CachedComponent:
    fields = {"vector": unit(1, 2), "created_at": NOON} | changes
    return CachedComponent(Component(type_, text), **fields)


async def find(cache: RedisEmbeddingCache, **wanted) -> list[str]:
    wanted = {"tag": None, "location": None, "type_": None, "latest": 10} | wanted
    return [item.component.text for item in await cache.find(**wanted)]


@pytest.mark.parametrize("type_", ComponentType)
async def test_a_component_comes_back_whole(new_cache, type_):
    item = an_item(
        type_=type_,
        tokens=12,
        chunks=3,
        tags=("fed", "Zürich 2"),
        location="EU",
        meta={"tags": "mine", "chunks": "many", "type": "x", "author": "me"},
    )
    await new_cache().put([item])

    (found,) = (await new_cache().resolve([item.component.id])).values()

    np.testing.assert_array_equal(found.vector, item.vector)
    assert (found.component, found.created_at, found.tokens, found.chunks) == (item.component, NOON, 12, 3)
    assert (found.tags, found.location, found.meta) == (item.tags, item.location, item.meta)


async def test_vectors_come_back_by_id_and_unknown_ones_are_absent(new_cache):
    known, unknown = an_item(), an_item("never put")
    await new_cache().put([known])

    found = await new_cache().get([known.component, unknown.component])

    assert {id_: vector.tolist() for id_, vector in found.items()} == {known.component.id: known.vector.tolist()}


async def test_a_vector_is_at_hand_once_it_was_seen(new_cache):
    cache, item = new_cache(), an_item()
    await new_cache().put([item])
    before = cache.at_hand(item.component)

    await cache.get([item.component])

    assert before is None
    np.testing.assert_array_equal(cache.at_hand(item.component), item.vector)


async def test_news_and_context_of_one_text_keep_vectors_of_their_own(cache):
    """News is cleaned before it is embedded, so the same text may have another vector as context."""
    news, context = an_item(vector=unit(1)), an_item(type_=ComponentType.CONTEXT, vector=unit(0, 1))
    await cache.put([news, context])

    found = [(await cache.get([item.component]))[item.component.id].tolist() for item in (news, context)]

    assert found == [unit(1).tolist(), unit(0, 1).tolist()]


@pytest.mark.parametrize(
    "model", [EmbeddingModel("test", DIM, "w2"), EmbeddingModel("other", DIM, "w1"), EmbeddingModel("test", 8, "w1")]
)
async def test_a_vector_of_another_model_is_a_miss(cache, new_cache, model):
    item = an_item()
    await cache.put([item])

    other = new_cache(model)

    assert await other.get([item.component]) == {}
    assert await other.resolve([item.component.id]) == {}
    assert await find(other) == []


async def test_each_kind_has_its_own_life(cache, redis_client, keys):
    items = [an_item(type_=t) for t in (ComponentType.INSTRUCTION, ComponentType.NEWS, ComponentType.CONTEXT)]

    await cache.put(items)

    keyed = [keys.component(kind, items[0].component.id) for kind in TTL_S]
    assert [await redis_client.ttl(key) for key in keyed] == pytest.approx(list(TTL_S.values()), abs=2)


async def test_the_newest_come_first(cache):
    for hours, text in ((1, "middle"), (2, "new"), (0, "old")):
        await cache.put([an_item(text, created_at=NOON + timedelta(hours=hours))])

    assert (await find(cache), await find(cache, latest=1)) == (["new", "middle", "old"], ["new"])


async def test_tag_location_and_type_all_have_to_fit(cache):
    await cache.put(
        [
            an_item("a", ComponentType.CONTEXT, tags=("fed", "rates"), location="US"),
            an_item("b", ComponentType.TEMPLATE, tags=("fed",), location="EU"),
            an_item("c", ComponentType.CONTEXT),
        ]
    )

    assert sorted(await find(cache, tag="fed")) == ["a", "b"]
    assert await find(cache, tag="fed", location="EU") == ["b"]
    assert sorted(await find(cache, type_="context")) == ["a", "c"]
    assert await find(cache, tag="rates", type_="template") == []


async def test_forgetting_takes_all_and_counts_them(cache):
    items = [an_item(f"text {i}") for i in range(5)]
    await cache.put(items)

    removed = await cache.forget()

    assert (removed, await cache.count(), await cache.get([items[0].component])) == (5, 0, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vector", b"%%%"),
        ("vector", b"AAAA"),
        ("vector", b"AADAfwAAwH8AAMB/AADAfw=="),
        ("vector", None),
        ("meta", b'{"tags": '),
        ("meta", b"[]"),
        ("type", b"unheard-of"),
        ("created_ms", None),
        ("text", b"\xff"),
    ],
)
async def test_a_damaged_component_is_a_miss_and_is_logged_once(new_cache, redis_client, keys, field, value):
    whole, damaged = an_item("whole", tags=("t",)), an_item("damaged", tags=("t",))
    await new_cache().put([whole, damaged])
    key = keys.component("news", damaged.component.id)
    await (redis_client.hdel(key, field) if value is None else redis_client.hset(key, field, value))

    cache = new_cache()
    with capture_logs() as logs:
        for _ in range(2):
            assert list(await cache.resolve([whole.component.id, damaged.component.id])) == [whole.component.id]
            assert await find(cache, tag="t") in ([], ["whole"])

    assert [(each["event"], each["key"]) for each in logs] == [("embedding_cache.damaged", key)]


async def test_a_damaged_vector_is_never_returned(new_cache, redis_client, keys):
    item = an_item()
    await new_cache().put([item])
    await redis_client.hset(keys.component("news", item.component.id), "vector", b"AAAA")

    assert await new_cache().get([item.component]) == {}


async def test_a_key_of_another_type_is_a_miss(cache, redis_client, keys):
    item = an_item()
    await redis_client.set(keys.component("news", item.component.id), "not a hash")

    assert await cache.get([item.component]) == {}
    assert await cache.resolve([item.component.id]) == {}


_LABELS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=","), min_size=1, max_size=64)


def test_any_label_finds_what_bears_it_and_nothing_breaks(redis_server, key_prefix):
    """Labels are words of strangers: quotes, braces, stars, other scripts."""
    keys = Keys(key_prefix)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:

        async def begin() -> tuple[Store, RedisEmbeddingCache]:
            store = Store(connect(Settings(), redis_server))
            await schema.ensure_component_index(store, keys)
            return store, RedisEmbeddingCache(store, keys, MODEL, ttl_s=TTL_S)

        store, cache = runner.run(begin())

        @settings(max_examples=60, deadline=None, database=None)
        @given(label=_LABELS.filter(str.strip))
        @example(label="\\:")
        def check(label: str) -> None:
            item = an_item("labelled", tags=("other", label), location=label, created_at=datetime.now(UTC))
            runner.run(cache.put([item]))
            assert runner.run(find(cache, tag=label)) == ["labelled"]
            assert runner.run(find(cache, location=label)) == ["labelled"]

        @settings(max_examples=60, deadline=None, database=None)
        @given(label=st.text(st.characters(exclude_categories=("Cs",)), max_size=8))
        def ask(label: str) -> None:
            assert runner.run(find(cache, tag=label, location="nowhere", type_=label)) == []

        try:
            check()
            ask()
        finally:
            runner.run(cache.forget())
            runner.run(store.ask("FT.DROPINDEX", keys.component_index))
            runner.run(store.close())
