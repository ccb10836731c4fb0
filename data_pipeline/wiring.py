"""The one place where adapters are opened and use cases are built, by hand and in view."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from data_pipeline.adapters.keys_file import KeysFile
from data_pipeline.desk import Desk
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.ports import ApiKeys, ChunkIndex
from data_pipeline.services import Services
from data_pipeline.settings import Settings


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open what `settings` name, yield the use cases, close in reverse order."""
    async with open_index(settings) as index:
        yield build_services(settings, index, KeysFile(settings.var / "keys.json"))


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncIterator[ChunkIndex]:
    """The chunk index that `settings` name: the embedded store."""
    from data_pipeline.adapters.embedded import EmbeddedIndex

    index = EmbeddedIndex(settings.var / "kb", refresh_seconds=settings.refresh_seconds)
    try:
        yield index
    finally:
        await index.close()


def build_services(settings: Settings, index: ChunkIndex, api_keys: ApiKeys) -> Services:
    """Use cases over an index that is open already."""
    engine = Engine(
        index=index,
        coefficients=shipped_coefficients(),
        scope_keys=settings.scope_keys,
        allowed_error=settings.allowed_error,
    )
    desk = Desk(engine)
    return Services(
        required_data=desk.required_data,
        ticket_reply=desk.ticket_reply,
        streamed_reply=desk.streamed_reply,
        index=index,
        api_keys=api_keys,
    )
