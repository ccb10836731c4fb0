"""Writing one namespace: upload what is new, wait until it is seen, then publish. Under the turn.

Nothing that readers see is touched before the new head is seen, and what the head no longer lists
is removed only when every reader has had the time to see it. So a loader may die anywhere: what it
uploaded is no rubbish to the next one, which finds it and goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec

from data_pipeline.adapters.holdings.stored import Stored, analysed, analyser_fingerprint
from data_pipeline.adapters.pinecone.changes import (
    held_back,
    published_after,
    published_again,
    published_anew,
    refused,
    uploads,
)
from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.documents import (
    CHUNK,
    VECTOR,
    Document,
    UnreadableError,
    from_document,
    is_ours,
    to_document,
)
from data_pipeline.adapters.pinecone.published import (
    PART,
    DamagedCatalogueError,
    Head,
    LostError,
    Published,
    Snapshot,
    encode,
    head_document,
    piece_ids,
    snapshot_of,
)
from data_pipeline.adapters.pinecone.reader import Reader
from data_pipeline.adapters.pinecone.rubbish import Rubbish
from data_pipeline.adapters.pinecone.seeing import seen_documents, until_seen
from data_pipeline.adapters.pinecone.turn import Turn
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ports import ArticleChange, FailedArticle


@dataclass
class Writer:
    """The one writer of `namespace`, whose catalogue lies in `catalogue`.

    `vector` stands where a chunk has none, and is as long as all of them. What was accepted must be
    seen within `settle_seconds`.
    """

    client: Client
    namespace: str
    catalogue: str
    reader: Reader
    turn: Turn
    rubbish: Rubbish
    vector: list[float]
    settle_seconds: float
    _loose: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        """Look at what the last writer left, and make terms anew that another release made."""
        self.rubbish.begin(is_suspect=self.turn.before != "done")
        # What is being deleted may still be listed, and must not be taken for an upload.
        may_resume = self.turn.before in {None, "writing"}
        self._loose = await self.client.ids(self.namespace) if may_resume else set()
        try:
            current = await self.reader.newest()
        except (DamagedCatalogueError, LostError):
            await self._mend()
            return
        if current.listed and current.published.analyser != analyser_fingerprint():
            await self._analyse_anew(current)

    async def apply(
        self, changes: Sequence[ArticleChange], embedder: str
    ) -> Sequence[FailedArticle]:
        """Make `changes` visible in one step; the articles that stay as they were."""
        self._check_vectors(changes)
        current = await self._current()
        made = await asyncio.to_thread(uploads, changes, embedder, self.vector)
        documents = [document for each in made.documents.values() for document in each]
        not_taken = await self._upload(current, documents)
        kept, failed = held_back(changes, [*made.failed, *refused(made, not_taken)])
        if any(_has_effect(change, current) for change in kept):
            ids = [document["_id"] for change in kept for document in _of(change, made.documents)]
            await self._until_documents_seen(ids)
            was = await self.rows(current, {change.article_id for change in kept})
            after = await asyncio.to_thread(
                published_after, current.published, kept, made.stored, was
            )
            await self._publish(current, after)
        return failed

    async def refresh(self, scope_keys: Sequence[str]) -> None:
        """Set the scope keys and remove what nobody sees any more; waits for readers to move on."""
        current = await self._current()
        if current.published.scope_keys != tuple(scope_keys):
            after = msgspec.structs.replace(current.published, scope_keys=tuple(scope_keys))
            await self._publish(current, after)
        await self.finish()

    async def finish(self) -> None:
        """Remove what nobody sees any more, as soon as that is so."""
        if self.rubbish.is_there():
            await self.rubbish.remove(
                self.turn, (await self._current()).listed, _pieces_of(self.reader.head)
            )
            self._loose = set()

    async def delete_article(self, article_id: str) -> int:
        """Remove an article; the number of chunks that went."""
        ids = tuple((await self._current()).documents.get(article_id, ()))
        await self.apply([ArticleChange(article_id, (), ids)], "")
        return len(ids)

    async def held(self) -> Published:
        """What is published at this moment."""
        return (await self._current()).published

    async def rows(self, snapshot: Snapshot, article_ids: Iterable[str]) -> list[Stored]:
        """All chunks of these articles. Raises `UnreadableError` when one is gone."""
        ids = [i for each in article_ids for i in snapshot.documents.get(each, {}).values()]
        found = await self.client.fetch(self.namespace, ids, [CHUNK])
        if len(found) < len(ids):
            raise UnreadableError
        return await asyncio.to_thread(lambda: [from_document(found[each]) for each in ids])

    async def _current(self) -> Snapshot:
        """What is published, or would be after mending."""
        try:
            return await self.reader.newest()
        except (DamagedCatalogueError, LostError):
            return await self._rebuilt()

    async def _mend(self) -> None:
        """Publish what lies in the index, because the catalogue of it cannot be read."""
        self.rubbish.begin(is_suspect=True)
        current = await self._rebuilt()
        await self._publish(current, current.published)

    async def _rebuilt(self) -> Snapshot:
        ids = sorted(each for each in await self.client.ids(self.namespace) if is_ours(each))
        found = await self.client.fetch(self.namespace, ids, [CHUNK])
        published = await asyncio.to_thread(published_again, found)
        return await asyncio.to_thread(snapshot_of, published)

    async def _upload(self, current: Snapshot, documents: Iterable[Document]) -> set[str]:
        """Upload what is not there yet; the ids that Pinecone refuses."""
        there = current.listed | self._loose
        new = {d["_id"]: d for d in documents if d["_id"] not in there}
        not_taken = await self.client.upsert(self.namespace, new.values())
        self._loose |= new.keys() - not_taken
        return not_taken

    async def _publish(self, before: Snapshot, published: Published) -> None:
        old = self.reader.head
        head, pieces = await asyncio.to_thread(encode, published, old.sequence if old else 0)
        await self._write_catalogue(pieces)
        await until_seen(
            partial(self.client.fetch, self.catalogue, fields=[PART]),
            piece_ids(head),
            self.settle_seconds,
        )
        await self.turn.confirm()
        await self._write_catalogue([head_document(head)])
        await until_seen(self._seen_version, [head.version], self.settle_seconds)
        after = await asyncio.to_thread(snapshot_of, published)
        self.reader.adopt(head, after)
        self.rubbish.replaced(before.listed, after.listed, _pieces_of(old))

    async def _write_catalogue(self, documents: Iterable[Document]) -> None:
        named = [document | {VECTOR: self.vector} for document in documents]
        if await self.client.upsert(self.catalogue, named):
            raise IndexUnavailableError(
                "Pinecone refuses the catalogue: check with `python -m scripts.setup_index` that "
                "the index is one for kbgate."
            )

    async def _seen_version(self, _wanted: Sequence[str]) -> set[str]:
        head = await self.reader.seen_head()
        return {head.version} if head else set()

    async def _until_documents_seen(self, ids: Sequence[str]) -> None:
        await until_seen(
            partial(seen_documents, self.client, self.namespace), ids, self.settle_seconds
        )

    async def _analyse_anew(self, current: Snapshot) -> None:
        ids = sorted(current.listed)
        found = await self.client.fetch(self.namespace, ids, [CHUNK, VECTOR])
        if len(found) < len(ids):
            raise UnreadableError
        rows, documents = await asyncio.to_thread(_made_anew, found.values())
        await self._upload(current, documents)
        await self._until_documents_seen([document["_id"] for document in documents])
        after = await asyncio.to_thread(published_anew, current.published, rows)
        await self._publish(current, after)

    def _check_vectors(self, changes: Iterable[ArticleChange]) -> None:
        lengths = {len(vector) for change in changes for vector in change.vectors.values()}
        if lengths - {len(self.vector)}:
            raise IndexUnavailableError(
                f"The embedder makes vectors of {max(lengths)} dimensions and the Pinecone index "
                f"is for {len(self.vector)}: set KB_EMBEDDING_DIMENSIONS to what the embedder "
                "makes, and make an index for that with `python -m scripts.setup_index`."
            )


def _made_anew(found: Iterable[Mapping[str, object]]) -> tuple[list[Stored], list[Document]]:
    rows, documents = [], []
    for document in found:
        old, vector = from_document(document), document.get(VECTOR)
        if not isinstance(vector, list):
            raise UnreadableError
        rows.append(analysed(old.chunk, old.embedder))
        documents.append(to_document(rows[-1], vector))
    return rows, documents


def _has_effect(change: ArticleChange, current: Snapshot) -> bool:
    known = current.documents.get(change.article_id, {})
    return bool(change.write) or any(chunk_id in known for chunk_id in change.delete)


def _of(change: ArticleChange, documents: Mapping[str, Sequence[Document]]) -> Sequence[Document]:
    return documents.get(change.article_id, ())


def _pieces_of(head: Head | None) -> list[str]:
    return piece_ids(head) if head else []
