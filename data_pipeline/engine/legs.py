"""The legs of a search, by words and by meaning, and what their hits say together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.conversation import in_conversation
from data_pipeline.engine.evidence import Evidence, read_evidence
from data_pipeline.engine.found import Asked, Found, Shelf
from data_pipeline.engine.fusion import candidates, fuse, reordered
from data_pipeline.engine.languages import spans_languages
from data_pipeline.engine.links import link_shares
from data_pipeline.engine.ranking import Query, idf, rank_articles, rank_chunks
from data_pipeline.errors import EmbedderUnavailableError, RerankerUnavailableError
from data_pipeline.ports import ChunkFilter, Embedder, Embeddings, TermStatistics, Vector

CANDIDATES: Final = 100
NEAREST: Final = 50
_MAX_TERMS: Final = 64
# A reranker is asked about this many articles, and not at all where the first is so far ahead.
_RERANKED: Final = 8
_CLEARLY_AHEAD: Final = 0.4


def embedder_of(shelf: Shelf) -> Embedder | None:
    """The embedder, where the shelf holds vectors of it."""
    embedder = shelf.embedder
    return embedder if embedder and embedder.identity in shelf.catalogue.vectors else None


async def embed(shelf: Shelf, asked: Sequence[Asked], until: float | None) -> Embeddings | None:
    """Vectors of all questions in one call; None where there are none, or none to compare with."""
    embedder = embedder_of(shelf)
    if embedder is None or not asked:
        return None
    try:
        async with asyncio.timeout_at(until):
            return await embedder.embed([one.embedded for one in asked], "query")
    except (EmbedderUnavailableError, TimeoutError):
        return None


async def by_words(shelf: Shelf, query: Query, where: ChunkFilter) -> Sequence[ScoredChunk]:
    """Hits for the question alone and, in a conversation, for both: it may have moved on."""
    legs = [query.weights, {**query.before, **query.weights}] if query.before else [query.weights]
    statistics = shelf.catalogue.statistics
    found = await asyncio.gather(
        *(
            shelf.index.search(
                shelf.namespace, _strongest_terms(leg, statistics), limit=CANDIDATES, where=where
            )
            for leg in legs
            if leg
        )
    )
    return candidates(*found)


async def by_meaning(shelf: Shelf, vector: Vector, where: ChunkFilter) -> Sequence[ScoredChunk]:
    """Chunks nearest to a question's `vector`."""
    embedder = embedder_of(shelf)
    if embedder is None:
        return ()
    return await shelf.index.nearest(
        shelf.namespace, vector, embedder=embedder.identity, limit=NEAREST, where=where
    )


def found_in(
    shelf: Shelf, asked: Asked, words: Sequence[ScoredChunk], nearest: Sequence[ScoredChunk]
) -> Found:
    """Hits of both legs ranked, and what they say about the best article."""
    if not words and not nearest:
        return Found(asked.query, (), Evidence())
    statistics = shelf.catalogue.statistics
    hits = candidates(words, nearest)
    query = in_conversation(asked.query, hits, statistics)
    ranked = rank_chunks(query, hits, statistics, asked.topic)
    by_score = rank_articles(ranked)
    evidence = read_evidence(query, ranked, by_score, statistics)
    articles = fuse(
        by_score,
        nearest,
        evidence.strength,
        language=_across(shelf, asked),
        linked=link_shares(by_score, shelf.catalogue.articles),
    )
    if articles != by_score:
        evidence = read_evidence(query, ranked, articles, statistics)
    return Found(query, tuple(articles), evidence)


def _across(shelf: Shelf, asked: Asked) -> str | None:
    """The question's language, where meaning can be trusted to find articles in another one."""
    embedder = embedder_of(shelf)
    return asked.language if embedder and spans_languages(embedder.model) else None


async def reranked(shelf: Shelf, asked: Asked, found: Found) -> Found:
    """The first articles as the reranker orders them, where the order is in doubt."""
    reranker, first = shelf.reranker, found.articles[:_RERANKED]
    if reranker is None or len(first) < 2 or found.evidence.lead >= _CLEARLY_AHEAD:  # noqa: PLR2004
        return found
    try:
        async with asyncio.timeout(shelf.patience):
            judged = await reranker.rerank(
                asked.embedded, [article.chunks[0].chunk.text for article in first]
            )
    except (RerankerUnavailableError, TimeoutError):
        return without(found, "reranker")
    articles = reordered(found.articles, judged.scores)
    ranked = sorted(
        (chunk for article in articles for chunk in article.chunks), key=lambda r: -r.score
    )
    evidence = read_evidence(found.query, ranked, articles, shelf.catalogue.statistics)
    return msgspec.structs.replace(
        found, articles=tuple(articles), evidence=evidence, reranked=True
    )


def without(found: Found, skipped: str) -> Found:
    """`found`, with a part of the search that could not run."""
    return msgspec.structs.replace(found, skipped=(*found.skipped, skipped))


def _strongest_terms(weights: Mapping[str, float], statistics: TermStatistics) -> list[str]:
    """The terms that carry most information: a long mail needs no more to find its article."""
    return sorted(weights, key=lambda t: (-weights[t] * idf(t, statistics), t))[:_MAX_TERMS]
