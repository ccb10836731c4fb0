"""A knowledge base as it would be without some of its articles, over an index that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

import msgspec

from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.language import terms
from data_pipeline.ports import (
    ArticleChange,
    Catalogue,
    ChunkFilter,
    ChunkIndex,
    FailedArticle,
    TermStatistics,
    Vector,
)

_WIDER: Final = 4


class ArticleTerms(msgspec.Struct, frozen=True):
    """What one article adds to the statistics; lengths are sums over its chunks, in terms."""

    chunks: int
    chunk_frequency: Mapping[str, int]
    title: frozenset[str]
    title_length: int
    heading_length: int
    body_length: int


def article_terms(chunks: Sequence[Chunk]) -> ArticleTerms:
    """Terms of one article's `chunks`, by the house's analyser."""
    fields = [[terms(t, c.language) for t in (c.title, c.heading, c.body)] for c in chunks]
    return ArticleTerms(
        chunks=len(chunks),
        chunk_frequency=Counter(t for row in fields for t in {t for field in row for t in field}),
        title=frozenset(fields[0][0]) if fields else frozenset(),
        title_length=sum(len(title) for title, _, _ in fields),
        heading_length=sum(len(heading) for _, heading, _ in fields),
        body_length=sum(len(body) for _, _, body in fields),
    )


def reduced(whole: TermStatistics, gone: Sequence[ArticleTerms]) -> TermStatistics:
    """Statistics `whole` as they are without the articles `gone`."""
    held = Counter(whole.chunk_frequency)
    titled = Counter(whole.title_frequency)
    for article in gone:
        held.subtract(article.chunk_frequency)
        titled.subtract(article.title)
    touched = {term for article in gone for term in article.chunk_frequency}
    kept = whole.chunks - sum(article.chunks for article in gone)

    def mean(before: float, lengths: Iterable[int]) -> float:
        return (before * whole.chunks - sum(lengths)) / kept if kept > 0 else 0.0

    return TermStatistics(
        chunks=kept,
        articles=whole.articles - len(gone),
        chunk_frequency=_positive(held, touched),
        title_frequency=_positive(titled, touched),
        mean_body_length=mean(whole.mean_body_length, (a.body_length for a in gone)),
        mean_heading_length=mean(whole.mean_heading_length, (a.heading_length for a in gone)),
        mean_title_length=mean(whole.mean_title_length, (a.title_length for a in gone)),
    )


def _positive(counts: Counter[str], touched: Iterable[str]) -> dict[str, int]:
    for term in touched:
        if counts[term] <= 0:
            del counts[term]
    return dict(counts)


class Without:
    """`ChunkIndex` that shows `index` without the articles `hidden`, at the price of a dictionary.

    Frequencies and lengths are those of what is left. Only the store's own choice of candidates,
    before they are ranked exactly, still knows the frequencies of the whole.
    """

    def __init__(
        self, index: ChunkIndex, hidden: frozenset[str], terms_of: Callable[[str], ArticleTerms]
    ) -> None:
        """Hide articles of `index`; `terms_of` says what each one added to the statistics."""
        self._index = index
        self._hidden = hidden
        self._terms_of = terms_of
        self._reduced: tuple[Catalogue, Catalogue] | None = None

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        """As the index finds them, hidden ones aside."""

        def ask(wanted: int) -> Awaitable[Sequence[ScoredChunk]]:
            return self._index.search(namespace, terms, limit=wanted, where=where)

        return await self._shown(ask, limit)

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        """As the index finds them, hidden ones aside."""

        def ask(wanted: int) -> Awaitable[Sequence[ScoredChunk]]:
            return self._index.nearest(
                namespace, vector, embedder=embedder, limit=wanted, where=where
            )

        return await self._shown(ask, limit)

    async def _shown(
        self, ask: Callable[[int], Awaitable[Sequence[ScoredChunk]]], limit: int
    ) -> Sequence[ScoredChunk]:
        """The best `limit` that are not hidden, asking for more until there are so many."""
        wanted = 2 * limit
        while True:
            hits = await ask(wanted)
            shown = [hit for hit in hits if hit.chunk.article_id not in self._hidden]
            if len(shown) >= limit or len(hits) < wanted:
                return shown[:limit]
            wanted *= _WIDER

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        """Nothing of a hidden article."""
        if article_id in self._hidden:
            return []
        return await self._index.article_chunks(namespace, article_id)

    async def catalogue(self, namespace: str) -> Catalogue:
        """The catalogue of what is left; its `vectors` are those of the whole."""
        whole = await self._index.catalogue(namespace)
        if self._reduced is None or self._reduced[0] is not whole:
            self._reduced = (whole, self._left_of(whole))
        return self._reduced[1]

    def _left_of(self, whole: Catalogue) -> Catalogue:
        gone = [article_id for article_id in self._hidden if article_id in whole.articles]
        return msgspec.structs.replace(
            whole,
            articles={a: card for a, card in whole.articles.items() if a not in self._hidden},
            statistics=reduced(whole.statistics, [self._terms_of(a) for a in sorted(gone)]),
        )

    async def list_chunks(
        self, namespace: str, *, article_id: str | None = None
    ) -> AsyncIterator[Chunk]:
        """Nothing of a hidden article."""
        async for chunk in self._index.list_chunks(namespace, article_id=article_id):
            if chunk.article_id not in self._hidden:
                yield chunk

    async def count(self, namespace: str) -> int:
        """Number of chunks left."""
        return (await self.catalogue(namespace)).statistics.chunks

    async def ping(self) -> None:
        """As the index."""
        await self._index.ping()

    async def content_hashes(self, namespace: str) -> dict[str, dict[str, str]]:
        """Of what is left."""
        held = await self._index.content_hashes(namespace)
        return {article: hashes for article, hashes in held.items() if article not in self._hidden}

    def writing(self, namespace: str) -> AbstractAsyncContextManager[None]:
        """As the index."""
        return self._index.writing(namespace)

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        """As the index."""
        return await self._index.apply(namespace, changes, embedder=embedder)

    async def refresh(self, namespace: str, scope_keys: Sequence[str]) -> None:
        """As the index."""
        await self._index.refresh(namespace, scope_keys)

    async def delete_article(self, namespace: str, article_id: str) -> int:
        """As the index."""
        return await self._index.delete_article(namespace, article_id)
