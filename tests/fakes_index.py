"""A chunk index in memory, for tests of what stands above the port.

It is honest: the house's analyser, exact BM25 over title, heading and body, the same filters and
the same catalogue as a real store. tests/contracts holds it to the same suite.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache

from data_pipeline.articles import Chunk, ScoredChunk, article_revision, stored_hash
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.language import terms as analyse
from data_pipeline.ports import (
    ArticleCard,
    ArticleChange,
    Catalogue,
    ChunkFilter,
    FailedArticle,
    TermStatistics,
    Vector,
)
from data_pipeline.scope import fits

_K1, _B = 1.2, 0.75
_WEIGHTS = (3, 2, 1)
_Fields = tuple[Sequence[str], Sequence[str], Sequence[str]]
_writing: ContextVar[frozenset[int]] = ContextVar("writing", default=frozenset())


class MemoryIndex:
    """`ChunkIndex` in a dict. Set `broken` and every call says that the store is unavailable."""

    def __init__(
        self,
        chunks: Iterable[Chunk] = (),
        *,
        scope_keys: Sequence[str] = (),
        namespace: str = "default",
    ) -> None:
        self._chunks: dict[str, dict[str, Chunk]] = {}
        self._scope_keys = {namespace: tuple(scope_keys)}
        self._catalogues: dict[str, Catalogue] = {}
        self._vectors: dict[str, dict[str, tuple[str, Vector]]] = {}
        self._pen = asyncio.Lock()
        self.broken = False
        self._replace(namespace, chunks, ())

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        statistics = (await self.catalogue(namespace)).statistics
        wanted = set(terms)
        hits = [
            ScoredChunk(chunk, score, _joined(fields))
            for chunk in self._held(namespace).values()
            if _admitted(chunk, where)
            and (score := _bm25(wanted, fields := _analysed(chunk), statistics)) > 0
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.chunk_id))[: max(0, limit)]

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        vectors = self._vectors.get(namespace, {})
        hits = [
            ScoredChunk(chunk, _cosine(vector, near[1]), _joined(_analysed(chunk)))
            for chunk in self._held(namespace).values()
            if _admitted(chunk, where)
            and (near := vectors.get(chunk.chunk_id)) is not None
            and near[0] == embedder
            and len(near[1]) == len(vector)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.chunk_id))[: max(0, limit)]

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        return [chunk async for chunk in self.list_chunks(namespace, article_id=article_id)]

    async def catalogue(self, namespace: str) -> Catalogue:
        chunks = self._held(namespace)
        if namespace not in self._catalogues:
            keys = self._scope_keys.get(namespace, ())
            count = Counter(made_by for made_by, _ in self._vectors.get(namespace, {}).values())
            self._catalogues[namespace] = _catalogue(list(chunks.values()), keys, dict(count))
        return self._catalogues[namespace]

    async def content_hashes(self, namespace: str) -> dict[str, dict[str, str]]:
        hashes: dict[str, dict[str, str]] = {}
        for chunk in self._held(namespace).values():
            made_by, _ = self._vectors.get(namespace, {}).get(chunk.chunk_id, ("", ()))
            held = stored_hash(chunk.content_hash, made_by)
            hashes.setdefault(chunk.article_id, {})[chunk.chunk_id] = held
        return hashes

    @asynccontextmanager
    async def writing(self, namespace: str) -> AsyncIterator[None]:
        if id(self) in _writing.get():
            yield
            return
        async with self._pen:
            mine = _writing.set(_writing.get() | {id(self)})
            try:
                yield
            finally:
                _writing.reset(mine)

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        async with self.writing(namespace):
            self._held(namespace)
            written = [chunk for change in changes for chunk in change.write]
            stale = [i for change in changes for i in change.delete]
            self._replace(namespace, written, stale)
            vectors = {i: v for change in changes for i, v in change.vectors.items() if embedder}
            self._vectors[namespace] |= {
                chunk.chunk_id: (embedder, tuple(vectors[chunk.chunk_id]))
                for chunk in written
                if chunk.chunk_id in vectors
            }
        return ()

    async def refresh(self, namespace: str, scope_keys: Sequence[str]) -> None:
        async with self.writing(namespace):
            self._held(namespace)
            self._scope_keys[namespace] = tuple(scope_keys)
            self._catalogues.pop(namespace, None)

    async def delete_article(self, namespace: str, article_id: str) -> int:
        async with self.writing(namespace):
            ids = [c.chunk_id for c in await self.article_chunks(namespace, article_id)]
            self._replace(namespace, (), ids)
            return len(ids)

    async def list_chunks(
        self, namespace: str, *, article_id: str | None = None
    ) -> AsyncIterator[Chunk]:
        for _, chunk in sorted(self._held(namespace).items()):
            if article_id in {None, chunk.article_id}:
                yield chunk

    async def count(self, namespace: str) -> int:
        return len(self._held(namespace))

    async def ping(self) -> None:
        self._held("default")

    def _held(self, namespace: str) -> dict[str, Chunk]:
        if self.broken:
            raise IndexUnavailableError("The index is switched off: set `broken` to False.")
        return self._chunks.get(namespace, {})

    def _replace(self, namespace: str, written: Iterable[Chunk], stale: Iterable[str]) -> None:
        come = {chunk.chunk_id: chunk for chunk in written}
        gone = {*stale, *come}
        kept = {k: c for k, c in self._chunks.get(namespace, {}).items() if k not in gone}
        self._chunks[namespace] = kept | come
        near = self._vectors.get(namespace, {})
        self._vectors[namespace] = {i: held for i, held in near.items() if i not in gone}
        self._catalogues.pop(namespace, None)


def _analysed(chunk: Chunk) -> _Fields:
    title, heading, body = (
        _terms(text, chunk.language) for text in (chunk.title, chunk.heading, chunk.body)
    )
    return title, heading, body


@lru_cache(maxsize=50_000)
def _terms(text: str, language: str) -> tuple[str, ...]:
    return tuple(analyse(text, language))


def _joined(fields: _Fields) -> tuple[str, str, str]:
    title, heading, body = (" ".join(field) for field in fields)
    return title, heading, body


def _admitted(chunk: Chunk, where: ChunkFilter) -> bool:
    if not fits(chunk.scope, where.scope):
        return False
    day = where.on.isoformat() if where.on else None
    return day is None or (chunk.valid_from or day) <= day <= (chunk.valid_until or day)


def _bm25(wanted: set[str], fields: _Fields, statistics: TermStatistics) -> float:
    counts: Counter[str] = Counter()
    for field, weight in zip(fields, _WEIGHTS, strict=True):
        for term in field:
            counts[term] += weight if term in wanted else 0
    means = (
        statistics.mean_title_length,
        statistics.mean_heading_length,
        statistics.mean_body_length,
    )
    length = sum(len(field) * weight for field, weight in zip(fields, _WEIGHTS, strict=True))
    mean = sum(m * weight for m, weight in zip(means, _WEIGHTS, strict=True)) or 1
    norm = _K1 * (1 - _B + _B * length / mean)
    return sum(_idf(t, statistics) * n * (_K1 + 1) / (n + norm) for t, n in counts.items() if n)


def _idf(term: str, statistics: TermStatistics) -> float:
    frequency = statistics.chunk_frequency.get(term, 0)
    return math.log(1 + (statistics.chunks - frequency + 0.5) / (frequency + 0.5))


def _catalogue(
    chunks: Sequence[Chunk], scope_keys: tuple[str, ...], vectors: dict[str, int]
) -> Catalogue:
    articles: dict[str, list[Chunk]] = {}
    for chunk in sorted(chunks, key=lambda chunk: chunk.chunk_id):
        articles.setdefault(chunk.article_id, []).append(chunk)
    cards = {article_id: _card(article) for article_id, article in articles.items()}
    version = article_revision(
        {k: card.revision for k, card in cards.items()}
        | {"": f"{scope_keys} {sorted(vectors.items())}"}
    )
    return Catalogue(
        version=version,
        articles=cards,
        scope_keys=scope_keys,
        statistics=_statistics([_analysed(chunk) for chunk in chunks], articles),
        vectors=vectors,
    )


def _card(chunks: Sequence[Chunk]) -> ArticleCard:
    first = chunks[0]
    shared = (
        "article_id",
        "title",
        "language",
        "url",
        "topic",
        "scope",
        "valid_from",
        "valid_until",
    )
    return ArticleCard(
        **{name: getattr(first, name) for name in shared},
        revision=article_revision({c.chunk_id: c.content_hash for c in chunks}),
        chunks=len(chunks),
        links=tuple(dict.fromkeys(link for chunk in chunks for link in chunk.links)),
    )


def _statistics(analysed: Sequence[_Fields], articles: dict[str, list[Chunk]]) -> TermStatistics:
    chunks = len(analysed) or 1
    titles = [set(_analysed(article[0])[0]) for article in articles.values()]
    title, heading, body = (sum(len(f[n]) for f in analysed) / chunks for n in range(3))
    return TermStatistics(
        chunks=len(analysed),
        articles=len(articles),
        chunk_frequency=dict(
            Counter(t for fields in analysed for t in {*fields[0], *fields[1], *fields[2]})
        ),
        title_frequency=dict(Counter(term for terms in titles for term in terms)),
        mean_body_length=body,
        mean_heading_length=heading,
        mean_title_length=title,
    )


def _cosine(one: Vector, other: Vector) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
