"""The control plane: which indexes there are, what they can hold, and making one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from data_pipeline.adapters.pinecone.documents import TERMS, VECTOR
from data_pipeline.adapters.pinecone.faults import CONFLICT, NOT_FOUND, status_of
from data_pipeline.errors import IndexUnavailableError

if TYPE_CHECKING:
    from pinecone import AsyncPinecone

_MOVE: Final = (
    "make another one with `KB_PINECONE_INDEX=<new name> python -m scripts.setup_index`, load the "
    "articles into it and keep the new name; this one is left as it is."
)


class Description(msgspec.Struct, frozen=True):
    """An index as the control plane describes it; `fields` are the schema's, each as plain JSON."""

    host: str
    is_ready: bool
    fields: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Control:
    """Speaks to the control plane at `address` about the index `name`.

    Raises what the SDK raises, and `TimeoutError` after `timeout_seconds`.
    """

    api_key: str = field(repr=False)
    name: str
    address: str
    timeout_seconds: float
    source_tag: str

    async def describe(self) -> Description | None:
        """The index, or None when there is none of that name."""
        async with self._client() as client:
            try:
                model = await client.indexes.describe(self.name)
            except Exception as error:
                if status_of(error) != NOT_FOUND:
                    raise
                return None
            fields = {key: msgspec.to_builtins(value) for key, value in model.schema.fields.items()}
            return Description(model.host or "", bool(model.status.ready), fields)

    async def described(self) -> Description:
        """The index. Raises `IndexUnavailableError` while it is nowhere."""
        found = await self.describe()
        if found is None or not found.host:
            raise IndexUnavailableError(
                f"Pinecone has no index {self.name} that could be used: run "
                "`python -m scripts.setup_index`, and wait until it says that it is ready."
            )
        return found

    async def create(self, dimensions: int, cloud: str, region: str) -> None:
        """Order the index, unless somebody just has; it is ready some time later."""
        deployment = {"deployment_type": "managed", "cloud": cloud, "region": region}
        async with self._client() as client:
            try:
                await client.indexes.create(
                    name=self.name, schema=schema_of(dimensions), deployment=deployment, timeout=-1
                )
            except Exception as error:
                if status_of(error) != CONFLICT:
                    raise

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AsyncPinecone]:
        sdk = await asyncio.to_thread(_sdk)
        async with asyncio.timeout(self.timeout_seconds):
            client = sdk(
                self.api_key,
                host=self.address or None,
                timeout=self.timeout_seconds,
                source_tag=self.source_tag,
            )
            async with client:
                yield client


def schema_of(dimensions: int) -> dict[str, Any]:
    """The schema of an index for kbgate.

    Terms arrive analysed, in any language: the server shall neither stem them nor drop any.
    """
    text = {"type": "string", "full_text_search": {"stemming": False, "stop_words": False}}
    vector = {"type": "dense_vector", "dimension": dimensions, "metric": "cosine"}
    return {"fields": {VECTOR: vector, TERMS: text}}


def unfit(name: str, fields: Mapping[str, Mapping[str, Any]], dimensions: int) -> str | None:
    """Why an index with these fields is none for kbgate and what to do, or None when it is one."""
    vector, text = fields.get(VECTOR, {}), fields.get(TERMS, {})
    search = text.get("full_text_search")
    if vector.get("type") != "dense_vector" or search is None:
        return (
            f"The Pinecone index {name} is not one for kbgate: it has no vectors in `{VECTOR}` or "
            f"no searchable text in `{TERMS}`, as indexes made elsewhere or before document "
            f"indexes. To move, {_MOVE}"
        )
    if search.get("stemming") or search.get("stop_words") or search.get("ngram"):
        return (
            f"The Pinecone index {name} changes the words in `{TERMS}`, which kbgate has analysed "
            f"already. To move, {_MOVE}"
        )
    if vector.get("dimension") != dimensions or vector.get("metric") != "cosine":
        return (
            f"The Pinecone index {name} holds vectors of {vector.get('dimension')} dimensions "
            f"compared by {vector.get('metric')}, but {dimensions} dimensions compared by cosine "
            f"are set: set KB_EMBEDDING_DIMENSIONS to what the index has, or {_MOVE}"
        )
    return None


def _sdk() -> Any:
    from pinecone import AsyncPinecone

    return AsyncPinecone
