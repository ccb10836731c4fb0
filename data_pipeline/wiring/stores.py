"""Which store keeps the chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from data_pipeline.errors import SettingsError
from data_pipeline.ports import ChunkIndex
from data_pipeline.settings import Settings

if TYPE_CHECKING:
    from data_pipeline.adapters.embedded import EmbeddedIndex
    from data_pipeline.adapters.pinecone import PineconeIndex

# Without any embedder a Pinecone index still has a field for vectors: of OpenAI's usual length, so
# that an embedder can be added later.
_USUAL_DIMENSIONS = {"openai": 1536, "off": 1536, "pinecone": 1024, "local": 384}


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncIterator[ChunkIndex]:
    """The chunk index that `settings` name: Pinecone, or the embedded store."""
    index = _pinecone(settings) if uses_pinecone(settings) else _embedded(settings)
    try:
        yield index
    finally:
        await index.close()


def uses_pinecone(settings: Settings) -> bool:
    """Whether chunks are kept in Pinecone. Raises `SettingsError` where its key is missing."""
    if settings.store == "pinecone" and not settings.pinecone_api_key:
        raise SettingsError(
            "KB_STORE is pinecone: set PINECONE_API_KEY, too, or KB_STORE=embedded."
        )
    return settings.store != "embedded" and bool(settings.pinecone_api_key)


def embedder_kind(settings: Settings) -> str:
    """Who makes vectors: openai, pinecone, local or off."""
    if settings.embedder != "auto":
        return settings.embedder
    reachable = settings.embedding_api_key or settings.openai_api_key
    return "openai" if reachable or settings.embedding_base_url else "off"


def vector_dimensions(settings: Settings) -> int:
    """How long the vectors of a new Pinecone index are."""
    return settings.embedding_dimensions or _USUAL_DIMENSIONS[embedder_kind(settings)]


def _embedded(settings: Settings) -> EmbeddedIndex:
    from data_pipeline.adapters.embedded import EmbeddedIndex

    return EmbeddedIndex(settings.var / "kb", refresh_seconds=settings.refresh_seconds)


def _pinecone(settings: Settings) -> PineconeIndex:
    from data_pipeline.adapters.pinecone import Pace, PineconeIndex

    return PineconeIndex(
        settings.pinecone_api_key.reveal(),
        host=settings.pinecone_host,
        index_name=settings.pinecone_index,
        control_host=settings.pinecone_control_host,
        dimensions=vector_dimensions(settings),
        pace=Pace(refresh=settings.refresh_seconds, timeout=settings.search_timeout_seconds),
    )
