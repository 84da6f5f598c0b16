"""The connection to Redis and the checks at start, against real servers of all sorts."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from tests.fakes.embedder import WordsEmbedder
from tests.fakes.entries import DIM, SCOPE, an_entry, unit
from tests.fakes.ports import free_port
from tests.fakes.redis_process import redis_process

from forethought.adapters.redis import schema
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.keys import SCHEMA_VERSION
from forethought.adapters.redis.store import Store
from forethought.bootstrap import Replacements, running
from forethought.bootstrap.store import connect
from forethought.domain.errors import ConfigurationError, StoreUnavailable
from forethought.settings import RedisSettings, Settings

PASSWORD = "s3cret/with:signs"
QUOTED = "s3cret%2Fwith%3Asigns"
PERSISTENT = ("--appendonly", "yes")


@asynccontextmanager
async def store_at(url: str) -> AsyncIterator[Store]:
    store = Store(connect(Settings(), url))
    try:
        yield store
    finally:
        await store.close()


async def start_on(url: str, *, durable: bool = True) -> dict[str, int]:
    """Start the service on a server and count what it holds."""
    settings = Settings(redis_url=SecretStr(url), redis=RedisSettings(durable=durable))
    async with running(settings, replace=Replacements(embedder=WordsEmbedder())) as service:
        return await service.status.counts()


async def refusal(url: str, **options) -> str:
    """Return the message with which the service refuses to start; it is for people, so it is one line."""
    with pytest.raises(ConfigurationError) as refused:
        await start_on(url, **options)
    message = str(refused.value)
    assert "\n" not in message
    return message


async def test_data_of_a_newer_version_is_refused(store, keys, redis_client):
    await redis_client.hset(keys.schema, "version", SCHEMA_VERSION + 1)

    with pytest.raises(ConfigurationError, match=f"schema version {SCHEMA_VERSION + 1}.*knows {SCHEMA_VERSION}"):
        await schema.migrate(store, keys)


async def test_an_index_of_an_older_version_is_dropped_and_others_are_left(store, keys, redis_client):
    def create(name: str) -> tuple[str, ...]:
        return "FT.CREATE", name, "ON", "HASH", "PREFIX", "1", keys.decision_prefix, "SCHEMA", "sha", "TAG"

    old, foreign = f"{keys.namespace}idx:sc:v{SCHEMA_VERSION - 1}:space", f"{keys.namespace}someone:else"
    for name in (old, foreign):
        await redis_client.execute_command(*create(name))

    await schema.migrate(store, keys)

    left = await redis_client.execute_command("FT._LIST")
    assert (old.encode() in left, foreign.encode() in left) == (False, True)


async def test_a_lost_index_is_rebuilt_over_what_is_stored(cache, store, keys):
    await cache.store([an_entry()], ttl_s=60)
    await store.ask("FT.DROPINDEX", keys.decision_index("test-4"))

    await schema.ensure_decision_index(store, keys, space="test-4", dim=DIM, hnsw=schema.Hnsw())
    await schema.wait_until_indexed(store, keys.decision_index("test-4"), timeout_s=30)

    found = await RedisDecisionCache(store, keys, Space("test-4", DIM)).nearest(unit(1), scope=SCOPE, k=1, as_of=None)
    assert len(found) == 1


async def test_an_index_of_another_dimension_is_refused_with_both(store, keys):
    await schema.ensure_decision_index(store, keys, space="s", dim=8, hnsw=schema.Hnsw())

    with pytest.raises(ConfigurationError, match="has 8 dimensions, 4 are needed"):
        await schema.ensure_decision_index(store, keys, space="s", dim=4, hnsw=schema.Hnsw())


async def test_two_replicas_may_start_at_once(redis_server, keys, store):
    async with store_at(redis_server) as other:
        for each in (store, other, store):
            await schema.migrate(each, keys)
            await schema.ensure_decision_index(each, keys, space="s", dim=4, hnsw=schema.Hnsw())


async def test_a_server_without_modules_is_refused_with_what_is_missing(tmp_path: Path):
    with redis_process(tmp_path, *PERSISTENT, modules=False) as port:
        message = await refusal(f"redis://127.0.0.1:{port}")

    assert "lacks Search, JSON, TimeSeries, Bloom" in message
    assert "REDIS_URL" in message


@pytest.fixture(scope="module")
def volatile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server that keeps nothing, as a user may run one."""
    with redis_process(tmp_path_factory.mktemp("volatile"), "--appendonly", "no") as port:
        yield f"redis://127.0.0.1:{port}"


