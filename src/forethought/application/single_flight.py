"""The same situation asked concurrently is worked out once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Joins callers of one key. A caller that gives up does not stop the work for the others."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """Run `work` unless it runs already for this key.

        Returns:
            The result, and whether it was another caller's work.

        Raises:
            Whatever `work` raises, to every caller.
        """
        task = self._under_way.get(key)
        joined = task is not None
        if task is None:
            task = asyncio.ensure_future(_awaited(work))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task), joined

    def _finish(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # every caller may have given up: then nobody else asks for it


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
