"""A loader to be killed: articles that come in editions, so that a torn one can be told.

Run in processes of a fork server that has LanceDB imported, which saves a second per process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import warnings
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.articles import Article, Kind, Section, Tier, Unit
from data_pipeline.ingest.sync import load
from tests.fakes_models import HashEmbedder

NAMESPACE = "default"
ARTICLES = 300

# The fork server imports LanceDB and opens nothing: what this warns of cannot happen.
warnings.filterwarnings("ignore", "lancedb fork support is experimental", RuntimeWarning)


def processes() -> ForkServerContext:
    """Where loaders are started from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["data_pipeline.adapters.embedded.lance", __name__])
    return context


def edition_of(number: int, *, articles: int = ARTICLES) -> list[Article]:
    """All articles in one edition; odd editions have a section less."""
    return [
        Article(
            article_id=f"article-{n}",
            title=f"Article number{n}",
            language="en",
            sections=tuple(_section(n, s, number) for s in range(sections(number))),
        )
        for n in range(articles)
    ]


def sections(edition: int) -> int:
    """How many sections, and so chunks, every article of an edition has."""
    return 3 - edition % 2


def load_edition(
    folder: Path, number: int, articles: int, ready: Event, model: str | None = None
) -> None:
    """Load an edition, embedded by `model`; `ready` is set when all is imported and work begins."""
    wanted = edition_of(number, articles=articles)
    embedder = HashEmbedder(model=model) if model else None
    ready.set()
    asyncio.run(load(EmbeddedIndex(folder), NAMESPACE, wanted, (), embedder=embedder))


def hold_pen(folder: Path, ready: Event, done: Event) -> None:
    """Keep every other writer waiting from `ready` to `done`."""

    async def hold() -> None:
        async with EmbeddedIndex(folder).writing(NAMESPACE):
            ready.set()
            await asyncio.to_thread(done.wait)

    asyncio.run(hold())


def _section(article: int, section: int, edition: int) -> Section:
    text = f"number{article} part{section} edition{edition} " + "words of an article " * 10
    return Section(
        path=f"part-{section}",
        heading=f"Part {section}",
        kind=Kind.BODY,
        tier=Tier.HIGH,
        units=(Unit(text),),
    )
