"""Whole deliberations: one compressed string each."""

import zlib
from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store

log = structlog.get_logger(__name__)


class RedisTranscripts:
    """Implements `Transcripts`."""

    def __init__(self, store: Store, keys: Keys, *, ttl_s: int) -> None:
        self._store = store
        self._keys = keys
        self._ttl_s = ttl_s

    async def keep(self, job_id: str, document: Mapping[str, Any]) -> None:
        """See the port."""
        packed = zlib.compress(orjson.dumps(document), level=1)
        await self._store.ask("SET", self._keys.transcript(job_id), packed, "EX", self._ttl_s)

    async def read(self, job_id: str) -> dict[str, Any] | None:
        """See the port."""
        packed = await self._store.ask("GET", self._keys.transcript(job_id))
        if packed is None:
            return None
        try:
            document = orjson.loads(zlib.decompress(packed))
        except (zlib.error, ValueError):
            document = None
        if not isinstance(document, dict):
            log.warning("transcripts.damaged", job_id=job_id, bytes=len(packed))
            return None
        return document
