"""Bring the store in line with articles that were read: write what differs, and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from data_pipeline.articles import Article, Chunk, Tier
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.renames import Hashes, moved, possible_renames, renames
from data_pipeline.ports import ArticleChange, Catalogue, ChunkIndex

ARTICLES_PER_COMMIT = 50

Progress = Callable[[int, int], None]
"""Called with the articles done and the articles in all."""


class ArticleResult(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a load: the chunks that it has now, by tier, and how many of them changed.

    `renamed_from` is the id that the same content had before.
    """

    article_id: str
    chunks: dict[Tier, int]
    written: int = 0
    deleted: int = 0
    renamed_from: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the store differed from this article."""
        return bool(self.written or self.deleted)


class LoadReport(msgspec.Struct, frozen=True):
    """What a load did, or would do, with each article that it was given, in their order.

    `not_in_sources` are the stored articles that were not given, in the order of their ids.
    """

    articles: tuple[ArticleResult, ...] = ()
    not_in_sources: tuple[str, ...] = ()

    @property
    def changed(self) -> list[ArticleResult]:
        """The articles that were written."""
        return [article for article in self.articles if article.changed]

    @property
    def unchanged(self) -> list[ArticleResult]:
        """The articles that the store held already."""
        return [article for article in self.articles if not article.changed]

    @property
    def chunks_written(self) -> int:
        """Chunks that were new or different."""
        return sum(article.written for article in self.articles)

    @property
    def chunks_deleted(self) -> int:
        """Chunks that were removed."""
        return sum(article.deleted for article in self.articles)


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
) -> LoadReport:
    """Store `articles` in `namespace`; a repeated or resumed load writes only what is missing.

    Removes nothing but stale chunks of these articles and, of an article whose file was moved or
    renamed, the old one. `scope_keys` add to those that are known.
    Raises `IndexUnavailableError`.
    """
    wanted = _chunked(articles)
    async with index.writing(namespace):
        prepared = await _planned(index, namespace, articles, wanted)
        done = len(prepared.report.unchanged)
        progress(done, len(articles))
        for commit in commits(prepared.changes):
            await index.apply(namespace, commit)
            done += sum(bool(change.write) for change in commit)
            progress(done, len(articles))
        keys = known_scope_keys(await index.catalogue(namespace), scope_keys)
        await index.refresh(namespace, keys)
        progress(len(articles), len(articles))
    return prepared.report


async def prepare(index: ChunkIndex, namespace: str, articles: Sequence[Article]) -> Plan:
    """What `load` would do with `articles`; writes nothing."""
    return await _planned(index, namespace, articles, _chunked(articles))


def _chunked(articles: Iterable[Article]) -> dict[str, tuple[Chunk, ...]]:
    return {article.article_id: chunk_article(article) for article in articles}


async def _planned(
    index: ChunkIndex,
    namespace: str,
    articles: Sequence[Article],
    wanted: Mapping[str, Sequence[Chunk]],
) -> Plan:
    stored = await index.content_hashes(namespace)
    gone = await _chunks_of(index, namespace, possible_renames(wanted, stored))
    arrived = {key: wanted[key] for key in wanted if key not in stored}
    renamed = renames(arrived, gone, await asyncio.to_thread(_movable, articles, gone))
    changes = plan(wanted, stored, renamed)
    return Plan(tuple(changes), _report(wanted, changes, renamed, stored))


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


def plan(
    wanted: Mapping[str, Sequence[Chunk]], stored: Hashes, renamed: Mapping[str, str] | None = None
) -> list[ArticleChange]:
    """The changes that turn `stored` into `wanted`; an article in neither or equal gets none.

    `renamed` maps a new article id to the stored one that it replaces, whose removal directly
    follows the arrival of the new one.
    """
    changes: list[ArticleChange] = []
    for article_id, chunks in wanted.items():
        changes.append(_change(article_id, chunks, stored.get(article_id, {})))
        old = (renamed or {}).get(article_id)
        if old is not None:
            changes.append(ArticleChange(old, (), tuple(stored[old])))
    return [change for change in changes if change.write or change.delete]


def known_scope_keys(stored: Catalogue, given: Sequence[str]) -> tuple[str, ...]:
    """`given`, after the keys known so far: a load of one folder forgets none of another's."""
    return tuple(dict.fromkeys((*stored.scope_keys, *given)))


def commits(
    changes: Iterable[ArticleChange], size: int = ARTICLES_PER_COMMIT
) -> Iterator[list[ArticleChange]]:
    """`changes` in groups of about `size`; a pure removal stays with the change before it."""
    group: list[ArticleChange] = []
    for change in changes:
        if len(group) >= size and change.write:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _change(article_id: str, chunks: Sequence[Chunk], hashes: Mapping[str, str]) -> ArticleChange:
    write = tuple(c for c in chunks if hashes.get(c.chunk_id) != c.content_hash)
    kept = {chunk.chunk_id for chunk in chunks}
    return ArticleChange(article_id, write, tuple(i for i in hashes if i not in kept))


async def _chunks_of(
    index: ChunkIndex, namespace: str, article_ids: frozenset[str]
) -> dict[str, list[Chunk]]:
    found: dict[str, list[Chunk]] = {article_id: [] for article_id in article_ids}
    if found:
        async for chunk in index.list_chunks(namespace):
            if chunk.article_id in found:
                found[chunk.article_id].append(chunk)
    return found


def _report(
    wanted: Mapping[str, Sequence[Chunk]],
    changes: Sequence[ArticleChange],
    renamed: Mapping[str, str],
    stored: Hashes,
) -> LoadReport:
    change_of = {change.article_id: change for change in changes}
    results = []
    for article_id, chunks in wanted.items():
        own = change_of.get(article_id, ArticleChange(article_id, (), ()))
        old = renamed.get(article_id)
        result = ArticleResult(
            article_id=article_id,
            chunks=dict(Counter(chunk.tier for chunk in chunks)),
            written=len(own.write),
            deleted=len(own.delete) + (len(change_of[old].delete) if old else 0),
            renamed_from=old,
        )
        results.append(result)
    others = set(stored).difference(wanted, renamed.values())
    return LoadReport(tuple(results), tuple(sorted(others)))
