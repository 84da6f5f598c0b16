"""The archive: one hash a report, one hash a story under a RediSearch index, one sorted set of its tellings.

Nothing here waits for the disk. An article is done only after it was archived, and the file is written in order: what a
crash takes away of the archive comes again from the queue.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog

from forethought.adapters.redis.codec import read_vector, vector_bytes
from forethought.adapters.redis.decision_cache import Space
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.news_codec import decode, encode, from_us, to_us
from forethought.adapters.redis.schema import search_results
from forethought.adapters.redis.store import Command, Store
from forethought.application.ports.archive import Filed, StoryHead, Telling
from forethought.domain.errors import DimensionMismatch
from forethought.domain.news import Article
from forethought.domain.similarity import Vector

log = structlog.get_logger(__name__)

_VERSION, _STORY, _DECISION = b"v:", b"s:", b"d:"
"""What the fields of a report's hash begin with that there may be several of."""
_VERSIONS_MAX = 100
"""Of one report that are listed, the latest; a feed that makes new ones for ever must not slow each of them down."""
_TELLINGS_MAX = 500
"""Of one story: the first one and the latest others."""
_WORDINGS = 8
_LOOKED_AT = 16
"""The latest tellings in which wordings are looked for: some say the same, some only take back."""
_LATEST_MAX = 10_000
_DAMAGED = (KeyError, ValueError, TypeError, AttributeError, OverflowError)
_HEAD = ("story_id", "asset", "text", "vector", "begun_at")

_FILE = """
local known = redis.call('HSETNX', KEYS[1], 'v:' .. ARGV[1], ARGV[2]) == 0
local stands, limit = redis.call('HGET', KEYS[1], 'rank'), tonumber(ARGV[5])
if not known and (not stands or stands < ARGV[2]) then
  redis.call('HSET', KEYS[1], 'rank', ARGV[2], 'article', ARGV[3])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
local all = redis.call('HGETALL', KEYS[1])
if known or #all / 2 <= limit then return all end
local versions = {}
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'v:' then versions[#versions + 1] = {all[i + 1], all[i]} end
end
table.sort(versions, function(a, b) return a[1] < b[1] end)
for i = 1, #versions - limit do redis.call('HDEL', KEYS[1], versions[i][2]) end
return redis.call('HGETALL', KEYS[1])
"""
"""Two workers may file two versions in any order: the one of the highest rank stands, and both are listed."""

_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""


