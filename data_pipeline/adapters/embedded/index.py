"""The chunk index in a folder: `<folder>/<namespace>/` holds a LanceDB table and a catalogue."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from data_pipeline.adapters.embedded.faults import as_unavailable
from data_pipeline.adapters.embedded.filters import one_of
from data_pipeline.adapters.embedded.pen import Pen
from data_pipeline.adapters.embedded.reader import Reader, Snapshot
from data_pipeline.adapters.embedded.writer import Writer
from data_pipeline.adapters.holdings.statistics import Contents, catalogue_of
from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ports import ArticleChange, Catalogue, ChunkFilter, FailedArticle, Vector

_NAMESPACE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True)
class _Namespace:
    folder: Path
    reader: Reader
    writer: Writer
    pen: Pen


class EmbeddedIndex:
    """`ChunkIndex` without a server: any number of processes read while one writes.

    Nothing is opened before the first use, which must come after any fork.
    """

    def __init__(
        self,
        folder: Path,
        *,
        refresh_seconds: float = 1.0,
        keep_seconds: float = 120.0,
        patience: float = 15.0,
    ) -> None:
        """Keep namespaces below `folder`.

        `refresh_seconds`: how soon another process's writing is seen. `keep_seconds`: how long a
        replaced version stays readable, above every reader's `refresh_seconds`. `patience`: how
        many seconds a second writer waits.
        """
        self._folder = folder
        self._refresh_seconds = refresh_seconds
        self._keep_seconds = keep_seconds
        self._patience = patience
        self._namespaces: dict[str, _Namespace] = {}

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        wanted = _searchable(terms)
        async with self._reading(namespace) as snapshot:
            if snapshot is None or not wanted or limit < 1:
                return []
            passing = snapshot.admitted(where)
            if not passing:
                return []
            return await snapshot.table.search(wanted, limit, snapshot.condition(passing))

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        async with self._reading(namespace) as snapshot:
            if snapshot is None or embedder not in snapshot.catalogue.vectors or limit < 1:
                return []
            passing = snapshot.admitted(where)
            if not passing:
                return []
            held = snapshot.catalogue.vectors[embedder]
            return await snapshot.table.nearest(
                vector, min(limit, held), snapshot.condition(passing), vectors=held
            )

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        async with self._reading(namespace) as snapshot:
            if snapshot is None or article_id not in snapshot.catalogue.articles:
                return []
            rows = await snapshot.table.stored(one_of("article_id", [article_id]))
            return sorted((row.chunk for row in rows), key=lambda chunk: chunk.chunk_id)

    async def catalogue(self, namespace: str) -> Catalogue:
        async with self._reading(namespace) as snapshot:
            return snapshot.catalogue if snapshot else catalogue_of(Contents(), ())

    async def content_hashes(self, namespace: str) -> dict[str, dict[str, str]]:
        found = await self._open(namespace)
        with as_unavailable(found.folder):
            return await found.writer.content_hashes()

    @asynccontextmanager
    async def writing(self, namespace: str) -> AsyncIterator[None]:
        found = await self._open(namespace)
        async with found.pen.held():
            with as_unavailable(found.folder):
                await found.writer.mend()
            found.reader.look_again()
            yield

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        async with self._changing(namespace) as writer:
            await writer.apply(changes, embedder)
        return ()

    async def refresh(self, namespace: str, scope_keys: Sequence[str]) -> None:
        async with self._changing(namespace) as writer:
            await writer.refresh(scope_keys)

    async def delete_article(self, namespace: str, article_id: str) -> int:
        async with self._changing(namespace) as writer:
            return await writer.delete_article(article_id)

    async def list_chunks(
        self, namespace: str, *, article_id: str | None = None
    ) -> AsyncIterator[Chunk]:
        condition = None if article_id is None else one_of("article_id", [article_id])
        async with self._reading(namespace) as snapshot:
            if snapshot is not None:
                async for row in snapshot.table.in_order(condition):
                    yield row.chunk

    async def count(self, namespace: str) -> int:
        async with self._reading(namespace) as snapshot:
            return await snapshot.table.count() if snapshot else 0

    async def ping(self) -> None:
        """Return unless all that was written fails: a damaged namespace stops only its own."""
        with as_unavailable(self._folder):
            there = await asyncio.to_thread(_namespaces_in, self._folder)
        failures, answering = [], 0
        for name in dict.fromkeys((*self._namespaces, *there)):
            try:
                answering += await self._answers(name)
            except IndexUnavailableError as error:
                failures.append(error)
        if failures and not answering:
            raise failures[0]

    async def _answers(self, namespace: str) -> bool:
        async with self._reading(namespace) as snapshot:
            if snapshot is not None:
                await snapshot.probe()
            return snapshot is not None

    async def close(self) -> None:
        """Close what was opened; the next use opens it again."""
        for found in self._namespaces.values():
            found.reader.store.close()
        self._namespaces.clear()

    @asynccontextmanager
    async def _reading(self, namespace: str) -> AsyncIterator[Snapshot | None]:
        found = await self._open(namespace)
        with as_unavailable(found.folder):
            yield await found.reader.snapshot()

    @asynccontextmanager
    async def _changing(self, namespace: str) -> AsyncIterator[Writer]:
        found = await self._open(namespace)
        async with found.pen.held():
            with as_unavailable(found.folder):
                yield found.writer
            found.reader.look_again()

    async def _open(self, namespace: str) -> _Namespace:
        found = self._namespaces.get(namespace)
        if found is None:
            found = await self._add(namespace)
        found.reader.store.refuse_after_fork()
        return found

    async def _add(self, namespace: str) -> _Namespace:
        if not _NAMESPACE.fullmatch(namespace):
            raise IndexUnavailableError(
                "A namespace is named with 1 to 63 of a-z, 0-9, - and _, a letter or digit first: "
                "mend the name in the API key or in KB_NAMESPACE."
            )
        folder = self._folder / namespace
        with as_unavailable(folder):
            store = (await asyncio.to_thread(_lance)).Store(folder)
        added = _Namespace(
            folder,
            Reader(folder, store, self._refresh_seconds),
            Writer(folder, store, self._keep_seconds),
            Pen(folder, patience=self._patience),
        )
        return self._namespaces.setdefault(namespace, added)


def _lance() -> ModuleType:
    from data_pipeline.adapters.embedded import lance  # importing it takes a second

    return lance


def _searchable(terms: Sequence[str]) -> list[str]:
    """Each term once, as the whitespace tokenizer of the index sees it."""
    written = " ".join(terms).encode("utf-8", "ignore").decode()
    return list(dict.fromkeys(written.split()))


def _namespaces_in(folder: Path) -> list[str]:
    if not folder.exists():
        return []
    return [entry.name for entry in folder.iterdir() if _NAMESPACE.fullmatch(entry.name)]
