"""Provenance: one sorted set of answers a decision, written behind the answers; one hash a revocation."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

import orjson

from forethought.adapters.redis.behind import WriteBehind
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.provenance import Revocation
from forethought.domain.decision import Scope

_GATHER_S, _EVERY_S = 0.05, 0.01
"""A decision that answers a thousand questions a second is then written twenty times a second."""
_MAX_PENDING = 50_000
_KEPT_S = 30 * 86_400
_SCOPE = b"scope:"

_NOTE = """
local now = tonumber(redis.call('TIME')[1])
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[1]))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""
_NOTED_AT_ONCE = 1_000
"""Lua can unpack some thousands of arguments; nobody gives that many answers in `_GATHER_S`."""


class RedisProvenance:
    """Implements `Provenance`."""

    def __init__(self, store: Store, keys: Keys, *, ttl_s: int, limit: int = 10_000) -> None:
        """Make one.

        Args:
            store: Where.
            keys: Key names.
            ttl_s: How long answers are kept.
            limit: Answers a decision; the oldest are forgotten first.
        """
        self._store = store
        self._keys = keys
        self._ttl_s = ttl_s
        self._limit = limit
        self._gathered: dict[str, list[str]] = {}
        self._gathering: asyncio.Task[None] | None = None
        self._numbers = count()
        self._notes: WriteBehind[tuple[str, list[str]]] = WriteBehind(
            store, self._command, what="provenance", limit=_MAX_PENDING, every_s=_EVERY_S
        )

    def note(self, decision_id: str, sources: Sequence[str]) -> None:
        """See the port. The answers of a moment are gathered by source: many lean on one decision."""
        for source in sources:
            if source and source != decision_id:
                self._gathered.setdefault(source, []).append(decision_id)
        if self._gathered and (self._gathering is None or self._gathering.done()):
            self._gathering = asyncio.create_task(self._gather(), name="provenance-gather")

    async def _gather(self) -> None:
        await asyncio.sleep(_GATHER_S)
        self._hand_over()

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, {}
        for source, answers in gathered.items():
            for start in range(0, len(answers), _NOTED_AT_ONCE):
                self._notes.put(str(next(self._numbers)), (source, answers[start : start + _NOTED_AT_ONCE]))

    def _command(self, _: str, noted: tuple[str, list[str]]) -> Command:
        source, answers = noted
        return ("EVAL", _NOTE, 1, self._keys.derived(source), self._ttl_s, self._limit, *answers)

    async def derived(self, decision_id: str) -> list[str]:
        """See the port."""
        await self.drain()
        found = await self._store.ask("ZRANGE", self._keys.derived(decision_id), 0, -1, "REV")
        return [each.decode() for each in found]

    async def revoke(self, decision_id: str, revocation: Revocation) -> Revocation:
        """See the port."""
        key = self._keys.revoked(decision_id)
        scopes: list[bytes | str] = []
        for scope in revocation.scopes:
            name = [scope.strategy, scope.strategy_version, scope.asset, scope.teacher]
            scopes += [_SCOPE + scope_tag(scope).encode(), orjson.dumps(name).decode()]
        commands: list[Command] = [
            ("HSETNX", key, "at", revocation.at.isoformat()),
            ("HSETNX", key, "reason", revocation.reason),
        ]
        if scopes:
            commands.append(("HSET", key, *scopes))
        commands += [("EXPIRE", key, _KEPT_S), ("HGETALL", key)]
        stands = _revocation((await self._store.write(commands))[-1])
        return stands or revocation

    async def revocation(self, decision_id: str) -> Revocation | None:
        """See the port."""
        return _revocation(await self._store.ask("HGETALL", self._keys.revoked(decision_id)))

    async def drain(self) -> None:
        """See the port."""
        self._hand_over()
        await self._notes.drain()


def _revocation(fields: Mapping[bytes, bytes] | list[bytes]) -> Revocation | None:
    """Read what `revoke` wrote; `None` when there is nothing that can be read."""
    found = fields if isinstance(fields, Mapping) else dict(zip(fields[::2], fields[1::2], strict=True))
    try:
        at, reason = datetime.fromisoformat(found[b"at"].decode()), found[b"reason"].decode()
        scopes = tuple(Scope(*orjson.loads(raw)) for name, raw in sorted(found.items()) if name.startswith(_SCOPE))
    except (KeyError, ValueError, TypeError):
        return None
    return Revocation(at, reason, scopes)
