"""Indexes and their versions: made on start, migrated, and checked against what the server holds."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from forethought.adapters.redis.keys import SCHEMA_VERSION, Keys
from forethought.adapters.redis.store import Store
from forethought.domain.errors import ConfigurationError, StoreUnavailable

log = structlog.get_logger(__name__)

MODULES = {"search": "Search", "ReJSON": "JSON", "timeseries": "TimeSeries", "bf": "Bloom"}
"""What MODULE LIST calls them, and what people do."""


@dataclass(frozen=True, slots=True)
class Hnsw:
    """Parameters of the graph (Malkov and Yashunin 2016): more of each is nearer to exact, slower and larger."""

    m: int = 16
    ef_construction: int = 200


def tag_query(wanted: Mapping[str, str]) -> tuple[str, tuple[Any, ...]]:
    """Return the query for all of some TAG values, `*` for none, and its PARAMS clause.

    Values travel beside the query, never in it: RediSearch 2.10 does not find many characters of other scripts escaped.
    A backslash still escapes there what stands behind it, so it is doubled.
    """
    if not wanted:
        return "*", ()
    clauses = " ".join(f"@{name}:{{${name}}}" for name in wanted)
    pairs = ((name, value.replace("\\", "\\\\")) for name, value in wanted.items())
    return clauses, ("PARAMS", 2 * len(wanted), *(part for pair in pairs for part in pair))


def search_results(reply: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Read keys and fields from an FT.SEARCH reply (RESP3)."""
    return [(found[b"id"], found.get(b"extra_attributes", {})) for found in reply[b"results"]]


async def check_modules(store: Store) -> None:
    """Make sure that the server can do what is asked of it.

    Raises:
        ConfigurationError: a module is missing, or the data was written by a newer version.
        StoreUnavailable: no answer.
    """
    listed = await store.ask("MODULE", "LIST")
    have = {m[b"name"].decode() for m in listed}
    missing = [name for module, name in MODULES.items() if module not in have and not _bundled(have, module)]
    if missing:
        raise ConfigurationError(
            f"the Redis server lacks {', '.join(missing)}: use Redis 8 or Redis Stack 7.4 (docker compose up), "
            "or leave REDIS_URL unset for the embedded one"
        )


def _bundled(have: set[str], module: str) -> bool:
    """Enterprise names them differently: `searchlight`, `rejson`."""
    return any(name.lower().startswith(module.lower()) for name in have)


async def check_durability(store: Store, *, required: bool) -> None:
    """Make sure that what is accepted survives a crash.

    Raises:
        ConfigurationError: the append-only file is off although it is required.
    """
    reply = await store.ask("CONFIG", "GET", "append*")
    settings = {k.decode(): v.decode() for k, v in (reply.items() if isinstance(reply, dict) else _pairs(reply))}
    if settings.get("appendonly") == "yes":
        store.waits_for_disk = True
        return
    if required:
        raise ConfigurationError(
            "the Redis server has no append-only file, so accepted records could be lost: set `appendonly yes` there, "
            "or accept the risk with FORETHOUGHT_REDIS__DURABLE=false"
        )
    log.warning("redis.not_durable", reason="append-only file is off; accepted records may be lost in a crash")


