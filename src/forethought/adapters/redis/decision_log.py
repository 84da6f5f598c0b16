"""Answers as they were given, and their upgrades. Answers are written behind, so that no caller waits for it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import structlog

from forethought.adapters.redis.behind import WriteBehind
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.application.answers import merged
from forethought.application.ports.decision_log import Document
from forethought.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_EVERY_S = 0.02
_MAX_PENDING = 50_000

_PUT_UNLESS_NEWER = """
local stands = redis.call('HGET', KEYS[1], 'order')
if stands and tonumber(stands) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'order', ARGV[1], 'change', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""Two processes may upgrade one answer. Lua's numbers are doubles: orders are exact below 2^53."""


class RedisDecisionLog:
    """Implements `DecisionLog`.

    An answer is a string and its upgrade a hash beside it: one SET costs an answer 10 µs of this process, HSET and
    EXPIRE on one hash 14 µs (24 answers of 1.5 kB at once, 2 cores).
    """

    def __init__(self, store: Store, keys: Keys, *, ttl_s: int) -> None:
        self._store = store
        self._keys = keys
        self._ttl_s = ttl_s
        self._answers: WriteBehind[Document] = WriteBehind(
            store, self._put, what="answers", limit=_MAX_PENDING, every_s=_EVERY_S
        )

    def record(self, decision_id: str, document: Document) -> None:
        """See the port."""
        self._answers.put(decision_id, document)

    def _put(self, decision_id: str, document: Document) -> Command:
        return ("SET", self._keys.answer(decision_id), orjson.dumps(document), "EX", self._ttl_s)

    async def upgrade(self, decision_id: str, change: Document, *, order: int) -> bool:
        """See the port."""
        key = self._keys.upgrade(decision_id)
        replies = await self._store.write(
            [("EVAL", _PUT_UNLESS_NEWER, 1, key, order, orjson.dumps(change), self._ttl_s)]
        )
        return bool(replies[0])

    async def revoke(self, decision_ids: Sequence[str], mark: Document) -> None:
        """See the port."""
        raw = orjson.dumps(mark)
        commands: list[Command] = []
        for decision_id in decision_ids:
            key = self._keys.upgrade(decision_id)
            commands += [("HSETNX", key, "revoked", raw), ("EXPIRE", key, self._ttl_s)]
        if commands:
            await self._store.write(commands)

    async def read(self, decision_id: str) -> dict[str, Any] | None:
        """See the port. An answer that is still to be written can be read, without upgrade, while the store is away."""
        pending = self._answers.get(decision_id)
        try:
            answer, (change, mark) = await asyncio.gather(
                self._store.ask("GET", self._keys.answer(decision_id)),
                self._store.ask("HMGET", self._keys.upgrade(decision_id), "change", "revoked"),
            )
        except StoreUnavailable:
            if pending is None:
                raise
            return dict(pending)
        if pending is None and answer is None:
            return None
        try:
            given = orjson.loads(answer) if pending is None else pending
            found = merged(given, None if change is None else orjson.loads(change))
            return found if mark is None else {**found, "revoked": orjson.loads(mark)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("decision_log.damaged", decision_id=decision_id, reason=f"{type(error).__name__}: {error}")
            return None

    async def drain(self) -> None:
        """See the port."""
        await self._answers.drain()
