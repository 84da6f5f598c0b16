"""Answers as they were given. Written behind the answer, in batches, so that no caller waits for it."""

import asyncio
import contextlib
from typing import Any

import orjson
import structlog

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.decision_log import Document
from forethought.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_EVERY_S = 0.02
_MAX_PENDING = 50_000
"""When Redis is away this many answers are kept; the oldest are given up first, and that is logged."""


class RedisDecisionLog:
    """Implements `DecisionLog`."""

    def __init__(self, store: Store, keys: Keys, *, ttl_s: int) -> None:
        self._store = store
        self._keys = keys
        self._ttl_s = ttl_s
        self._pending: dict[str, Document] = {}
        self._lost = 0
        self._writer: asyncio.Task[None] | None = None

    def record(self, decision_id: str, document: Document) -> None:
        """See the port."""
        self._pending.pop(decision_id, None)  # the newest goes last
        self._pending[decision_id] = document
        if len(self._pending) > _MAX_PENDING:
            self._pending.pop(next(iter(self._pending)))
            self._lost += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._pending:
            await asyncio.sleep(_EVERY_S)
            batch = dict(self._pending)
            try:
                await asyncio.gather(
                    *(
                        self._store.ask("SET", self._keys.answer(id_), orjson.dumps(doc), "EX", self._ttl_s)
                        for id_, doc in batch.items()
                    )
                )
            except StoreUnavailable:
                await asyncio.sleep(0.5)
                continue
            for id_, doc in batch.items():
                if self._pending.get(id_) is doc:
                    del self._pending[id_]
            if self._lost:
                log.warning("decision_log.lost", count=self._lost, reason="the store was away too long")
                self._lost = 0

    async def read(self, decision_id: str) -> dict[str, Any] | None:
        """See the port."""
        if (pending := self._pending.get(decision_id)) is not None:
            return dict(pending)
        raw = await self._store.ask("GET", self._keys.answer(decision_id))
        return orjson.loads(raw) if raw else None

    async def drain(self) -> None:
        """See the port."""
        if self._writer is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._writer), timeout=5)
