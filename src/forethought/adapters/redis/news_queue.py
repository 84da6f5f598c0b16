"""The queue of articles: a stream with one consumer group, and a memory of what was put."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from forethought.adapters.redis.claims import claim
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.news_codec import decode, decode_refused, encode
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.news_queue import Arrival, Backlog, Delivery
from forethought.domain.news import Article, Refused

log = structlog.get_logger(__name__)

GROUP = "intake"
"""The consumer group."""
DAMAGED = "damaged"
"""Code of an entry that holds no article."""

_CAPACITY, _FALSE_FRAC = 1_000_000, 0.001
"""Of a Bloom filter before it grows: 1.9 MiB, and there are two at most.

A report that it takes for known by mistake costs one more look, so it need not be more exact.
"""
_VERSIONS_MAX = 64
"""Of one report that are remembered."""
_DIGEST, _VERSION = 16, 8
"""Bytes. A version is told only from others of its report."""
_BATCH, _BATCH_BYTES = 250, 4 << 20
_DEAD_MAX = 5_000
_REFUSED_MAX = 5_000
_DETAIL_MAX, _NAME_MAX = 500, 200
"""Characters: what is refused may be hostile."""
_WAIT_S = 1.0
"""So often an idle worker looks for articles that others hold no more."""
_FORGOTTEN_MS = 3_600_000
"""A consumer without articles that has asked for none for so long is gone."""

_PUT = """
local stream, seen, filter, former = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local report, version, says, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local left = redis.call('PTTL', filter)
if left < ttl then
  if left ~= -2 then redis.call('RENAME', filter, former) end
  redis.call('BF.RESERVE', filter, ARGV[6], ARGV[7])
  redis.call('PEXPIRE', filter, 2 * ttl)
end
local maybe = redis.call('BF.ADD', filter, report) == 0 or redis.call('BF.EXISTS', former, report) == 1
local record = maybe and redis.call('HGET', seen, report) or ''
local width = #version
for i = #says + 1, #record, width do
  if string.sub(record, i, i + width - 1) == version then
    if redis.call('HPTTL', seen, 'FIELDS', 1, report)[1] < ttl / 2 then
      redis.call('HPEXPIRE', seen, ttl, 'FIELDS', 1, report)
    end
    return 0
  end
