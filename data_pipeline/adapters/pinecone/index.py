"""The chunk index at Pinecone: a namespace of documents, and one that says which of them hold."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import msgspec

from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.control import Control, schema_of, unfit
from data_pipeline.adapters.pinecone.documents import UnreadableError, groups_of, unit_vector
from data_pipeline.adapters.pinecone.faults import as_unavailable
from data_pipeline.adapters.pinecone.published import HEAD, HEAD_ID, Snapshot
from data_pipeline.adapters.pinecone.reader import Reader
from data_pipeline.adapters.pinecone.rubbish import Rubbish
from data_pipeline.adapters.pinecone.searching import (
    article_of,
    chunks_of,
    near,
    ranked,
    textual,
    within_cosine,
)
from data_pipeline.adapters.pinecone.turn import Turn
from data_pipeline.adapters.pinecone.writer import Writer
from data_pipeline.articles import Chunk, ScoredChunk, stored_hash
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ports import ArticleChange, Catalogue, ChunkFilter, FailedArticle, Vector

_NAMESPACE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_LISTED_AT_ONCE: Final = 100
_SOURCE_TAG: Final = "kbgate"


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long things take at most, all in seconds.

    `refresh`: how soon another process's writing is looked for; it is seen within two of those.
    `timeout`: the longest that one request takes, retries included. `grace`: how long what was
    replaced stays; two `refresh` and a `timeout` where it is not set, which is what a slow reader
    needs. `settle`: how long Pinecone may take to show what it accepted. `turn`: how long a dead
    loader keeps others out. `patience`: how long a second writer waits.
    """

    refresh: float = 1.0
    timeout: float = 5.0
    grace: float | None = None
    settle: float = 180.0
    turn: float = 30.0
    patience: float = 45.0


@dataclass(frozen=True)
class _Namespace:
    reader: Reader
    writer: Writer
    turn: Turn


