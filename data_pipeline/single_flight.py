"""Equal work that is asked for at the same time is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Shares the result of work in flight between all who ask for it under the same key.

    Nothing is kept once it is done. Work goes on when one who asked gives up, and is cancelled when
    the last one does.
    """

    def __init__(self) -> None:
        self._flying: dict[str, asyncio.Task[T]] = {}
        self._waiting: dict[str, int] = {}

    async def run(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, begun now or already under way; raises what it raises."""
        task = self._flying.get(key)
        if task is None:
            task = asyncio.ensure_future(_awaited(work))
            self._flying[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(key, task)

    def _leave(self, key: str, task: asyncio.Task[T]) -> None:
        self._waiting[key] -= 1
        if not self._waiting[key]:
            del self._waiting[key]
            if not task.done():
                self._flying.pop(key, None)
                task.cancel()

    def _landed(self, key: str, task: asyncio.Task[T]) -> None:
        if self._flying.get(key) is task:
            del self._flying[key]
        if not task.cancelled():
            task.exception()  # seen, so that nobody is told of it when all have left


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
