"""The streams of the queue. An entry names a job and its scope; what it is about stands in the job's hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.adapters.redis.task_signals import NEW
from forethought.application.ports.tasks import Depths

GROUP = "agents"
"""The consumer group, on every stream."""
_DEAD_MAX = 10_000
_FORGOTTEN_MS = 3_600_000
"""A consumer without tasks that has asked for none for so long is gone: a living one asks every second."""
_OVERDUE_MAX = 100

_APPEND = """
if ARGV[1] ~= '' and redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return false end
redis.call('XADD', KEYS[1], '*', 'job', ARGV[2], 'scope', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
"""
_READ = """
local reply = redis.pcall('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
if reply and reply.err and string.find(reply.err, 'NOGROUP') then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  reply = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
end
if not reply then return {} end
if reply.err then return reply end
return reply[1][2]
"""
"""New entries. A script gives the same form with and without a cluster; the group is made where it is missing."""

_TAKE_OVER = """
local found, cursor, wanted = {}, '0-0', tonumber(ARGV[4])
repeat
  local reply = redis.pcall('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], cursor, 'COUNT', wanted - #found)
  if reply.err then
    if string.find(reply.err, 'NOGROUP') then return {} end
    return reply
  end
  cursor = reply[1]
  for _, entry in ipairs(reply[2]) do found[#found + 1] = entry end
until cursor == '0-0' or #found >= wanted
return found
"""
_KEEP = """
return #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
"""
"""A script too: redis-py 8.1 fails on the reply in a cluster's pipeline."""

_DROP = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
"""
"""Both or neither: an entry acknowledged but not deleted would take a place for ever."""

_DEPTH = """
local now = redis.call('TIME')
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local age_ms = 0
if first then
  age_ms = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000) - tonumber(string.match(first[1], '^%d+'))
end
local in_hand = redis.pcall('XPENDING', KEYS[1], ARGV[1])
return {redis.call('XLEN', KEYS[1]) - (in_hand.err and 0 or in_hand[1]), age_ms}
"""
_TIDY = """
local known = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if known.err then return 0 end
for _, raw in ipairs(known) do
  local consumer = {}
  for i = 1, #raw, 2 do consumer[raw[i]] = raw[i + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
return 1
"""
_SET_OUT = """
local now = redis.call('TIME')
return redis.call('ZADD', KEYS[1], now[1] .. '.' .. string.format('%06d', now[2]), ARGV[1])
"""
_OVERDUE = """
local now = redis.call('TIME')
local before = tonumber(now[1]) + tonumber(now[2]) / 1000000 - tonumber(ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'LIMIT', 0, ARGV[2])
"""


class Lane(StrEnum):
    """Which of the streams."""

    WAITING = "waiting"
    BACKGROUND = "background"
    SHADOW = "shadow"
    """Answers to be checked: after all others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in a worker's hands."""

    lane: Lane
    id: str
    job_id: str
    """Empty when it is none of ours, as is `tag`."""
    tag: str
    """Of the job's scope."""
    raw: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name it among the entries of all streams."""
        return f"{self.lane}|{self.id}"


@dataclass(frozen=True, slots=True)
class Start:
    """A job on its way to a stream."""

    job_id: str
    tag: str
    lane: Lane


class TaskStreams:
    """Commands on the streams: those that travel together, and those that are asked at once.

    Each of the latter raises `StoreUnavailable` when the store does not answer.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._streams = {
            Lane.WAITING: keys.tasks_waiting,
            Lane.BACKGROUND: keys.tasks,
            Lane.SHADOW: keys.tasks_shadow,
        }

    def set_out(self, start: Start) -> Command:
        """Note that a job is on its way; should its asker die before `arrived`, a worker sends it on."""
        return ("EVAL", _SET_OUT, 1, self._keys.tasks_starting, _member(start))

    def arrived(self, start: Start) -> Command:
        """Note that a job is on its stream, or will not get there."""
        return ("ZREM", self._keys.tasks_starting, _member(start))

    async def overdue(self, *, after_s: float) -> list[Start]:
        """Return jobs that set out some seconds ago and have not arrived."""
        found = await self._store.ask("EVAL", _OVERDUE, 1, self._keys.tasks_starting, after_s, _OVERDUE_MAX)
        parts = (each.decode(errors="replace").rsplit("|", 2) for each in found)
        return [Start(each[0], each[1], Lane(each[2])) for each in parts if len(each) == len(fields(Start))]

    async def length(self, lane: Lane) -> int:
        """Count the entries that are not finished, those in hand included."""
        return int(await self._store.ask("XLEN", self._streams[lane]))

    async def append(self, start: Start, *, limit: int | None) -> bool:
        """Add an entry and wake a worker; False when there are `limit` entries already."""
        stream, bound = self._streams[start.lane], "" if limit is None else limit
        reply = await self._store.ask(
            "EVAL", _APPEND, 1, stream, bound, start.job_id, start.tag, self._keys.tasks_events, NEW
        )
        return reply is not None

    async def read(self, lane: Lane, *, owner: str, count: int) -> list[Entry]:
        """Take new entries."""
        found = await self._store.ask("EVAL", _READ, 1, self._streams[lane], GROUP, owner, count)
        return _entries(lane, found)

    async def take_over(self, lane: Lane, *, owner: str, count: int, idle_ms: int) -> list[Entry]:
        """Take entries that nobody has kept for so long."""
        found = await self._store.ask("EVAL", _TAKE_OVER, 1, self._streams[lane], GROUP, owner, idle_ms, count)
        return _entries(lane, found)

    async def keep(self, name: str, *, owner: str) -> None:
        """Keep an entry for as long again."""
        lane, _, id_ = name.partition("|")
        await self._store.ask("EVAL", _KEEP, 1, self._streams[Lane(lane)], GROUP, owner, id_)

    async def drop(self, name: str) -> None:
        """Acknowledge and delete an entry."""
        lane, _, id_ = name.partition("|")
        await self._store.ask("EVAL", _DROP, 1, self._streams[Lane(lane)], GROUP, id_)

    async def bury(self, letter: Mapping[str, str | bytes | int]) -> None:
        """Add to the dead letters, durably; beyond some 10,000 the oldest are forgotten."""
        flat = [part for pair in letter.items() for part in pair]
        await self._store.write([("XADD", self._keys.tasks_dead, "MAXLEN", "~", _DEAD_MAX, "*", *flat)])

    async def tidy(self) -> None:
        """Forget the consumers of workers that are long gone and have nothing in hand."""
        for stream in self._streams.values():
            await self._store.ask("EVAL", _TIDY, 1, stream, GROUP, _FORGOTTEN_MS)

    async def depths(self) -> Depths:
        """Count what is in nobody's hands, and say how old the oldest unfinished entry is."""
        waiting, waiting_ms = await self._store.ask("EVAL", _DEPTH, 1, self._streams[Lane.WAITING], GROUP)
        background, background_ms = await self._store.ask("EVAL", _DEPTH, 1, self._streams[Lane.BACKGROUND], GROUP)
        shadow, _ = await self._store.ask("EVAL", _DEPTH, 1, self._streams[Lane.SHADOW], GROUP)
        dead = int(await self._store.ask("XLEN", self._keys.tasks_dead))
        return Depths(background, waiting, dead, oldest_s=max(0, waiting_ms, background_ms) / 1000, shadow=shadow)


def _member(start: Start) -> str:
    return f"{start.job_id}|{start.tag}|{start.lane}"


def _entries(lane: Lane, found: Sequence[tuple[bytes, Sequence[bytes]]]) -> list[Entry]:
    return [_entry(lane, id_, flat) for id_, flat in found]


def _entry(lane: Lane, id_: bytes, flat: Sequence[bytes]) -> Entry:
    told = [part.decode(errors="replace") for part in flat]
    raw = dict(zip(told[::2], told[1::2], strict=True))
    return Entry(lane, id_.decode(), raw.get("job", ""), raw.get("scope", ""), raw)
