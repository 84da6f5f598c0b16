"""The ledger of predictions: one hash of counters a scope."""

import asyncio
import time
from collections.abc import Mapping

import orjson

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.domain.agreement import Evidence, Tally
from forethought.domain.decision import Scope

_FRESH_S = 1.0
"""How old the counts of other processes may be."""
_ANSWERED = "answered"


class RedisEvidenceLedger:
    """Implements `EvidenceLedger`."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._known: dict[Scope, tuple[float, Evidence]] = {}
        self._refreshing: set[Scope] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, scope: Scope) -> Evidence:
        """See the port."""
        if (known := self._known.get(scope)) is None:
            await self._refresh(scope)
            return self._known[scope][1]
        at, evidence = known
        if time.monotonic() - at > _FRESH_S and scope not in self._refreshing:
            self._refreshing.add(scope)
            task = asyncio.create_task(self._refresh_quietly(scope))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return evidence

    async def _refresh_quietly(self, scope: Scope) -> None:
        try:
            await self._refresh(scope)
        except Exception:  # noqa: BLE001 - the old counts serve on; the caller's own command reports the outage
            self._known[scope] = (time.monotonic(), self._known[scope][1])
        finally:
            self._refreshing.discard(scope)

    async def _refresh(self, scope: Scope) -> None:
        fields = await self._store.ask("HGETALL", self._keys.evidence(scope))
        self._known[scope] = (time.monotonic(), _read(fields))

    async def add(self, scope: Scope, band: str, *, answered: bool, wrong: bool, opposite: bool) -> None:
        """See the port."""
        key = self._keys.evidence(scope)
        names = [band, _ANSWERED] if answered else [band]
        counts = [f"{name}|{what}" for name in names for what, yes in _events(wrong=wrong, opposite=opposite) if yes]
        label = orjson.dumps([scope.strategy, scope.strategy_version, scope.asset, scope.teacher])
        await asyncio.gather(
            self._store.ask("HSET", key, "scope", label),
            *(self._store.ask("HINCRBY", key, name, 1) for name in counts),
        )
        self._known.pop(scope, None)

    async def all(self) -> Mapping[str, Evidence]:
        """See the port."""
        keys = [key async for key in self._store.client.scan_iter(match=f"{self._keys.evidence_prefix}*", count=1000)]
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for key in keys))
        found = ((_scope(fields), _read(fields)) for fields in hashes if b"scope" in fields)
        return {scope.name: evidence for scope, evidence in found}

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        self._known.clear()
        removed = 0
        async for key in self._store.client.scan_iter(match=f"{self._keys.evidence_prefix}*", count=1000):
            scope = _scope({b"scope": await self._store.ask("HGET", key, "scope")})
            if strategy in {None, scope.strategy} and asset in {None, scope.asset}:
                removed += await self._store.ask("UNLINK", key)
        return removed


def _events(*, wrong: bool, opposite: bool) -> tuple[tuple[str, bool], ...]:
    return (("n", True), ("wrong", wrong), ("opposite", opposite))


def _scope(fields: Mapping[bytes, bytes]) -> Scope:
    return Scope(*orjson.loads(fields[b"scope"]))


def _read(fields: Mapping[bytes, bytes]) -> Evidence:
    counts: dict[str, dict[str, int]] = {}
    for raw, value in fields.items():
        if raw == b"scope":
            continue
        name, _, what = raw.decode().rpartition("|")
        counts.setdefault(name, {})[what] = int(value)
    tallies = {name: Tally(c.get("n", 0), c.get("wrong", 0), c.get("opposite", 0)) for name, c in counts.items()}
    return Evidence(tallies.pop(_ANSWERED, Tally()), tallies)
