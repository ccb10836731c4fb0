"""A loader that dies, at any point, leaves every article whole; the next load completes it."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from multiprocessing.context import ForkServerProcess
from operator import mul
from pathlib import Path

import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.articles import Chunk, article_revision
from data_pipeline.ingest.sync import load
from data_pipeline.language import terms
from data_pipeline.ports import ChunkFilter
from tests.adapters.loader_process import (
    ARTICLES,
    NAMESPACE,
    edition_of,
    load_edition,
    processes,
    sections,
)
from tests.fakes_models import HashEmbedder, hash_vector

KILLS = 20
pytestmark = pytest.mark.slow


async def test_loader_killed_at_twenty_points(tmp_path: Path) -> None:
    """Twenty loaders die spread over their run while a reader asks on: never a torn article."""
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.01)
    await load(index, NAMESPACE, edition_of(0), ())
    seconds = await _run(tmp_path, 1)
    exits = []
    reads = asyncio.create_task(_read_on(tmp_path))
    for kill in range(KILLS):
        exits.append(await _run_and_kill(tmp_path, kill + 2, after=seconds * (kill + 0.5) / KILLS))
        await _assert_whole(tmp_path)
    reads.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reads
    assert exits.count(-signal.SIGKILL) >= KILLS // 4
    await _run(tmp_path, KILLS + 2)
    assert await _editions(tmp_path) == {KILLS + 2}
    report = await load(index, NAMESPACE, edition_of(KILLS + 2), ())
    assert (report.chunks_written, report.chunks_deleted) == (0, 0)
    await index.close()


async def test_first_loader_killed(tmp_path: Path) -> None:
    """A loader that dies while it makes the store leaves one that opens, and that a load fills."""
    seconds = await _run(tmp_path / "measured", 0, articles=20)
    for kill in range(6):
        folder = tmp_path / str(kill)
        await _run_and_kill(folder, 0, after=seconds * (kill + 0.3) / 6, articles=20)
        await _assert_whole(folder, allowed={0, 20})
        await _run(folder, 1, articles=20)
        assert await _editions(folder) == {1}


async def test_embedding_loader_killed(tmp_path: Path) -> None:
    """Loaders with vectors die, those that change the embedder too: no vector is ever astray.

    The next load embeds what is missing, and the one after it finds nothing to do.
    """
    await load(EmbeddedIndex(tmp_path), NAMESPACE, edition_of(0), (), embedder=HashEmbedder())
    seconds = await _run(tmp_path, 1, model="m0")
    exits = []
    for kill in range(KILLS):
        after = seconds * (kill + 0.5) / KILLS
        exits.append(await _run_and_kill(tmp_path, kill + 2, after=after, model=f"m{kill % 3}"))
        await _assert_whole(tmp_path)
        await _assert_vectors_true(tmp_path)
    assert exits.count(-signal.SIGKILL) >= KILLS // 4
    await _run(tmp_path, KILLS, model="last")
    assert await _assert_vectors_true(tmp_path) == ARTICLES * sections(KILLS)
    index, embedder = EmbeddedIndex(tmp_path), HashEmbedder(model="last")
    report = await load(index, NAMESPACE, edition_of(KILLS), (), embedder=embedder)
    assert (report.chunks_written, embedder.texts) == (0, [])
    await index.close()


@pytest.mark.parametrize("left", ["nothing", "an empty folder", "a table without a version"])
async def test_what_a_dying_loader_began_is_replaced(tmp_path: Path, left: str) -> None:
    """Remains of a table that nobody ever saw read as empty and do not stop the next load."""
    table = tmp_path / NAMESPACE / "chunks.lance"
    if left != "nothing":
        table.mkdir(parents=True)
    if left == "a table without a version":
        (table / "data").mkdir()
        (table / "data" / "0101.lance").write_bytes(b"LANC")
    index = EmbeddedIndex(tmp_path)
    assert await index.count(NAMESPACE) == 0
    assert await index.content_hashes(NAMESPACE) == {}
    await load(index, NAMESPACE, edition_of(0, articles=3), ())
    assert await _editions(tmp_path) == {0}
    await index.close()


async def test_committed_but_not_published(tmp_path: Path) -> None:
    """Between commit and publication readers see the version before; the next load publishes."""
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    await load(index, NAMESPACE, edition_of(0, articles=5), ("plan",))
    catalogue = (tmp_path / NAMESPACE / "catalogue.msgpack").read_bytes()
    before = await index.catalogue(NAMESPACE)
    await load(index, NAMESPACE, edition_of(1, articles=5), ("plan",))
    after = await index.catalogue(NAMESPACE)
    (tmp_path / NAMESPACE / "catalogue.msgpack").write_bytes(catalogue)
    assert await _editions(tmp_path) == {0}
    again = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    assert await again.catalogue(NAMESPACE) == before
    report = await load(again, NAMESPACE, edition_of(1, articles=5), ("plan",))
    assert report.chunks_written == 0
    assert await _editions(tmp_path) == {1}
    assert await again.catalogue(NAMESPACE) == after
    await index.close()
    await again.close()


async def _run(
    folder: Path, edition: int, *, articles: int = ARTICLES, model: str | None = None
) -> float:
    process = await _started(folder, edition, articles, model)
    began = time.monotonic()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == 0
    return time.monotonic() - began


async def _run_and_kill(
    folder: Path,
    edition: int,
    *,
    after: float,
    articles: int = ARTICLES,
    model: str | None = None,
) -> int | None:
    process = await _started(folder, edition, articles, model)
    await asyncio.sleep(after)
    process.kill()
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


async def _started(
    folder: Path, edition: int, articles: int, model: str | None
) -> ForkServerProcess:
    context = processes()
    ready = context.Event()
    process = context.Process(target=load_edition, args=(folder, edition, articles, ready, model))
    process.start()
    assert await asyncio.to_thread(ready.wait, 60)
    return process


async def _read_on(folder: Path) -> None:
    """Ask for one article after the other, as a worker does, until cancelled."""
    index = EmbeddedIndex(folder, refresh_seconds=0.01)
    picked = random.Random(7)
    while True:
        number = picked.randrange(ARTICLES)
        hits = await index.search(
            NAMESPACE, terms(f"number{number}", "en"), limit=10, where=ChunkFilter()
        )
        _assert_articles_whole(hit.chunk for hit in hits)
        assert {hit.chunk.article_id for hit in hits} == {f"article-{number}"}
        _assert_articles_whole(await index.article_chunks(NAMESPACE, f"article-{number}"))
        assert f"article-{number}" in (await index.catalogue(NAMESPACE)).articles


async def _assert_whole(folder: Path, allowed: Iterable[int] = (ARTICLES,)) -> None:
    """A process that opens the store now finds every article whole and the catalogue true."""
    index = EmbeddedIndex(folder)
    chunks = [chunk async for chunk in index.list_chunks(NAMESPACE)]
    articles = _assert_articles_whole(chunks)
    assert len(articles) in set(allowed)
    cards = (await index.catalogue(NAMESPACE)).articles
    assert {key: card.revision for key, card in cards.items()} == {
        key: article_revision({c.chunk_id: c.content_hash for c in article})
        for key, article in articles.items()
    }
    await index.ping()
    await index.close()


async def _assert_vectors_true(folder: Path) -> int:
    """Every vector is found, and is that of its chunk by the embedder named; how many there are."""
    index = EmbeddedIndex(folder)
    vectors = (await index.catalogue(NAMESPACE)).vectors
    asked = hash_vector("number7 part1", 64)
    for embedder, count in vectors.items():
        hits = await index.nearest(
            NAMESPACE, asked, embedder=embedder, limit=5_000, where=ChunkFilter()
        )
        made_of = [sum(map(mul, asked, hash_vector(hit.chunk.text, 64))) for hit in hits]
        assert [hit.score for hit in hits] == pytest.approx(made_of, abs=1e-5)
        assert len(hits) == count
    await index.close()
    assert len(vectors) < 2
    return sum(vectors.values())


def _assert_articles_whole(chunks: Iterable[Chunk]) -> dict[str, list[Chunk]]:
    articles: defaultdict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        articles[chunk.article_id].append(chunk)
    for article in articles.values():
        (edition,) = {_edition(chunk) for chunk in article}
        assert len(article) == sections(edition)
    return articles


async def _editions(folder: Path) -> set[int]:
    index = EmbeddedIndex(folder)
    editions = {_edition(chunk) async for chunk in index.list_chunks(NAMESPACE)}
    await index.close()
    return editions


def _edition(chunk: Chunk) -> int:
    found = re.search(r"edition(\d+)", chunk.text)
    assert found
    return int(found.group(1))
