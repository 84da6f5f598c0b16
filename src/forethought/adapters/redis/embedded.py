"""A redis-server of our own: started as a child, kept alive, stopped in order.

If the owner is killed, the kernel sends the server SIGTERM (see `launcher`), on which it flushes its append-only file
and leaves. Should that fail, the next start finds the orphan by the lock that it holds, and shuts it down rather than
adopt it: a process that is not our child can be neither waited for nor supervised, and may be of another version.
Nothing is lost by that, as SHUTDOWN and SIGTERM flush, and as what was acknowledged (WAITAOF) is on disk already.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from forethought.adapters.redis.binaries import RedisBinaries, locate, require_installed
from forethought.adapters.redis.data_folder import DataFolder, folder_errors_explained, unix_url
from forethought.adapters.redis.server_log import dropped_tail, end_of, lines_since, refusal
from forethought.domain.errors import ConfigurationError, StoreUnavailable

log = structlog.get_logger(__name__)

_LAUNCHER = Path(__file__).with_name("launcher.py")
_POLL_S = 0.02
_WATCH_S = 0.1
_PING_TIMEOUT_S = 5.0
_LEAVE_PATIENCE_S = 1.0  # beyond the time that SHUTDOWN itself has had
_SIGNAL_PATIENCE_S = 5.0
_BACKOFF_FIRST_S = 0.05
_BACKOFF_MAX_S = 5.0
_STABLE_S = 30.0  # a server that lived this long starts the next series of delays from the first again


class EmbeddedRedis:
    """The server of one data folder, with Search, JSON, TimeSeries and Bloom, on a Unix socket only.

    Start and stop it on one event loop that runs for as long as the server is wanted: the task that restarts a dead
    server lives there, and the end of the *thread* that started the server ends the server too (PR_SET_PDEATHSIG).
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        start_timeout_s: float = 60.0,
        stop_timeout_s: float = 10.0,
        maxmemory_bytes: int | None = None,
        appendfsync: Literal["always", "everysec"] = "always",
        platform: str | None = None,
    ) -> None:
        """Remember the options; nothing is touched before `start`.

        Args:
            data_dir: Holds the folder `redis`; made when missing.
            start_timeout_s: How long the loading of the data may take at `start`. A restart waits as long as it takes.
            stop_timeout_s: How long SHUTDOWN may take before SIGTERM and SIGKILL follow (5 s each).
            appendfsync: When the append-only file is forced to disk. WAITAOF is answered after 0.3 ms with `always`,
                after about 100 ms with `everysec` (measured on a virtual disk that syncs in 0.2 ms).
            maxmemory_bytes: Beyond it writes are refused, nothing is evicted; None is no limit.
            platform: Such as `linux-x86_64`; that of this machine by default.
        """
        self._folder = DataFolder(data_dir)
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._maxmemory_bytes = maxmemory_bytes
        self._appendfsync = appendfsync
        self._platform = platform
        self._owner_lock: int | None = None
        self._server_lock: int | None = None
        self._socket: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._restarts = 0

    @property
    def url(self) -> str:
        """`unix:///…/redis.sock`; the same over all restarts.

        Raises:
            StoreUnavailable: Not started, or stopped.
        """
        if self._socket is None:
            raise StoreUnavailable("the embedded Redis is not started")
        return unix_url(self._socket)

    @property
    def pid(self) -> int | None:
        """Process id of the live server; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def restarts(self) -> int:
        """How often a dead server was brought back since `start`."""
        return self._restarts

    @staticmethod
    async def attach(data_dir: Path) -> str | None:
        """Return the URL of the folder's server when an owner keeps one that answers (or still loads), else None."""
        folder = DataFolder(data_dir)
        if not folder.is_owned():
            return None
        url = unix_url(folder.socket())
        return url if await _state(url) != "silent" else None

    async def start(self) -> None:
        """Take the folder and return once the server has loaded its data and answers. Does nothing when started.

        Raises:
            ConfigurationError: Platform, installation, folder or data do not allow it; the message says what to do.
            StoreUnavailable: The data was not loaded within `start_timeout_s`.
        """
        if self._owner_lock is not None:
            return
        self._restarts = 0
        with folder_errors_explained(self._folder.data_dir):
            try:
                await self._open()
            except BaseException:
                await self.stop()
                raise
        self._supervisor = asyncio.create_task(self._supervise(), name="redis-supervisor")

    async def stop(self) -> None:
        """Flush and end the server, remove socket and pid file, give the folder free. Does nothing when stopped."""
        await self._end_supervisor()
        try:
            if self._process is not None:
                await self._escalate(lambda: self.pid is None)
                log.info("redis.stopped", returncode=self._process.poll(), restarts=self._restarts)
            if self._socket is not None:
                self._folder.remove_leftovers()
        finally:
            self._process = self._socket = None
            self._release_locks()

    def _release_locks(self) -> None:
        for lock in (self._server_lock, self._owner_lock):
            if lock is not None:
                os.close(lock)
        self._server_lock = self._owner_lock = None

    async def _open(self) -> None:
        started_s = time.monotonic()
        require_installed(platform=self._platform)
        self._folder.create()
        self._owner_lock = await self._folder.lock_as_owner()
        await self._end_orphan()
        self._socket = self._folder.choose_socket()
        await self._launch(timeout_s=self._start_timeout_s)
        log.info("redis.started", pid=self.pid, socket=str(self._socket), took_ms=_ms_since(started_s))

    async def _end_orphan(self) -> None:
        """Take the server lock, after ending whoever still holds it.

        Raises:
            ConfigurationError: It cannot be ended.
        """
        if self._take_server_lock():
            return
        log.warning("redis.orphan_found", folder=str(self._folder.path))
        self._socket = self._folder.socket()
        if not await self._escalate(self._take_server_lock):
            raise ConfigurationError(
                f"A redis-server that cannot be ended still uses {self._folder.path}; end it by hand, "
                "or set FORETHOUGHT_DATA_DIR=… to another folder"
            )

    def _take_server_lock(self) -> bool:
        if self._server_lock is None:
            self._server_lock = self._folder.lock_for_server()
        return self._server_lock is not None

    async def _escalate(self, gone: Callable[[], bool]) -> bool:
        """Ask the folder's server to leave, ever less politely; tell whether it did."""
        if gone():
            return True
        await self._shut_down()
        if await _becomes(gone, timeout_s=_LEAVE_PATIENCE_S):
            return True
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            if await _becomes(gone, timeout_s=_SIGNAL_PATIENCE_S):
                return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
        self._folder.signal_servers(number)

    async def _shut_down(self) -> None:
        """Send SHUTDOWN, which flushes the append-only file and has no answer but the end of the connection."""
        with suppress(RedisError, OSError):
            async with _client(self.url) as client, asyncio.timeout(self._stop_timeout_s):
                await client.shutdown()

    async def _launch(self, *, timeout_s: float | None) -> None:
        """Start the server and wait while it loads its data.

        Raises:
            ConfigurationError: It ended instead.
            StoreUnavailable: It takes longer than `timeout_s`.
        """
        binaries = locate(self._folder.path, platform=self._platform)
        self._folder.rotate_log()
        log_start = end_of(self._folder.log)
        self._spawn(binaries)
        try:
            async with asyncio.timeout(timeout_s):
                await self._answers()
        except TimeoutError as error:
            raise StoreUnavailable(
                f"The embedded Redis has not loaded its data after {timeout_s} s; allow more, or see {self._folder.log}"
            ) from error
        said = lines_since(self._folder.log, log_start)
        if self._process is not None and self.pid is None:
            raise refusal(said, returncode=self._process.poll(), folder=self._folder, binaries=binaries)
        if (loss := dropped_tail(said)) is not None:
            log.warning("redis.half_written_tail_dropped", detail=loss)

    async def _answers(self) -> None:
        """Wait until the server answers, which it does not while it loads, or is dead."""
        while self.pid is not None and await _state(self.url) != "ready":  # noqa: ASYNC110  nothing announces it
            await asyncio.sleep(_POLL_S)

    def _spawn(self, binaries: RedisBinaries) -> None:
        """Start the server; it inherits the lock, which we then let go of.

        In a session of its own, so that Ctrl-C reaches the owner only. Without our environment, which holds secrets.
        """
        if self._server_lock is None or self._socket is None:
            raise StoreUnavailable(f"another redis-server still uses {self._folder.path}")
        self._socket.parent.mkdir(mode=0o700, exist_ok=True)  # the short private folder may have been tidied away
        launch = [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), binaries.library_path]
        kept = ("LD_LIBRARY_PATH", "PATH", "TZ")
        with self._folder.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  our own binary, no shell
                [*launch, str(binaries.server), *self._options(binaries, self._socket)],
                cwd=binaries.folder,
                env={name: os.environ[name] for name in kept if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(self._server_lock,),
                start_new_session=True,
            )
        os.close(self._server_lock)
        self._server_lock = None
        self._folder.pid_file.write_text(f"{self._process.pid}\n", encoding="ascii")

    def _options(self, binaries: RedisBinaries, socket: Path) -> Iterator[str]:
        """Yield the command line: a configuration file would be taken for a pattern when its path has `?` or `*`."""
        yield from self._folder.server_mark
        settings = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "appendonly": "yes",
            "appendfsync": self._appendfsync,
            "aof-load-truncated": "yes",
            "aof-use-rdb-preamble": "yes",
            "save": "",
            "maxmemory": str(self._maxmemory_bytes or 0),
            "maxmemory-policy": "noeviction",
            "locale-collate": "C",  # an unknown LC_ALL would keep the server from starting
        }
        for name, value in settings.items():
            yield from (f"--{name}", value)
        for module in binaries.modules:
            yield from ("--loadmodule", str(module))

    async def _supervise(self) -> None:
        """Bring the server back whenever it dies; ends only by being cancelled."""
        attempt = 0
        while True:
            alive_since_s = time.monotonic()
            await _becomes(lambda: self.pid is None, timeout_s=None, every_s=_WATCH_S)
            uptime_s = time.monotonic() - alive_since_s
            code = None if self._process is None else self._process.poll()
            log.error("redis.died", returncode=code, uptime_s=round(uptime_s, 3))
            attempt = 0 if uptime_s >= _STABLE_S else attempt + 1
            while not await self._restart(after_s=backoff_s(attempt, jitter_frac=random.random())):  # noqa: S311  no secret
                attempt += 1

    async def _restart(self, *, after_s: float) -> bool:
        """Try once to bring the server back on the same socket; tell whether it answers."""
        await asyncio.sleep(after_s)
        started_s = time.monotonic()
        try:
            self._folder.signal_servers(signal.SIGKILL)  # forks of the dead one, which would keep its lock
            await _becomes(self._take_server_lock, timeout_s=_SIGNAL_PATIENCE_S)
            await self._launch(timeout_s=None)
        except Exception:  # the loop's outer edge: without it one full disk would end the supervision
            log.exception("redis.restart_failed")
            return False
        self._restarts += 1
        log.info("redis.restarted", pid=self.pid, restarts=self._restarts, took_ms=_ms_since(started_s))
        return True

    async def _end_supervisor(self) -> None:
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None


