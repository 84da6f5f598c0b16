"""The hash of a job: what is to be done, who does it, who waits for it, and what became of it.

Every change is one script on one key, so that two workers, or a worker and an asker, never see half of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from forethought.adapters.redis.codec import from_ms, to_ms
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.analysts import Deliberation
from forethought.application.ports.deliberations import Job, Settled

log = structlog.get_logger(__name__)

DAMAGED = "damaged"
"""Reason of a job that cannot be read any more."""
TTL_S = 86_400
"""An answer is kept for a day; nobody can hear of its upgrade later."""
_TOLD_TTL_S = 3_600
"""When everybody has been told, only those who look again ask for the result."""
_WAITER = b"w:"

_JOBS: TypeAdapter[Job] = TypeAdapter(Job)
_SETTLED: TypeAdapter[Settled] = TypeAdapter(Settled)

_JOIN = """
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return {'gone'} end
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'done' or state == 'failed' then return {'settled', redis.call('HGET', KEYS[1], 'result') or ''} end
if state ~= 'queued' and state ~= 'running' then return {'gone'} end
redis.call('HSET', KEYS[1], 'w:' .. ARGV[1], 1)
if ARGV[2] == '' then return {'joined'} end
local stands = redis.call('HGET', KEYS[1], 'answer_by_ms')
if not stands or tonumber(stands) > tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'answer_by_ms', ARGV[2]) end
if state == 'queued' and redis.call('HSETNX', KEYS[1], 'urgent', 1) == 1 then return {'hurried'} end
return {'joined'}
"""
_STATE = """
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return false end
return redis.call('HGET', KEYS[1], 'state')
"""
_WITHDRAW = """
if redis.call('HGET', KEYS[1], 'state') ~= 'queued' then return 0 end
local waiters = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 2) == 'w:' then waiters = waiters + 1 end
end
if waiters > 1 then return 0 end
return redis.call('DEL', KEYS[1])
"""
_CLAIM = """
local type = redis.call('TYPE', KEYS[1]).ok
if type ~= 'hash' then return {type == 'none' and 'over' or 'damaged'} end
local job = redis.call('HMGET', KEYS[1],
  'state', 'told', 'lease_until_ms', 'entry', 'payload', 'result', 'answer_by_ms')
if job[2] then return {'over'} end
local state = job[1]
if state ~= 'queued' and state ~= 'running' and state ~= 'done' and state ~= 'failed' then return {'damaged'} end
local time = redis.call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if (tonumber(job[3] or '') or 0) > now_ms then return {job[4] == ARGV[3] and 'kept' or 'elsewhere'} end
local attempt = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'entry', ARGV[3],
  'lease_until_ms', string.format('%.0f', now_ms + tonumber(ARGV[2])))
if state == 'queued' then redis.call('HSET', KEYS[1], 'state', 'running') end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {'mine', attempt, job[5] or '', job[6] or '', job[7] or ''}
"""
"""All times are Redis' own, so the clocks of two machines need not agree."""

_MINE = """
local job = redis.call('HMGET', KEYS[1], 'state', 'owner', 'attempts')
local mine = job[2] == ARGV[1] and job[3] == ARGV[2]
"""
_EXTEND = f"""{_MINE}
if not mine then return 0 end
local time = redis.call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', KEYS[1], 'lease_until_ms', string.format('%.0f', now_ms + tonumber(ARGV[3])))
return 1
"""
_EARLY = f"""{_MINE}
if not mine or job[1] ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'early', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
"""
_SETTLE = f"""{_MINE}
if not mine then return 0 end
if job[1] ~= 'running' then return 1 end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'result', ARGV[4])
redis.call('HDEL', KEYS[1], 'early')
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return 1
"""
"""Settling again, after an answer that did not arrive, changes nothing and says the same."""

_TOLD = f"""{_MINE}
if not job[1] then return 1 end
if not mine or (job[1] ~= 'done' and job[1] ~= 'failed') then return 0 end
redis.call('HSET', KEYS[1], 'told', 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class Standing(StrEnum):
    """What a worker finds who holds an entry."""

    MINE = "mine"
    """The job is his now."""
    KEPT = "kept"
    """By another worker who holds, or has just held, this very entry."""
    ELSEWHERE = "elsewhere"
    """Another worker has the job by another entry; this one is a copy."""
    OVER = "over"
    """It is finished, or gone."""
    DAMAGED = "damaged"
    """It is none of ours."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a claim; the fields behind the first have a meaning only when the job is `MINE`."""

    standing: Standing
    attempt: int = 0
    payload: bytes = b""
    job: Job | None = None
    """`None` when the payload cannot be read."""
    settled: Settled | None = None


