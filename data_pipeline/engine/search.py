"""Ask the index and order what it finds. The only engine module that awaits retrieval."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from data_pipeline.engine.evidence import Evidence, read_evidence
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.ranking import (
    Query,
    RankedArticle,
    build_query,
    idf,
    rank_articles,
    rank_chunks,
)
from data_pipeline.ports import Catalogue, ChunkFilter, ChunkIndex, TermStatistics

CANDIDATES: Final = 100
_MAX_TERMS: Final = 64


class Found(msgspec.Struct, frozen=True):
    """One search: the query, the articles best first, and the evidence for the first of them."""

    query: Query
    articles: tuple[RankedArticle, ...]
    evidence: Evidence


class Searches(msgspec.Struct, frozen=True):
    """What was found for a question in the scope, and `anywhere` where there is a scope."""

    question: str
    found: Found
    anywhere: Found | None = None


class Shelf(msgspec.Struct, frozen=True):
    """What is searched: a namespace with its catalogue, as it holds `on` that day.

    `settled` are terms of scope values that are known: a filter answers them, not a text.
    """

    index: ChunkIndex
    namespace: str
    catalogue: Catalogue
    on: date
    settled: frozenset[str] = frozenset()


async def find_all(
    shelf: Shelf,
    inquiry: Inquiry,
    scope: Mapping[str, tuple[str, ...]],
    *,
    language: str | None,
    topic: str | None = None,
) -> list[Searches]:
    """Every question of `inquiry` at once, inside `scope` (folded values) and outside of it."""
    asked = [query_for(question, inquiry, language) for question in inquiry.questions]
    queries = [_without_settled(query, shelf) for query in asked]
    found = await asyncio.gather(*(find_articles(shelf, q, scope, topic) for q in queries))
    anywhere = await asyncio.gather(
        *(find_articles(shelf, query, {}, topic) for query in queries if scope)
    )
    return [
        Searches(question, inside, anywhere[number] if anywhere else None)
        for number, (question, inside) in enumerate(zip(inquiry.questions, found, strict=True))
    ]


def query_for(question: str, inquiry: Inquiry, language: str | None) -> Query:
    """The query of one question, with what else the customer wrote at less weight."""
    if question == inquiry.text:
        asked = f"{inquiry.subject}\n{question}" if inquiry.subject else question
        return build_query(asked, language, [inquiry.subject], inquiry.context)
    return build_query(question, language, [inquiry.subject, inquiry.statements], inquiry.context)


def _without_settled(query: Query, shelf: Shelf) -> Query:
    """A country that no text names, because the filter sees to it, is no gap in the evidence."""
    known = shelf.catalogue.statistics.chunk_frequency
    kept = {t: w for t, w in query.weights.items() if t in known or t not in shelf.settled}
    return Query(kept)


def telling(found: Sequence[Found]) -> Sequence[Found]:
    """Of several questions about one article those that say enough alone; all where none does."""
    return [one for one in found if one.query.stands_alone] or found


async def find_articles(
    shelf: Shelf, query: Query, scope: Mapping[str, tuple[str, ...]], topic: str | None = None
) -> Found:
    """Search under the hard filter `scope` (folded values) and rank the hits."""
    if not query.weights:
        return Found(query, (), Evidence())
    statistics = shelf.catalogue.statistics
    hits = await shelf.index.search(
        shelf.namespace,
        _strongest_terms(query, statistics),
        limit=CANDIDATES,
        where=ChunkFilter(scope, shelf.on),
    )
    ranked = rank_chunks(query, hits, statistics, topic)
    articles = rank_articles(ranked)
    return Found(query, tuple(articles), read_evidence(query, ranked, articles, statistics))


def _strongest_terms(query: Query, statistics: TermStatistics) -> list[str]:
    """The terms that carry most information: a long mail needs no more to find its article."""
    return sorted(query.weights, key=lambda t: (-query.weights[t] * idf(t, statistics), t))[
        :_MAX_TERMS
    ]