async def test_a_server_that_keeps_nothing_is_refused(volatile):
    assert "FORETHOUGHT_REDIS__DURABLE=false" in await refusal(volatile)


async def test_a_server_that_keeps_nothing_is_taken_at_ones_own_risk_and_loudly(volatile):
    with capture_logs() as logs:
        counts = await start_on(volatile, durable=False)

    assert counts == {"decisions": 0, "components": 0}
    assert "redis.not_durable" in [each["event"] for each in logs if each["log_level"] == "warning"]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a server with a user `trader` and a password."""
    user = ("--user", "trader", "on", f">{PASSWORD}", "~*", "&*", "+@all")
    options = (*PERSISTENT, "--requirepass", PASSWORD, *user)
    with redis_process(tmp_path_factory.mktemp("guarded"), *options) as port:
        yield port


@pytest.mark.parametrize("user", ["", "trader"])
async def test_user_and_password_are_taken_from_the_url(guarded, user):
    assert await start_on(f"redis://{user}:{QUOTED}@127.0.0.1:{guarded}/0") == {"decisions": 0, "components": 0}


@pytest.mark.parametrize("login", ["", ":wrong@", "trader:wrong@", "nobody:wrong@"])
async def test_a_wrong_password_is_one_line_that_does_not_repeat_it(guarded, login):
    message = await refusal(f"redis://{login}127.0.0.1:{guarded}")

    assert "check REDIS_URL" in message
    assert "wrong" not in message.replace("WRONGPASS", "")


async def test_a_user_who_may_not_do_what_is_needed_is_told_so(tmp_path):
    reader = ("--user", "reader", "on", "nopass", "~*", "+@read", "+@connection")
    with redis_process(tmp_path, *PERSISTENT, *reader) as port:
        message = await refusal(f"redis://reader:x@127.0.0.1:{port}")

    assert "may not" in message


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}", "unix:///nonexistent/redis.sock", "redis://no.invalid:1"])
async def test_a_server_that_is_not_there_is_unavailable(url):
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await start_on(url.format(port=free_port()))


@pytest.mark.parametrize("url", ["http://127.0.0.1", "127.0.0.1:6379", "redis://127.0.0.1:port", "redis://[::1"])
async def test_a_malformed_url_is_one_line(url):
    assert "REDIS_URL" in await refusal(url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a self-signed certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    named = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    try:
        subprocess.run(["openssl", "req", "-x509", *key, *files, *named], check=True, capture_output=True)  # noqa: S603, S607
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return folder


@pytest.fixture(scope="module")
def encrypted(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a server that speaks TLS only."""
    files = {"cert": "cert.pem", "key": "key.pem", "ca-cert": "cert.pem"}
    options = [part for name, file in files.items() for part in (f"--tls-{name}-file", str(certificate / file))]
    with redis_process(
        tmp_path_factory.mktemp("encrypted"), *PERSISTENT, *options, "--tls-auth-clients", "no", tls=True
    ) as port:
        yield port


async def test_tls_works_with_a_certificate_that_is_trusted(encrypted, certificate):
    url = f"rediss://127.0.0.1:{encrypted}?ssl_ca_certs={certificate / 'cert.pem'}"

    assert await start_on(url) == {"decisions": 0, "components": 0}


async def test_tls_refuses_a_certificate_that_is_not_trusted(encrypted):
    with pytest.raises(StoreUnavailable, match=r"(?i)certificate"):
        await start_on(f"rediss://127.0.0.1:{encrypted}")
