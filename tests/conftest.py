"""Fixtures for all tests: a real Redis, a client of it, keys of one's own, and the gate before paid services."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from redis.asyncio import Redis

from forethought.adapters.redis.embedded import EmbeddedRedis


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-paid-tests", action="store_true", help="also run the tests that call paid remote services")
    parser.addoption("--llm-url", help="an OpenAI-compatible model server for the tests that need a real model")
    parser.addoption("--llm-model", default="model", help="its model")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-paid-tests"):
        return
    for item in items:
        if item.get_closest_marker("paid"):
            item.add_marker(pytest.mark.skip(reason="calls a paid service; runs with --run-paid-tests"))


def _to_standard_error(**_: object) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))


@pytest.fixture(scope="session", autouse=True)
def commands_do_not_cache_loggers() -> Iterator[None]:
    """A command that runs in this process must not keep one test's stream for the loggers of all that follow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forethought.entrypoints.cli._common.configure", _to_standard_error)
        yield


@pytest.fixture(scope="session", autouse=True)
def a_machine_that_stands_still_is_no_store_that_is_away() -> Iterator[None]:
    """Give connections more time than a desk would: shared machines stop for half a second now and then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETHOUGHT_REDIS__TIMEOUT_MS", "5000")
        yield


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Undo what a command has set."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis with all modules: that of REDIS_URL_FOR_TESTS, else an embedded one for each xdist worker.

    Its loop runs only to start and to stop it, so nothing restarts a server that a test kills: such a test has its own.
    """
    if url := os.environ.get("REDIS_URL_FOR_TESTS"):
        yield url
        return
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    # With a factory the runner leaves the current loop alone, which is pytest-asyncio's.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(server.start())
        try:
            yield server.url
        finally:
            runner.run(server.stop())


@pytest.fixture
def key_prefix(request: pytest.FixtureRequest) -> str:
    """Return a start for keys and index names that no other test uses, in letters, digits and colons."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    test = hashlib.blake2b(request.node.nodeid.encode(), digest_size=8).hexdigest()
    return f"test:{worker}:{test}:"


@pytest.fixture
async def redis_client(redis_server: str, key_prefix: str) -> AsyncIterator[Redis]:
    """Yield a client that returns bytes; the keys under `key_prefix` are removed after the test."""
    # Under a socket_timeout redis-py 8.1 swallows cancellations on Python 3.11; pytest-timeout bounds a test anyway.
    async with Redis.from_url(redis_server, decode_responses=False, socket_timeout=None) as client:
        yield client
        async for key in client.scan_iter(match=f"{key_prefix}*", count=1000):
            await client.unlink(key)
