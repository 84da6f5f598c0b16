"""The folder in which an embedded Redis lives: who owns it, where its socket is, which processes serve it."""

import asyncio
import errno
import fcntl
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from forethought.domain.errors import ConfigurationError

_SOCKET_PATH_MAX_BYTES = 107  # sun_path of unix(7) has 108 with the final zero
_LOG_MAX_BYTES = 10 * 1024 * 1024
_LOCK_ATTEMPTS = 5  # a look by `is_owned` holds the lock for a moment; it must not refuse a start
_LOCK_PAUSE_S = 0.05


class DataFolder:
    """Paths, locks and processes below `{data_dir}/redis`.

    Two locks, both released by the kernel however their holder ends: `owner.lock` is held by the process that owns
    the folder; `server.lock` is inherited by redis-server and its forks, and thus held exactly as long as one of them
    lives, so that two servers never write one append-only file.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = Path(os.path.realpath(data_dir)) / "redis"
        self.log = self.path / "redis.log"
        self.pid_file = self.path / "redis.pid"
        self.append_only_manifest = self.path / "appendonlydir" / "appendonly.aof.manifest"
        self._owner_lock = self.path / "owner.lock"
        self._server_lock = self.path / "server.lock"
        self._socket_place = self.path / "socket.path"

    def create(self) -> None:
        """Create the folder, readable by this user only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    async def lock_as_owner(self) -> int:
        """Return the descriptor that holds the folder until it is closed.

        Raises:
            ConfigurationError: Another live process holds it.
        """
        for _ in range(_LOCK_ATTEMPTS):
            if (descriptor := _try_lock(self._owner_lock)) is not None:
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"{os.getpid()}\n".encode())
                return descriptor
            await asyncio.sleep(_LOCK_PAUSE_S)
        owner = self._owner_lock.read_text(encoding="ascii").strip() or "unknown"
        raise ConfigurationError(
            f"Forethought already runs on {self.data_dir} (pid {owner}); "
            "stop that one, or set FORETHOUGHT_DATA_DIR=… to another folder"
        )

    def is_owned(self) -> bool:
        """Tell whether a live process owns the folder."""
        try:
            descriptor = os.open(self._owner_lock, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def lock_for_server(self) -> int | None:
        """Return the descriptor for redis-server to inherit; None while another server or fork of one lives."""
        return _try_lock(self._server_lock)

    def socket(self) -> Path:
        """Return where the socket of the current owner is."""
        with suppress(FileNotFoundError):
            return Path(os.fsdecode(self._socket_place.read_bytes()))
        return self.path / "redis.sock"

    def choose_socket(self) -> Path:
        """Return a place for a socket: in the folder, or in a short private one that is noted in the folder."""
        self.remove_leftovers()
        beside = self.path / "redis.sock"
        if _fits(beside):
            return beside
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  the folder in it is private (mkdtemp: 0700)
            if _fits(Path(parent) / "forethought-12345678" / beside.name):
                elsewhere = Path(tempfile.mkdtemp(prefix="forethought-", dir=parent)) / beside.name
                self._socket_place.write_bytes(os.fsencode(elsewhere))
                return elsewhere
        return beside

    def remove_leftovers(self) -> None:
        """Remove socket and pid file, of this owner or of one that was killed."""
        socket = self.socket()
        self.pid_file.unlink(missing_ok=True)
        with suppress(FileNotFoundError, NotADirectoryError):
            socket.unlink()
        if socket.parent != self.path:
            with suppress(OSError):  # gone already, or not ours alone: only an empty folder is removed
                socket.parent.rmdir()
        self._socket_place.unlink(missing_ok=True)

    def rotate_log(self) -> None:
        """Keep one former log once the current one has grown beyond 10 MiB."""
        if self.log.exists() and self.log.stat().st_size > _LOG_MAX_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    @property
    def server_mark(self) -> tuple[str, ...]:
        """The first options of every server of this folder, by which `signal_servers` knows it."""
        return ("--set-proc-title", "no", "--dir", str(self.path))  # a title would replace the command line

    def signal_servers(self, number: signal.Signals) -> None:
        """Send a signal to every redis-server that was started for this folder, forks included.

        Found by command line, because the pid in a file may by now belong to a stranger.
        """
        mark = [os.fsencode(word) for word in self.server_mark]
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(b"/redis-server") and words[1 : 1 + len(mark)] == mark:
                    os.kill(int(process.name), number)


def unix_url(socket: Path) -> str:
    """Return the URL that redis-py takes, with odd characters escaped."""
    return f"unix://{quote(os.fsencode(socket))}"


@contextmanager
def folder_errors_explained(data_dir: Path) -> Iterator[None]:
    """Turn what the file system refuses into one line that says what to do."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"The data folder {data_dir} {_obstacle(error)}; set FORETHOUGHT_DATA_DIR=… to a folder of yours, "
            "or REDIS_URL=redis://… to a running Redis Stack"
        ) from error


def _obstacle(error: OSError) -> str:
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return f"cannot be made because {error.filename} is a file"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"cannot be written by this user ({error.filename}: {error.strerror})"
    return f"cannot be used ({error.filename}: {error.strerror})"


def _try_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _fits(socket: Path) -> bool:
    return len(os.fsencode(socket)) <= _SOCKET_PATH_MAX_BYTES
