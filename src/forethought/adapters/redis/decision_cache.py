"""The decision cache: hashes under a RediSearch HNSW index."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from cachetools import LRUCache

from forethought.adapters.redis.codec import (
    DAMAGED,
    RECALL_FIELDS,
    entry_fields,
    read_decision,
    read_entry,
    read_recalled,
    to_ms,
    vector_bytes,
)
from forethought.adapters.redis.keys import Keys, scope_tag
from forethought.adapters.redis.schema import search_results, tag_query
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.decision_cache import Made, Selection, Stored, Withdrawn
from forethought.domain.decision import Scope
from forethought.domain.entry import Candidate, Entry, Recalled
from forethought.domain.errors import StoreUnavailable
from forethought.domain.similarity import Vector

log = structlog.get_logger(__name__)

_PUT_IF_UNCHANGED = """
local stands = '|'
if redis.call('TYPE', KEYS[1]).ok == 'hash' then
  local seen = redis.call('HMGET', KEYS[1], 'decided_at', 'created_at')
  stands = (seen[1] or '') .. '|' .. (seen[2] or '')
end
if stands ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""Two writers may race for one situation: who finds that it changed meanwhile looks again, so no version is lost."""

_REMOVE = """
if redis.call('HGET', KEYS[1], 'decision_id') ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
"""
_STAND_AGAIN = """
if redis.call('HGET', KEYS[1], 'decision_id') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""Both change nothing when another decision has come to stand there."""

_ATTEMPTS = 32
"""Each failed one means that another writer got ahead."""
_NAMED = {b"dist", b"decided_at", b"created_at"}
_STANDING = ("decided_at", "known_at", "created_at", "decision")
_PAGE = 1_000
_REPORTED = 1_024
"""Of so many damaged keys it is remembered that they were logged."""


@dataclass(frozen=True, slots=True)
class Space:
    """One vector space: an embedding model and a composition of a given dimension."""

    name: str
    """Part of the index name; letters, digits and hyphens."""
    dim: int


@dataclass(frozen=True, slots=True)
class _Former:
    """A former version that may stand again."""

    key: bytes
    decision_id: str
    standing: tuple[Any, ...]
    """Its remaining time to live in milliseconds, and its fields as a current version."""


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
        self._reported: LRUCache[str, bool] = LRUCache(_REPORTED)

    async def recall(self, sha: str, *, as_of: datetime | None) -> Recalled | None:
        """See the port."""
        current = await self._recalled(self._keys.decision(sha))
        if current is None or as_of is None or current.times.usable_at(as_of):
            return current
        query = f"@sha:{{{sha}}} {_known_by(as_of)}"
        reply = await self._store.ask(
            "FT.SEARCH", self._index, query, "SORTBY", "decided_at", "DESC", "LIMIT", 0, 1, "NOCONTENT", "DIALECT", 2
        )
        for former, _ in search_results(reply):
            return await self._recalled(former.decode())
        return None

    async def _recalled(self, key: str) -> Recalled | None:
        values = await self._fields(key, RECALL_FIELDS)
        try:
            return read_recalled(key, values)
        except DAMAGED as error:
            self._report(key, error)
            return None

    async def _fields(self, key: str, names: Sequence[str]) -> list[bytes | None]:
        try:
            found: list[bytes | None] = await self._store.ask("HMGET", key, *names)
        except StoreUnavailable as error:
            if "WRONGTYPE" not in str(error):
                raise
            self._report(key, error)
            return [None] * len(names)
        return found

    def _report(self, key: str, error: Exception) -> None:
        """Log once a key that what stands there is not ours, or damaged; it counts as a miss."""
        if key not in self._reported:
            self._reported[key] = True
            log.warning("decision_cache.damaged", key=key, reason=f"{type(error).__name__}: {error}")

    async def nearest(self, vector: Vector, *, scope: Scope, k: int, as_of: datetime | None) -> list[Candidate]:
        """See the port. One round trip when this process has seen the neighbours before, two otherwise."""
        moment = "@current:{1}" if as_of is None else _known_by(as_of)
        reach = max(self._ef_runtime, k)
        query = f"(@scope:{{{scope_tag(scope)}}} {moment})=>[KNN {k} @vector $v EF_RUNTIME {reach} AS dist]"
        reply = await self._store.ask(
            *("FT.SEARCH", self._index, query, "PARAMS", 2, "v", vector_bytes(vector)),
            *("RETURN", 4, "dist", "decided_at", "created_at", "sha", "SORTBY", "dist", "LIMIT", 0, k, "DIALECT", 2),
        )
        # A key that expires just now is still named, without its fields.
        found = [each for each in search_results(reply) if each[1].keys() >= _NAMED]
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
            if not fields:  # it has expired in between
                continue
            try:
                self._parsed[name] = read_entry(fields, dim=self._space.dim)
            except DAMAGED as error:
                self._report(name[0].decode(errors="replace"), error)

    async def store(self, entries: Sequence[Entry], *, ttl_s: int, settled: bool = True) -> list[Stored]:
        """See the port."""
        outcomes: dict[int, Stored] = {}
        for _ in range(_ATTEMPTS):
            outcomes.update(
                await self._try([(i, e) for i, e in enumerate(entries) if i not in outcomes], ttl_s, settled=settled)
            )
            if len(outcomes) == len(entries):
                return [outcomes[i] for i in range(len(entries))]
        raise StoreUnavailable(f"a decision was changed by others {_ATTEMPTS} times while it was being stored")

    async def settle(self) -> None:
        """See the port. The file is written in order, so a last write of one's own settles all that came before."""
        await self._store.write([("HSET", self._keys.schema, "settled", 1)])

    async def _try(self, todo: Sequence[tuple[int, Entry]], ttl_s: int, *, settled: bool) -> dict[int, Stored]:
        """Store what nobody else changes meanwhile; return what became of it, by position."""
        entries = [entry for _, entry in todo]
        standing = await asyncio.gather(*(self._fields(self._keys.decision(e.sha), _STANDING) for e in entries))
        found = [_compare(entry, values) for entry, values in zip(entries, standing, strict=True)]
        found = list(await asyncio.gather(*(self._known_former(e, o) for e, o in zip(entries, found, strict=True))))
        # What stands is copied before it is replaced: a crash in between leaves a harmless copy, never a gap.
        replaced = [e.sha for e, outcome in zip(entries, found, strict=True) if outcome is Stored.REPLACED]
        copies = await asyncio.gather(*(self._copy_as_former(sha, ttl_s) for sha in replaced))
        commands: list[Command] = [command for copy in copies for command in copy]
        formers = [e for e, outcome in zip(entries, found, strict=True) if outcome is Stored.FORMER]
        commands += [command for entry in formers for command in self._put_former(entry, ttl_s)]
        current = [i for i, outcome in enumerate(found) if outcome in {Stored.NEW, Stored.REPLACED}]
        commands += [self._put(entries[i], _token(standing[i]), ttl_s) for i in current]
        replies = await self._store.write(commands, settled=settled) if commands else []
        lost = {i for i, reply in zip(current, replies[len(replies) - len(current) :], strict=True) if not reply}
        return {todo[i][0]: outcome for i, outcome in enumerate(found) if i not in lost}

    async def _known_former(self, entry: Entry, outcome: Stored) -> Stored:
        """Tell an older record that is there already from one that is new."""
        if outcome is not Stored.FORMER:
            return outcome
        values = await self._fields(self._keys.former(entry.sha, to_ms(entry.times.decided_at)), _STANDING)
        return Stored.SAME if _compare(entry, values) is Stored.SAME else Stored.FORMER

    def _put(self, entry: Entry, token: bytes, ttl_s: int) -> Command:
        fields = entry_fields(entry, space=self._space.name, ttl_s=ttl_s, current=True)
        return ("EVAL", _PUT_IF_UNCHANGED, 1, self._keys.decision(entry.sha), token, ttl_s, *_flat(fields))

    def _put_former(self, entry: Entry, ttl_s: int) -> list[Command]:
        key = self._keys.former(entry.sha, to_ms(entry.times.decided_at))
        fields = entry_fields(entry, space=self._space.name, ttl_s=ttl_s, current=False)
        return [("HSET", key, *_flat(fields)), ("EXPIRE", key, ttl_s)]

    async def _copy_as_former(self, sha: str, ttl_s: int) -> list[Command]:
        fields = await self._store.ask("HGETALL", self._keys.decision(sha))
        if b"decided_at" not in fields:
            return []
        key = self._keys.former(sha, int(fields[b"decided_at"]))
        return [("HSET", key, *_flat({**fields, b"current": 0})), ("EXPIRE", key, ttl_s)]

    async def made_of(self, decision_id: str) -> list[Made]:
        """See the port."""
        names = ("strategy", "strategy_version", "asset", "teacher", "decision", "source")
        made = []
        for key, fields in await self._of(decision_id, *names):
            try:
                scope = Scope(*(fields[name.encode()].decode() for name in names[:4]))
                made.append(Made(scope, read_decision(fields[b"decision"]), fields.get(b"source", b"").decode()))
            except DAMAGED as error:
                self._report(key.decode(errors="replace"), error)
        return made

    async def _of(self, decision_id: str, *names: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
        query, params = tag_query({"decision_id": decision_id})
        reply = await self._store.ask(
            *("FT.SEARCH", self._index, query, *params, "RETURN", len(names), *names),
            *("LIMIT", 0, _PAGE, "DIALECT", 2),
        )
        return search_results(reply)

    async def withdraw(self, decision_id: str) -> Withdrawn:
        """See the port."""
        removed = 0
        risen: list[str] = []
        for _ in range(_ATTEMPTS):
            if not (found := await self._of(decision_id, "sha", "current")):
                return Withdrawn(removed, tuple(risen))
            for key, fields in found:
                former = None
                if fields.get(b"current") == b"1":
                    former = await self._former_of(fields.get(b"sha", b"").decode(), but_not=decision_id)
                if former is None:
                    removed += (await self._store.write([("EVAL", _REMOVE, 1, key, decision_id)]))[0]
                elif (await self._store.write([("EVAL", _STAND_AGAIN, 1, key, decision_id, *former.standing)]))[0]:
                    removed += 1
                    risen.append(former.decision_id)
                    await self._store.write([("EVAL", _REMOVE, 1, former.key, former.decision_id)])
        raise StoreUnavailable(f"a decision was stored again {_ATTEMPTS} times while it was being withdrawn")

    async def _former_of(self, sha: str, *, but_not: str) -> "_Former | None":
        """Find what stood before in a situation."""
        reply = await self._store.ask(
            *("FT.SEARCH", self._index, f"@sha:{{{sha}}} @current:{{0}}", "SORTBY", "decided_at", "DESC"),
            *("RETURN", 1, "decision_id", "LIMIT", 0, _PAGE, "DIALECT", 2),
        )
        for key, named in search_results(reply):
            if (decision_id := named.get(b"decision_id", b"").decode()) in {"", but_not}:
                continue
            fields, ttl_ms = await asyncio.gather(self._store.ask("HGETALL", key), self._store.ask("PTTL", key))
            if fields and ttl_ms > 0:  # else it expires just now
                return _Former(key, decision_id, (ttl_ms, *_flat({**fields, b"current": 1})))
        return None

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        scope = {"strategy": strategy, "asset": asset}
        query, params = tag_query({name: value for name, value in scope.items() if value is not None})
        removed = 0
        while True:
            reply = await self._store.ask(
                *("FT.SEARCH", self._index, query, *params, "NOCONTENT", "LIMIT", 0, _PAGE, "DIALECT", 2),
            )
            keys = [key for key, _ in search_results(reply)]
            if not keys:
                return removed
            removed += sum(await self._store.write([("UNLINK", key) for key in keys]))

    async def discard(self, which: Selection) -> list[tuple[Scope, str]]:
        """See the port."""
        named = {"strategy": which.strategy, "asset": which.asset}
        query, params = tag_query({name: value for name, value in named.items() if value is not None})
        if which.decided_before is not None:
            clause = f"@decided_at:[-inf ({to_ms(which.decided_before)}]"
            query = clause if query == "*" else f"{query} {clause}"
        meant: dict[bytes, tuple[Scope, str]] = {}
        offset = 0
        while True:
            reply = await self._store.ask(
                *("FT.SEARCH", self._index, query, *params, "RETURN", len(_SELECTED), *_SELECTED),
                *("LIMIT", offset, _PAGE, "DIALECT", 2),
            )
            page = search_results(reply)
            meant |= {key: _named(fields) for key, fields in page if _fits(fields, which)}
            if len(page) < _PAGE:
                break
            offset += _PAGE
        for start in range(0, len(meant), _PAGE):
            await self._store.write([("UNLINK", key) for key in list(meant)[start : start + _PAGE]])
        return list(meant.values())

    async def count(self) -> int:
        """See the port."""
        reply = await self._store.ask("FT.SEARCH", self._index, "*", "LIMIT", 0, 0)
        return int(reply[b"total_results"])


_SELECTED = ("strategy", "strategy_version", "asset", "teacher", "tags", "decision", "decision_id")


def _named(fields: Mapping[bytes, bytes]) -> tuple[Scope, str]:
    read = [fields.get(name.encode(), b"").decode(errors="replace") for name in _SELECTED]
    return Scope(read[0], read[1], read[2], read[3]), read[6]


def _fits(fields: Mapping[bytes, bytes], which: Selection) -> bool:
    if which.strategy_version is not None and fields.get(b"strategy_version") != which.strategy_version.encode():
        return False
    if which.tag is not None and which.tag.encode() not in fields.get(b"tags", b"").split(b","):
        return False
    if which.agent_version is None:
        return True
    try:
        return which.agent_version in read_decision(fields.get(b"decision", b"")).agent_versions.values()
    except DAMAGED:
        return True  # nobody can say who made it, and nobody can use it


def _flat(fields: dict[Any, Any]) -> list[Any]:
    return [item for pair in fields.items() for item in pair]


def _known_by(as_of: datetime) -> str:
    moment = to_ms(as_of)
    return f"@decided_at:[-inf {moment}] @known_at:[-inf {moment}]"


def _compare(entry: Entry, standing: list[bytes | None]) -> Stored:
    decided, known, _, decision = standing
    try:
        stands = (int(decided or b""), int(known or b""))
        before = read_decision(decision or b"")
    except DAMAGED:
        return Stored.NEW  # nothing, or nothing that can be read: it may be overwritten
    mine = (to_ms(entry.times.decided_at), to_ms(entry.times.known_at))
    if mine < stands:
        return Stored.FORMER
    unchanged = (before.signal, before.conviction, before.reasoning) == (
        entry.decision.signal,
        entry.decision.conviction,
        entry.decision.reasoning,
    )
    return Stored.SAME if unchanged and mine == stands else Stored.REPLACED


def _token(standing: list[bytes | None]) -> bytes:
    """Name what stands as `_PUT_IF_UNCHANGED` does."""
    decided, _, created, _ = standing
    return (decided or b"") + b"|" + (created or b"")


def _latest_versions(candidates: list[Candidate]) -> list[Candidate]:
    """Keep one version a situation: the latest that was known."""
    latest: dict[str, Candidate] = {}
    for candidate in candidates:
        other = latest.get(candidate.entry.sha)
        if other is None or _version(candidate) > _version(other):
            latest[candidate.entry.sha] = candidate
    return sorted(latest.values(), key=lambda c: -c.similarity)


def _version(candidate: Candidate) -> tuple[datetime, datetime]:
    return candidate.entry.times.decided_at, candidate.entry.times.known_at