class Progress(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    SETTLED = "settled"
    GONE = "gone"

    @classmethod
    def of(cls, state: bytes | None) -> "Progress":
        """Read the state in the hash; what is none of ours is gone."""
        return _PROGRESS.get(state or b"", cls.GONE)


_PROGRESS = {
    b"queued": Progress.QUEUED,
    b"running": Progress.RUNNING,
    b"done": Progress.SETTLED,
    b"failed": Progress.SETTLED,
}


class Joined(StrEnum):
    """What an asker finds who joins."""

    JOINED = "joined"
    HURRIED = "hurried"
    """Joined, and as the first who wants it soon."""
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who settles a job: a worker in one of its attempts. Another attempt, even of the same worker, is another one."""

    owner: str
    attempt: int


class Jobs:
    """Commands on the hashes: those that travel together, and those that are asked at once.

    Each of the latter raises `StoreUnavailable` when the store does not answer.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    def put(self, job: Job) -> list[Command]:
        """Store a new job with its first waiter."""
        key = self._keys.job(job.job_id)
        fields = ["state", "queued", "payload", payload(job), f"w:{job.decision_id}", 1]
        if job.answer_by is not None:
            fields += ["urgent", 1, "answer_by_ms", to_ms(job.answer_by)]
        return [("HSET", key, *fields), ("EXPIRE", key, TTL_S)]

    def remove(self, job_id: str) -> Command:
        """Delete a job of which nobody knows yet."""
        return ("UNLINK", self._keys.job(job_id))

    async def withdraw(self, job_id: str) -> bool:
        """Delete a job unless it is being worked on, or another than its first asker waits for it."""
        return bool(await self._store.ask("EVAL", _WITHDRAW, 1, self._keys.job(job_id)))

    async def join(self, job_id: str, decision_id: str, *, answer_by: datetime | None) -> Joined | Settled:
        """Add a waiter; the result when it is settled already."""
        by_ms = "" if answer_by is None else to_ms(answer_by)
        reply = await self._store.ask("EVAL", _JOIN, 1, self._keys.job(job_id), decision_id, by_ms)
        if reply[0] == b"settled":
            return _settled(job_id, reply[1])
        return Joined(reply[0].decode())

    async def waiters(self, job_id: str) -> list[str]:
        """Return the decisions that wait for a job, in order of their ids."""
        names = await self._store.ask("HKEYS", self._keys.job(job_id))
        return sorted(name[len(_WAITER) :].decode() for name in names if name.startswith(_WAITER))

    async def progress(self, job_id: str) -> Progress:
        """Tell how far a job is."""
        state = await self._store.ask("EVAL", _STATE, 1, self._keys.job(job_id))
        return Progress.of(state)

    async def outcome(self, job_id: str) -> tuple[Progress, Settled | None]:
        """Tell how far a job is, with its result or its early one as soon as there is one."""
        state, early, result = await self._store.ask("HMGET", self._keys.job(job_id), "state", "early", "result")
        progress = Progress.of(state)
        if progress is Progress.SETTLED:
            return progress, _settled(job_id, result)
        return progress, None if early is None else _settled(job_id, early)

    async def claim(self, job_id: str, *, owner: str, entry: str, lease_ms: int) -> Claim:
        """Take a job unless a living worker has it."""
        reply = await self._store.ask("EVAL", _CLAIM, 1, self._keys.job(job_id), owner, lease_ms, entry, TTL_S)
        standing = Standing(reply[0].decode())
        if standing is not Standing.MINE:
            return Claim(standing)
        attempt, raw, result, by_ms = reply[1:]
        settled = _settled(job_id, result) if result else None
        return Claim(standing, int(attempt), raw, _job(job_id, raw, by_ms), settled)

    async def extend(self, job_id: str, holder: Holder, *, lease_ms: int) -> bool:
        """Keep a job for so long from now; False when it was lost."""
        return bool(await self._ask(_EXTEND, job_id, holder, lease_ms))

    async def early(self, job_id: str, holder: Holder, found: Deliberation) -> None:
        """Store what there is so far and wake those who wait, unless the job was lost or settled."""
        raw = _SETTLED.dump_json(Settled(found, early=True))
        await self._ask(_EARLY, job_id, holder, raw, self._keys.tasks_events, job_id)

    async def settle(self, job_id: str, holder: Holder, settled: Settled) -> bool:
        """Store the result durably and wake those who wait; False when the job was lost."""
        state = "failed" if settled.found is None else "done"
        more = (state, _SETTLED.dump_json(settled), TTL_S, self._keys.tasks_events, job_id)
        command = ("EVAL", _SETTLE, 1, self._keys.job(job_id), holder.owner, holder.attempt, *more)
        return bool((await self._store.write([command]))[0])

    async def told(self, job_id: str, holder: Holder) -> bool:
        """Note that everybody was told; False when the job was lost, or is not settled."""
        return bool(await self._ask(_TOLD, job_id, holder, _TOLD_TTL_S))

    async def _ask(self, script: str, job_id: str, holder: Holder, *more: Any) -> Any:
        return await self._store.ask("EVAL", script, 1, self._keys.job(job_id), holder.owner, holder.attempt, *more)


def payload(job: Job) -> bytes:
    """Write a job as JSON."""
    return _JOBS.dump_json(job)


def _job(job_id: str, raw: bytes, by_ms: bytes) -> Job | None:
    try:
        job = _JOBS.validate_json(raw)
        answer_by = from_ms(by_ms) if by_ms else None
    except (ValueError, OverflowError, OSError) as error:
        log.warning("tasks.damaged", job_id=job_id, reason=_brief(error))
        return None
    # Who joined may want it sooner. The hash keeps milliseconds, so an unchanged time is taken from the job.
    if answer_by is None or (job.answer_by is not None and to_ms(job.answer_by) <= to_ms(answer_by)):
        return job
    return replace(job, answer_by=answer_by)


def _settled(job_id: str, raw: bytes | None) -> Settled:
    """Read a result; one that cannot be read is a failure."""
    try:
        settled = _SETTLED.validate_json(raw or b"")
    except ValueError as error:
        log.warning("tasks.damaged", job_id=job_id, reason=_brief(error))
        return Settled(None, DAMAGED)
    if settled.found is None:
        return settled
    return replace(settled, found=replace(settled.found, reports=tuple(settled.found.reports)))


def _brief(error: Exception) -> str:
    """Say what is wrong without repeating the text, which strangers wrote."""
    if isinstance(error, ValidationError):
        first: Sequence[Any] = error.errors(include_input=False, include_url=False)
        return f"{first[0]['msg']} at {'.'.join(str(part) for part in first[0]['loc'])}"
    return type(error).__name__
