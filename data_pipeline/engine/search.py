"""Ask the index and order what it finds. The only engine module that awaits retrieval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from data_pipeline.engine.evidence import Evidence, read_evidence
from data_pipeline.engine.ranking import Query, RankedArticle, idf, rank_articles, rank_chunks
from data_pipeline.ports import Catalogue, ChunkFilter, ChunkIndex, TermStatistics

CANDIDATES: Final = 100
_MAX_TERMS: Final = 64


class Found(msgspec.Struct, frozen=True):
    """One search: the query, the articles best first, and the evidence for the first of them."""

    query: Query
    articles: tuple[RankedArticle, ...]
    evidence: Evidence


async def find_articles(
    index: ChunkIndex,
    namespace: str,
    query: Query,
    *,
    catalogue: Catalogue,
    scope: Mapping[str, tuple[str, ...]],
    on: date,
    topic: str | None = None,
) -> Found:
    """Search `namespace` under the hard filter `scope` (folded values) and rank the hits."""
    if not query.weights:
        return Found(query, (), Evidence())
    strongest = _strongest_terms(query, catalogue.statistics)
    hits = await index.search(namespace, strongest, limit=CANDIDATES, where=ChunkFilter(scope, on))
    ranked = rank_chunks(query, hits, catalogue.statistics, topic)
    articles = rank_articles(ranked)
    return Found(
        query, tuple(articles), read_evidence(query, ranked, articles, catalogue.statistics)
    )


def _strongest_terms(query: Query, statistics: TermStatistics) -> list[str]:
    """The terms that carry most information: a long mail needs no more to find its article."""
    return sorted(query.weights, key=lambda t: (-query.weights[t] * idf(t, statistics), t))[
        :_MAX_TERMS
    ]
