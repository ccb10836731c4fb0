"""A loader to be killed while it writes to the Pinecone of this machine."""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event

import msgspec

from data_pipeline.adapters.pinecone import Pace
from data_pipeline.articles import Article
from data_pipeline.ingest.sync import load
from tests.adapters.loader_process import NAMESPACE, edition_of
from tests.builders_pinecone import an_index_at

ARTICLES = 60
PACE = Pace(refresh=0.05, timeout=5.0, grace=0.4, settle=10.0, turn=0.4, patience=20.0)
STEADY = msgspec.structs.replace(PACE, refresh=600.0)


def processes() -> ForkServerContext:
    """Where loaders are started from: the SDK is imported there already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pinecone.async_client.documents", __name__])
    return context


def load_edition(url: str, number: int, articles: int, ready: Event) -> None:
    """Load an edition; `ready` is set when everything is imported and the work begins."""
    wanted = edition_of(number, articles=articles)
    ready.set()
    asyncio.run(_load(url, wanted))


async def _load(url: str, articles: list[Article]) -> None:
    index = an_index_at(url, PACE)
    await load(index, NAMESPACE, articles, ())
    await index.close()
