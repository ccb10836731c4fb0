"""One writer per namespace: a lock in the process, and a turn that other processes respect.

Pinecone has no compare-and-swap: two loaders that start within the same moment, each before it can
see the other's turn, could both go on. The later head would then win, and the next load of the
other's articles repairs what it lost. A turn that is visible keeps every other loader out, where
the clocks of the loaders' machines agree within a few seconds.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.faults import as_unavailable
from data_pipeline.errors import IndexUnavailableError

State = Literal["writing", "deleting", "done"]
_TURN_ID: Final = "turn"
_TURN: Final = "turn"
_ATTEMPT_SECONDS: Final = 0.25
_RENEWALS: Final = 3
_LOST: Final = (
    "Another process has begun to write to this namespace at Pinecone meanwhile: wait until it is "
    "done, then run this again."
)
_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


class Note(msgspec.Struct, frozen=True):
    """The turn as it is stored: `until` in seconds since 1970, `state` of the owner's work."""

    owner: str
    until: float
    state: State


@dataclass
class Turn:
    """Who holds it may write to the namespace; inside, taking it again is free.

    It ends by itself `seconds` after its holder died. Others wait at most `patience` seconds.
    """

    client: Client
    catalogue: str
    vector: list[float]
    seconds: float
    patience: float
    before: State | None = None
    _owner: str = ""
    _state: State = "done"
    _tasks: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_held(self) -> bool:
        """Whether the code that asks runs inside `held`."""
        return id(self) in _held.get()

    async def confirm(self) -> None:
        """Return while the turn is this holder's; it may have been too slow to renew it.

        Raises `IndexUnavailableError` when another process holds it now, or held it in between and
        is done: what this holder has read and uploaded may be gone.
        """
        deadline = time.monotonic() + self.seconds / 2
        while (found := await self._read()) is None or found.owner != self._owner:
            # A note that holds no longer may be an older one, which a replica still shows.
            if self._is_anothers(found) or time.monotonic() > deadline:
                raise IndexUnavailableError(_LOST)
            await asyncio.sleep(_ATTEMPT_SECONDS / 5)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the turn; `before` then tells in which state the last holder left the namespace.

        Raises `IndexUnavailableError` when another writer keeps it too long.
        """
        async with self._tasks:
            with as_unavailable():
                self.before = await self._take()
            renewing = asyncio.create_task(self._renew())
            mine = _held.set(_held.get() | {id(self)})
            try:
                yield
                self._state = "done"
            finally:
                _held.reset(mine)
                renewing.cancel()
                # A turn that cannot be given back ends by itself.
                with suppress(IndexUnavailableError), as_unavailable():
                    await self._give_back()

    async def enter(self, state: State) -> None:
        """Leave word of what is being done, for the one who comes after a crash."""
        self._state = state
        await self._write(time.time() + self.seconds)

    async def _take(self) -> State | None:
        self._owner = secrets.token_hex(8)
        deadline = time.monotonic() + self.patience
        while True:
            found = await self._read()
            if found is None or found.owner == "" or found.until < time.time():
                await self.enter("writing")
                if await self._is_mine():
                    return found.state if found else None
            if time.monotonic() > deadline:
                raise IndexUnavailableError(
                    "Another process is writing to this namespace at Pinecone: wait until it is "
                    "done, then run this again."
                )
            await asyncio.sleep(_ATTEMPT_SECONDS)

    async def _is_mine(self) -> bool:
        """Whether the turn that can be read is this one; waits until one can be."""
        deadline = time.monotonic() + self.seconds / 2
        while time.monotonic() < deadline:
            found = await self._read()
            if found is not None and found.owner and found.until > time.time():
                return found.owner == self._owner
            await asyncio.sleep(_ATTEMPT_SECONDS / 5)
        return False

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self.seconds / _RENEWALS)
            with suppress(IndexUnavailableError), as_unavailable():
                await self.confirm()
                await self.enter(self._state)

    async def _give_back(self) -> None:
        if self._is_anothers(await self._read()):
            return
        self._owner = ""
        await self._write(0.0)

    def _is_anothers(self, found: Note | None) -> bool:
        return bool(found and found.owner not in {"", self._owner} and found.until > time.time())

    async def _read(self) -> Note | None:
        found = await self.client.fetch(self.catalogue, [_TURN_ID], [_TURN])
        return _decoded(found[_TURN_ID]) if _TURN_ID in found else None

    async def _write(self, until: float) -> None:
        note = msgspec.json.encode(Note(self._owner, until, self._state)).decode()
        document = {"_id": _TURN_ID, "embedding": self.vector, _TURN: note}
        if await self.client.upsert(self.catalogue, [document]):
            raise IndexUnavailableError(
                "Pinecone does not take what a load begins with: check with "
                "`python -m scripts.setup_index` that the index is one for kbgate."
            )


def _decoded(document: Mapping[str, Any]) -> Note | None:
    """The note, None for one that cannot be read: it keeps nobody out."""
    try:
        return msgspec.json.decode(str(document.get(_TURN, "")), type=Note)
    except (msgspec.MsgspecError, UnicodeError):
        return None