end
local is_new = string.sub(record, 1, #says) ~= says
if is_new then redis.call('XADD', stream, '*', 'article', ARGV[4]) end
local versions = string.sub(string.sub(record, #says + 1), -width * (tonumber(ARGV[8]) - 1))
redis.call('HSET', seen, report, says .. versions .. version)
redis.call('HPEXPIRE', seen, ttl, 'FIELDS', 1, report)
return is_new and 1 or 0
"""
"""Known or not, and appended or not, in one step. The article goes first: whatever stops what follows, it is not lost.

A filter is made for twice as long as a report is remembered, and replaced after half of that: so each report that is
remembered is in it or in the one before. What it does not hold is new; only what it may hold is looked up.
"""

_TAKE = """
local stream, group, worker, idle_ms, wanted = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local found, cursor = {}, '0-0'
repeat
  local reply = redis.pcall('XAUTOCLAIM', stream, group, worker, idle_ms, cursor, 'COUNT', wanted - #found)
  if reply.err then
    if not string.find(reply.err, 'NOGROUP') then return reply end
    redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
    break
  end
  cursor = reply[1]
  for _, entry in ipairs(reply[2]) do
    local held = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)
    found[#found + 1] = {entry[1], entry[2], held[1][4]}
  end
until cursor == '0-0' or #found >= wanted
if #found < wanted then
  local reply = redis.call('XREADGROUP', 'GROUP', group, worker, 'COUNT', wanted - #found, 'STREAMS', stream, '>')
  for _, entry in ipairs(reply and reply[1][2] or {}) do found[#found + 1] = {entry[1], entry[2], 1} end
end
for _, raw in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local info = {}
  for i = 1, #raw, 2 do info[raw[i]] = raw[i + 1] end
  if info.name == group then return {found, info['last-delivered-id']} end
end
"""
"""Entries with how often each was delivered, and the last one of all that was delivered to anybody.

The group is made where it is missing. A script: a cluster's client gives the replies of the commands another form.
"""

_DONE = """
redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
"""
"""Both or neither: an entry acknowledged but not deleted would take a place for ever."""

_BURY = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('XDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
return 1
"""
_BACKLOG = """
local length, after, in_work = redis.call('XLEN', KEYS[1]), '-', 0
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
for _, raw in ipairs(groups.err and {} or groups) do
  local group = {}
  for i = 1, #raw, 2 do group[raw[i]] = raw[i + 1] end
  if group.name == ARGV[1] then after, in_work = '(' .. group['last-delivered-id'], group.pending end
end
local age_ms, first = 0, redis.call('XRANGE', KEYS[1], after, '+', 'COUNT', 1)[1]
if first then
  local now = redis.call('TIME')
  age_ms = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000) - tonumber(string.match(first[1], '^%d+'))
end
return {length - in_work, in_work, age_ms}
"""
_TIDY = """
local known = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
for _, raw in ipairs(known.err and {} or known) do
  local consumer = {}
  for i = 1, #raw, 2 do consumer[raw[i]] = raw[i + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
"""


class RedisNewsQueue:
    """Implements `NewsQueue`."""

    def __init__(self, store: Store, keys: Keys, *, known_for: timedelta = timedelta(days=7)) -> None:
        """Make one end of the queue; a process may have several.

        Args:
            store: Where. An idle `take` holds one connection of its pool.
            keys: Key names.
            known_for: An article that a feed offered last so long ago may be new again; 100 bytes each until then.
        """
        self._store = store
        self._keys = keys
        self._known_ms = max(1, round(known_for.total_seconds() * 1000))
        self._is_tidy = False

    async def put(self, articles: Sequence[Article]) -> list[Arrival]:
        """See the port. Another version that says what the last one said is a duplicate too."""
        replies: list[Any] = []
        for batch in _batches(articles):
            replies += await self._store.write([self._put(each, raw) for each, raw in batch], settled=False)
        if articles:
            # The file is written in order: this write settles all before it, those of who put a duplicate first too.
            await self._store.write([("HSET", self._keys.schema, "settled", 1)])
        return [Arrival.NEW if reply else Arrival.DUPLICATE for reply in replies]

    def _put(self, article: Article, raw: bytes) -> Command:
        keys = self._keys
        return (
            *("EVAL", _PUT, 4, keys.news, keys.news_seen, keys.news_filter, keys.news_filter_former),
            _digest(_DIGEST, article.provider, article.native_id),
            _digest(_VERSION, article.version),
            _digest(_VERSION, article.kind, article.corrects or "", article.body_sha),
            *(raw, self._known_ms, _FALSE_FRAC, _CAPACITY, _VERSIONS_MAX),
        )

    async def refuse(self, refused: Sequence[Refused]) -> None:
        """See the port."""
        commands: list[Command] = []
        for each in refused:
            short = Refused(
                each.provider[:_NAME_MAX],
                None if each.native_id is None else each.native_id[:_NAME_MAX],
                each.code[:_NAME_MAX],
                each.detail[:_DETAIL_MAX],
                each.received_at,
            )
            name = f"{short.code}|{short.provider}".encode(errors="replace")
            letter = ("refused", encode(short))
            commands += [
                ("XADD", self._keys.news_refused, "MAXLEN", "~", _REFUSED_MAX, "*", *letter),
                ("HINCRBY", self._keys.news_refusals, name, 1),
            ]
        if commands:
            await self._store.write(commands, settled=False)

    async def refused(self, *, count: int) -> list[Refused]:
        """Return the newest refusals."""
        found = []
        for entry, fields in await self._newest(self._keys.news_refused, count):
            try:
                found.append(decode_refused(fields.get(b"refused", b"")))
            except ValueError as error:
                log.warning("news.refusal_damaged", entry=entry, reason=str(error))
        return found

    async def refusals(self) -> Mapping[tuple[str, str], int]:
        """Count all refusals, by provider and code."""
        found = await self._store.ask("HGETALL", self._keys.news_refusals)
        names = ((name.decode(errors="replace").partition("|"), n) for name, n in found.items())
        return {(provider, code): int(n) for (code, _, provider), n in names}

    async def cursor(self, provider: str) -> str | None:
        """See the port."""
        found = await self._store.ask("HGET", self._keys.news_cursors, provider)
        return None if found is None else found.decode(errors="surrogatepass")

    async def advance(self, provider: str, cursor: str) -> None:
        """See the port."""
        raw = cursor.encode(errors="surrogatepass")
        await self._store.write([("HSET", self._keys.news_cursors, provider, raw)])

    async def lead(self, provider: str, *, owner: str, for_s: float) -> bool:
        """See the port."""
        return await claim(self._store, self._keys.news_lead(provider), owner=owner, for_s=for_s)

    async def take(self, worker: str, *, count: int, wait_s: float, stale_s: float) -> list[Delivery]:
        """See the port. What is new is told at once, what has become stale within a second."""
        if not self._is_tidy:
            await self._store.ask("EVAL", _TIDY, 1, self._keys.news, GROUP, _FORGOTTEN_MS)
            self._is_tidy = True
        until = time.monotonic() + wait_s
        while True:
            found, last = await self._store.ask(
                "EVAL", _TAKE, 1, self._keys.news, GROUP, worker, round(stale_s * 1000), count
            )
            entries = [(id_.decode(), _fields(flat), attempt) for id_, flat, attempt in found]
            taken = [each for entry in entries if (each := await self._delivery(*entry)) is not None]
            left_s = until - time.monotonic()
            if taken or left_s <= 0:
                return taken
            if not entries:
                await self._wait(last, wait_s=min(left_s, _WAIT_S))

    async def _wait(self, last: bytes, *, wait_s: float) -> None:
        """Wait for an entry after the last one, over a connection of its own: nobody's commands wait behind it."""
        block_ms = max(1, round(wait_s * 1000))  # 0 would be for ever
        command = ("XREAD", "COUNT", 1, "BLOCK", block_ms, "STREAMS", self._keys.news, last)
        await self._store.write([command], settled=False)

    async def _delivery(self, entry: str, fields: dict[bytes, bytes], attempt: int) -> Delivery | None:
        """Read an entry; bury it when it holds no article, so that it does not come again."""
        raw = fields.get(b"article", b"")
        try:
            return Delivery(entry, decode(raw), attempt)
        except ValueError as error:
            log.warning("news.damaged", entry=entry, reason=str(error))
            await self._bury(entry, raw, attempt=attempt, code=DAMAGED, detail=str(error))
            return None

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        """See the port. Not settled: after a crash an article may come again."""
        for start in range(0, len(deliveries), _BATCH):
            ids = [each.entry for each in deliveries[start : start + _BATCH]]
            await self._store.ask("EVAL", _DONE, 1, self._keys.news, GROUP, *ids)

    async def bury(self, delivery: Delivery, *, code: str, detail: str) -> None:
        """See the port. One that is done or buried already is left alone."""
        await self._bury(delivery.entry, encode(delivery.article), attempt=delivery.attempt, code=code, detail=detail)

    async def _bury(self, entry: str, raw: bytes, *, attempt: int, code: str, detail: str) -> None:
        why = f"{code}: {detail[:_DETAIL_MAX]}".encode(errors="replace")
        letter = ("article", raw, "why", why, "entry", entry, "attempt", attempt)
        keys = (self._keys.news, self._keys.news_dead)
        await self._store.write([("EVAL", _BURY, 2, *keys, GROUP, entry, _DEAD_MAX, *letter)])

    async def dead(self, *, count: int) -> list[tuple[Delivery, str]]:
        """See the port. Damaged ones are left out, as there is no article to return; `backlog` counts them."""
        found = []
        for _, fields in await self._newest(self._keys.news_dead, count):
            try:
                article, attempt = decode(fields[b"article"]), int(fields[b"attempt"])
                found.append((Delivery(fields[b"entry"].decode(), article, attempt), fields[b"why"].decode()))
            except (KeyError, ValueError):
                continue
        return found

    async def backlog(self) -> Backlog:
        """See the port. By the server's clock."""
        waiting, in_work, age_ms = await self._store.ask("EVAL", _BACKLOG, 1, self._keys.news, GROUP)
        dead = int(await self._store.ask("XLEN", self._keys.news_dead))
        return Backlog(waiting, in_work, dead, max(0, age_ms) / 1000)

    async def _newest(self, stream: str, count: int) -> list[tuple[str, dict[bytes, bytes]]]:
        found = await self._store.ask("XREVRANGE", stream, "+", "-", "COUNT", count)
        return [(id_.decode(), _fields(flat)) for id_, flat in found]


def _batches(articles: Iterable[Article]) -> Iterator[list[tuple[Article, bytes]]]:
    """Cut into round trips: some hundreds travel together, unless they are large."""
    batch: list[tuple[Article, bytes]] = []
    size = 0
    for article in articles:
        raw = encode(article)
        if batch and (len(batch) >= _BATCH or size + len(raw) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((article, raw))
        size += len(raw)
    if batch:
        yield batch


def _digest(size: int, *parts: str) -> bytes:
    raw = "\x1f".join(parts).encode(errors="surrogatepass")
    return hashlib.blake2b(raw, digest_size=size).digest()


def _fields(flat: Any) -> dict[bytes, bytes]:
    """Read the fields of an entry: flat from one server, a mapping from a cluster's client."""
    return flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2], strict=True))
