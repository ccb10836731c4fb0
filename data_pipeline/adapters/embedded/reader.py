"""Reading one namespace: a snapshot of table and catalogue that belong together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from data_pipeline.adapters.embedded import published
from data_pipeline.adapters.embedded.filters import bounds_condition
from data_pipeline.adapters.holdings.bounds import Bounds, admitted
from data_pipeline.adapters.holdings.statistics import catalogue_of
from data_pipeline.adapters.holdings.stored import analyser_fingerprint
from data_pipeline.ports import Catalogue, ChunkFilter

if TYPE_CHECKING:
    from data_pipeline.adapters.embedded.lance import Store
    from data_pipeline.adapters.embedded.table import Table


@dataclass(frozen=True)
class Snapshot:
    """One published version: what the catalogue says of it, and the table to search."""

    catalogue: Catalogue
    bounds: Mapping[str, Bounds]
    table: Table

    def admitted(self, where: ChunkFilter) -> frozenset[str]:
        """Ids of the bounds that `where` lets through."""
        return admitted(self.bounds, where)

    def condition(self, passing: frozenset[str]) -> str | None:
        """The rows within the bounds `passing`, None for all."""
        return bounds_condition(passing, self.bounds)

    async def probe(self) -> None:
        """Find one chunk, through the index and down to its row; raises what LanceDB raises."""
        for term in islice(self.catalogue.statistics.chunk_frequency, 1):
            await self.table.search([term], 1, None)


@dataclass
class Reader:
    """Follows what the writer of a namespace publishes, looking every `refresh_seconds`."""

    folder: Path
    store: Store
    refresh_seconds: float
    _seen: published.Stamp | None = None
    _looked_at: float = float("-inf")
    _snapshot: Snapshot | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def snapshot(self) -> Snapshot | None:
        """The newest published version, or None while nothing has been published.

        Raises `published.LostError` when something was and is gone, and what LanceDB raises.
        """
        if self._fresh():
            return self._snapshot
        async with self._lock:
            if not self._fresh():
                await self._look()
        return self._snapshot

    def look_again(self) -> None:
        """Look at the next use, because this process has just published."""
        self._looked_at = float("-inf")

    def _fresh(self) -> bool:
        return time.monotonic() - self._looked_at < self.refresh_seconds

    async def _look(self) -> None:
        started = time.monotonic()
        seen = await asyncio.to_thread(published.stamp, self.folder)
        if seen is None:
            await self._refuse_if_lost()
        elif seen != self._seen:
            self._snapshot = await self._open()
            self._seen = seen
        self._looked_at = started

    async def _refuse_if_lost(self) -> None:
        """A namespace without a catalogue is a new one, unless it was read or holds rows already.

        Nothing is written to a table before its first catalogue.
        """
        if self._seen is not None or await self.store.count_unpublished():
            raise published.LostError(self.folder)

    async def _open(self) -> Snapshot:
        current = await asyncio.to_thread(published.read, self.folder)
        if current is None:
            raise published.LostError(self.folder)
        if current.analyser != await asyncio.to_thread(analyser_fingerprint):
            raise published.OtherAnalyserError(self.folder)
        table = await self.store.open(current.table_version)
        return Snapshot(
            await asyncio.to_thread(catalogue_of, current.contents, current.scope_keys),
            {key: bounds for key, (bounds, _) in current.contents.bounds.items()},
            table,
        )
