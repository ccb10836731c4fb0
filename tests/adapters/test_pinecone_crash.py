"""A loader that dies, at any point, leaves every article whole; the next load completes it."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess

import pytest

from data_pipeline.adapters.pinecone import Pace, PineconeIndex
from data_pipeline.articles import Chunk, article_revision
from data_pipeline.ingest.sync import load
from data_pipeline.language import terms
from data_pipeline.ports import ChunkFilter
from tests.adapters.loader_process import NAMESPACE, edition_of, sections
from tests.adapters.pinecone_loader import ARTICLES, PACE, STEADY, load_edition, processes
from tests.builders_pinecone import CATALOGUE, a_server, an_index
from tests.wire.pinecone_server import PineconeServer

KILLS = 20
VISIBLE_AFTER = 0.04
pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with a_server() as running:
        running.documents.visible_after = VISIBLE_AFTER
        yield running


async def test_loader_killed_at_twenty_points(server: PineconeServer) -> None:
    """Twenty loaders die spread over their run while a reader asks on: never a torn article."""
    async with opened(server) as index:
        await load(index, NAMESPACE, edition_of(0, articles=ARTICLES), ())
    seconds = await _run(server, 1)
    reads = asyncio.create_task(_read_on(server))
    exits = []
    for kill in range(KILLS):
        exits.append(await _run_and_kill(server, kill + 2, after=seconds * (kill + 0.5) / KILLS))
        await _assert_whole(server)
    assert exits.count(-signal.SIGKILL) >= KILLS // 4
    await _run(server, KILLS + 2)
    reads.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reads
    await _assert_nothing_else_left(server, edition=KILLS + 2)
    async with opened(server) as index:
        report = await load(index, NAMESPACE, edition_of(KILLS + 2, articles=ARTICLES), ())
        assert (report.chunks_written, report.chunks_deleted) == (0, 0)


async def test_first_loader_killed(server: PineconeServer) -> None:
    """A loader that dies before anything was published leaves an empty store that a load fills."""
    seconds = await _run(server, 1, articles=20)
    for kill in range(4):
        server.documents.namespaces.clear()
        await _run_and_kill(server, 0, after=seconds * (kill + 0.3) / 4, articles=20)
        await _assert_whole(server, allowed={0, 20})
        await _run(server, 1, articles=20)
        await _assert_nothing_else_left(server, edition=1, articles=20)


async def test_what_a_dead_loader_uploaded_is_not_uploaded_again(server: PineconeServer) -> None:
    """The next load finds documents that no catalogue lists yet, and goes on from there."""
    chunks = ARTICLES * sections(0)
    process = await _started(server, 0, ARTICLES)
    await asyncio.to_thread(_wait_for_documents, server, chunks // 2)
    process.kill()
    await asyncio.to_thread(process.join, 60)
    uploaded = len(server.documents.all(NAMESPACE))
    server.requests.clear()
    await _run(server, 0)
    sent = server.sent_to(f"/{NAMESPACE}/documents/upsert")
    assert sum(len(request.json()["documents"]) for request in sent) == chunks - uploaded
    await _assert_nothing_else_left(server, edition=0)


@asynccontextmanager
async def opened(server: PineconeServer, pace: Pace = PACE) -> AsyncIterator[PineconeIndex]:
    index = an_index(server, pace)
    try:
        yield index
    finally:
        await index.close()


async def _run(server: PineconeServer, edition: int, *, articles: int = ARTICLES) -> float:
    process = await _started(server, edition, articles)
    began = time.monotonic()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == 0
    return time.monotonic() - began


async def _run_and_kill(
    server: PineconeServer, edition: int, *, after: float, articles: int = ARTICLES
) -> int | None:
    process = await _started(server, edition, articles)
    await asyncio.sleep(after)
    process.kill()
    await asyncio.to_thread(process.join, 60)
    await asyncio.sleep(PACE.turn)  # or the next loader would wait, and be killed waiting
    return process.exitcode


async def _started(server: PineconeServer, edition: int, articles: int) -> ForkServerProcess:
    context = processes()
    ready = context.Event()
    process = context.Process(target=load_edition, args=(server.url, edition, articles, ready))
    process.start()
    assert await asyncio.to_thread(ready.wait, 60)
    return process


def _wait_for_documents(server: PineconeServer, number: int) -> None:
    while len(server.documents.all(NAMESPACE)) < number:
        time.sleep(0.001)


async def _read_on(server: PineconeServer) -> None:
    """Ask for one article after the other, as a worker does, until cancelled."""
    picked = random.Random(7)
    async with opened(server) as index:
        while True:
            number = picked.randrange(ARTICLES)
            hits = await index.search(
                NAMESPACE, terms(f"number{number}", "en"), limit=10, where=ChunkFilter()
            )
            _assert_articles_whole(hit.chunk for hit in hits)
            assert {hit.chunk.article_id for hit in hits} == {f"article-{number}"}
            _assert_articles_whole(await index.article_chunks(NAMESPACE, f"article-{number}"))
            assert f"article-{number}" in (await index.catalogue(NAMESPACE)).articles
            await asyncio.sleep(0.005)


async def _assert_whole(server: PineconeServer, allowed: Iterable[int] = (ARTICLES,)) -> None:
    """A process that opens the store now finds every article whole and the catalogue true."""
    async with opened(server, STEADY) as index:
        chunks = [chunk async for chunk in index.list_chunks(NAMESPACE)]
        articles = _assert_articles_whole(chunks)
        assert len(articles) in set(allowed)
        cards = (await index.catalogue(NAMESPACE)).articles
        assert {key: card.revision for key, card in cards.items()} == {
            key: article_revision({c.chunk_id: c.content_hash for c in article})
            for key, article in articles.items()
        }
        await index.ping()


async def _assert_nothing_else_left(
    server: PineconeServer, *, edition: int, articles: int = ARTICLES
) -> None:
    """Exactly the documents of one edition are stored, and one catalogue."""
    async with opened(server, STEADY) as index:
        chunks = [chunk async for chunk in index.list_chunks(NAMESPACE)]
    assert {_edition(chunk) for chunk in chunks} == {edition}
    assert len(chunks) == articles * sections(edition)
    assert len(server.documents.all(NAMESPACE)) == len(chunks)
    left = set(server.documents.all(CATALOGUE))
    assert {"head", "turn"} <= left
    assert len({each.partition("/")[0] for each in left - {"head", "turn"}}) == 1


def _assert_articles_whole(chunks: Iterable[Chunk]) -> dict[str, list[Chunk]]:
    articles: defaultdict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        articles[chunk.article_id].append(chunk)
    for article in articles.values():
        (edition,) = {_edition(chunk) for chunk in article}
        assert len(article) == sections(edition)
    return articles


def _edition(chunk: Chunk) -> int:
    found = re.search(r"edition(\d+)", chunk.text)
    assert found
    return int(found.group(1))
