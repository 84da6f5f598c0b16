"""The labelling budget: one hash an hour. What checks have found: one hash for all scopes."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.clock import Clock
from forethought.application.ports.labelling import Checked, Hour
from forethought.domain.decision import Path, Scope

_KEPT_S = 2 * 3_600
"""A call of the last minute may be paid in the next hour."""
_UNPRICED = 5
"""Calls that may be under way while no cost is known."""

_CLAIM = """
local seen = redis.call('HMGET', KEYS[1], 'calls', 'paid', 'usd')
local calls, paid, usd = tonumber(seen[1] or 0), tonumber(seen[2] or 0), tonumber(seen[3] or 0)
local pending = math.max(0, calls - paid)
local mean = paid > 0 and usd / paid or 0
local free = calls < tonumber(ARGV[1]) and usd + (pending + 1) * mean <= tonumber(ARGV[2]) and usd < tonumber(ARGV[2])
if paid == 0 and pending >= tonumber(ARGV[3]) then free = false end
if free then
  calls = redis.call('HINCRBY', KEYS[1], 'calls', 1)
  redis.call('EXPIRE', KEYS[1], ARGV[4])
end
return {free and 1 or 0, calls, tostring(usd + (calls - paid) * mean)}
"""


class RedisLabelling:
    """Implements `Labelling`."""

    def __init__(self, store: Store, keys: Keys, clock: Clock, *, calls_per_hour: int, usd_per_hour: float) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._calls_limit = calls_per_hour
        self._usd_limit = usd_per_hour
        self._known_hour = ""
        self._left_frac = 1.0 if calls_per_hour > 0 and usd_per_hour > 0 else 0.0

    @property
    def pace(self) -> float:
        """See the port."""
        if not (self._calls_limit > 0 and self._usd_limit > 0):
            return 0.0
        now = self._clock.now().astimezone(UTC)
        if _hour(now) != self._known_hour:
            return 1.0
        left = 1.0 - (now - now.replace(minute=0, second=0, microsecond=0)) / timedelta(hours=1)
        return min(1.0, self._left_frac / left)

    async def claim(self) -> bool:
        """See the port."""
        hour = _hour(self._clock.now())
        free, calls, usd = await self._store.ask(
            *("EVAL", _CLAIM, 1, self._keys.labelling(hour)),
            *(self._calls_limit, self._usd_limit, _UNPRICED, _KEPT_S),
        )
        used = max(int(calls) / max(1, self._calls_limit), float(usd) / self._usd_limit if self._usd_limit else 1.0)
        self._known_hour, self._left_frac = hour, max(0.0, 1.0 - used)
        return bool(free)

    async def paid(self, claimed_at: datetime, *, cost_usd: float) -> None:
        """See the port."""
        key = self._keys.labelling(_hour(claimed_at))
        await asyncio.gather(
            self._store.ask("HINCRBY", key, "paid", 1),
            self._store.ask("HINCRBYFLOAT", key, "usd", cost_usd),
            self._store.ask("EXPIRE", key, _KEPT_S),
        )

    async def hour(self) -> Hour:
        """See the port."""
        key = self._keys.labelling(_hour(self._clock.now()))
        calls, usd = await self._store.ask("HMGET", key, "calls", "usd")
        return Hour(int(calls or 0), self._calls_limit, float(usd or 0), self._usd_limit)

    async def count(self, scope: Scope, path: Path, *, wrong: bool, opposite: bool) -> None:
        """See the port."""
        what = [name for name, yes in (("n", True), ("wrong", wrong), ("opposite", opposite)) if yes]
        key = self._keys.checked
        await asyncio.gather(*(self._store.ask("HINCRBY", key, _field(scope, path, name), 1) for name in what))

    async def checked(self) -> Mapping[Scope, Mapping[Path, Checked]]:
        """See the port."""
        counts: dict[Scope, dict[Path, dict[str, int]]] = {}
        stored: Mapping[bytes, bytes] = await self._store.ask("HGETALL", self._keys.checked)
        for raw, value in stored.items():
            scope, path, name = _read(raw)
            counts.setdefault(scope, {}).setdefault(path, {})[name] = int(value)
        return {
            scope: {path: Checked(**found) for path, found in sorted(by_path.items())}
            for scope, by_path in counts.items()
        }

    async def forget(self, *, strategy: str | None, asset: str | None) -> None:
        """See the port."""
        stored = await self._store.ask("HKEYS", self._keys.checked)
        scopes = {raw: _read(raw)[0] for raw in stored}
        gone = [r for r, s in scopes.items() if strategy in {None, s.strategy} and asset in {None, s.asset}]
        if gone:
            await self._store.ask("HDEL", self._keys.checked, *gone)


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _field(scope: Scope, path: Path, name: str) -> bytes:
    return orjson.dumps([scope.strategy, scope.strategy_version, scope.asset, scope.teacher, path, name])


def _read(raw: bytes) -> tuple[Scope, Path, str]:
    *scope, path, name = orjson.loads(raw)
    return Scope(*scope), Path(path), name
