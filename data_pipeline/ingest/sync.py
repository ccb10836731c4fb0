"""Bring the store in line with articles that were read: write what differs, and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.ingest.changes import commits, plan
from data_pipeline.ingest.embedding import PassageVectors, estimated_use, made_ahead
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ingest.load_report import LoadReport, planned_report
from data_pipeline.ingest.renames import moved, possible_renames, renames
from data_pipeline.ports import ArticleChange, Catalogue, ChunkIndex, Embedder, FailedArticle

Progress = Callable[[int, int], None]
"""Called with the articles done and the articles in all."""


class Plan(msgspec.Struct, frozen=True):
    """The changes that are needed, in order, and what they amount to."""

    changes: tuple[ArticleChange, ...]
    report: LoadReport


async def load(
    index: ChunkIndex,
    namespace: str,
    articles: Sequence[Article],
    scope_keys: Sequence[str],
    progress: Progress = lambda _done, _all: None,
    embedder: Embedder | None = None,
) -> LoadReport:
    """Store `articles` in `namespace`; a repeated or resumed load writes only what is missing.

    With an `embedder` every chunk gets its vector, and only changed chunks are embedded. Removes
    nothing but stale chunks of these articles and, of an article whose file was moved or renamed,
    the old one. `scope_keys` add to those that are known. Articles that cannot be embedded or
    stored are reported and do not stop the rest. Raises `IndexUnavailableError`, and
    `EmbedderUnavailableError` when the embedder fails again and again.
    """
    wanted = await asyncio.to_thread(_chunked, articles)
    vectors = PassageVectors(embedder)
    async with index.writing(namespace):
        prepared = await _planned(index, namespace, articles, wanted, embedder)
        refused: list[FailedArticle] = []
        done = len(prepared.report.unchanged)
        progress(done, len(articles))
        async with aclosing(made_ahead(vectors.of, commits(prepared.changes))) as groups:
            async for group in groups:
                if group:
                    identity = embedder.identity if embedder else ""
                    refused += await index.apply(namespace, group, embedder=identity)
                done += sum(bool(change.write) for change in group)
                progress(done, len(articles))
        catalogue = await index.catalogue(namespace)
        await index.refresh(namespace, known_scope_keys(catalogue, scope_keys))
        progress(len(articles), len(articles))
    if vectors.stopped:
        raise vectors.stopped
    failed = (*vectors.failed, *refused)
    return prepared.report.settled(failed, vectors.use, catalogue.vectors)


async def prepare(
    index: ChunkIndex,
    namespace: str,
    articles: Sequence[Article],
    embedder: Embedder | None = None,
) -> Plan:
    """What `load` would do with `articles`, tokens estimated; writes and embeds nothing."""
    wanted = await asyncio.to_thread(_chunked, articles)
    planned = await _planned(index, namespace, articles, wanted, embedder)
    use = estimated_use(planned.changes, embedder.model) if embedder else None
    report = planned.report.settled((), use, (await index.catalogue(namespace)).vectors)
    return msgspec.structs.replace(planned, report=report)


def known_scope_keys(stored: Catalogue, given: Sequence[str]) -> tuple[str, ...]:
    """`given`, after the keys known so far: a load of one folder forgets none of another's."""
    return tuple(dict.fromkeys((*stored.scope_keys, *given)))


def _chunked(articles: Iterable[Article]) -> dict[str, tuple[Chunk, ...]]:
    return {article.article_id: article_chunks(article) for article in articles}


async def _planned(
    index: ChunkIndex,
    namespace: str,
    articles: Sequence[Article],
    wanted: Mapping[str, Sequence[Chunk]],
    embedder: Embedder | None,
) -> Plan:
    stored = await index.content_hashes(namespace)
    # What comes without a file cannot be a file that was moved; to look costs a whole listing.
    has_files = any(article.origin for article in articles)
    gone_ids = possible_renames(wanted, stored) if has_files else frozenset()
    gone = await chunks_of(index, namespace, gone_ids)
    arrived = {key: wanted[key] for key in wanted if key not in stored}
    renamed = renames(arrived, gone, await asyncio.to_thread(_movable, articles, gone))
    changes = plan(wanted, stored, renamed, embedder=embedder.identity if embedder else "")
    return Plan(tuple(changes), planned_report(wanted, changes, renamed, stored))


def _movable(
    articles: Iterable[Article], gone: Mapping[str, Sequence[Chunk]]
) -> Callable[[str, str], bool]:
    """Whether a new article's file may be that of a stored one, as the disk is now."""
    new = {article.article_id: article for article in articles}
    old = {key: chunks[0].origin if chunks else "" for key, chunks in gone.items()}
    there = {origin for origin in old.values() if os.path.lexists(origin)}
    return lambda arrived, stored: moved(
        new[arrived].origin, new[arrived].source, old[stored], is_there=old[stored] in there
    )


async def chunks_of(
    index: ChunkIndex, namespace: str, article_ids: Iterable[str]
) -> dict[str, list[Chunk]]:
    """The stored chunks of some articles, read in one go. Raises `IndexUnavailableError`."""
    found: dict[str, list[Chunk]] = {article_id: [] for article_id in article_ids}
    if found:
        async for chunk in index.list_chunks(namespace):
            if chunk.article_id in found:
                found[chunk.article_id].append(chunk)
    return found
