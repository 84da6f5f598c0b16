"""The embedding cache: one hash a component, and the vectors at hand in this process."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from cachetools import LRUCache

from forethought.adapters.redis.codec import DAMAGED, from_base64, from_ms, to_base64, to_ms
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.schema import search_results, tag_query
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.domain.errors import StoreUnavailable
from forethought.domain.similarity import EmbeddingModel, Vector
from forethought.domain.situation import Component, ComponentType

log = structlog.get_logger(__name__)

_KINDS = ("prompt", "news", "context")
_PAGE = 1_000
_ASCII_SPACE = " \t\n\v\f\r"
_REPORTED = 1_024
"""Of so many damaged keys it is remembered that they were logged."""


class RedisEmbeddingCache:
    """Implements `EmbeddingCache` for one embedding model.

    Vectors at hand are safe to keep: a component's id is the hash of its text, so what it names never changes. News and
    context of the same text have different vectors (news is cleaned first), so they are kept apart.
    """

    def __init__(
        self, store: Store, keys: Keys, model: EmbeddingModel, *, ttl_s: Mapping[str, int], at_hand: int = 16_384
    ) -> None:
        self._store = store
        self._keys = keys
        self._model = model
        self._ttl_s = ttl_s
        self._at_hand: LRUCache[tuple[str, str], Vector] = LRUCache(at_hand)
        self._reported: LRUCache[str, bool] = LRUCache(_REPORTED)

    def at_hand(self, component: Component) -> Vector | None:
        """See the port."""
        return self._at_hand.get((component.type.kind, component.id))

    async def get(self, components: Sequence[Component]) -> Mapping[str, Vector]:
        """See the port."""
        found: dict[str, Vector] = {}
        missing: list[Component] = []
        for component in components:
            vector = self.at_hand(component)
            if vector is None:
                missing.append(component)
            else:
                found[component.id] = vector
        replies = await asyncio.gather(*(self._hash(self._key(c), "HMGET", "vector", "model_tag") for c in missing))
        for component, reply in zip(missing, replies, strict=True):
            raw, model_tag = reply or (None, None)
            if raw is None or model_tag != self._model.tag.encode():
                continue
            if (vector := self._vector(self._key(component), raw)) is not None:
                found[component.id] = self._at_hand[component.type.kind, component.id] = vector
        return found

    async def _hash(self, key: str, command: str, *names: str) -> Any:
        """Ask for a hash; empty where something else stands."""
        try:
            return await self._store.ask(command, key, *names)
        except StoreUnavailable as error:
            if "WRONGTYPE" not in str(error):
                raise
            self._report(key, str(error))
            return {}

    def _vector(self, key: str, raw: bytes) -> Vector | None:
        vector = from_base64(raw)
        if vector is None or vector.shape != (self._model.dim,):
            self._report(key, f"no vector of {self._model.dim} dimensions")
            return None
        return vector

    def _report(self, key: str, reason: str) -> None:
        """Log once a key that what stands there is not ours, or damaged; it counts as a miss."""
        if key not in self._reported:
            self._reported[key] = True
            log.warning("embedding_cache.damaged", key=key, reason=reason)

    def hold(self, items: Sequence[CachedComponent]) -> None:
        """See the port."""
        for item in items:
            self._at_hand[item.component.type.kind, item.component.id] = item.vector

    async def put(self, items: Sequence[CachedComponent]) -> None:
        """See the port."""
        self.hold(items)
        commands: list[Command] = []
        for item in items:
            key, ttl_s = self._key(item.component), self._ttl_s[item.component.type.kind]
            fields = self._fields(item, ttl_s)
            commands += [("HSET", key, *(x for pair in fields.items() for x in pair)), ("EXPIRE", key, ttl_s)]
        if commands:
            await asyncio.gather(*(self._store.ask(*command) for command in commands))

    def _key(self, component: Component) -> str:
        return self._keys.component(component.type.kind, component.id)

    def _fields(self, item: CachedComponent, ttl_s: int) -> dict[str, Any]:
        meta = {
            "type": item.component.type.value,
            "tags": list(item.tags),
            "location": item.location,
            "tokens": item.tokens,
            "chunks": item.chunks,
            "given": dict(item.meta),
        }
        return {
            "vector": to_base64(item.vector),
            "dim": self._model.dim,
            "model": self._model.label,
            "model_tag": self._model.tag,
            "text_hash": item.component.id,
            "text": item.component.text,
            "type": item.component.type.value,
            "tags": ",".join(item.tags),
            "location": item.location or "",
            "created_at": item.created_at.isoformat(),
            "created_ms": to_ms(item.created_at),
            "ttl_sec": ttl_s,
            "meta": orjson.dumps(meta),
        }

    async def resolve(self, ids: Sequence[str]) -> Mapping[str, CachedComponent]:
        """See the port."""
        names = [(id_, self._keys.component(kind, id_)) for id_ in ids for kind in _KINDS]
        hashes = await asyncio.gather(*(self._hash(key, "HGETALL") for _, key in names))
        found = ((id_, self._read(key, fields)) for (id_, key), fields in zip(names, hashes, strict=True))
        return {id_: item for id_, item in found if item is not None}

    async def find(
        self, *, tag: str | None, location: str | None, type_: str | None, latest: int
    ) -> list[CachedComponent]:
        """See the port."""
        labels = {"tags": tag, "location": location, "type": type_, "model_tag": self._model.tag}
        # RediSearch trims what it indexes, so a label of white space alone is never found.
        wanted = {name: value.strip(_ASCII_SPACE) for name, value in labels.items() if value is not None}
        if not all(wanted.values()):
            return []
        query, params = tag_query(wanted)
        reply = await self._store.ask(
            *("FT.SEARCH", self._keys.component_index, query, *params, "SORTBY", "created_ms", "DESC"),
            *("LIMIT", 0, latest, "NOCONTENT", "DIALECT", 2),
        )
        keys = [key for key, _ in search_results(reply)]
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for key in keys))
        items = (self._read(key.decode(), fields) for key, fields in zip(keys, hashes, strict=True))
        return [item for item in items if item is not None]

    def _read(self, key: str, fields: Mapping[bytes, bytes]) -> CachedComponent | None:
        if not fields or fields.get(b"model_tag") != self._model.tag.encode():
            return None
        if (vector := self._vector(key, fields.get(b"vector", b""))) is None:
            return None
        try:
            return _component(key.rsplit(":", 1)[-1], fields, vector)
        except DAMAGED as error:
            self._report(key, f"{type(error).__name__}: {error}")
            return None

    async def forget(self) -> int:
        """See the port."""
        self._at_hand.clear()
        removed = 0
        while True:
            reply = await self._store.ask(
                "FT.SEARCH", self._keys.component_index, "*", "NOCONTENT", "LIMIT", 0, _PAGE, "DIALECT", 2
            )
            keys = [key for key, _ in search_results(reply)]
            if not keys:
                return removed
            removed += sum(await self._store.write([("UNLINK", key) for key in keys]))

    async def count(self) -> int:
        """See the port."""
        reply = await self._store.ask("FT.SEARCH", self._keys.component_index, "*", "LIMIT", 0, 0)
        return int(reply[b"total_results"])


def _component(id_: str, fields: Mapping[bytes, bytes], vector: Vector) -> CachedComponent:
    meta = orjson.loads(fields[b"meta"])
    return CachedComponent(
        Component(ComponentType(fields[b"type"].decode()), fields[b"text"].decode(), id_),
        vector,
        created_at=from_ms(fields[b"created_ms"]),
        tokens=int(meta["tokens"]),
        chunks=int(meta["chunks"]),
        tags=tuple(meta["tags"]),
        location=meta["location"],
        meta=dict(meta.get("given", {})),
    )
