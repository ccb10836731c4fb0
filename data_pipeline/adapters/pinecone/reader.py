"""Reading one namespace: the newest catalogue, kept in memory and looked for now and then."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final

from data_pipeline.adapters.holdings.stored import analyser_fingerprint
from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.published import (
    HEAD,
    HEAD_ID,
    PIECE,
    DamagedCatalogueError,
    Head,
    LostError,
    OtherAnalyserError,
    Published,
    Snapshot,
    decode,
    decode_head,
    empty,
    piece_ids,
    snapshot_of,
)

_SOON: Final = 0.5
_ATTEMPT_DELAYS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


@dataclass
class Reader:
    """Follows the head in the namespace `catalogue`, looking every `refresh_seconds`.

    What is known is served for as long again while that look is under way: callers wait only for
    the first one, and after a pause.

    Pinecone may show an older head for a moment after a newer one: it counts only when it is still
    there after `grace_seconds`, as when a backup was put back.
    """

    client: Client
    catalogue: str
    refresh_seconds: float
    grace_seconds: float
    head: Head | None = None
    _snapshot: Snapshot | None = None
    _adopted_at: float = float("-inf")
    _looked_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looking: asyncio.Task[Snapshot] | None = None

    async def snapshot(self) -> Snapshot:
        """What searches see now. Raises `OtherAnalyserError` and as `newest` does."""
        return self._searchable(await self._seen_within(self.refresh_seconds))

    async def snapshot_soon(self) -> Snapshot:
        """The same, looked for again unless that was done a moment ago."""
        moment = time.monotonic() - min(self.refresh_seconds, _SOON)
        return self._searchable(await self._looked_since(moment))

    async def newest(self) -> Snapshot:
        """What is published at this moment, by any analyser.

        Raises `DamagedCatalogueError`, `OtherReleaseError`, `LostError` and as `Client` does.
        """
        return await self._seen_within(0.0)

    def adopt(self, head: Head, snapshot: Snapshot) -> None:
        """See what this process has just published."""
        self._take(head, snapshot)
        self._looked_at = self._adopted_at

    async def close(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def seen_head(self) -> Head | None:
        """The head as Pinecone shows it now."""
        found = await self.client.fetch(self.catalogue, [HEAD_ID], [HEAD])
        return decode_head(found[HEAD_ID]) if HEAD_ID in found else None

    def _searchable(self, snapshot: Snapshot) -> Snapshot:
        if snapshot.published.analyser != analyser_fingerprint():
            raise OtherAnalyserError
        return snapshot

    async def _seen_within(self, seconds: float) -> Snapshot:
        asked_at = time.monotonic()
        age = asked_at - self._looked_at
        if self._snapshot is not None and age < 2 * seconds:
            if age >= seconds:
                self._look_meanwhile()
            return self._snapshot
        return await self._looked_since(asked_at)

    def _look_meanwhile(self) -> None:
        """Look while callers go on with what is known; a failure shows when they must wait."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._looked_since(time.monotonic()))
            self._looking.add_done_callback(_forget)

    async def _looked_since(self, moment: float) -> Snapshot:
        async with self._lock:
            if self._snapshot is None or self._looked_at < moment:
                started = time.monotonic()
                self._snapshot = await self._look()
                self._looked_at = max(self._looked_at, started)
            return self._snapshot

    async def _look(self) -> Snapshot:
        head = await self.seen_head()
        if self._snapshot is not None and self._is_seen_or_passing(head):
            return self._snapshot
        if head is None:
            if self.head is not None:
                raise LostError
            return await asyncio.to_thread(empty)
        head, published = await self._read(head)
        snapshot = await asyncio.to_thread(snapshot_of, published)
        if self._snapshot is None or not self._is_seen_or_passing(head):
            self._take(head, snapshot)
            return snapshot
        return self._snapshot  # this process has published a newer one meanwhile

    def _take(self, head: Head, snapshot: Snapshot) -> None:
        self.head, self._snapshot = head, snapshot
        self._adopted_at = time.monotonic()

    def _is_seen_or_passing(self, head: Head | None) -> bool:
        """Whether `head` is the known one, or an older one that a replica still shows."""
        if self.head is None or head is None:
            is_seen, is_older = head is self.head, self.head is not None
        else:
            is_seen = head.version == self.head.version
            is_older = head.sequence < self.head.sequence
        return is_seen or (is_older and time.monotonic() - self._adopted_at < self.grace_seconds)

    async def _read(self, head: Head) -> tuple[Head, Published]:
        """The catalogue that the head names; the head may move on meanwhile."""
        for delay in (*_ATTEMPT_DELAYS, None):
            ids = piece_ids(head)
            found = await self.client.fetch(self.catalogue, ids, [PIECE])
            pieces = [str(found[each].get(PIECE)) for each in ids if each in found]
            if len(pieces) == head.pieces:
                return head, await asyncio.to_thread(decode, head, pieces)
            if delay is not None:
                await asyncio.sleep(delay)
                head = await self.seen_head() or head
        raise DamagedCatalogueError


def _forget(looking: asyncio.Task[Snapshot]) -> None:
    """Take note of a failure, which asyncio would print otherwise."""
    if not looking.cancelled():
        looking.exception()
