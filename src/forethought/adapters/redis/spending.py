"""What the models cost: one hash a day."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.clock import Clock
from forethought.application.ports.spending import DaySpend
from forethought.domain.opinion import Usage

_KEPT_DAYS = 400
_FRESH_MS = 1_000.0
"""How old the costs of other processes may be."""
_PAGE = 50


class _Today(NamedTuple):
    day: date
    asked_at_ms: float
    cost_usd: dict[str, float]
    """By provider."""


class RedisSpending:
    """Implements `Spending`."""

    def __init__(self, store: Store, keys: Keys, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._today: _Today | None = None

    async def today(self, provider: str) -> float:
        """See the port. What this process added is in it at once, but for a read that was under way."""
        day, asked_at_ms = self._clock.now().date(), self._clock.monotonic_ms()
        known = self._today
        if known is None or known.day != day or asked_at_ms - known.asked_at_ms > _FRESH_MS:
            spent = await self._read(day)
            known = _Today(day, asked_at_ms, {name: usage.cost_usd for name, usage in spent.items()})
            self._today = known
        return known.cost_usd.get(provider, 0.0)

    async def add(self, provider: str, usage: Usage) -> None:
        """See the port."""
        day = self._clock.now().date()
        key = self._keys.spend(day.isoformat())
        *_, cost_usd, _ = await self._store.write(
            [
                ("HINCRBY", key, f"{provider}:calls", usage.calls),
                ("HINCRBY", key, f"{provider}:prompt", usage.prompt_tokens),
                ("HINCRBY", key, f"{provider}:completion", usage.completion_tokens),
                ("HINCRBYFLOAT", key, f"{provider}:cost", usage.cost_usd),
                ("EXPIRE", key, _KEPT_DAYS * 86_400),
            ],
            settled=False,
        )
        if self._today is not None and self._today.day == day:
            self._today.cost_usd[provider] = float(cost_usd)

    async def days(self, *, latest: int) -> list[DaySpend]:
        """See the port. Days are looked up by name, backwards from today."""
        today = self._clock.now().date()
        found: list[DaySpend] = []
        for first in range(0, _KEPT_DAYS + 1, _PAGE):
            days = [today - timedelta(days=n) for n in range(first, first + _PAGE)]
            spent = await asyncio.gather(*(self._read(day) for day in days))
            found += [DaySpend(day.isoformat(), each) for day, each in zip(days, spent, strict=True) if each]
            if len(found) >= latest:
                break
        return found[:latest]

    async def _read(self, day: date) -> dict[str, Usage]:
        fields: Mapping[bytes, bytes] = await self._store.ask("HGETALL", self._keys.spend(day.isoformat()))
        counts: dict[str, dict[str, float]] = {}
        for raw, value in fields.items():
            provider, _, what = raw.decode().rpartition(":")
            counts.setdefault(provider, {})[what] = float(value)
        return {
            provider: Usage(
                calls=int(each.get("calls", 0)),
                prompt_tokens=int(each.get("prompt", 0)),
                completion_tokens=int(each.get("completion", 0)),
                cost_usd=each.get("cost", 0.0),
            )
            for provider, each in counts.items()
        }
