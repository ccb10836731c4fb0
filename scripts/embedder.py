"""The embedder that the scripts which load articles use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from data_pipeline.ports import Embedder
from data_pipeline.settings import Settings


@asynccontextmanager
async def open_embedder(_settings: Settings) -> AsyncIterator[Embedder | None]:
    """The embedder that the settings name; None where they name none."""
    yield None
