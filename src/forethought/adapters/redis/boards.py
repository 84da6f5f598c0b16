"""The boards: which stories are under way in a scope, and in which wordings they were told.

A board is one hash: `version`; for each story a field `{job}` with the number of its wordings; for each wording a field
`{job}|{first 16 digits of its sha}`, which never changes. So whoever has seen a board asks for what is new only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
import structlog
from cachetools import LRUCache

from forethought.adapters.redis.codec import from_base64, to_base64
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.deliberations import Board, Story, Wording
from forethought.application.single_flight import SingleFlight

log = structlog.get_logger(__name__)

_SCOPES = 1_024
"""Of so many scopes this process remembers the board."""
_WORDINGS_MAX = 32
"""Later wordings of a story join it without being put on the board: they would make every look at it dearer."""

_NAMES = """
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return {} end
if version == ARGV[1] then return {version} end
return {version, redis.call('HKEYS', KEYS[1])}
"""
_OPEN = """
local version = redis.call('HGET', KEYS[1], 'version')
if (version or '0') ~= ARGV[1] then return 0 end
if not version then
  local now = redis.call('TIME')
  redis.call('HSET', KEYS[1], 'version', now[1] .. string.format('%06d', now[2]))
end
redis.call('HSET', KEYS[1], ARGV[2], 1, ARGV[3], ARGV[4])
return redis.call('HINCRBY', KEYS[1], 'version', 1)
"""
"""An empty board is no key, and its version is 0. A new one begins at the time in microseconds: higher than any before,
so that a version never comes twice."""

_ADD = """
local told = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if told == 0 or told >= tonumber(ARGV[4]) or redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
return redis.call('HINCRBY', KEYS[1], 'version', 1)
"""
_CLOSE = """
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
local start = ARGV[1] .. '|'
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, #start) == start then redis.call('HDEL', KEYS[1], name) end
end
if redis.call('HLEN', KEYS[1]) == 1 then return redis.call('DEL', KEYS[1]) end
return redis.call('HINCRBY', KEYS[1], 'version', 1)
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A board as it was when it was read last."""

    board: Board
    wordings: Mapping[str, Wording | None] = field(default_factory=dict)
    """By field; `None` when it cannot be read."""


_NOTHING = _Seen(Board(0, ()))


class Boards:
    """Commands on the boards, and what this process knows of them.

    What is asked at once raises `StoreUnavailable` when the store does not answer.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._seen: LRUCache[str, _Seen] = LRUCache(_SCOPES)
        self._flights: SingleFlight[Board] = SingleFlight()

    async def read(self, tag: str) -> Board:
        """Return the board of a scope; an unchanged one costs one small reply, shared by all who ask at once."""
        board, _ = await self._flights.run(tag, lambda: self._read(tag))
        return board

    def is_outdated(self, tag: str, board: Board) -> bool:
        """Tell whether this process has seen a later one."""
        seen = self._seen.get(tag)
        return seen is not None and seen.board.version > board.version

    async def _read(self, tag: str) -> Board:
        key, seen = self._keys.stories(tag), self._seen.get(tag, _NOTHING)
        reply = await self._store.ask("EVAL", _NAMES, 1, key, seen.board.version)
        if not reply:
            return self._keep(tag, _NOTHING)
        if len(reply) == 1:
            return seen.board
        names = [name.decode(errors="replace") for name in reply[1]]
        told = [name for name in names if "|" in name]
        unknown = [name for name in told if name not in seen.wordings]
        raw = await self._store.ask("HMGET", key, *unknown) if unknown else []
        # One that is missing now was taken off meanwhile; its board is outdated then, and will not be written to.
        fresh = {name: _wording(key, name, each) for name, each in zip(unknown, raw, strict=True)}
        wordings = {name: seen.wordings[name] if name in seen.wordings else fresh[name] for name in told}
        jobs = sorted(name for name in names if "|" not in name and name != "version")
        return self._keep(tag, _Seen(Board(int(reply[0]), _stories(jobs, wordings)), wordings))

    def _keep(self, tag: str, read: _Seen) -> Board:
        """Keep what was read, unless this process has changed the board while it travelled."""
        known = self._seen.get(tag, _NOTHING)
        if 0 < read.board.version < known.board.version:
            return known.board
        self._seen[tag] = read
        return read.board

    def open(self, tag: str, job_id: str, wording: Wording, *, seen: Board) -> Command:
        """Put a story on the board, unless it is not as it was seen; the reply is for `opened`."""
        name = _field(job_id, wording)
        return ("EVAL", _OPEN, 1, self._keys.stories(tag), seen.version, job_id, name, _raw(wording))

    def opened(self, tag: str, job_id: str, wording: Wording, *, seen: Board, reply: int) -> bool:
        """Tell whether the story was put on the board, and keep the board as it is now: nobody here has to read it."""
        known = self._seen.get(tag, _NOTHING)
        if reply and known.board is seen:
            board = Board(reply, (*seen.stories, Story(job_id, (wording,))))
            self._seen[tag] = _Seen(board, {**known.wordings, _field(job_id, wording): wording})
        return bool(reply)

    async def add(self, tag: str, job_id: str, wording: Wording) -> None:
        """Add a wording to a story, unless it is there already or the story has ended."""
        key, name = self._keys.stories(tag), _field(job_id, wording)
        await self._store.ask("EVAL", _ADD, 1, key, job_id, name, _raw(wording), _WORDINGS_MAX)

    async def has(self, tag: str, job_id: str) -> bool:
        """Tell whether a story is on its board."""
        return bool(await self._store.ask("HEXISTS", self._keys.stories(tag), job_id))

    async def close(self, tag: str, job_id: str) -> None:
        """Take a story off its board."""
        await self._store.ask("EVAL", _CLOSE, 1, self._keys.stories(tag), job_id)


def _field(job_id: str, wording: Wording) -> str:
    return f"{job_id}|{wording.sha[:16]}"


def _stories(jobs: list[str], wordings: Mapping[str, Wording | None]) -> tuple[Story, ...]:
    told: dict[str, list[Wording]] = {job_id: [] for job_id in jobs}
    for name, wording in wordings.items():
        job_id = name.rpartition("|")[0]
        if wording is not None and job_id in told:
            told[job_id].append(wording)
    return tuple(Story(job_id, tuple(each)) for job_id, each in told.items() if each)


def _raw(wording: Wording) -> bytes:
    vector = None if wording.vector is None else to_base64(wording.vector).decode()
    return orjson.dumps({"sha": wording.sha, "text": wording.text, "vector": vector, "context": wording.context})


def _wording(key: str, name: str, raw: bytes | None) -> Wording | None:
    if raw is None:
        return None
    try:
        found = orjson.loads(raw)
        vector = None if found["vector"] is None else from_base64(found["vector"].encode())
        return Wording(str(found["sha"]), str(found["text"]), vector, str(found["context"]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        log.warning("tasks.damaged", key=key, field=name, reason=type(error).__name__)
        return None
