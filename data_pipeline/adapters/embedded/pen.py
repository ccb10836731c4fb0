"""One writer per namespace: a lock that other tasks and other processes wait for.

The kernel frees it when its holder dies, however it dies.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

from data_pipeline.errors import IndexUnavailableError

_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())
_ATTEMPT_SECONDS = 0.05


class Pen:
    """Who holds it may write to the namespace in `folder`; inside, taking it again is free."""

    def __init__(self, folder: Path, *, patience: float) -> None:
        """Wait at most `patience` seconds for another holder."""
        self._folder = folder
        self._patience = patience
        self._tasks = asyncio.Lock()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the pen. Raises `IndexUnavailableError` when another writer keeps it too long."""
        if id(self) in _held.get():
            yield
            return
        async with self._tasks:
            descriptor = await self._take()
            mine = _held.set(_held.get() | {id(self)})
            try:
                yield
            finally:
                _held.reset(mine)
                os.close(descriptor)

    async def _take(self) -> int:
        descriptor = await asyncio.to_thread(_opened, self._folder)
        try:
            await self._lock(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    async def _lock(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._patience
        while not await asyncio.to_thread(_locked, descriptor):
            if time.monotonic() > deadline:
                raise IndexUnavailableError(_busy(self._folder, descriptor))
            await asyncio.sleep(_ATTEMPT_SECONDS)


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexUnavailableError(
            f"{folder} cannot be written to ({error.strerror}): make it writable for this user, "
            "or choose another folder with KB_VAR."
        ) from None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return True


def _busy(folder: Path, descriptor: int) -> str:
    holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
    return (
        f"Another process (id {holder}) is writing to {folder}: wait until it is done, "
        "then run this again."
    )
