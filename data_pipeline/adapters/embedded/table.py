"""The table of one namespace: searching it, changing it, keeping its indices in order.

Only LanceDB's async API is used: it answers in two thirds of the time of the other in a thread, and
never holds the event loop for more than the decoding of the hits.
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lancedb.index import FTS, Bitmap, BTree, IvfFlat, IvfRq
from lancedb.query import ColumnOrdering, MatchQuery
from lancedb.table import AsyncTable

from data_pipeline.adapters.embedded.columns import to_arrow
from data_pipeline.adapters.embedded.filters import one_of
from data_pipeline.adapters.embedded.schema import Row, from_bytes
from data_pipeline.adapters.holdings.stored import Stored
from data_pipeline.articles import ScoredChunk
from data_pipeline.ports import Vector

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
_CLOCK_STEP: Final = timedelta(seconds=1)
# Below this many new rows the search is as fast without them in its index, and above this many
# versions their files weigh more than the work of removing them.
_UNINDEXED_ROWS: Final = 100
_PILED_VERSIONS: Final = 50
# All vectors in one partition, which is as exact as a scan of the table and ten times faster while
# the cache holds it. Beyond that the vectors go in as bits, and as many times the hits that are
# wanted are compared again in full: of the best fifty none was missed.
_EXACT: Final = IvfFlat(distance_type="cosine", num_partitions=1)
_IN_BITS: Final = IvfRq(distance_type="cosine", num_partitions=1)
_LARGEST_EXACT_BYTES: Final = 192 << 20
_COMPARED_AGAIN: Final = 10


class Table:
    """The chunks of one namespace, at one version or (for the writer) at the newest."""

    def __init__(self, table: AsyncTable) -> None:
        self._table: Any = table  # its methods are typed in part
        self._dimensions: int | None = None

    async def dimensions(self) -> int:
        """Length of the vectors that the table has room for, 0 where it has none."""
        if self._dimensions is None:
            schema = await self._table.schema()
            has_vectors = "vector" in schema.names
            self._dimensions = schema.field("vector").type.list_size if has_vectors else 0
        return self._dimensions

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
        return _best_first(hits["stored"].to_pylist(), hits["_score"].to_pylist())

    async def nearest(
        self, vector: Vector, limit: int, condition: str | None, *, vectors: int
    ) -> list[ScoredChunk]:
        """Best chunks by cosine, best first; ties by chunk id. `vectors` is how many rows have one.

        Nothing for a vector of another length, or one without a direction.
        """
        if len(vector) != await self.dimensions():
            return []
        query = self._table.query().nearest_to(array("f", vector)).column("vector")
        query = query.distance_type("cosine")
        if await self._is_large(vectors):
            query = query.refine_factor(_COMPARED_AGAIN)
        if condition is not None:
            query = query.where(condition)
        hits = await query.limit(limit).select(["stored", "_distance"]).to_arrow()
        # Rounding carries some distances out of [0, 2].
        cosines = [max(-1.0, min(1.0, 1 - far)) for far in hits["_distance"].to_pylist()]
        return _best_first(hits["stored"].to_pylist(), cosines)

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

    async def write(
        self, rows: Sequence[Row], stale: Sequence[str], *, keep_vectors: bool = False
    ) -> None:
        """Insert or update `rows` and delete the ids in `stale`, all in one commit.

        With `keep_vectors` rows that are there keep the vectors that they have.
        """
        if not rows:
            await self._table.delete(one_of("chunk_id", stale))
            return
        merge = self._table.merge_insert("chunk_id")
        merge = merge.when_matched_update_all().when_not_matched_insert_all()
        if stale:
            merge = merge.when_not_matched_by_source_delete(one_of("chunk_id", stale))
        source = to_arrow(rows, 0 if keep_vectors else await self.dimensions())
        await merge.execute(source, on_bad_vectors="null")

    async def tidy(self, *, oldest: int, keep: timedelta, vectors: int) -> None:
        """Fold new rows into the indices, join small files, and drop versions before `oldest`.

        Does nothing while there is little to gain. `vectors` is how many rows have one. `oldest`
        itself and what is younger than `keep` before it stay: LanceDB drops by age, and joining
        files comes first and takes a while.
        """
        versions = await self._table.list_versions()
        made = {version["version"]: version["timestamp"].astimezone(UTC) for version in versions}
        before = made.get(oldest, min(made.values())) - keep - _CLOCK_STEP
        indexed = await self._table.index_stats("searched_idx")
        droppable = sum(timestamp < before for timestamp in made.values())
        unfolded = indexed.num_unindexed_rows > _UNINDEXED_ROWS
        if unfolded or droppable > _PILED_VERSIONS or await self._lacks_vector_index(vectors):
            await self._optimize(datetime.now(UTC) - before, vectors)

    async def _optimize(self, older_than: timedelta, vectors: int) -> None:
        # LanceDB cannot fold rows without vectors into a vector index, and what it folds in makes
        # an index of its own, to be searched beside the others: making one anew is cheap.
        for name in await self._vector_indices():
            await self._table.drop_index(name)
        await self._table.optimize(cleanup_older_than=older_than)
        if await self._lacks_vector_index(vectors):
            config = _IN_BITS if await self._is_large(vectors) else _EXACT
            await self._table.create_index("vector", config=config)

    async def _lacks_vector_index(self, vectors: int) -> bool:
        return vectors > _UNINDEXED_ROWS and not await self._vector_indices()

    async def _vector_indices(self) -> list[str]:
        return [i.name for i in await self._table.list_indices() if "vector" in i.columns]

    async def _is_large(self, vectors: int) -> bool:
        dimensions = await self.dimensions()
        is_divisible = dimensions % 8 == 0  # into whole bytes of bits
        return is_divisible and 4 * vectors * dimensions > _LARGEST_EXACT_BYTES

    async def ensure_indices(self) -> None:
        """Make the indices that a loader died before making."""
        present = {column for index in await self._table.list_indices() for column in index.columns}
        for column, config in _INDICES.items():
            if column not in present:
                await self._table.create_index(column, config=config)


def _best_first(rows: Sequence[bytes], scores: Sequence[float]) -> list[ScoredChunk]:
    hits = [
        ScoredChunk(stored.chunk, score, stored.terms)
        for stored, score in zip(map(from_bytes, rows), scores, strict=True)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.chunk_id))
