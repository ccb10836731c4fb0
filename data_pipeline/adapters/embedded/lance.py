"""LanceDB's API, all of it that is used. Imported at first use: it takes a second.

Only its async API is used: it answers in two thirds of the time of the other in a thread, and
never holds the event loop for more than the decoding of the hits.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import lancedb
import pyarrow as pa
from lancedb.index import FTS, Bitmap, BTree
from lancedb.query import ColumnOrdering, MatchQuery
from lancedb.table import AsyncTable

from data_pipeline.adapters.embedded.filters import one_of
from data_pipeline.adapters.embedded.schema import Row, Stored, from_bytes
from data_pipeline.articles import ScoredChunk
from data_pipeline.errors import IndexUnavailableError

_TABLE: Final = "chunks"
_SCHEMA: Final = pa.schema(
    [(name, pa.binary() if name == "stored" else pa.string()) for name in Row.__struct_fields__]
)
_INDICES: Final = {
    # The column is analysed already: blanks separate its terms, and nothing may be done to them.
    "searched": FTS(
        base_tokenizer="whitespace",
        max_token_length=None,
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
    ),
    "bounds": Bitmap(),
    "article_id": BTree(),
}
# LanceDB's own default would let one process keep 7 GB of indices and metadata in memory.
_INDEX_CACHE_BYTES: Final = 256 << 20
_METADATA_CACHE_BYTES: Final = 64 << 20
_CLOCK_STEP: Final = timedelta(seconds=1)
# Below this many new rows the search is as fast without them in its index, and above this many
# versions their files weigh more than the work of removing them.
_UNINDEXED_ROWS: Final = 100
_PILED_VERSIONS: Final = 50

_opened_in: int | None = None


class Table:
    """The chunks of one namespace, at one version or (for the writer) at the newest."""

    def __init__(self, table: AsyncTable) -> None:
        self._table: Any = table  # its methods are typed in part

    async def version(self) -> int:
        """The version that this table shows."""
        return int(await self._table.version())

    async def search(
        self, terms: Sequence[str], limit: int, condition: str | None
    ) -> list[ScoredChunk]:
        """Best chunks by BM25 over the searched column, best first; ties by chunk id."""
        match = MatchQuery(" ".join(terms), "searched")  # type: ignore[call-arg]  # has defaults
        query = self._table.query().nearest_to_text(match)
        if condition is not None:
            query = query.where(condition)
        hits = await query.limit(limit).select(["stored", "_score"]).to_arrow()
        pairs = zip(hits["stored"].to_pylist(), hits["_score"].to_pylist(), strict=True)
        scored = [_scored(from_bytes(stored), score) for stored, score in pairs]
        return sorted(scored, key=lambda hit: (-hit.score, hit.chunk.chunk_id))

    async def stored(self, condition: str | None = None) -> list[Stored]:
        """All rows, or those that meet `condition`, in no particular order."""
        query = self._table.query().select(["stored"])
        if condition is not None:
            query = query.where(condition)
        return [from_bytes(row) for row in (await query.to_arrow())["stored"].to_pylist()]

    async def in_order(self, condition: str | None) -> AsyncIterator[Stored]:
        """Rows ordered by chunk id, decoded as they are read."""
        query = self._table.query().select(["chunk_id", "stored"])
        if condition is not None:
            query = query.where(condition)
        query = query.order_by([ColumnOrdering(column_name="chunk_id")])
        async for batch in await query.to_batches():
            for row in batch.column("stored").to_pylist():
                yield from_bytes(row)

    async def ids_and_hashes(self) -> list[dict[str, str]]:
        """`{chunk_id, article_id, content_hash}` of every row."""
        columns = ["chunk_id", "article_id", "content_hash"]
        rows = await self._table.query().select(columns).to_arrow()
        return list(rows.to_pylist())

    async def count(self, condition: str | None = None) -> int:
        """Number of rows."""
        return int(await self._table.count_rows(condition))

    async def write(self, rows: Sequence[Row], stale: Sequence[str]) -> None:
        """Insert or update `rows` and delete the ids in `stale`, all in one commit."""
        if not rows:
            await self._table.delete(one_of("chunk_id", stale))
            return
        merge = self._table.merge_insert("chunk_id")
        merge = merge.when_matched_update_all().when_not_matched_insert_all()
        if stale:
            merge = merge.when_not_matched_by_source_delete(one_of("chunk_id", stale))
        columns = [[getattr(row, name) for row in rows] for name in _SCHEMA.names]
        await merge.execute(pa.table(columns, schema=_SCHEMA))

    async def tidy(self, *, oldest: int, keep: timedelta) -> None:
        """Fold new rows into the indices, join small files, and drop versions before `oldest`.

        Does nothing while there is little to gain. `oldest` itself and what is younger than `keep`
        before it stay: LanceDB drops by age, and joining files comes first and takes a while.
        """
        versions = await self._table.list_versions()
        made = {version["version"]: version["timestamp"].astimezone(UTC) for version in versions}
        before = made.get(oldest, min(made.values())) - keep - _CLOCK_STEP
        indexed = await self._table.index_stats("searched_idx")
        droppable = sum(timestamp < before for timestamp in made.values())
        if indexed.num_unindexed_rows > _UNINDEXED_ROWS or droppable > _PILED_VERSIONS:
            await self._table.optimize(cleanup_older_than=datetime.now(UTC) - before)

    async def ensure_indices(self) -> None:
        """Make the indices that a loader died before making."""
        present = {column for index in await self._table.list_indices() for column in index.columns}
        for column, config in _INDICES.items():
            if column not in present:
                await self._table.create_index(column, config=config)


class Store:
    """LanceDB's connection to one namespace's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: Any = None

    async def open(self, version: int | None = None) -> Table:
        """The table at `version` (the newest by default); raises what LanceDB raises."""
        table = await (await self._connected()).open_table(_TABLE)
        if version is not None:
            await table.checkout(version)
        return Table(table)

    async def count_unpublished(self) -> int:
        """Rows of the newest table; 0 when there is none, or one that nobody finished making."""
        if not await asyncio.to_thread((self._folder / f"{_TABLE}.lance").exists):
            return 0  # asked to open what is not there, LanceDB would make the folder
        try:
            return await (await self.open()).count()
        except (OSError, RuntimeError, ValueError):
            return 0

    async def create(self) -> Table:
        """An empty table with its indices, in the place of what an interrupted one left."""
        connection = await self._connected()
        # Asked to overwrite what is not there, LanceDB complains on standard error.
        remains = await asyncio.to_thread((self._folder / f"{_TABLE}.lance").exists)
        mode = "overwrite" if remains else "create"
        table = Table(await connection.create_table(_TABLE, schema=_SCHEMA, mode=mode))
        await table.ensure_indices()
        return table

    async def _connected(self) -> Any:
        self.refuse_after_fork()
        if self._connection is None:
            session = lancedb.Session(
                index_cache_size_bytes=_INDEX_CACHE_BYTES,
                metadata_cache_size_bytes=_METADATA_CACHE_BYTES,
            )
            self._connection = await lancedb.connect_async(self._folder, session=session)
        return self._connection

    @staticmethod
    def refuse_after_fork() -> None:
        """Raise `IndexUnavailableError` where LanceDB's threads did not survive a fork.

        They belong to the process that first opened a store; a forked child that uses them crashes
        without a word.
        """
        global _opened_in  # noqa: PLW0603 -- one runtime per process, so one mark per process
        _opened_in = _opened_in or os.getpid()
        if _opened_in != os.getpid():
            raise IndexUnavailableError(
                "The embedded store was opened before this process was forked and cannot be used "
                "in it: open it in each worker after the fork."
            )

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _scored(stored: Stored, score: float) -> ScoredChunk:
    return ScoredChunk(stored.chunk, score, stored.terms)
