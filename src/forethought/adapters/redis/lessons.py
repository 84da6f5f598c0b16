"""Lessons on a stream a scope, and the models made of them in hashes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import structlog

from forethought.adapters.redis.claims import claim
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.application.ports.lessons import Page
from forethought.domain.decision import Scope, Signal, Times
from forethought.domain.learning import Foretold, Lesson, Reading

log = structlog.get_logger(__name__)

KEPT = 10_000
"""Lessons of one scope; about 2 kB each."""
_PAGE = 1_000
_DAMAGED = (KeyError, ValueError, TypeError, IndexError)


class RedisLessons:
    """Implements `Lessons`."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def add(self, scope: Scope, lesson: Lesson) -> None:
        """See the port."""
        name = _name(scope)
        await self._store.write(
            [
                ("XADD", self._keys.lessons(scope), "MAXLEN", "~", KEPT, "*", *_fields(lesson)),
                ("HINCRBY", self._keys.lessons_due, name, 1),
            ],
            settled=False,
        )

    async def due(self) -> Mapping[Scope, int]:
        """See the port."""
        found = await self._store.ask("HGETALL", self._keys.lessons_due)
        return {scope: int(n) for raw, n in found.items() if int(n) > 0 and (scope := _scope(raw)) is not None}

    async def seen(self, scope: Scope, count: int) -> None:
        """See the port."""
        await self._store.ask("HINCRBY", self._keys.lessons_due, _name(scope), -count)

    async def since(self, scope: Scope, cursor: str | None) -> Page:
        """See the port."""
        epoch = int(await self._store.ask("HGET", self._keys.lessons_epoch, _name(scope)) or 0)
        start, found = f"({cursor}" if cursor else "-", []
        while True:
            page = await self._store.ask("XRANGE", self._keys.lessons(scope), start, "+", "COUNT", _PAGE)
            for entry, flat in page:
                cursor = entry.decode()
                if (lesson := self._read(entry, flat)) is not None:
                    found.append(lesson)
            if len(page) < _PAGE:
                return Page(cursor or "0-0", found, epoch)
            start = f"({cursor}"

    def _read(self, entry: bytes, flat: Any) -> Lesson | None:
        fields = flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2], strict=True))
        try:
            return _lesson(fields)
        except _DAMAGED as error:
            log.warning("lessons.damaged", entry=entry.decode(), reason=f"{type(error).__name__}: {error}")
            return None

    async def strike(self, scope: Scope, decision_ids: Sequence[str]) -> int:
        """See the port."""
        wanted, start, struck = set(decision_ids), "-", 0
        while True:
            page = await self._store.ask("XRANGE", self._keys.lessons(scope), start, "+", "COUNT", _PAGE)
            doomed = [entry for entry, flat in page if (x := self._read(entry, flat)) and x.decision_id in wanted]
            if doomed:
                struck += int(await self._store.ask("XDEL", self._keys.lessons(scope), *doomed))
            if len(page) < _PAGE:
                break
            start = f"({page[-1][0].decode()}"
        if struck:
            name = _name(scope)
            await self._store.write(
                [("HINCRBY", self._keys.lessons_epoch, name, 1), ("HINCRBY", self._keys.lessons_due, name, _REFIT)]
            )
        return struck

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        names: set[bytes] = set()
        for key in (self._keys.lessons_due, self._keys.reflex_versions, self._keys.lessons_epoch):
            names |= set(await self._store.ask("HGETALL", key))
        removed = 0
        for raw in names:
            scope = _scope(raw)
            if scope is None or strategy not in {None, scope.strategy} or asset not in {None, scope.asset}:
                continue
            gone = await self._store.write(
                [
                    ("UNLINK", self._keys.lessons(scope)),
                    ("UNLINK", self._keys.reflex(scope)),
                    ("HDEL", self._keys.lessons_due, raw),
                    ("HINCRBY", self._keys.lessons_epoch, raw, 1),
                    # A higher version without a model: whoever holds the former one drops it.
                    ("HINCRBY", self._keys.reflex_versions, raw, 1),
                ]
            )
            removed += int(gone[0])
        return removed

    async def claim(self, scope: Scope, *, owner: str, for_s: float) -> bool:
        """See the port."""
        return await claim(self._store, self._keys.reflex_claim(scope), owner=owner, for_s=for_s)

    async def publish(self, scope: Scope, *, version: int, model: bytes) -> None:
        """See the port."""
        await self._store.ask("HSET", self._keys.reflex(scope), "version", version, "model", model)
        await self._store.ask("HSET", self._keys.reflex_versions, _name(scope), version)

    async def model(self, scope: Scope, *, newer_than: int) -> tuple[int, bytes] | None:
        """See the port."""
        version = await self._store.ask("HGET", self._keys.reflex(scope), "version")
        if version is None or int(version) <= newer_than:
            return None
        version, model = await self._store.ask("HMGET", self._keys.reflex(scope), "version", "model")
        return None if version is None or model is None else (int(version), model)

    async def versions(self) -> Mapping[Scope, int]:
        """See the port."""
        found = await self._store.ask("HGETALL", self._keys.reflex_versions)
        return {scope: int(version) for raw, version in found.items() if (scope := _scope(raw)) is not None}


_REFIT = 1_000
"""Counted as so many labels: what was struck must be unlearned at once."""


def _name(scope: Scope) -> bytes:
    return orjson.dumps([scope.strategy, scope.strategy_version, scope.asset, scope.teacher])


def _scope(raw: bytes) -> Scope | None:
    try:
        return Scope(*orjson.loads(raw))
    except (ValueError, TypeError):
        return None


def _fields(lesson: Lesson) -> tuple[Any, ...]:
    told = lesson.foretold
    about = {
        "signal": int(lesson.signal),
        "decided_at": lesson.times.decided_at.isoformat(),
        "known_at": lesson.times.known_at.isoformat(),
        "decision_id": lesson.decision_id,
        "source": lesson.source,
        "weight": round(lesson.weight, 4),
        "facts": dict(lesson.reading.facts),
        "foretold": None
        if told is None
        else {"signal": int(told.signal), "answered": told.answered, "evidence": told.evidence, "p": told.agreement_p},
    }
    vector = lesson.reading.vector.astype(np.float16).tobytes()
    return ("text", lesson.reading.text, "vector", vector, "about", orjson.dumps(about))


def _lesson(fields: Mapping[bytes, bytes]) -> Lesson:
    about = orjson.loads(fields[b"about"])
    told = about["foretold"]
    vector = np.frombuffer(fields[b"vector"], dtype=np.float16).astype(np.float32)
    return Lesson(
        Reading(fields[b"text"].decode(), vector, about["facts"]),
        Signal(about["signal"]),
        Times(_moment(about["decided_at"]), _moment(about["known_at"])),
        about["decision_id"],
        about["source"],
        float(about["weight"]),
        None
        if told is None
        else Foretold(Signal(told["signal"]), tuple(told["evidence"]), bool(told["answered"]), told.get("p")),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
