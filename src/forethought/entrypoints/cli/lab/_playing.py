"""What the laboratory's long commands share: bars, and an end in order."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from forethought.entrypoints.cli._common import notes

T = TypeVar("T")

INTERRUPTED = 130
"""Exit code of a command that somebody stopped."""


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Let SIGTERM cancel the work: it must not leave a server or a namespace behind, or lose what is finished."""
    playing = asyncio.current_task()
    if playing is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    return await work


@contextmanager
def ending(kept: Path | None) -> Iterator[None]:
    """End the command in order where somebody stops it: a remark, and exit code 130.

    Args:
        kept: Where it leaves what is finished; `None` where it keeps nothing.
    """
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError):
        where = f"what is finished is in {kept}, the same command goes on from there"
        notes.print(f"stopped; {'nothing was kept' if kept is None else where}")
        raise typer.Exit(INTERRUPTED) from None


def progress(*, transient: bool = True) -> Progress:
    """Make an empty set of bars.

    Args:
        transient: Whether they vanish at the end.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=notes, transient=transient)


class Bars:
    """A bar for each part of the work; the `Progress` that the laboratory moves."""

    def __init__(self) -> None:
        self._progress = progress(transient=False)
        self._task = self._progress.add_task("read", total=1)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def begin(self, what: str, *, total: int) -> None:
        """End the bar before, and begin one."""
        self._progress.update(self._task, completed=self._progress.tasks[-1].total)
        self._task = self._progress.add_task(what, total=total)

    def advance(self, steps: int) -> None:
        """Move the bar on."""
        self._progress.advance(self._task, steps)