def _pairs(flat: list[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


async def migrate(store: Store, keys: Keys) -> None:
    """Bring the data of an older schema version up to this one.

    Raises:
        ConfigurationError: the data was written by a newer version of Forethought.
    """
    found = await store.ask("HGET", keys.schema, "version")
    version = int(found) if found else SCHEMA_VERSION
    if version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"the data in Redis has schema version {version}, this program knows {SCHEMA_VERSION}: "
            "use the newer program, or another database"
        )
    for step in range(version, SCHEMA_VERSION):
        log.info("redis.migrate", from_version=step, to_version=step + 1)
        await _MIGRATIONS[step](store, keys)
    await _drop_old_indexes(store, keys)
    await store.ask("HSET", keys.schema, "version", SCHEMA_VERSION)


_MIGRATIONS: dict[int, Callable[[Store, Keys], Any]] = {}
"""From version to the step that leads to the next one. Indexes are rebuilt anyway: their names carry the version."""


async def _drop_old_indexes(store: Store, keys: Keys) -> None:
    ours = re.compile(rf"{re.escape(keys.namespace)}idx:(?:sc|ec|story):v(\d+)(?::|$)")
    for name in await store.ask("FT._LIST"):
        match = ours.match(name.decode())
        if match and int(match.group(1)) != SCHEMA_VERSION:
            log.info("redis.index_dropped", index=name.decode())
            await store.ask("FT.DROPINDEX", name)


_DECISION_ID = ("decision_id", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE")


async def ensure_decision_index(store: Store, keys: Keys, *, space: str, dim: int, hnsw: Hnsw) -> None:
    """Make the index of a vector space where it is missing; entries of other spaces never enter it.

    Raises:
        ConfigurationError: an index of that name has another dimension.
    """
    index = keys.decision_index(space)
    info = await _info(store, index)
    if info is not None:
        if (found := _vector_dim(info)) not in {None, dim}:
            raise ConfigurationError(f"index {index} has {found} dimensions, {dim} are needed: FT.DROPINDEX it")
        if "decision_id" not in _names(info):  # made before decisions could be revoked
            await store.ask("FT.ALTER", index, "SCHEMA", "ADD", *_DECISION_ID)
        return
    vector = ("vector", "VECTOR", "HNSW", 10, "TYPE", "FLOAT32", "DIM", dim, "DISTANCE_METRIC", "COSINE")
    await _create(
        store,
        *(
            "FT.CREATE",
            index,
            "ON",
            "HASH",
            "PREFIX",
            1,
            keys.decision_prefix,
            "FILTER",
            f'@space=="{space}"',
            "SCHEMA",
        ),
        *(
            "space",
            "TAG",
            "scope",
            "TAG",
            "current",
            "TAG",
            "sha",
            "TAG",
            "strategy",
            "TAG",
            "CASESENSITIVE",
            "asset",
            "TAG",
        ),
        *("decided_at", "NUMERIC", "SORTABLE", "known_at", "NUMERIC", *_DECISION_ID),
        *(*vector, "M", hnsw.m, "EF_CONSTRUCTION", hnsw.ef_construction),
    )


async def ensure_story_index(store: Store, keys: Keys, *, space: str, dim: int) -> None:
    """Make the index of the stories told in a vector space where it is missing.

    Flat: a search looks at one asset's stories of some hours, some thousands at most, and a graph would cost each new
    story its insertion.

    Raises:
        ConfigurationError: an index of that name has another dimension.
    """
    index = keys.story_index(space)
    if (info := await _info(store, index)) is not None:
        if (found := _vector_dim(info)) not in {None, dim}:
            raise ConfigurationError(f"index {index} has {found} dimensions, {dim} are needed: FT.DROPINDEX it")
        return
    await _create(
        store,
        *("FT.CREATE", index, "ON", "HASH", "PREFIX", 1, keys.story_prefix, "FILTER", f'@space=="{space}"', "SCHEMA"),
        *("space", "TAG", "asset", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE", "begun_at", "NUMERIC"),
        *("vector", "VECTOR", "FLAT", 6, "TYPE", "FLOAT32", "DIM", dim, "DISTANCE_METRIC", "COSINE"),
    )


async def ensure_component_index(store: Store, keys: Keys) -> None:
    """Make the index of the embedding cache's labels where it is missing."""
    if await _info(store, keys.component_index) is not None:
        return
    prefixes = keys.component_prefixes
    await _create(
        store,
        *("FT.CREATE", keys.component_index, "ON", "HASH", "PREFIX", len(prefixes), *prefixes, "SCHEMA"),
        *("type", "TAG", "tags", "TAG", "SEPARATOR", ",", "location", "TAG", "model_tag", "TAG"),
        *("created_ms", "NUMERIC", "SORTABLE"),
    )


async def _create(store: Store, *command: Any) -> None:
    try:
        await store.ask(*command)
    except StoreUnavailable as error:
        if "already exists" not in str(error):  # two replicas start at once: one of them makes it
            raise


async def wait_until_indexed(store: Store, index: str, *, timeout_s: float) -> None:
    """Wait until a new index has seen what was there before.

    Raises:
        StoreUnavailable: not done in time.
    """
    async with asyncio.timeout(timeout_s):
        while (info := await _info(store, index)) is None or int(float(info[b"indexing"])):  # noqa: ASYNC110 - Redis tells no event
            await asyncio.sleep(0.02)


async def _info(store: Store, index: str) -> dict[bytes, Any] | None:
    try:
        reply = await store.ask("FT.INFO", index)
    except StoreUnavailable as error:
        if "no such index" in str(error).lower() or "unknown index" in str(error).lower():
            return None
        raise
    return reply if isinstance(reply, dict) else dict(_pairs(reply))


def _attributes(info: dict[bytes, Any]) -> list[dict[bytes, Any]]:
    return [each if isinstance(each, dict) else dict(_pairs(each)) for each in info[b"attributes"]]


def _names(info: dict[bytes, Any]) -> set[str]:
    return {each[b"attribute"].decode() for each in _attributes(info)}


def _vector_dim(info: dict[bytes, Any]) -> int | None:
    for found in _attributes(info):
        if b"dim" in found:
            return int(found[b"dim"])
    return None
