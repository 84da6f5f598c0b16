"""The embedding cache: one hash a component, and the vectors at hand in this process."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from cachetools import LRUCache

from forethought.adapters.redis.codec import from_base64, from_ms, to_base64, to_ms
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.schema import escape_tag, search_results
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.domain.similarity import EmbeddingModel, Vector
from forethought.domain.situation import Component, ComponentType

_KINDS = ("prompt", "news", "context")
_PAGE = 1_000


class RedisEmbeddingCache:
    """Implements `EmbeddingCache` for one embedding model.

    Vectors at hand are safe to keep: a component's id is the hash of its text, so what it names never changes.
    """

    def __init__(
        self, store: Store, keys: Keys, model: EmbeddingModel, *, ttl_s: Mapping[str, int], at_hand: int = 16_384
    ) -> None:
        self._store = store
        self._keys = keys
        self._model = model
        self._ttl_s = ttl_s
        self._at_hand: LRUCache[str, Vector] = LRUCache(at_hand)

    def at_hand(self, component: Component) -> Vector | None:
        """See the port."""
        return self._at_hand.get(component.id)

    async def get(self, components: Sequence[Component]) -> Mapping[str, Vector]:
        """See the port."""
        found: dict[str, Vector] = {}
        missing: list[Component] = []
        for component in components:
            vector = self._at_hand.get(component.id)
            if vector is None:
                missing.append(component)
            else:
                found[component.id] = vector
        replies = await asyncio.gather(
            *(self._store.ask("HMGET", self._key(c), "vector", "model_tag") for c in missing)
        )
        for component, (raw, model_tag) in zip(missing, replies, strict=True):
            if raw is None or model_tag != self._model.tag.encode():
                continue
            vector = from_base64(raw)
            if vector is not None and vector.shape == (self._model.dim,):
                found[component.id] = self._at_hand[component.id] = vector
        return found

    async def put(self, items: Sequence[CachedComponent]) -> None:
        """See the port."""
        commands: list[Command] = []
        for item in items:
            key, ttl_s = self._key(item.component), self._ttl_s[item.component.type.kind]
            fields = self._fields(item, ttl_s)
            commands += [("HSET", key, *(x for pair in fields.items() for x in pair)), ("EXPIRE", key, ttl_s)]
            self._at_hand[item.component.id] = item.vector
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
            **item.meta,
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
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for _, key in names))
        found = ((id_, self._read(id_, fields)) for (id_, _), fields in zip(names, hashes, strict=True))
        return {id_: item for id_, item in found if item is not None}

    async def find(
        self, *, tag: str | None, location: str | None, type_: str | None, latest: int
    ) -> list[CachedComponent]:
        """See the port."""
        wanted = (("tags", tag), ("location", location), ("type", type_), ("model_tag", self._model.tag))
        query = " ".join(f"@{name}:{{{escape_tag(value)}}}" for name, value in wanted if value is not None)
        reply = await self._store.ask(
            *("FT.SEARCH", self._keys.component_index, query, "SORTBY", "created_ms", "DESC"),
            *("LIMIT", 0, latest, "NOCONTENT", "DIALECT", 2),
        )
        keys = [key for key, _ in search_results(reply)]
        hashes = await asyncio.gather(*(self._store.ask("HGETALL", key) for key in keys))
        items = (self._read(key.decode().rsplit(":", 1)[-1], fields) for key, fields in zip(keys, hashes, strict=True))
        return [item for item in items if item is not None]

    def _read(self, id_: str, fields: Mapping[bytes, bytes]) -> CachedComponent | None:
        if not fields or fields.get(b"model_tag") != self._model.tag.encode():
            return None
        vector = from_base64(fields[b"vector"])
        if vector is None or vector.shape != (self._model.dim,):
            return None
        meta = orjson.loads(fields[b"meta"])
        return CachedComponent(
            Component(ComponentType(fields[b"type"].decode()), fields[b"text"].decode(), id_),
            vector,
            created_at=_read_time(fields),
            tokens=meta.pop("tokens", 0),
            chunks=meta.pop("chunks", 1),
            tags=tuple(meta.pop("tags", ())),
            location=meta.pop("location", None),
            meta={name: value for name, value in meta.items() if name != "type"},
        )

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


def _read_time(fields: Mapping[bytes, bytes]) -> datetime:
    return from_ms(fields[b"created_ms"])
