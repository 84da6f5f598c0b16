"""Marks of revocation on answers, on a real Redis."""

from itertools import permutations

import pytest
from tests.contract.test_decision_log import ID, TTL_S, a_change, an_answer

from forethought.adapters.redis.decision_log import RedisDecisionLog
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.answers import merged

MARK = {"at": "2026-11-22T00:00:00+00:00", "reason": "the wire retracted it", "of": "01JSOURCE"}


@pytest.fixture
def log(store: Store, keys: Keys) -> RedisDecisionLog:
    return RedisDecisionLog(store, keys, ttl_s=TTL_S)


@pytest.mark.parametrize("order", list(permutations(["record", "upgrade", "revoke"])), ids="-".join)
async def test_answer_upgrade_and_mark_come_together_in_any_order(log, order):
    for step in order:
        if step == "record":
            log.record(ID, an_answer())
            await log.drain()
        elif step == "upgrade":
            await log.upgrade(ID, a_change(), order=1)
        else:
            await log.revoke([ID], MARK)

    assert await log.read(ID) == {**merged(an_answer(), a_change()), "revoked": MARK}


async def test_the_first_mark_of_an_answer_stays(log):
    log.record(ID, an_answer())
    await log.revoke([ID], MARK)
    await log.revoke([ID, "OTHER"], MARK | {"reason": "again"})

    found = await log.read(ID)

    assert found is not None
    assert found["revoked"] == MARK


async def test_an_answer_that_is_still_to_be_written_shows_its_mark(log):
    log.record(ID, an_answer())
    await log.revoke([ID], MARK)

    found = await log.read(ID)

    assert found == {**an_answer(), "revoked": MARK}


async def test_marks_are_kept_as_long_as_answers(log, store, keys):
    await log.revoke([ID], MARK)

    assert 0 < await store.ask("TTL", keys.upgrade(ID)) <= TTL_S
