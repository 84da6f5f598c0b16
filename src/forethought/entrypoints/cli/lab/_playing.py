"""What the laboratory's long commands share: bars, and an end in order."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from forethought.entrypoints.cli._common import notes

T = TypeVar("T")


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Let SIGTERM cancel the work: it must not leave a server or a namespace behind, or lose what is finished."""
    playing = asyncio.current_task()
    if playing is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    return await work


class Bars:
    """A bar for each part of the work; the `Progress` that the laboratory moves."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=notes)
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
