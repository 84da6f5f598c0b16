"""Lessons on a real Redis, against the promises of their port."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.fakes.entries import SCOPE
from tests.fakes.lessons import lesson

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.lessons import RedisLessons
from forethought.adapters.redis.store import Store
from forethought.domain.decision import Signal, Times
from forethought.domain.learning import Foretold

OTHER = replace(SCOPE, asset="XAG")


@pytest.fixture
def lessons(store: Store, keys: Keys) -> RedisLessons:
    return RedisLessons(store, keys)


async def test_a_lesson_comes_back_as_it_was(lessons):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    told = Foretold(Signal.SELL, (0.5, -1.25), answered=True)
    one = replace(lesson("Gold rises “0.3 %”", 1, source="desk", weight=10.0), times=Times(at, at), foretold=told)
    one = replace(one, reading=replace(one.reading, facts={"sentiment:mean": 0.5}))

    await lessons.add(SCOPE, one)
    (back,) = (await lessons.since(SCOPE, None)).lessons

    assert replace(back, reading=one.reading) == one
    assert back.reading.text == one.reading.text
    assert back.reading.facts == one.reading.facts
    assert np.allclose(back.reading.vector, one.reading.vector, atol=1e-3)


async def test_a_page_begins_where_the_last_one_ended(lessons):
    for i in range(3):
        await lessons.add(SCOPE, lesson(f"text {i}", 1))
    page = await lessons.since(SCOPE, None)
    await lessons.add(SCOPE, lesson("text 3", 1))

    again = await lessons.since(SCOPE, page.cursor)

    assert [x.reading.text for x in again.lessons] == ["text 3"]
    assert not (await lessons.since(SCOPE, again.cursor)).lessons


async def test_what_no_model_has_seen_is_due(lessons):
    await lessons.add(SCOPE, lesson("a", 1))
    await lessons.add(SCOPE, lesson("b", 1))
    await lessons.add(OTHER, lesson("c", 1))

    await lessons.seen(SCOPE, 2)

    assert await lessons.due() == {OTHER: 1}


async def test_struck_lessons_are_gone_and_the_scope_is_due(lessons):
    for name in ("kept", "bad", "kept", "bad"):
        await lessons.add(SCOPE, lesson(name, 1, decision_id=name))
    await lessons.seen(SCOPE, 4)
    before = await lessons.since(SCOPE, None)

    assert await lessons.strike(SCOPE, ["bad"]) == 2

    page = await lessons.since(SCOPE, None)
    assert [x.decision_id for x in page.lessons] == ["kept", "kept"]
    assert page.epoch != before.epoch
    assert (await lessons.due())[SCOPE] > 0
    assert await lessons.strike(SCOPE, ["bad"]) == 0


async def test_only_one_process_may_fit_a_scope(lessons):
    assert await lessons.claim(SCOPE, owner="a", for_s=5)
    assert not await lessons.claim(SCOPE, owner="b", for_s=5)
    assert await lessons.claim(SCOPE, owner="a", for_s=5)
    assert await lessons.claim(OTHER, owner="b", for_s=5)


async def test_a_model_is_returned_to_who_has_an_older_one(lessons):
    await lessons.publish(SCOPE, version=3, model=b"three")

    assert await lessons.model(SCOPE, newer_than=2) == (3, b"three")
    assert await lessons.model(SCOPE, newer_than=3) is None
    assert await lessons.model(OTHER, newer_than=0) is None
    assert await lessons.versions() == {SCOPE: 3}


async def test_forgetting_a_scope_raises_its_version_so_that_every_holder_drops_it(lessons):
    await lessons.add(SCOPE, lesson("a", 1))
    await lessons.add(OTHER, lesson("b", 1))
    await lessons.publish(SCOPE, version=3, model=b"three")

    assert await lessons.forget(strategy=None, asset=SCOPE.asset) == 1

    assert not (await lessons.since(SCOPE, None)).lessons
    assert (await lessons.since(OTHER, None)).lessons
    assert await lessons.model(SCOPE, newer_than=0) is None
    assert (await lessons.versions())[SCOPE] == 4