class RedisArchive:
    """Implements `Archive`; stories are found by the vectors of one space."""

    def __init__(self, store: Store, keys: Keys, *, space: Space, ttl_s: int) -> None:
        """Make one; `schema.ensure_story_index` made the index.

        Args:
            store: Where.
            keys: Key names.
            space: Of the stories' vectors.
            ttl_s: How long a report is kept after the last that was heard of it, and a story after it began.
        """
        self._store = store
        self._keys = keys
        self._space = space
        self._ttl_s = ttl_s
        self._index = keys.story_index(space.name)

    async def file(self, article: Article) -> Filed:
        """See the port. The version that was received last stands; of those received together the highest."""
        key, rank = self._keys.article(article.id), _rank(article)
        version = article.version.encode(errors="replace")
        reply = await self._store.ask("EVAL", _FILE, 1, key, version, rank, encode(article), self._ttl_s, _VERSIONS_MAX)
        fields = _mapping(reply)
        if (filed := _filed(fields)) is None:  # what stood there was damaged
            return _report(article, fields)
        return filed

    async def find(self, article_id: str) -> Filed | None:
        """See the port."""
        return _filed(_mapping(await self._store.ask("HGETALL", self._keys.article(article_id))))

    async def decided(self, article_id: str, decision_id: str) -> None:
        """See the port. Kept also when the report is not filed (any more)."""
        await self._store.write(self._note(article_id, _DECISION + decision_id.encode(), ""), settled=False)

    async def retract(self, article_id: str) -> None:
        """See the port. A report that is filed only afterwards is a retracted one."""
        await self._store.write(self._note(article_id, b"retracted", 1), settled=False)

    def _note(self, article_id: str, field: bytes, value: Any) -> list[Command]:
        key = self._keys.article(article_id)
        return [("HSET", key, field, value), ("EXPIRE", key, self._ttl_s)]

    async def near(self, asset: str, vector: Vector, *, since: datetime, count: int) -> list[StoryHead]:
        """See the port. A story is found as soon as `begin` has returned."""
        self._check(vector)
        query = f"(@asset:{{$asset}} @begun_at:[{to_us(since)} inf])=>[KNN {count} @vector $v AS dist]"
        asset_tag = asset.replace("\\", "\\\\")
        reply = await self._store.ask(
            *("FT.SEARCH", self._index, query, "PARAMS", 4, "asset", asset_tag, "v", vector_bytes(vector)),
            *("RETURN", len(_HEAD), *_HEAD, "SORTBY", "dist", "LIMIT", 0, count, "DIALECT", 2),
        )
        found = await asyncio.gather(*(self._head(fields) for _, fields in search_results(reply)))
        return [head for head in found if head is not None]

    def _check(self, vector: Vector) -> None:
        if vector.shape != (self._space.dim,):
            raise DimensionMismatch(f"a story's vector has {vector.shape}, {self._space.dim} dimensions are expected")

    async def begin(self, story: StoryHead, telling: Telling) -> None:
        """See the port. A story that was begun already stays as it is, and is told once more."""
        self._check(story.vector)
        begun, ttl_s = to_us(story.begun_at), self._ttl_s
        commands = self._tell(story.story_id, telling, story.text)
        for latest in (self._keys.latest_stories(None), self._keys.latest_stories(story.asset)):
            commands += [
                ("ZADD", latest, begun, story.story_id),
                ("ZREMRANGEBYRANK", latest, 0, -_LATEST_MAX - 1),
                ("EXPIRE", latest, ttl_s),
            ]
        head: tuple[Any, ...] = (
            *("story_id", story.story_id, "asset", story.asset, "text", story.text, "begun_at", begun),
            *("vector", vector_bytes(story.vector), "space", self._space.name),
        )
        commands.append(("EVAL", _BEGIN, 1, self._keys.story(story.story_id), ttl_s, *head))
        await self._store.write(commands, settled=False)

    async def tell(self, story_id: str, telling: Telling, *, text: str) -> None:
        """See the port."""
        await self._store.write(self._tell(story_id, telling, text), settled=False)

    def _tell(self, story_id: str, telling: Telling, text: str) -> list[Command]:
        """Equal tellings are one member of the sorted set, so telling it again changes nothing."""
        told, at = self._keys.told(story_id), to_us(telling.at)
        return [
            ("ZADD", told, at, _write_telling(telling, text)),
            ("ZREMRANGEBYRANK", told, 1, -_TELLINGS_MAX),
            ("EXPIRE", told, self._ttl_s),
            *self._note(telling.article_id, _STORY + story_id.encode(), at),
        ]

    async def timeline(self, story_id: str) -> list[Telling]:
        """See the port. Of a story that was told hundreds of times the first telling and the latest ones are kept."""
        found = await self._store.ask("ZRANGE", self._keys.told(story_id), 0, -1)
        return [telling for telling, _ in _read_tellings(found)]

    async def stories(self, *, asset: str | None, count: int) -> list[StoryHead]:
        """See the port; the one that began last comes first."""
        ids = await self._store.ask("ZRANGE", self._keys.latest_stories(asset), 0, count - 1, "REV")
        found = await asyncio.gather(*(self.head(story_id.decode()) for story_id in ids))
        return [head for head in found if head is not None]

    async def head(self, story_id: str) -> StoryHead | None:
        """See the port."""
        values = await self._store.ask("HMGET", self._keys.story(story_id), *_HEAD)
        if values[0] is None:
            return None
        return await self._head(dict(zip((name.encode() for name in _HEAD), values, strict=True)))

    async def _head(self, fields: Mapping[bytes, bytes]) -> StoryHead | None:
        """Read a story with its latest wordings. Those of many stories are asked for in one round trip."""
        story_id = fields.get(b"story_id", b"").decode(errors="replace")
        told = await self._store.ask("ZRANGE", self._keys.told(story_id), 0, _LOOKED_AT - 1, "REV")
        try:
            vector, text = read_vector(fields[b"vector"]), fields[b"text"].decode()
            if vector is None:
                raise ValueError("a story without a vector")
            asset, begun_at = fields[b"asset"].decode(), from_us(fields[b"begun_at"])
        except _DAMAGED as error:  # or it expires just now
            log.warning("archive.story_damaged", story_id=story_id, reason=f"{type(error).__name__}: {error}")
            return None
        return StoryHead(story_id, asset, text, vector, begun_at, _wordings(told, but_not=text))


