"""The decision cache on a real Redis, against the promises of its port."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis
from structlog.testing import capture_logs
from tests.fakes.entries import DIM, NOON, SCOPE, a_decision, an_entry, unit

from forethought.adapters.redis import schema
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.store import Store
from forethought.application.ports.decision_cache import Selection, Stored
from forethought.bootstrap.store import connect
from forethought.domain.composition import Detail
from forethought.domain.decision import Scope, Times
from forethought.settings import Settings

HOUR = timedelta(hours=1)
TTL_S = 3_600
SHA = "a" * 64


def at(hours: float, known_after: float = 0.0) -> Times:
    return Times(NOON + hours * HOUR, NOON + (hours + known_after) * HOUR)


def version(hours: float, reasoning: str, known_after: float = 0.0, **changes):
    """A decision on the one situation, at some hours after noon."""
    return an_entry(times=at(hours, known_after), decision=a_decision(reasoning=reasoning), **changes)


async def recalled(cache: RedisDecisionCache, as_of: datetime | None = None) -> str | None:
    found = await cache.recall(SHA, as_of=as_of)
    return None if found is None else found.decision.reasoning


async def near(cache: RedisDecisionCache, **options) -> list[str]:
    options = {"scope": SCOPE, "k": 8, "as_of": None} | options
    return [c.entry.decision.reasoning for c in await cache.nearest(unit(1), **options)]


async def test_what_is_stored_comes_back_whole(cache, new_cache):
    entry = an_entry()

    await cache.store([entry], ttl_s=TTL_S)

    (candidate,) = await new_cache().nearest(unit(1), scope=SCOPE, k=3, as_of=None)
    found = candidate.entry
    vectors = ("vector", "news_vector", "context_vector")
    for name in vectors:
        np.testing.assert_array_equal(getattr(found, name), getattr(entry, name))
    assert replace(found, **dict.fromkeys(vectors)) == replace(entry, **dict.fromkeys(vectors))
    assert candidate.similarity == pytest.approx(1.0)


async def test_the_rows_of_an_events_prompt_come_back(cache):
    details = (Detail("row", "r" * 64, 0.3), Detail("evolution", "e" * 64, 0.3), Detail("news", "n" * 64, 0.4))

    await cache.store([an_entry(details=details, row_ids=frozenset({"r" * 64, "n" * 64}))], ttl_s=TTL_S)

    (candidate,) = await cache.nearest(unit(1), scope=SCOPE, k=1, as_of=None)
    assert candidate.entry.row_ids == {"r" * 64, "n" * 64}


async def test_an_exact_match_comes_back_without_vectors(cache, keys):
    entry = an_entry()

    await cache.store([entry], ttl_s=TTL_S)

    found = await cache.recall(SHA, as_of=None)
    assert found is not None
    assert (found.key, found.decision, found.times, found.decision_id, found.market) == (
        keys.decision(SHA),
        entry.decision,
        entry.times,
        entry.decision_id,
        entry.market,
    )


async def test_an_entry_without_context_and_market_comes_back_so(cache):
    await cache.store([an_entry(context_vector=None, market=None, source="", tags=())], ttl_s=TTL_S)

    (candidate,) = await cache.nearest(unit(1), scope=SCOPE, k=1, as_of=None)
    assert (candidate.entry.context_vector, candidate.entry.market, candidate.entry.tags) == (None, None, ())


async def test_the_nearest_come_first_and_no_more_than_asked(cache):
    vectors = {"far": unit(0.1, 1), "near": unit(1, 0.1), "equal": unit(1), "opposite": unit(-1)}
    entries = [
        an_entry(sha=name * 8, vector=vector, decision=a_decision(reasoning=name)) for name, vector in vectors.items()
    ]

    await cache.store(entries, ttl_s=TTL_S)

    assert await near(cache, k=3) == ["equal", "near", "far"]


@pytest.mark.parametrize(
    "other",
    [
        Scope("other", "1", "XAU", "inserted"),
        Scope("default", "2", "XAU", "inserted"),
        Scope("default", "1", "BTC", "inserted"),
        Scope("default", "1", "XAU", "panel"),
        Scope("default", "1", "XAU\x1finserted", ""),
    ],
)
async def test_retrieval_never_crosses_a_scope(cache, other):
    await cache.store([an_entry()], ttl_s=TTL_S)

    assert await near(cache, scope=other) == []


async def test_entries_of_another_model_or_dimension_never_come_back(cache, store, keys):
    """A change of the encoder begins with an empty memory; what was there stays readable for the old one."""
    spaces = (Space("othermodel-4", DIM), Space("test-8", 8))
    for space in spaces:
        await schema.ensure_decision_index(store, keys, space=space.name, dim=space.dim, hnsw=schema.Hnsw())
    await cache.store([an_entry()], ttl_s=TTL_S)

    others = [RedisDecisionCache(store, keys, space) for space in spaces]

    found = [await other.nearest(np.ones(dim, np.float32), scope=SCOPE, k=3, as_of=None)
             for other, dim in zip(others, (4, 8), strict=True)]  # fmt: skip
    assert (found, [await other.count() for other in others]) == ([[], []], [0, 0])


async def test_a_situation_decided_again_is_replaced_and_its_former_version_kept(cache):
    outcomes = [*(await cache.store([version(0, "first")], ttl_s=TTL_S))]
    outcomes += await cache.store([version(2, "second")], ttl_s=TTL_S)

    assert outcomes == [Stored.NEW, Stored.REPLACED]
    assert (await recalled(cache), await recalled(cache, NOON + HOUR)) == ("second", "first")
    assert (await near(cache), await near(cache, as_of=NOON + HOUR)) == (["second"], ["first"])


async def test_a_late_older_record_never_overwrites_a_newer_one(cache):
    await cache.store([version(2, "newer")], ttl_s=TTL_S)

    outcomes = await cache.store([version(0, "older")], ttl_s=TTL_S)

    assert outcomes == [Stored.FORMER]
    assert (await recalled(cache), await recalled(cache, NOON + HOUR)) == ("newer", "older")
    assert await near(cache) == ["newer"]


async def test_of_two_records_of_one_moment_the_later_known_stands(cache):
    await cache.store([version(0, "corrected", known_after=2)], ttl_s=TTL_S)

    outcomes = await cache.store([version(0, "first", known_after=1)], ttl_s=TTL_S)

    assert outcomes == [Stored.FORMER]
    assert (await recalled(cache), await recalled(cache, NOON + 1.5 * HOUR)) == ("corrected", "first")
    assert await near(cache, as_of=NOON + 3 * HOUR) == ["corrected"]


@pytest.mark.parametrize("hours", [0, 2])
async def test_the_same_record_again_changes_nothing(cache, hours):
    """Also when it is a former version: an import that runs again must not look like news."""
    await cache.store([version(0, "first")], ttl_s=TTL_S)
    await cache.store([version(2, "second")], ttl_s=TTL_S)

    outcomes = await cache.store([version(hours, "first" if hours == 0 else "second")], ttl_s=TTL_S)

    assert (outcomes, await cache.count(), await recalled(cache)) == ([Stored.SAME], 2, "second")


async def test_nothing_is_found_before_it_was_known(cache):
    await cache.store([version(0, "late", known_after=3)], ttl_s=TTL_S)

    before, after = NOON + 2 * HOUR, NOON + 3 * HOUR
    assert (await recalled(cache, before), await near(cache, as_of=before)) == (None, [])
    assert (await recalled(cache, after), await near(cache, as_of=after)) == ("late", ["late"])


async def test_a_former_version_that_was_known_too_late_is_passed_over(cache):
    for entry in (version(0, "first"), version(1, "second", known_after=5), version(2, "third")):
        await cache.store([entry], ttl_s=TTL_S)

    assert await recalled(cache, NOON + 1.5 * HOUR) == "first"


async def test_concurrent_writers_of_one_situation_lose_no_version(cache, new_cache):
    """Whoever comes last, the latest decision stands, and each other one is kept for its time."""
    versions = [version(hours, f"at {hours}") for hours in (3, 0, 5, 1, 4, 2)]
    writers = [new_cache() for _ in versions]

    await asyncio.gather(*(w.store([v], ttl_s=TTL_S) for w, v in zip(writers, versions, strict=True)))

    assert await recalled(cache) == "at 5"
    # A writer that loses the last race has already copied what stands: a copy is harmless, a gap would not be.
    assert await cache.count() in {6, 7}
    assert [await recalled(cache, NOON + (h + 0.5) * HOUR) for h in range(6)] == [f"at {h}" for h in range(6)]
    assert await near(cache) == ["at 5"]


async def test_many_are_stored_at_once_each_with_its_outcome(cache):
    await cache.store([version(1, "stands"), an_entry(sha="c" * 64)], ttl_s=TTL_S)

    outcomes = await cache.store([version(0, "older"), an_entry(sha="b" * 64), an_entry(sha="c" * 64)], ttl_s=TTL_S)

    assert outcomes == [Stored.FORMER, Stored.NEW, Stored.SAME]


async def test_what_has_expired_is_gone(cache, redis_client, keys):
    await cache.store([an_entry(), an_entry(sha="b" * 64, decision=a_decision(reasoning="stays"))], ttl_s=TTL_S)
    assert 0 < await redis_client.ttl(keys.decision(SHA)) <= TTL_S

    await redis_client.pexpire(keys.decision(SHA), 1)
    while await redis_client.exists(keys.decision(SHA)):  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)

    assert (await recalled(cache), await near(cache)) == (None, ["stays"])


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({"strategy": None, "asset": None}, set()),
        ({"strategy": "default", "asset": None}, {"Default/XAU", "my-own.v2/BRK.B"}),
        ({"strategy": None, "asset": "XAU"}, {"default/BTC", "my-own.v2/BRK.B"}),
        ({"strategy": "my-own.v2", "asset": "BRK.B"}, {"default/XAU", "default/BTC", "Default/XAU"}),
    ],
)
async def test_forgetting_takes_one_scope_with_its_former_versions(cache, scope, left):
    names = [("default", "XAU"), ("default", "BTC"), ("Default", "XAU"), ("my-own.v2", "BRK.B")]
    for hours in (0, 1):
        for i, (strategy, asset) in enumerate(names):
            entry = version(hours, f"{strategy}/{asset}", scope=Scope(strategy, "1", asset, "inserted"))
            await cache.store([replace(entry, sha=str(i) * 64)], ttl_s=TTL_S)

    removed = await cache.forget(**scope)

    there = [await near(cache, scope=Scope(strategy, "1", asset, "inserted")) for strategy, asset in names]
    assert ({name for found in there for name in found}, removed) == (left, 8 - 2 * len(left))


@pytest.mark.parametrize(
    ("which", "left"),
    [
        (Selection(decided_before=NOON + timedelta(hours=1)), {"b"}),
        (Selection(tag="macro"), {"b"}),
        (Selection(tag="mac"), {"a", "b"}),
        (Selection(agent_version="panel@2"), {"a"}),
        (Selection(strategy_version="2"), {"a", "b"}),
        (Selection(asset="XAU", tag="macro"), {"b"}),
        (Selection(asset="BTC", tag="macro"), {"a", "b"}),
    ],
)
async def test_what_is_meant_is_discarded_and_named(cache, which, left):
    a = replace(version(0, "a"), sha="a" * 64, tags=("macro", "cpi"), decision_id="A")
    b = replace(version(1, "b"), sha="b" * 64, decision_id="B")
    b = replace(b, decision=replace(b.decision, agent_versions={"panel": "panel@2"}))
    await cache.store([a, b], ttl_s=TTL_S)

    gone = await cache.discard(which)

    assert set(await near(cache)) == left
    assert {decision_id for _, decision_id in gone} == {"A", "B"} - {name.upper() for name in left}
    assert all(scope == a.scope for scope, _ in gone)


DAMAGE: dict[str, tuple[str, object]] = {
    "no decision": ("decision", None),
    "broken JSON": ("decision", '{"signal": 1, "conv'),
    "strange JSON": ("decision", '["buy"]'),
    "strange signal": ("decision", '{"signal": 7, "conviction": 1, "reasoning": ""}'),
    "strange conviction": ("decision", '{"signal": 1, "conviction": 7, "reasoning": ""}'),
    "strange time": ("known_at", "yesterday"),
}
"""What makes an entry useless: the field, and what then stands in it."""
HALF_DAMAGE: dict[str, tuple[str, object]] = {
    "no details": ("vec_details", None),
    "odd vector": ("news_vector", b"\x01\x02\x03"),
    "short vector": ("news_vector", b"\x00" * 8),
    "vector of no numbers": ("news_vector", np.full(DIM, np.nan, "<f4").tobytes()),
    "bytes for text": ("news_text", b"\xff\xfe"),
}
"""What still leaves an exact match."""


async def damage(client: Redis, key: str, field: str, value: object) -> None:
    if value is None:
        await client.hdel(key, field)
    else:
        await client.hset(key, field, value)


@pytest.mark.parametrize("how", [*DAMAGE, *HALF_DAMAGE])
async def test_a_damaged_entry_is_a_miss_and_is_logged_once(new_cache, redis_client, keys, how):
    whole = an_entry(sha="b" * 64, decision=a_decision(reasoning="whole"))
    await new_cache().store([version(0, "damaged"), whole], ttl_s=TTL_S)
    await damage(redis_client, keys.decision(SHA), *(DAMAGE | HALF_DAMAGE)[how])

    cache = new_cache()
    with capture_logs() as logs:
        found = [(await near(cache), await recalled(cache)) for _ in range(2)]

    assert found == [(["whole"], "damaged" if how in HALF_DAMAGE else None)] * 2
    assert [(each["event"], each["key"]) for each in logs] == [("decision_cache.damaged", keys.decision(SHA))]


async def test_a_foreign_hash_among_the_decisions_is_no_decision(cache, redis_client, keys):
    """Even one that claims to be of this space and scope."""
    foreign = {"space": "test-4", "scope": scope_tag(SCOPE), "current": 1, "vector": unit(1).tobytes()}
    await redis_client.hset(keys.decision("f" * 64), mapping=foreign)
    await redis_client.hset(keys.decision(SHA), mapping={"some": "thing"})

    assert (await near(cache), await recalled(cache)) == ([], None)


async def test_a_key_of_another_type_is_a_miss_and_may_be_overwritten(cache, redis_client, keys):
    await redis_client.set(keys.decision(SHA), "not a hash")
    assert await recalled(cache) is None

    outcomes = await cache.store([version(0, "now")], ttl_s=TTL_S)

    assert (outcomes, await recalled(cache)) == ([Stored.NEW], "now")


async def test_a_damaged_entry_is_overwritten_by_a_new_decision(cache, redis_client, keys):
    await cache.store([version(5, "damaged")], ttl_s=TTL_S)
    await damage(redis_client, keys.decision(SHA), *DAMAGE["broken JSON"])

    outcomes = await cache.store([version(0, "whole")], ttl_s=TTL_S)

    assert (outcomes, await recalled(cache)) == ([Stored.NEW], "whole")


_SHAS = st.sampled_from(["a" * 64, "b" * 64])
_HOURS = st.integers(0, 4)


class CacheAgainstDict(RuleBasedStateMachine):
    """A dict of lists of versions says what the cache must say, after any history."""

    store: Store
    keys: Keys
    run: asyncio.Runner

    @initialize()
    def begin(self) -> None:
        self.model: dict[str, dict[tuple[int, int], str]] = {}
        self.cache = RedisDecisionCache(self.store, self.keys, Space("test-4", DIM))
        self.run.run(self.cache.forget(strategy=None, asset=None))

    @rule(sha=_SHAS, decided=_HOURS, delay=st.sampled_from([0, 2]), word=st.sampled_from(["x", "y"]))
    def learn(self, sha: str, decided: int, delay: int, word: str) -> None:
        versions = self.model.setdefault(sha, {})
        versions = {when: said for when, said in versions.items() if when[0] != decided}  # one a moment, to be simple
        entry = replace(version(decided, word, known_after=delay), sha=sha)
        if any(when[0] == decided for when in self.model[sha]):
            return
        self.run.run(self.cache.store([entry], ttl_s=TTL_S))
        self.model[sha] = versions | {(decided, decided + delay): word}

    @rule()
    def forget(self) -> None:
        removed = self.run.run(self.cache.forget(strategy="default", asset="XAU"))
        assert removed == sum(map(len, self.model.values()))
        self.model = {}

    def expected(self, sha: str, hour: int | None) -> str | None:
        known = {w: said for w, said in self.model.get(sha, {}).items() if hour is None or w[1] <= hour}
        return known[max(known)] if known else None

    @rule(sha=_SHAS, hour=st.none() | st.integers(0, 7))
    def recall(self, sha: str, hour: int | None) -> None:
        found = self.run.run(self.cache.recall(sha, as_of=None if hour is None else NOON + hour * HOUR))
        assert (None if found is None else found.decision.reasoning) == self.expected(sha, hour)

    @rule(hour=st.none() | st.integers(0, 7))
    def retrieve(self, hour: int | None) -> None:
        as_of = None if hour is None else NOON + hour * HOUR
        found = self.run.run(self.cache.nearest(unit(1), scope=SCOPE, k=16, as_of=as_of))
        said = {c.entry.sha: c.entry.decision.reasoning for c in found}
        expected = {sha: self.expected(sha, hour) for sha in self.model}
        assert said == {sha: word for sha, word in expected.items() if word is not None}

    @invariant()
    def counted(self) -> None:
        if hasattr(self, "model"):
            assert self.run.run(self.cache.count()) == sum(map(len, self.model.values()))


def test_any_history_agrees_with_a_dict(redis_server, key_prefix):
    keys = Keys(key_prefix)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:

        async def begin() -> Store:
            store = Store(connect(Settings(), redis_server))
            await schema.ensure_decision_index(store, keys, space="test-4", dim=DIM, hnsw=schema.Hnsw())
            return store

        store = runner.run(begin())
        machine = type("Machine", (CacheAgainstDict,), {"store": store, "keys": keys, "run": runner})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=20,
                    stateful_step_count=12,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(RedisDecisionCache(store, keys, Space("test-4", DIM)).forget(strategy=None, asset=None))
            runner.run(store.ask("FT.DROPINDEX", keys.decision_index("test-4")))
            runner.run(store.close())
