"""What the server's own log says about why it ended, or about what it had to drop."""

import shlex
from pathlib import Path

from forethought.adapters.redis.binaries import INSTEAD, RedisBinaries, complaints
from forethought.adapters.redis.data_folder import DataFolder
from forethought.domain.errors import ConfigurationError

_TAIL_BYTES = 64 * 1024
_UNREADABLE_DATA = (  # strings of redis 7.4's aof.c and rdb.c
    "reading the append only file",
    "Error reading the RDB",
    "Fatal error loading the DB",
    "AOF manifest",
    "rdb file reading failure",
    "Error loading data from RDB",
    "Can't handle RDB format version",
    "truncated file is not the last file",
)
_REASONS_MAX = 3
_TRUNCATED = "!!! Truncating the AOF"


def end_of(log: Path) -> int:
    """Return the position in bytes behind the last line; 0 without a log."""
    return log.stat().st_size if log.exists() else 0


def lines_since(log: Path, position: int) -> str:
    """Return what was written behind `position`, at most the last 64 KiB of it."""
    with log.open("rb") as file:
        file.seek(max(position, end_of(log) - _TAIL_BYTES))
        return file.read().decode(errors="replace")


def dropped_tail(said: str) -> str | None:
    """Return the line with which the server cut a half-written last command off its file; None when it did not."""
    return next((line for line in complaints(said) if _TRUNCATED in line), None)


def refusal(said: str, *, returncode: int | None, folder: DataFolder, binaries: RedisBinaries) -> ConfigurationError:
    """Return the error, of one line, for a server that ended before it answered.

    Args:
        said: What it logged in this attempt.
        returncode: As of `subprocess`; negative for a signal.
        folder: Where its data is.
        binaries: For the command that repairs the data.
    """
    reasons = complaints(said)
    unreadable = next((line for line in reasons if any(sign in line for sign in _UNREADABLE_DATA)), None)
    if unreadable is None:
        return ConfigurationError(
            f"The embedded Redis ended with code {returncode} before it answered "
            f"({'; '.join(reasons[-_REASONS_MAX:])}); see {folder.log}, or {INSTEAD}"
        )
    return ConfigurationError(
        f"The embedded Redis cannot read its data ({unreadable.strip('. ')}); copy {folder.path} first, then repair it "
        f"by `{_repair_command(folder, binaries)}`, or move it away to start empty, or set FORETHOUGHT_DATA_DIR=…"
    )


def _repair_command(folder: DataFolder, binaries: RedisBinaries) -> str:
    change = shlex.join(["cd", str(folder.path)])
    libraries = shlex.join(["env", f"LD_LIBRARY_PATH={binaries.library_path}"])
    manifest = folder.append_only_manifest.relative_to(folder.path)
    return f"{change} && {libraries} {shlex.join([str(binaries.check_aof), '--fix', str(manifest)])}"
