"""LanceDB's connection to a folder. Imported at first use: it takes a second."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import lancedb

from data_pipeline.adapters.embedded.columns import to_arrow
from data_pipeline.adapters.embedded.schema import Row
from data_pipeline.adapters.embedded.table import Table
from data_pipeline.errors import IndexUnavailableError

_TABLE: Final = "chunks"
# LanceDB's own default would let one process keep 7 GB of indices and metadata in memory.
_INDEX_CACHE_BYTES: Final = 256 << 20
_METADATA_CACHE_BYTES: Final = 64 << 20

_opened_in: int | None = None


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

    async def create(self, rows: Sequence[Row] = (), *, dimensions: int = 0) -> Table:
        """A table of `rows` with its indices, and with room for vectors unless `dimensions` is 0.

        It takes the place of what is there in one commit; versions before stay readable.
        """
        connection = await self._connected()
        # Asked to overwrite what is not there, LanceDB complains on standard error.
        remains = await asyncio.to_thread((self._folder / f"{_TABLE}.lance").exists)
        mode = "overwrite" if remains else "create"
        source = to_arrow(rows, dimensions)
        table = Table(
            await connection.create_table(_TABLE, source, mode=mode, on_bad_vectors="null")
        )
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
