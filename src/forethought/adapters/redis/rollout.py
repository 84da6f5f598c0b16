"""The state of roll-outs: two hashes a panel."""

import time
from collections.abc import Mapping

import orjson
from pydantic import TypeAdapter

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.rollout import Compared, Standing

_FRESH_S = 1.0
"""How old what other processes wrote may be."""
_COUNTS = ("n", "agreed", "opposite", "failed")
_SUMS = ("cost_usd", "current_cost_usd", "took_ms", "current_took_ms")
_COMPARED = TypeAdapter(Compared)


class RedisRollout:
    """Implements `Rollout`."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._known: dict[str, tuple[float, Standing]] = {}

    async def read(self, panel: str) -> Standing:
        """See the port. What this process wrote stands at once, but for a read that was under way."""
        asked_at = time.monotonic()
        if (known := self._known.get(panel)) is None or asked_at - known[0] > _FRESH_S:
            known = asked_at, _standing(await self._store.ask("HGETALL", self._keys.rollout(panel)))
            self._known[panel] = known
        return known[1]

    async def write(self, panel: str, standing: Standing) -> None:
        """See the port. All fields are written, in one command: nobody reads half of it."""
        values = ("current", standing.current or "", "previous", standing.previous or "")
        shadow = ("candidate", standing.candidate or "", "share", standing.share)
        await self._store.write([("HSET", self._keys.rollout(panel), *values, *shadow)])
        self._known[panel] = time.monotonic(), standing

    async def count(self, panel: str, *, current: str, candidate: str, compared: Compared) -> None:
        """See the port."""
        key = self._keys.compared(panel)
        commands: list[Command] = [
            (command, key, orjson.dumps([current, candidate, name]), amount)
            for command, names in (("HINCRBY", _COUNTS), ("HINCRBYFLOAT", _SUMS))
            for name in names
            if (amount := getattr(compared, name))
        ]
        if commands:
            await self._store.write(commands, settled=False)

    async def compared(self, panel: str) -> dict[tuple[str, str], Compared]:
        """See the port."""
        stored: Mapping[bytes, bytes] = await self._store.ask("HGETALL", self._keys.compared(panel))
        found: dict[tuple[str, str], dict[str, str]] = {}
        for raw, value in stored.items():
            current, candidate, name = orjson.loads(raw)
            found.setdefault((current, candidate), {})[name] = value.decode()
        return {pair: _COMPARED.validate_strings(each) for pair, each in found.items()}


def _standing(stored: Mapping[bytes, bytes]) -> Standing:
    """Read what `write` wrote; nothing is the state of a panel that was never rolled out."""
    named = {name.decode(): value.decode() or None for name, value in stored.items()}
    return Standing(
        current=named.get("current"),
        previous=named.get("previous"),
        candidate=named.get("candidate"),
        share=float(named.get("share") or 0.0),
    )
