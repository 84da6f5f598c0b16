from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from forethought.adapters.redis import schema
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.namespace import forget_abandoned, forget_namespace, namespace_of_its_own
from forethought.adapters.redis.store import Store
from forethought.domain.errors import ConfigurationError


@pytest.fixture
async def store(redis_client):
    return Store(redis_client)


async def fill(store, keys):
    hnsw = schema.Hnsw()
    await schema.ensure_component_index(store, keys)
    await schema.ensure_decision_index(store, keys, space="s", dim=2, hnsw=hnsw)
    for key in (keys.decision("a"), keys.component("news", "b"), keys.answer("c"), keys.schema):
        await store.ask("HSET", key, "field", "value")


async def held(store, prefix):
    keys = [key.decode() async for key in store.client.scan_iter(match=f"{prefix}*", count=1000)]
    indexes = [name.decode() for name in await store.ask("FT._LIST")]
    return sorted(keys + [name for name in indexes if name.startswith(prefix)])


async def test_a_namespace_goes_with_its_keys_and_indexes_and_its_neighbour_stays(store, key_prefix):
    mine, other = Keys(f"{key_prefix}one:"), Keys(f"{key_prefix}two:")
    await fill(store, mine)
    await fill(store, other)
    before = await held(store, other.namespace)

    removed = await forget_namespace(store, mine)

    assert removed == 4
    assert await held(store, mine.namespace) == []
    assert await held(store, other.namespace) == before
    await forget_namespace(store, other)


async def test_signs_of_a_pattern_in_a_namespace_match_only_themselves(store, key_prefix):
    await store.ask("SET", f"{key_prefix}ab:x", "1")
    await store.ask("SET", f"{key_prefix}a*:x", "1")

    assert await forget_namespace(store, Keys(f"{key_prefix}a*:")) == 1

    assert await store.ask("EXISTS", f"{key_prefix}ab:x") == 1


@pytest.mark.parametrize("namespace", ["", "live"])
async def test_live_data_is_no_namespace_to_forget(store, namespace):
    with pytest.raises(ConfigurationError, match="ends with a colon"):
        await forget_namespace(store, Keys(namespace))


async def test_what_a_dead_program_left_is_forgotten_when_it_is_old_enough(store):
    purpose = f"trial{ULID()}"
    old = Keys(f"{purpose}:{ULID.from_datetime(datetime.now(UTC) - timedelta(days=2))}:")
    young = Keys(namespace_of_its_own(purpose))
    strange = Keys(f"{purpose}:no-ulid:")
    for keys in (old, young, strange):
        await fill(store, keys)

    assert await forget_abandoned(store, purpose, older_than=timedelta(days=1)) == [old.namespace]

    assert await held(store, old.namespace) == []
    for keys in (young, strange):
        assert await held(store, keys.namespace) != []
        await forget_namespace(store, keys)