def _rank(article: Article) -> bytes:
    """Order the versions of a report: bytes that compare as the time when we had them, then as they are counted."""
    version = article.version
    counted = version.zfill(20) if version.isascii() and version.isdecimal() else version
    return f"{to_us(article.received_at):017d}|{counted}".encode(errors="replace")


def _filed(fields: Mapping[bytes, bytes]) -> Filed | None:
    """Read a report; `None` when it is not there, or damaged."""
    if b"article" not in fields:
        return None
    try:
        article = decode(fields[b"article"])
    except ValueError as error:
        log.warning("archive.article_damaged", reason=str(error))
        return None
    return _report(article, fields)


def _report(article: Article, fields: Mapping[bytes, bytes]) -> Filed:
    return Filed(
        article,
        versions=_several(fields, _VERSION),
        stories=_several(fields, _STORY),
        decisions=_several(fields, _DECISION),
        retracted=b"retracted" in fields,
    )


def _several(fields: Mapping[bytes, bytes], prefix: bytes) -> tuple[str, ...]:
    """Return the names under a prefix, in the order of their values and then of their own."""
    found = sorted((value, name) for name, value in fields.items() if name.startswith(prefix))
    return tuple(name.removeprefix(prefix).decode(errors="replace") for _, name in found)


def _mapping(reply: Any) -> Mapping[bytes, bytes]:
    """Read a hash: flat from a script, a mapping from HGETALL."""
    return reply if isinstance(reply, Mapping) else dict(zip(reply[::2], reply[1::2], strict=True))


def _write_telling(telling: Telling, text: str) -> bytes:
    return orjson.dumps(
        {
            "article_id": telling.article_id,
            "provider": telling.provider,
            "headline": telling.headline,
            "at": to_us(telling.at),
            "kind": telling.kind,
            "text": text,
        }
    )


def _read_tellings(found: Iterable[bytes]) -> list[tuple[Telling, str]]:
    """Read tellings with their texts; what is damaged is left out."""
    read = []
    for raw in found:
        try:
            told = orjson.loads(raw)
            names = (told["article_id"], told["provider"], told["headline"])
            read.append((Telling(*names, from_us(told["at"]), told["kind"]), told["text"]))
        except _DAMAGED as error:
            log.warning("archive.telling_damaged", reason=f"{type(error).__name__}: {error}")
    return read


def _wordings(latest_first: Sequence[bytes], *, but_not: str) -> tuple[str, ...]:
    """Choose the latest texts that say something of their own; the oldest of them comes first."""
    texts = (text for telling, text in _read_tellings(latest_first) if telling.kind != "retracted")
    distinct = dict.fromkeys(text for text in texts if text and text != but_not)
    return tuple(reversed(list(distinct)[:_WORDINGS]))