def backoff_s(attempt: int, *, jitter_frac: float) -> float:
    """Return the pause before a restart: doubling from 50 ms up to 5 s, of which the upper half is spread by chance.

    Args:
        attempt: 0 for the first.
        jitter_frac: In [0, 1).
    """
    full_s = min(_BACKOFF_MAX_S, _BACKOFF_FIRST_S * 2.0 ** min(attempt, 16))
    return full_s * (0.5 + 0.5 * jitter_frac)


async def _becomes(condition: Callable[[], bool], *, timeout_s: float | None, every_s: float = _POLL_S) -> bool:
    """Wait for a condition that nothing announces; tell whether it came true in time."""
    try:
        async with asyncio.timeout(timeout_s):
            while not condition():  # noqa: ASYNC110  nothing announces it
                await asyncio.sleep(every_s)
    except TimeoutError:
        return False
    return True


def _client(url: str) -> Redis:
    """Return a client that tries once; time limits are set around it by `asyncio.timeout`.

    With a `socket_timeout` redis-py 8.1 writes under `asyncio.wait_for`, which on Python 3.11 swallows a cancellation
    that arrives when the write is done: nearly every one.
    """
    return Redis.from_url(url, socket_timeout=None, retry=Retry(NoBackoff(), 0))


async def _state(url: str) -> Literal["ready", "loading", "silent"]:
    try:
        async with _client(url) as client, asyncio.timeout(_PING_TIMEOUT_S):
            await client.ping()
    except BusyLoadingError:
        return "loading"
    except (RedisError, OSError):  # the built-in TimeoutError is an OSError
        return "silent"
    return "ready"


def _ms_since(started_s: float) -> float:
    return round((time.monotonic() - started_s) * 1000, 1)
