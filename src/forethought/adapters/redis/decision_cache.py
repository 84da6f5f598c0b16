"""The decision cache: hashes under a RediSearch HNSW index."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import LRUCache

from forethought.adapters.redis.codec import (
    RECALL_FIELDS,
    entry_fields,
    read_decision,
    read_entry,
    read_recalled,
    to_ms,
    vector_bytes,
)
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.schema import escape_tag, search_results
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.decision_cache import Stored
from forethought.domain.decision import Scope
from forethought.domain.entry import Candidate, Entry, Recalled
from forethought.domain.similarity import Vector

_PUT_IF_NEWER = """
local stands = redis.call('HGET', KEYS[1], 'decided_at')
if stands and tonumber(stands) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""Two writers may race for one situation: the later decision wins, whoever comes last."""

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Space:
    """One vector space: an embedding model and a composition of a given dimension."""

    name: str
    """Part of the index name; letters, digits and hyphens."""
    dim: int


class RedisDecisionCache:
    """Implements `DecisionCache` for one vector space."""

    def __init__(self, store: Store, keys: Keys, space: Space, *, ef_runtime: int = 64) -> None:
        self._store = store
        self._keys = keys
        self._space = space
        self._index = keys.decision_index(space.name)
        self._ef_runtime = ef_runtime
        # Parsed entries by (key, decided_at, created_at): retrieval then returns names only, not 4 kB a neighbour.
        self._parsed: LRUCache[tuple[bytes, bytes, bytes], Entry] = LRUCache(4096)

    async def recall(self, sha: str, *, as_of: datetime | None) -> Recalled | None:
        """See the port."""
        key = self._keys.decision(sha)
        values = await self._store.ask("HMGET", key, *RECALL_FIELDS)
        current = read_recalled(key, values)
        if current is None or as_of is None or current.times.usable_at(as_of):
            return current
        query = f"@sha:{{{sha}}} {_known_by(as_of)}"
        reply = await self._store.ask(
            "FT.SEARCH", self._index, query, "SORTBY", "decided_at", "DESC", "LIMIT", 0, 1, "NOCONTENT", "DIALECT", 2
        )
        for former, _ in search_results(reply):
            return read_recalled(former.decode(), await self._store.ask("HMGET", former, *RECALL_FIELDS))
        return None

    async def nearest(self, vector: Vector, *, scope: Scope, k: int, as_of: datetime | None) -> list[Candidate]:
        """See the port. One round trip when this process has seen the neighbours before, two otherwise."""
        moment = "@current:{1}" if as_of is None else _known_by(as_of)
        reach = max(self._ef_runtime, k)
        query = f"(@scope:{{{scope_tag(scope)}}} {moment})=>[KNN {k} @vector $v EF_RUNTIME {reach} AS dist]"
        reply = await self._store.ask(
            *("FT.SEARCH", self._index, query, "PARAMS", 2, "v", vector_bytes(vector)),
            *("RETURN", 4, "dist", "decided_at", "created_at", "sha", "SORTBY", "dist", "LIMIT", 0, k, "DIALECT", 2),
        )
        found = search_results(reply)
        names = [(key, values[b"decided_at"], values[b"created_at"]) for key, values in found]
        await self._parse([name for name in names if name not in self._parsed])
        candidates = []
        for name, (key, values) in zip(names, found, strict=True):
            if (entry := self._parsed.get(name)) is not None:
                # RediSearch's cosine distances can be slightly negative.
                candidates.append(Candidate(key.decode(), entry, min(1.0, 1.0 - float(values[b"dist"]))))
        return candidates if as_of is None else _latest_versions(candidates)

    async def _parse(self, names: list[tuple[bytes, bytes, bytes]]) -> None:
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for key, _, _ in names))
        for name, fields in zip(names, hashes, strict=True):
            if fields and fields[b"model"]:  # it may have expired in between
                self._parsed[name] = read_entry(fields)

    async def store(self, entries: Sequence[Entry], *, ttl_s: int) -> list[Stored]:
        """See the port."""
        standing = await asyncio.gather(
            *(
                self._store.ask("HMGET", self._keys.decision(e.sha), "decided_at", "decision", "known_at")
                for e in entries
            )
        )
        outcomes = [_compare(entry, values) for entry, values in zip(entries, standing, strict=True)]
        formers: list[Entry] = []
        current: list[Entry] = []
        for entry, outcome in zip(entries, outcomes, strict=True):
            if outcome is Stored.FORMER:
                formers.append(entry)
            elif outcome is not Stored.SAME:
                current.append(entry)
            if outcome is Stored.REPLACED:
                await self._keep_former(entry.sha, ttl_s)
        if current:
            replies = await self._store.write([self._put(entry, ttl_s) for entry in current])
            # 0: lost a race to a newer decision
            formers += [entry for entry, reply in zip(current, replies, strict=True) if reply == 0]
        if formers:
            await self._store.write([command for entry in formers for command in self._put_former(entry, ttl_s)])
        return outcomes

    def _put(self, entry: Entry, ttl_s: int) -> Command:
        fields = entry_fields(entry, space=self._space.name, ttl_s=ttl_s, current=True)
        decided = to_ms(entry.times.decided_at)
        return ("EVAL", _PUT_IF_NEWER, 1, self._keys.decision(entry.sha), decided, ttl_s, *_flat(fields))

    def _put_former(self, entry: Entry, ttl_s: int) -> list[Command]:
        key = self._keys.former(entry.sha, to_ms(entry.times.decided_at))
        fields = entry_fields(entry, space=self._space.name, ttl_s=ttl_s, current=False)
        return [("HSET", key, *_flat(fields)), ("EXPIRE", key, ttl_s)]

    async def _keep_former(self, sha: str, ttl_s: int) -> None:
        """Copy what stands before it is replaced: a crash in between leaves a harmless copy, never a gap."""
        fields = await self._store.ask("HGETALL", self._keys.decision(sha))
        if not fields:
            return
        key = self._keys.former(sha, int(fields[b"decided_at"]))
        await self._store.write([("HSET", key, *_flat({**fields, b"current": 0})), ("EXPIRE", key, ttl_s)])

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        clauses = [
            f"@{name}:{{{escape_tag(value)}}}" for name, value in (("strategy", strategy), ("asset", asset)) if value
        ]
        removed = 0
        while True:
            reply = await self._store.ask(
                *("FT.SEARCH", self._index, " ".join(clauses) or "*"),
                *("NOCONTENT", "LIMIT", 0, _PAGE, "DIALECT", 2),
            )
            keys = [key for key, _ in search_results(reply)]
            if not keys:
                return removed
            removed += sum(await self._store.write([("UNLINK", key) for key in keys]))

    async def count(self) -> int:
        """See the port."""
        reply = await self._store.ask("FT.SEARCH", self._index, "*", "LIMIT", 0, 0)
        return int(reply[b"total_results"])


def _flat(fields: dict[Any, Any]) -> list[Any]:
    return [item for pair in fields.items() for item in pair]


def _known_by(as_of: datetime) -> str:
    moment = to_ms(as_of)
    return f"@decided_at:[-inf {moment}] @known_at:[-inf {moment}]"


def _compare(entry: Entry, standing: list[bytes | None]) -> Stored:
    decided, decision, known = standing
    if decided is None or decision is None:
        return Stored.NEW
    mine = to_ms(entry.times.decided_at)
    if mine < int(decided):
        return Stored.FORMER
    before = read_decision(decision)
    unchanged = (before.signal, before.conviction, before.reasoning) == (
        entry.decision.signal,
        entry.decision.conviction,
        entry.decision.reasoning,
    )
    if unchanged and mine == int(decided) and known == str(to_ms(entry.times.known_at)).encode():
        return Stored.SAME
    return Stored.REPLACED


def _latest_versions(candidates: list[Candidate]) -> list[Candidate]:
    """Keep one version a situation: the latest that was known."""
    latest: dict[str, Candidate] = {}
    for candidate in candidates:
        other = latest.get(candidate.entry.sha)
        if other is None or candidate.entry.times.decided_at > other.entry.times.decided_at:
            latest[candidate.entry.sha] = candidate
    return sorted(latest.values(), key=lambda c: -c.similarity)