class PineconeIndex:
    """`ChunkIndex` at Pinecone: any number of processes read while one writes.

    Nothing is asked before the first use, which must come after any fork, and all uses must be in
    one event loop.
    """

    def __init__(
        self,
        api_key: str,
        *,
        host: str = "",
        index_name: str = "",
        control_host: str = "",
        dimensions: int = 1536,
        connections: int = 100,
        pace: Pace | None = None,
    ) -> None:
        """Use the index at `host`, or the one named `index_name` when `host` is empty.

        `control_host` is another address of the control plane, `dimensions` the length of vectors,
        `connections` the most that are open at a time.
        """
        self._pace = pace or Pace()
        timeout = self._pace.timeout
        self._control = Control(api_key, index_name, control_host, timeout, _SOURCE_TAG)
        self._client = Client(api_key, host, self._control, timeout, connections, _SOURCE_TAG)
        self._dimensions = dimensions
        self._namespaces: dict[str, _Namespace] = {}
        self._is_fit = False

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        found = self._open(namespace)
        with as_unavailable():
            return await ranked(self._client, namespace, found.reader, textual(terms, where), limit)

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        found = self._open(namespace)
        if len(vector) != self._dimensions:
            return []
        with as_unavailable():
            asked = near(vector, embedder, where)
            return within_cosine(await ranked(self._client, namespace, found.reader, asked, limit))

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        found = self._open(namespace)
        with as_unavailable():
            snapshot = await found.reader.snapshot()
            try:
                return await article_of(self._client, namespace, snapshot, article_id)
            except UnreadableError:  # this process stood still for longer than old documents stay
                newer = await found.reader.snapshot_soon()
                if newer is snapshot:
                    raise
                return await article_of(self._client, namespace, newer, article_id)

    async def catalogue(self, namespace: str) -> Catalogue:
        return (await self._snapshot(namespace)).catalogue

    async def content_hashes(self, namespace: str) -> dict[str, dict[str, str]]:
        found = self._open(namespace)
        with as_unavailable():
            await self._check_named()
            published = await found.writer.held()
        return {
            article_id: {key: stored_hash(h.content_hash, h.embedder) for key, h in held.items()}
            for article_id, held in published.held.items()
        }

    @asynccontextmanager
    async def writing(self, namespace: str) -> AsyncIterator[None]:
        found = self._open(namespace)
        if found.turn.is_held():
            yield
            return
        with as_unavailable():
            await self._check_named()
        async with found.turn.held():
            with as_unavailable():
                await found.writer.begin()
            yield
            with as_unavailable():
                await found.writer.finish()

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        async with self._changing(namespace) as writer:
            return await writer.apply(changes, embedder)

    async def refresh(self, namespace: str, scope_keys: Sequence[str]) -> None:
        async with self._changing(namespace) as writer:
            await writer.refresh(scope_keys)

    async def delete_article(self, namespace: str, article_id: str) -> int:
        async with self._changing(namespace) as writer:
            return await writer.delete_article(article_id)

    async def list_chunks(
        self, namespace: str, *, article_id: str | None = None
    ) -> AsyncIterator[Chunk]:
        documents = (await self._snapshot(namespace)).documents
        articles = documents.values() if article_id is None else [documents.get(article_id, {})]
        wanted = sorted(pair for chunks in articles for pair in chunks.items())
        for group in groups_of([found for _, found in wanted], _LISTED_AT_ONCE):
            with as_unavailable():
                chunks = await chunks_of(self._client, namespace, group)
            for chunk in chunks:
                yield chunk

    async def count(self, namespace: str) -> int:
        return len((await self._snapshot(namespace)).listed)

    async def ping(self) -> None:
        """Return when the index is one for kbgate and answers."""
        with as_unavailable():
            await self._check_fit()
            await self._client.fetch("CATALOGUE-", [HEAD_ID], [HEAD])

    async def close(self) -> None:
        """Close the connections; the next use opens others."""
        for found in self._namespaces.values():
            await found.reader.close()
        self._namespaces.clear()
        await self._client.close()

    async def _check_named(self) -> None:
        """Where the index is known by its name only, see that it is one for kbgate."""
        if not self._client.host:
            await self._check_fit()

    async def _check_fit(self) -> None:
        if self._is_fit or not self._control.name:
            return
        if self._client.host:  # set by hand: then the name need not be
            described = await self._control.describe()
        else:
            described = await self._control.described()
        fields = described.fields if described else schema_of(self._dimensions)["fields"]
        problem = unfit(self._control.name, fields, self._dimensions)
        if problem:
            raise IndexUnavailableError(problem)
        self._is_fit = True

    async def _snapshot(self, namespace: str) -> Snapshot:
        found = self._open(namespace)
        with as_unavailable():
            return await found.reader.snapshot()

    @asynccontextmanager
    async def _changing(self, namespace: str) -> AsyncIterator[Writer]:
        async with self.writing(namespace):
            with as_unavailable():
                yield self._open(namespace).writer

    def _open(self, namespace: str) -> _Namespace:
        found = self._namespaces.get(namespace)
        return found or self._namespaces.setdefault(namespace, self._made(namespace))

    def _made(self, namespace: str) -> _Namespace:
        if not _NAMESPACE.fullmatch(namespace):
            raise IndexUnavailableError(
                "A namespace is named with 1 to 63 of a-z, 0-9, - and _, a letter or digit first: "
                "mend the name in the API key or in KB_NAMESPACE."
            )
        beside = f"CATALOGUE-{namespace}"  # capitals: no namespace of a knowledge base
        client, pace = self._client, self._pace
        vector = unit_vector(self._dimensions)
        grace = 2 * pace.refresh + pace.timeout if pace.grace is None else pace.grace
        reader = Reader(client, beside, pace.refresh, grace)
        turn = Turn(client, beside, vector, pace.turn, pace.patience)
        rubbish = Rubbish(client, namespace, beside, grace)
        writer = Writer(client, namespace, beside, reader, turn, rubbish, vector, pace.settle)
        return _Namespace(reader, writer, turn)
