"""The one place where adapters are opened and use cases are built, by hand and in view."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from data_pipeline.adapters.calibration_files import CalibrationFiles
from data_pipeline.adapters.keys_file import KeysFile
from data_pipeline.desk import Desk
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.ingest.article_upload import ArticleDesk
from data_pipeline.ports import ApiKeys, ChunkIndex
from data_pipeline.services import Services
from data_pipeline.settings import Settings
from data_pipeline.wiring.stores import open_index, uses_pinecone, vector_dimensions
from data_pipeline.wiring.upstreams import Upstreams, open_embedder, open_upstreams, prices_of

__all__ = [
    "build_engine",
    "build_services",
    "calibration_folder",
    "open_embedder",
    "open_index",
    "open_services",
    "prices_of",
    "uses_pinecone",
    "vector_dimensions",
]


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open what `settings` name, yield the use cases, close in reverse order."""
    async with open_index(settings) as index, open_upstreams(settings) as upstreams:
        keys = KeysFile(settings.var / "keys.json")
        yield build_services(settings, index, keys, upstreams)


def build_services(
    settings: Settings,
    index: ChunkIndex,
    api_keys: ApiKeys,
    upstreams: Upstreams | None = None,
) -> Services:
    """Use cases over an index and upstreams that are open already."""
    upstreams = upstreams or Upstreams()
    prices = prices_of(settings)
    engine = build_engine(settings, index, upstreams)
    desk = Desk(engine)
    return Services(
        required_data=desk.required_data,
        ticket_reply=desk.ticket_reply,
        streamed_reply=desk.streamed_reply,
        articles=ArticleDesk(
            index=index,
            embedder=upstreams.loader,
            scope_keys=settings.scope_keys,
            prices=prices,
            refresh_seconds=settings.refresh_seconds,
        ),
        index=index,
        api_keys=api_keys,
    )


def build_engine(settings: Settings, index: ChunkIndex, upstreams: Upstreams) -> Engine:
    """What decides on tickets, over an index and upstreams that are open already."""
    return Engine(
        index=index,
        coefficients=shipped_coefficients(),
        calibrations=CalibrationFiles(calibration_folder(settings)),
        embedder=upstreams.embedder,
        reranker=upstreams.reranker,
        model=upstreams.model,
        model_seconds=settings.model_timeout_seconds,
        context_tokens=settings.model_context_tokens,
        prices=prices_of(settings),
        scope_keys=settings.scope_keys,
        allowed_error=settings.allowed_error,
    )


def calibration_folder(settings: Settings) -> Path:
    """Where the calibrations of all namespaces are."""
    return Path(settings.calibration) if settings.calibration else settings.var / "calibration"
