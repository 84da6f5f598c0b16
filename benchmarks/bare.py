"""What the service is measured against: bare routes over the same encoder and a Redis of their own.

`/embed` embeds the text and pings Redis once: less no answer to a new text can cost. `/redisvl` asks redisvl's
`SemanticCache` over the same encoder. `/sequential` measures both without HTTP, one after the other, in this process.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvicorn
import uvloop
from redis.asyncio import Redis
from redisvl.extensions.cache.llm import SemanticCache
from redisvl.query.filter import Tag
from redisvl.utils.vectorize import CustomVectorizer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.entrypoints.api.server import bind
from forethought.settings import EmbeddingSettings

_TTL_S = 30 * 86_400
"""As long as the service's default strategy keeps a decision; redisvl renews it on every hit."""


def encoder(data_dir: Path) -> tuple[MiniLmEmbedder, BatchingEmbedder]:
    """Make the encoder as `bootstrap` does, with the default settings."""
    default = EmbeddingSettings()
    inner = MiniLmEmbedder(cache_dir=data_dir / "models", variant=default.variant, threads=default.threads)
    return inner, BatchingEmbedder(inner, max_batch=default.max_batch, queue_limit=default.queue_limit)


def semantic_cache(inner: MiniLmEmbedder, batching: BatchingEmbedder, redis_url: str) -> SemanticCache:
    """Make redisvl's cache with its default threshold, over our encoder. No `protocol` in the URL: it fails with 3."""

    async def aembed(text: str) -> list[float]:
        vector: list[float] = (await batching.embed([text]))[0].vector.tolist()
        return vector

    def embed(text: str) -> list[float]:
        vector: list[float] = inner.encode([text])[0].vector.tolist()
        return vector

    return SemanticCache(
        name="bench",
        ttl=_TTL_S,
        vectorizer=CustomVectorizer(embed=embed, aembed=aembed),
        filterable_fields=[{"name": "asset", "type": "tag"}],
        redis_url=redis_url,
    )


class Bare:
    """The routes."""

    def __init__(self, embedder: BatchingEmbedder, redis: Redis, cache: SemanticCache) -> None:
        self._embedder, self._redis, self._cache = embedder, redis, cache

    async def embed(self, request: Request) -> Response:
        """Embed the text and ping Redis."""
        await self._embed_and_ping(orjson.loads(await request.body()))
        return _json({"path": "embedded"})

    async def redisvl(self, request: Request) -> Response:
        """Ask the semantic cache."""
        hits = await self._check(orjson.loads(await request.body()))
        return _json({"path": "hit" if hits else "miss", "response": hits[0]["response"] if hits else None})

    async def store(self, request: Request) -> Response:
        """Teach the semantic cache a list of records."""
        records = orjson.loads(await request.body())
        for record in records:
            await self._cache.astore(record["input_report"], str(record["signal"]), filters={"asset": record["asset"]})
        return _json({"stored": len(records)})

    async def clear(self, _: Request) -> Response:
        """Empty the semantic cache."""
        await self._cache.aclear()
        return _json({})

    async def sequential(self, request: Request) -> Response:
        """Time each text by itself; answers milliseconds, one list a subject."""
        asked = orjson.loads(await request.body())
        subjects: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            "embed_and_ping": self._embed_and_ping,
            "redisvl": self._check,
        }
        return _json({name: [await _timed_ms(work, body) for body in asked] for name, work in subjects.items()})

    async def _embed_and_ping(self, asked: dict[str, Any]) -> None:
        await self._embedder.embed([asked["text"]])
        await self._redis.ping()

    async def _check(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        return await self._cache.acheck(
            asked["text"], filter_expression=Tag("asset") == asked["asset"], distance_threshold=asked.get("distance")
        )


async def _timed_ms(work: Callable[[dict[str, Any]], Awaitable[Any]], body: dict[str, Any]) -> float:
    begun = time.perf_counter()
    await work(body)
    return (time.perf_counter() - begun) * 1000


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


async def _serve(data_dir: Path, port: int) -> None:
    redis_server = EmbeddedRedis(data_dir)
    await redis_server.start()
    inner, batching = encoder(data_dir)
    redis = Redis.from_url(redis_server.url)
    bare = Bare(batching, redis, semantic_cache(inner, batching, redis_server.url))
    names = ("embed", "redisvl", "store", "clear", "sequential")
    routes = [Route(f"/{name}", getattr(bare, name), methods=["POST"]) for name in names]
    routes.append(Route("/health/ready", lambda _: _json({"status": "ok"})))
    # As in entrypoints/api/server.py
    config = uvicorn.Config(
        Starlette(routes=routes), loop="none", http="httptools", log_config=None, access_log=False,
        server_header=False, date_header=False,
    )  # fmt: skip
    try:
        with bind("127.0.0.1", port) as sock:
            await uvicorn.Server(config).serve(sockets=[sock])
    finally:
        await redis.aclose()
        await batching.close()
        await redis_server.stop()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(asked.data_dir, asked.port))


if __name__ == "__main__":
    _main()
