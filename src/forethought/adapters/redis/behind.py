"""Commands that nobody waits for: written in batches behind the answers, and kept while the store is away."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Generic, TypeVar

import structlog

from forethought.adapters.redis.store import Command, Store
from forethought.domain.errors import ForethoughtError

log = structlog.get_logger(__name__)

T = TypeVar("T")

_AGAIN_S = 0.5
"""Between attempts while the store is away."""
_BATCH = 500
"""Commands at once: some milliseconds of this process and of Redis."""
_DRAIN_S = 5.0


class WriteBehind(Generic[T]):
    """A bounded buffer of items by key. What may have been written is written again: commands must be repeatable."""

    def __init__(
        self, store: Store, command: Callable[[str, T], Command], *, what: str, limit: int, every_s: float
    ) -> None:
        """Make an empty one.

        Args:
            store: Where.
            command: Makes the command that writes an item; it runs behind, so it may serialise.
            what: Name in the logs.
            limit: Items that are kept while the store is away; the oldest are given up first, and that is logged.
            every_s: How long items gather.
        """
        self._store = store
        self._command = command
        self._what = what
        self._limit = limit
        self._every_s = every_s
        self._pending: OrderedDict[str, T] = OrderedDict()
        self._lost = 0
        self._writer: asyncio.Task[None] | None = None

    def put(self, key: str, item: T) -> None:
        """Take an item; it replaces the one under the same key."""
        self._pending[key] = item
        if len(self._pending) > self._limit:
            self._pending.popitem(last=False)
            self._lost += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name=f"{self._what}-writer")

    def get(self, key: str) -> T | None:
        """Return an item that is not known to be written."""
        return self._pending.get(key)

    async def drain(self) -> None:
        """Wait until all is written, at most some seconds."""
        if self._writer is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._writer), timeout=_DRAIN_S)

    async def _write(self) -> None:
        away = False
        while self._pending:
            await asyncio.sleep(self._every_s)
            batch = list(islice(self._pending.items(), _BATCH))
            try:
                await self._store.write(self._commands(batch), settled=False)
            except ForethoughtError as error:
                if not away:
                    log.warning("redis.behind", what=self._what, waiting=len(self._pending), reason=str(error))
                away = True
                await asyncio.sleep(_AGAIN_S)
                continue
            away = False
            for key, item in batch:
                if self._pending.get(key) is item:  # else a newer one came meanwhile
                    del self._pending[key]
            if self._lost:
                log.warning("redis.lost", what=self._what, count=self._lost, reason="the store was away too long")
                self._lost = 0

    def _commands(self, batch: list[tuple[str, T]]) -> list[Command]:
        commands: list[Command] = []
        for key, item in batch:
            try:
                commands.append(self._command(key, item))
            except TypeError:  # no JSON: one such item must not hold up the others for ever
                log.exception("redis.unwritable", what=self._what, key=key)
        return commands
