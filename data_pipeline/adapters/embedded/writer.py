"""Writing one namespace: commit to the table, then publish the version. Only under the pen."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from data_pipeline.adapters.embedded import published
from data_pipeline.adapters.embedded.filters import one_of
from data_pipeline.adapters.embedded.published import Published
from data_pipeline.adapters.embedded.schema import (
    analysed_anew,
    comparable,
    to_rows,
    without_vectors,
)
from data_pipeline.adapters.holdings.statistics import Contents, bound_keys, counted, replaced
from data_pipeline.adapters.holdings.stored import analyser_fingerprint
from data_pipeline.ports import ArticleChange, Vector

if TYPE_CHECKING:
    from data_pipeline.adapters.embedded.lance import Store
    from data_pipeline.adapters.embedded.table import Table


@dataclass
class Writer:
    """The one writer of a namespace; a replaced version stays readable for `keep_seconds`."""

    folder: Path
    store: Store
    keep_seconds: float
    _seen: published.Stamp | None = None
    _last: Published | None = None

    async def mend(self) -> None:
        """Make whole what a dead loader, damage or another release left; nothing if all is well."""
        if await self._newest():
            await self._current()

    async def apply(self, changes: Sequence[ArticleChange], embedder: str = "") -> None:
        """Make `changes` in one commit and publish them; the vectors in them are `embedder`'s."""
        written = [chunk for change in changes for chunk in change.write]
        stale = {chunk_id for change in changes for chunk_id in change.delete}
        stale.difference_update(chunk.chunk_id for chunk in written)
        if not written and not stale:
            return
        vectors = comparable(_vectors_of(changes) if embedder else {})
        table, current = await self._current()
        if vectors:
            table, current = await self._with_room(table, current, vectors, embedder)
        named = {c.article_id for c in changes} | {c.article_id for c in written}
        touched = one_of("article_id", named)
        gone = await self._counted(table, touched)
        rows = await asyncio.to_thread(to_rows, written, vectors, embedder)
        await table.write(rows, sorted(stale))
        come = await self._counted(table, touched)
        contents = await asyncio.to_thread(replaced, current.contents, gone, come)
        await self._publish(table, contents, current.scope_keys)

    async def refresh(self, scope_keys: Sequence[str]) -> None:
        """Fold new rows into the indices, drop versions that nobody reads, publish the result."""
        table, current = await self._current()
        await table.tidy(
            oldest=published.oldest_in_use(current, time.time() - self.keep_seconds),
            keep=timedelta(seconds=self.keep_seconds),
            vectors=sum(current.contents.vectors.values()),
        )
        moved = current.table_version != await table.version()
        if moved or current.scope_keys != tuple(scope_keys):
            await self._publish(table, current.contents, scope_keys)

    async def delete_article(self, article_id: str) -> int:
        """Remove an article; the number of chunks that went."""
        table, _ = await self._current()
        rows = await table.stored(one_of("article_id", [article_id]))
        ids = tuple(row.chunk.chunk_id for row in rows)
        await self.apply([ArticleChange(article_id, (), ids)])
        return len(ids)

    async def content_hashes(self) -> dict[str, dict[str, str]]:
        """`{article_id: {chunk_id: stored hash}}` of the newest version, published or not."""
        hashes: defaultdict[str, dict[str, str]] = defaultdict(dict)
        table = await self._newest()
        for row in await table.ids_and_hashes() if table else ():
            hashes[row["article_id"]][row["chunk_id"]] = row["content_hash"]
        return dict(hashes)

    async def _current(self) -> tuple[Table, Published]:
        """The newest table and what it holds, published now if nobody could before.

        Terms that another release made, or may have made, are made anew first.
        """
        table = await self._newest() or await self.store.create()
        last = await self._last_published()
        analyser = await asyncio.to_thread(analyser_fingerprint)
        is_same_analyser = last is not None and last.analyser == analyser
        if last and is_same_analyser and last.table_version == await table.version():
            return table, last
        await table.ensure_indices()
        if not is_same_analyser:
            await self._analyse_anew(table)
        contents = await self._counted(table)
        keys = last.scope_keys if last else bound_keys(contents)
        return table, await self._publish(table, contents, keys)

    async def _analyse_anew(self, table: Table) -> None:
        rows = await asyncio.to_thread(analysed_anew, await table.stored())
        if rows:
            await table.write(rows, (), keep_vectors=True)

    async def _with_room(
        self, table: Table, current: Published, vectors: Mapping[str, Vector], embedder: str
    ) -> tuple[Table, Published]:
        """A table whose vectors can stand beside those in `vectors`, of one embedder and length.

        Where it is another table, the vectors that were there are gone: those of two embedders
        cannot be compared, and half of them would be found at the cost of the other half.
        """
        dimensions = max(len(vector) for vector in vectors.values())
        is_same_embedder = current.contents.vectors.keys() <= {embedder}
        if is_same_embedder and await table.dimensions() == dimensions:
            return table, current
        rows = await asyncio.to_thread(without_vectors, await table.stored())
        table = await self.store.create(rows, dimensions=dimensions)
        contents = msgspec.structs.replace(current.contents, vectors={})
        return table, await self._publish(table, contents, current.scope_keys)

    async def _newest(self) -> Table | None:
        """The newest table; None when there is none, or one that a loader died in making."""
        if not await asyncio.to_thread(self.folder.exists):
            return None  # LanceDB would make the folder
        ever_published = await asyncio.to_thread(published.stamp, self.folder)
        try:
            return await self.store.open()
        except (OSError, RuntimeError, ValueError):
            if ever_published:
                raise
            return None

    async def _last_published(self) -> Published | None:
        """What readers see; None also for a damaged file, which is then written anew."""
        seen = await asyncio.to_thread(published.stamp, self.folder)
        if seen != self._seen:
            self._last = await asyncio.to_thread(_read_undamaged, self.folder)
            self._seen = seen
        return self._last

    async def _counted(self, table: Table, condition: str | None = None) -> Contents:
        return await asyncio.to_thread(counted, await table.stored(condition))

    async def _publish(
        self, table: Table, contents: Contents, scope_keys: Sequence[str]
    ) -> Published:
        after = Published(
            table_version=await table.version(),
            analyser=analyser_fingerprint(),
            scope_keys=tuple(scope_keys),
            contents=contents,
        )
        now = time.time()
        after = published.retire(self._last, after, now=now, since=now - self.keep_seconds)
        await asyncio.to_thread(published.write, self.folder, after)
        self._last, self._seen = after, await asyncio.to_thread(published.stamp, self.folder)
        return after


def _vectors_of(changes: Sequence[ArticleChange]) -> dict[str, Vector]:
    return {
        chunk.chunk_id: change.vectors[chunk.chunk_id]
        for change in changes
        for chunk in change.write
        if chunk.chunk_id in change.vectors
    }


def _read_undamaged(folder: Path) -> Published | None:
    try:
        return published.read(folder)
    except published.DamagedCatalogueError:
        return None
