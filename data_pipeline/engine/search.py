"""Ask the index and order what it finds. The only engine module that awaits retrieval."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.conversation import in_conversation, said_before
from data_pipeline.engine.evidence import Evidence, read_evidence
from data_pipeline.engine.fusion import candidates, fuse, reordered
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.ranking import (
    Query,
    RankedArticle,
    build_query,
    idf,
    rank_articles,
    rank_chunks,
)
from data_pipeline.errors import EmbedderUnavailableError, RerankerUnavailableError
from data_pipeline.ports import (
    Catalogue,
    ChunkFilter,
    ChunkIndex,
    Embedder,
    Embeddings,
    Reranker,
    TermStatistics,
)

CANDIDATES: Final = 100
NEAREST: Final = 50
_MAX_TERMS: Final = 64
_MAX_EMBEDDED: Final = 2_000
# An article outside the scope is only of interest where those inside leave so much open.
_LEAVES_OPEN: Final = 0.2
# A reranker is asked about this many articles, and not at all where the first is so far ahead.
_RERANKED: Final = 8
_CLEARLY_AHEAD: Final = 0.4


class Found(msgspec.Struct, frozen=True):
    """One search: the query, the articles best first, and the evidence for the first of them.

    `skipped` names the parts of the search that could not run; `reranked` is whether a reranker
    had the last word on the order.
    """

    query: Query
    articles: tuple[RankedArticle, ...]
    evidence: Evidence
    skipped: tuple[str, ...] = ()
    reranked: bool = False


class Searches(msgspec.Struct, frozen=True):
    """What was found for a question in the scope, and `anywhere` where there is a scope."""

    question: str
    found: Found
    anywhere: Found | None = None


class Retrieval(msgspec.Struct, frozen=True):
    """All searches of a request, and the tokens that were embedded for them."""

    searches: tuple[Searches, ...]
    embedding_tokens: int = 0

    @property
    def skipped(self) -> tuple[str, ...]:
        """What could not run in some search."""
        return tuple(dict.fromkeys(name for one in self.searches for name in one.found.skipped))

    @property
    def reranks(self) -> int:
        """Searches that a reranker ordered."""
        return sum(one.found.reranked for one in self.searches)


class Shelf(msgspec.Struct, frozen=True):
    """What is searched: a namespace with its catalogue, as it holds `on` that day.

    `settled` are terms of scope values that are known: a filter answers them, not a text.
    `patience` is how many seconds the embedder and the reranker may each take: without them the
    search is weaker, but a caller who wants a decision soon gets one.
    """

    index: ChunkIndex
    namespace: str
    catalogue: Catalogue
    on: date
    settled: frozenset[str] = frozenset()
    embedder: Embedder | None = None
    reranker: Reranker | None = None
    patience: float | None = None


class Asked(msgspec.Struct, frozen=True):
    """A question, what stands for it in the space of meanings, and the query that it makes."""

    question: str
    embedded: str
    query: Query
    topic: str | None = None


@dataclass(frozen=True)
class _Round:
    """The searches of one request: where, within which scope, and the vectors as they come."""

    shelf: Shelf
    scope: Mapping[str, tuple[str, ...]]
    embedding: asyncio.Future[Embeddings | None]

    @property
    def where(self) -> ChunkFilter:
        return ChunkFilter(self.scope, self.shelf.on)


async def find_all(
    shelf: Shelf,
    inquiry: Inquiry,
    scope: Mapping[str, tuple[str, ...]],
    *,
    language: str | None,
    topic: str | None = None,
) -> Retrieval:
    """Every question of `inquiry` at once, inside `scope` (folded values) and outside of it.

    One search by words and, with an embedder, one by meaning for each; a second one by words,
    outside the scope, for a question that is left half open inside.
    """
    asked = [_asked(question, inquiry, shelf, language, topic) for question in inquiry.questions]
    embedding = asyncio.ensure_future(_embed(shelf, asked))
    this = _Round(shelf, scope, embedding)
    try:
        searches = await asyncio.gather(*(_search(this, one, n) for n, one in enumerate(asked)))
        embeddings = await embedding
    finally:
        embedding.cancel()
    return Retrieval(tuple(searches), embeddings.tokens if embeddings else 0)


def _asked(
    question: str, inquiry: Inquiry, shelf: Shelf, language: str | None, topic: str | None
) -> Asked:
    query = _without_settled(query_for(question, inquiry, language), shelf)
    embedded = "\n".join(filter(None, (inquiry.subject, question)))[:_MAX_EMBEDDED]
    return Asked(question, embedded, query, topic)


def query_for(question: str, inquiry: Inquiry, language: str | None) -> Query:
    """The query of one question, with what else was written at less weight."""
    whole = question == inquiry.text
    asked = f"{inquiry.subject}\n{question}" if whole and inquiry.subject else question
    around = [inquiry.subject] if whole else [inquiry.subject, inquiry.statements]
    said = {turn.text for turn in inquiry.thread}
    related = [text for text in inquiry.context if text not in said]
    query = build_query(asked, language, around, related)
    return msgspec.structs.replace(query, before=said_before(inquiry.thread, language))


def _without_settled(query: Query, shelf: Shelf) -> Query:
    """A country that no text names, because the filter sees to it, is no gap in the evidence."""
    known = shelf.catalogue.statistics.chunk_frequency
    kept = {t: w for t, w in query.weights.items() if t in known or t not in shelf.settled}
    return msgspec.structs.replace(query, weights=kept)


def telling(found: Sequence[Found]) -> Sequence[Found]:
    """Of several questions about one article those that say enough alone; all where none does."""
    return [one for one in found if one.query.stands_alone] or found


async def _embed(shelf: Shelf, asked: Sequence[Asked]) -> Embeddings | None:
    """Vectors of all questions in one call; None where there are none, or none to compare with."""
    embedder = shelf.embedder
    if embedder is None or not asked or embedder.identity not in shelf.catalogue.vectors:
        return None
    try:
        async with asyncio.timeout(shelf.patience):
            return await embedder.embed([one.embedded for one in asked], "query")
    except (EmbedderUnavailableError, TimeoutError):
        return None


async def _search(this: _Round, asked: Asked, number: int) -> Searches:
    words, nearest = await asyncio.gather(
        _by_words(this.shelf, asked.query, this.where), _by_meaning(this, number)
    )
    found = await _reranked(this.shelf, asked, _found(this.shelf, asked, words, nearest or ()))
    if this.shelf.embedder and nearest is None:
        found = _without(found, "embedder")
    if not this.scope or found.evidence.coverage_article >= 1 - _LEAVES_OPEN:
        return Searches(asked.question, found)
    anywhere = await _by_words(this.shelf, asked.query, ChunkFilter({}, this.shelf.on))
    return Searches(asked.question, found, _found(this.shelf, asked, anywhere, ()))


async def _by_words(shelf: Shelf, query: Query, where: ChunkFilter) -> Sequence[ScoredChunk]:
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


async def _by_meaning(this: _Round, number: int) -> Sequence[ScoredChunk] | None:
    """Chunks nearest to a question; None where its vector could not be made."""
    embeddings = await asyncio.shield(this.embedding)
    if embeddings is None or this.shelf.embedder is None:
        return None
    return await this.shelf.index.nearest(
        this.shelf.namespace,
        embeddings.vectors[number],
        embedder=this.shelf.embedder.identity,
        limit=NEAREST,
        where=this.where,
    )


def _found(
    shelf: Shelf, asked: Asked, words: Sequence[ScoredChunk], nearest: Sequence[ScoredChunk]
) -> Found:
    """Hits of both legs ranked, and what they say about the best article."""
    if not words and not nearest:
        return Found(asked.query, (), Evidence())
    statistics = shelf.catalogue.statistics
    hits = candidates(words, nearest)
    query = in_conversation(asked.query, hits, statistics)
    ranked = rank_chunks(query, hits, statistics, asked.topic)
    by_words = rank_articles(ranked)
    evidence = read_evidence(query, ranked, by_words, statistics)
    articles = fuse(by_words, nearest, evidence.strength)
    if articles != by_words:
        evidence = read_evidence(query, ranked, articles, statistics)
    return Found(query, tuple(articles), evidence)


async def _reranked(shelf: Shelf, asked: Asked, found: Found) -> Found:
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
        return _without(found, "reranker")
    articles = reordered(found.articles, judged.scores)
    ranked = sorted(
        (chunk for article in articles for chunk in article.chunks), key=lambda r: -r.score
    )
    evidence = read_evidence(found.query, ranked, articles, shelf.catalogue.statistics)
    return Found(found.query, tuple(articles), evidence, reranked=True)


def _without(found: Found, skipped: str) -> Found:
    return msgspec.structs.replace(found, skipped=(*found.skipped, skipped))


def _strongest_terms(weights: Mapping[str, float], statistics: TermStatistics) -> list[str]:
    """The terms that carry most information: a long mail needs no more to find its article."""
    return sorted(weights, key=lambda t: (-weights[t] * idf(t, statistics), t))[:_MAX_TERMS]
