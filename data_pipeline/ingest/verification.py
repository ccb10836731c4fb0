"""Whether the store holds exactly what the sources say, chunk by chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.ingest.changes import is_current
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ingest.renames import Hashes
from data_pipeline.ports import ChunkIndex


class ArticleDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Chunk ids of one article: not stored, stored but gone from the source, stored otherwise.

    `without_vector` are stored chunks that lack a vector of the embedder in use.
    """

    article_id: str
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    without_vector: tuple[str, ...] = ()


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, what differs, and the stored articles that none of the sources holds."""

    articles: int
    chunks: int
    differences: tuple[ArticleDifference, ...]
    not_in_sources: tuple[str, ...]


async def verify(
    index: ChunkIndex, namespace: str, articles: Sequence[Article], embedder: str = ""
) -> Verification:
    """Compare all fields of all chunks of `articles`, save `origin`, with what is stored.

    `embedder` is the identity of the one whose vectors they shall have. Changes nothing. Raises
    `IndexUnavailableError`, also when the stored terms are not those of this release's analyser.
    """
    wanted = {article.article_id: article_chunks(article) for article in articles}
    stored: defaultdict[str, list[Chunk]] = defaultdict(list)
    unknown: dict[str, None] = {}
    async for chunk in index.list_chunks(namespace):
        if chunk.article_id in wanted:
            stored[chunk.article_id].append(chunk)
        else:
            unknown[chunk.article_id] = None
    hashes = await index.content_hashes(namespace) if embedder else {}
    return Verification(
        articles=len(wanted),
        chunks=sum(len(chunks) for chunks in wanted.values()),
        differences=tuple(differences(wanted, stored, hashes, embedder)),
        not_in_sources=tuple(unknown),
    )


def differences(
    wanted: Mapping[str, Iterable[Chunk]],
    stored: Mapping[str, Iterable[Chunk]],
    hashes: Hashes | None = None,
    embedder: str = "",
) -> list[ArticleDifference]:
    """One entry per article of `wanted` whose stored chunks are not the same.

    With an `embedder` the stored `hashes` must say that the chunks have its vectors.
    """
    found = (
        _difference(key, wanted[key], stored.get(key, ()), (hashes or {}).get(key, {}), embedder)
        for key in wanted
    )
    return [one for one in found if one != ArticleDifference(article_id=one.article_id)]


def _difference(
    article_id: str,
    wanted: Iterable[Chunk],
    stored: Iterable[Chunk],
    hashes: Mapping[str, str],
    embedder: str,
) -> ArticleDifference:
    source = {chunk.chunk_id: _without_origin(chunk) for chunk in wanted}
    held = {chunk.chunk_id: _without_origin(chunk) for chunk in stored}
    same = [i for i in source if i in held and source[i] == held[i]]
    return ArticleDifference(
        article_id=article_id,
        missing=tuple(i for i in source if i not in held),
        stale=tuple(i for i in held if i not in source),
        differing=tuple(i for i in source if i in held and source[i] != held[i]),
        without_vector=tuple(
            i
            for i in same
            if embedder and not is_current(hashes.get(i), held[i].content_hash, embedder)
        ),
    )


def _without_origin(chunk: Chunk) -> Chunk:
    return msgspec.structs.replace(chunk, origin="")
