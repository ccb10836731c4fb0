"""Whether the store holds exactly what the sources say, chunk by chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ports import ChunkIndex


class ArticleDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Chunk ids of one article: not stored, stored but gone from the source, stored otherwise."""

    article_id: str
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, what differs, and the stored articles that none of the sources holds."""

    articles: int
    chunks: int
    differences: tuple[ArticleDifference, ...]
    not_in_sources: tuple[str, ...]


async def verify(index: ChunkIndex, namespace: str, articles: Sequence[Article]) -> Verification:
    """Compare all fields of all chunks of `articles`, save `origin`, with what is stored.

    Changes nothing. Raises `IndexUnavailableError`, also when the stored terms are not those of
    this release's analyser.
    """
    wanted = {article.article_id: article_chunks(article) for article in articles}
    stored: defaultdict[str, list[Chunk]] = defaultdict(list)
    unknown: dict[str, None] = {}
    async for chunk in index.list_chunks(namespace):
        if chunk.article_id in wanted:
            stored[chunk.article_id].append(chunk)
        else:
            unknown[chunk.article_id] = None
    return Verification(
        articles=len(wanted),
        chunks=sum(len(chunks) for chunks in wanted.values()),
        differences=tuple(differences(wanted, stored)),
        not_in_sources=tuple(unknown),
    )


def differences(
    wanted: Mapping[str, Iterable[Chunk]], stored: Mapping[str, Iterable[Chunk]]
) -> list[ArticleDifference]:
    """One entry per article of `wanted` whose stored chunks are not the same."""
    found = (_difference(key, wanted[key], stored.get(key, ())) for key in wanted)
    return [one for one in found if one.missing or one.stale or one.differing]


def _difference(
    article_id: str, wanted: Iterable[Chunk], stored: Iterable[Chunk]
) -> ArticleDifference:
    source = {chunk.chunk_id: _without_origin(chunk) for chunk in wanted}
    held = {chunk.chunk_id: _without_origin(chunk) for chunk in stored}
    return ArticleDifference(
        article_id=article_id,
        missing=tuple(i for i in source if i not in held),
        stale=tuple(i for i in held if i not in source),
        differing=tuple(i for i in source if i in held and source[i] != held[i]),
    )


def _without_origin(chunk: Chunk) -> Chunk:
    return msgspec.structs.replace(chunk, origin="")
