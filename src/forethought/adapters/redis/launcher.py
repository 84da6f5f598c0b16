"""Become redis-server, in a way that it ends when its owner does. Run as a script, never imported.

`python launcher.py OWNER_PID LIBRARY_PATH PROGRAM [ARGUMENT ...]`

The wish to be told of the parent's death (PR_SET_PDEATHSIG) must be made by the child itself. A `preexec_fn` would
make it between fork and exec of a process with threads, where a lock held by another thread can hang the child for
ever; this script makes it in a fresh process with one thread, and the wish outlives exec. SIGTERM lets Redis flush.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _end_with(owner_pid: int) -> None:
    """Ask for SIGTERM when the owner dies; leave at once if it died before we could ask."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != owner_pid:
        sys.exit("the owner died before the server started")


def _become(library_path: str, program: str, arguments: list[str]) -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores both, and exec would pass that on
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.umask(0o077)
    os.execve(program, [program, *arguments], os.environ | {"LD_LIBRARY_PATH": library_path})  # noqa: S606  no shell wanted


if __name__ == "__main__":
    _end_with(int(sys.argv[1]))
    _become(sys.argv[2], sys.argv[3], sys.argv[4:])
