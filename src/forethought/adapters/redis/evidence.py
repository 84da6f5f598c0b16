"""The ledger of predictions: one hash of counters a scope."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import orjson

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.domain.agreement import FAST, SLOW, Evidence, Tally
from forethought.domain.decision import Scope
from forethought.domain.errors import Unavailable
from forethought.domain.sources import Standing, distrusted

_FRESH_S = 1.0
"""How old the counts of other processes may be."""
_ANSWERED = "answered"
_LATELY = b"lately"
_SOURCE = "source:"
_UPDATE_LATELY = """
local seen = redis.call('HGET', KEYS[1], 'lately')
local fast, slow = 0.5, 0.5
if seen then fast, slow = string.match(seen, '([^,]+),([^,]+)') end
local wrong = tonumber(ARGV[1])
fast = fast + ARGV[2] * (wrong - fast)
slow = slow + ARGV[3] * (wrong - slow)
redis.call('HSET', KEYS[1], 'lately', string.format('%.6f,%.6f', fast, slow))
"""


class RedisEvidenceLedger:
    """Implements `EvidenceLedger`."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._known: dict[Scope, tuple[float, Evidence]] = {}
        self._changes: Counter[Scope] = Counter()
        self._epoch = 0
        self._asked: Counter[Scope] = Counter()
        """Answers that are not yet written down."""
        self._refreshing: set[Scope] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, scope: Scope) -> Evidence:
        """See the port."""
        if (known := self._known.get(scope)) is None:
            return await self._fetch(scope)
        at, evidence = known
        if time.monotonic() - at > _FRESH_S and scope not in self._refreshing:
            self._refreshing.add(scope)
            task = asyncio.create_task(self._refresh_quietly(scope))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._with_asked(scope, evidence)

    def _with_asked(self, scope: Scope, evidence: Evidence) -> Evidence:
        asked = self._asked[scope]
        return replace(evidence, asked=evidence.asked + asked) if asked else evidence

    def asked(self, scope: Scope) -> None:
        """See the port."""
        self._asked[scope] += 1

    async def _note_asked(self, scope: Scope) -> None:
        if count := self._asked.pop(scope, 0):
            try:
                await self._store.ask("HINCRBY", self._keys.evidence(scope), "memory|asked", count)
            except Unavailable:
                self._asked[scope] += count
                raise

    async def _refresh_quietly(self, scope: Scope) -> None:
        try:
            await self._note_asked(scope)
            await self._fetch(scope)
        except Unavailable:  # the old counts serve on; the caller's own command reports the outage
            if (known := self._known.get(scope)) is not None:
                self._known[scope] = (time.monotonic(), known[1])
        finally:
            self._refreshing.discard(scope)

    async def _fetch(self, scope: Scope) -> Evidence:
        """Read the counts, and keep them unless they were changed by us while they travelled."""
        began = (self._epoch, self._changes[scope])
        evidence = _read(await self._store.ask("HGETALL", self._keys.evidence(scope)))
        if began == (self._epoch, self._changes[scope]):
            self._known[scope] = (time.monotonic(), evidence)
        return self._with_asked(scope, evidence)

    async def foretold(self, scope: Scope, *, wrong: bool, audited: bool) -> None:
        """See the port."""
        key = self._keys.evidence(scope)
        asks = [self._store.ask("EVAL", _UPDATE_LATELY, 1, key, int(wrong), FAST, SLOW)]
        if audited:
            asks.append(self._store.ask("HINCRBY", key, "memory|audited", 1))
        try:
            await asyncio.gather(*asks)
        finally:
            self._changes[scope] += 1
            self._known.pop(scope, None)

    async def add(self, scope: Scope, band: str, *, answered: bool, wrong: bool, opposite: bool) -> None:
        """See the port."""
        key = self._keys.evidence(scope)
        names = [band, _ANSWERED] if answered else [band]
        counts = [f"{name}|{what}" for name in names for what, yes in _events(wrong=wrong, opposite=opposite) if yes]
        label = orjson.dumps([scope.strategy, scope.strategy_version, scope.asset, scope.teacher])
        try:
            await asyncio.gather(
                self._store.ask("HSET", key, "scope", label),
                *(self._store.ask("HINCRBY", key, name, 1) for name in counts),
            )
        finally:
            self._changes[scope] += 1
            self._known.pop(scope, None)

    async def told(self, scope: Scope, source: str, *, contested: bool) -> None:
        """See the port."""
        key, name = self._keys.evidence(scope), f"{_SOURCE}{source}"
        names = [f"{name}|n", f"{name}|contested"] if contested else [f"{name}|n"]
        try:
            await asyncio.gather(*(self._store.ask("HINCRBY", key, each, 1) for each in names))
        finally:
            self._changes[scope] += 1
            self._known.pop(scope, None)

    async def all(self) -> Mapping[Scope, Evidence]:
        """See the port."""
        return {scope: _read(fields) for _, scope, fields in await self._hashes()}

    async def _hashes(self) -> list[tuple[bytes, Scope, Mapping[bytes, bytes]]]:
        keys = await self._store.scan(f"{self._keys.evidence_prefix}*")
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for key in keys))
        found = ((key, _scope(fields), fields) for key, fields in zip(keys, hashes, strict=True))
        return [(key, scope, fields) for key, scope, fields in found if scope is not None]

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        wanted = [
            key
            for key, scope, _ in await self._hashes()
            if strategy in {None, scope.strategy} and asset in {None, scope.asset}
        ]
        removed = await asyncio.gather(*(self._store.ask("UNLINK", key) for key in wanted))
        self._epoch += 1
        self._known.clear()
        return sum(removed)


def _events(*, wrong: bool, opposite: bool) -> tuple[tuple[str, bool], ...]:
    return (("n", True), ("wrong", wrong), ("opposite", opposite))


def _scope(fields: Mapping[bytes, bytes]) -> Scope | None:
    """Read whose counts they are; `None` when the hash is not one of ours."""
    try:
        return Scope(*orjson.loads(fields[b"scope"]))
    except (KeyError, ValueError, TypeError):
        return None


def _read(fields: Mapping[bytes, bytes]) -> Evidence:
    counts: dict[str, dict[str, int]] = {}
    for raw, value in fields.items():
        name, _, what = raw.decode(errors="replace").rpartition("|")
        if name and value.isdigit():
            counts.setdefault(name, {})[what] = int(value)
    sources = {name.removeprefix(_SOURCE): counts.pop(name) for name in list(counts) if name.startswith(_SOURCE)}
    standings = {name: Standing(c.get("n", 0), c.get("contested", 0)) for name, c in sources.items()}
    tallies = {name: Tally(c.get("n", 0), c.get("wrong", 0), c.get("opposite", 0)) for name, c in counts.items()}
    memory = counts.get("memory", {})
    tallies.pop("memory", None)
    lately = (0.5, 0.5)
    if (seen := fields.get(_LATELY)) is not None:
        fast, _, slow = seen.partition(b",")
        lately = (float(fast), float(slow))
    answered = tallies.pop(_ANSWERED, Tally())
    asked, audited = memory.get("asked", 0), memory.get("audited", 0)
    return Evidence(answered, tallies, lately, asked, audited, distrusted(standings))
