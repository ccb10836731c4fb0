"""The SDK's document operations, all of them that are used, each within a time limit.

The SDK tries every request four times, waits as long as a `Retry-After` says, and takes its own
time limit for each attempt: so every call here ends by a limit of the whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from data_pipeline.adapters.pinecone.control import Control
from data_pipeline.adapters.pinecone.documents import Document, batches, groups_of
from data_pipeline.adapters.pinecone.faults import NOT_FOUND, REFUSED, status_of

if TYPE_CHECKING:
    from pinecone.async_client.documents import AsyncDocuments
    from pinecone.models.documents.responses import ListedDocumentRecord
    from pinecone.models.pagination import Page

# Pinecone's replies hold at most 4 MB, and a document up to 40 KB beside its vector.
_FETCHED: Final = 50
_DELETED: Final = 500
_LISTED: Final = 100
_UPLOADS_AT_ONCE: Final = 4
_FETCHES_AT_ONCE: Final = 8
_UPLOAD_SECONDS: Final = 120.0


@dataclass
class Client:
    """Reads and writes documents. Raises what the SDK raises, and `TimeoutError`.

    `timeout_seconds` bounds what a caller waits for; what only a loader asks may take longer.
    `host` empty means: asked of the control plane once.
    """

    api_key: str = field(repr=False)
    host: str
    control: Control
    timeout_seconds: float
    connections: int
    source_tag: str
    _documents: AsyncDocuments | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_UPLOADS_AT_ONCE))

    async def search(
        self,
        namespace: str,
        score_by: Mapping[str, Any],
        *,
        limit: int,
        fields: Sequence[str],
        where: Mapping[str, Any] | None = None,
    ) -> list[Mapping[str, Any]]:
        """The best documents, best first, with `_id`, `_score` and `fields`."""
        matches: list[Mapping[str, Any]] = []
        async with asyncio.timeout(self.timeout_seconds):
            with _new_namespace_is_empty():
                reply = await (await self._open()).search(
                    namespace=namespace,
                    score_by=[score_by],
                    top_k=limit,
                    include_fields=list(fields),
                    filter=where,
                )
                matches = [match.to_dict() for match in reply.matches]
        return matches

    async def fetch(
        self, namespace: str, ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, Mapping[str, Any]]:
        """The documents of these ids that there are, by id, with `_id` and `fields`."""
        found: dict[str, Mapping[str, Any]] = {}
        for groups in groups_of(groups_of(ids, _FETCHED), _FETCHES_AT_ONCE):
            calls = (self._fetched(namespace, group, fields) for group in groups)
            for part in await asyncio.gather(*calls):
                found |= part
        return found

    async def _fetched(
        self, namespace: str, ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        async with asyncio.timeout(self.timeout_seconds):
            with _new_namespace_is_empty():
                reply = await (await self._open()).fetch(
                    namespace=namespace, ids=list(ids), include_fields=list(fields)
                )
                found = {key: document.to_dict() for key, document in reply.documents.items()}
        return found

    async def upsert(self, namespace: str, documents: Iterable[Document]) -> set[str]:
        """Store `documents`; the ids of those that Pinecone will not take."""
        weighed = await asyncio.to_thread(lambda: list(batches(documents)))
        refused = await asyncio.gather(*(self._upserted(namespace, batch) for batch in weighed))
        return set().union(*refused)

    async def _upserted(self, namespace: str, batch: Sequence[Document]) -> set[str]:
        """A refused batch is tried in halves, down to the documents that are the cause."""
        try:
            async with self._uploads, asyncio.timeout(_UPLOAD_SECONDS):
                await (await self._open()).upsert(
                    namespace=namespace, documents=batch, timeout=_UPLOAD_SECONDS
                )
        except Exception as error:
            if status_of(error) not in REFUSED:
                raise
            if len(batch) == 1:
                return {batch[0]["_id"]}
        else:
            return set()
        middle = len(batch) // 2
        return await self._upserted(namespace, batch[:middle]) | await self._upserted(
            namespace, batch[middle:]
        )

    async def delete(self, namespace: str, ids: Iterable[str]) -> None:
        """Remove the documents of these ids; one that is not there is no error."""
        for group in groups_of(sorted(ids), _DELETED):
            async with asyncio.timeout(_UPLOAD_SECONDS):
                with _new_namespace_is_empty():
                    await (await self._open()).delete(
                        namespace=namespace, ids=list(group), timeout=_UPLOAD_SECONDS
                    )

    async def ids(self, namespace: str) -> set[str]:
        """The ids of all documents."""
        found: set[str] = set()
        pages = (await self._open()).list(namespace=namespace, limit=_LISTED).pages()
        with _new_namespace_is_empty():
            while (page := await self._next(pages)) is not None:
                found.update(record.id for record in page.items)
        return found

    async def _next(
        self, pages: AsyncIterator[Page[ListedDocumentRecord]]
    ) -> Page[ListedDocumentRecord] | None:
        """The next page, which may be empty, None behind the last one."""
        async with asyncio.timeout(_UPLOAD_SECONDS):
            return await anext(pages, None)

    async def _open(self) -> AsyncDocuments:
        if self._documents is not None:
            return self._documents
        async with self._opening:
            if self._documents is None:
                host = self.host or (await self.control.described()).host
                sdk = await asyncio.to_thread(_sdk_index)
                opened = sdk(
                    host=host,
                    api_key=self.api_key,
                    timeout=self.timeout_seconds,
                    connection_pool_maxsize=self.connections,
                    source_tag=self.source_tag,
                )
                await self._opened.enter_async_context(opened)
                self._documents = opened.documents
            return self._documents

    async def close(self) -> None:
        """Close the connections; the next use opens others."""
        self._documents = None
        await self._opened.aclose()


def _sdk_index() -> Any:
    from pinecone import AsyncIndex  # importing it takes an eighth of a second

    return AsyncIndex


@contextmanager
def _new_namespace_is_empty() -> Iterator[None]:
    """Pass over the refusal of a namespace that nobody has written to yet."""
    try:
        yield
    except Exception as error:
        body = str(getattr(error, "body", "") or "")
        if status_of(error) != NOT_FOUND or "namespace" not in body.casefold():
            raise
