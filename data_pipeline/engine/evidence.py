"""What one search found, as a few numbers. Pure; each is between 0 and 1 unless said otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from data_pipeline.engine.ranking import K1, Query, RankedArticle, RankedChunk, idf
from data_pipeline.ports import TermStatistics

_TOP: Final = 10
_RARE_SHARE: Final = 1 / 3


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """How well the best article carries the inquiry.

    `strength` is the best score as a share of what a perfect chunk would reach; `lead` how far the
    best article is ahead of the second; `coverage_*` the share of the query's information (idf
    mass) that the best chunk, the best article, its title or the quoted passage holds;
    `rare_coverage` the same over the rarest third of the terms; `concentration` the best article's
    share of the top hits; `unknown_share` the share of information in words that the knowledge base
    does not have; `length` the logarithm of the number of terms, natural, at least 0.
    """

    strength: float = 0.0
    lead: float = 0.0
    coverage_chunk: float = 0.0
    coverage_article: float = 0.0
    coverage_title: float = 0.0
    rare_coverage: float = 0.0
    concentration: float = 0.0
    unknown_share: float = 0.0
    length: float = 0.0
    coverage_passage: float = 0.0


def read_evidence(
    query: Query,
    ranked: Sequence[RankedChunk],
    articles: Sequence[RankedArticle],
    statistics: TermStatistics,
) -> Evidence:
    """Evidence for the first of `articles`; all zero when there is none."""
    asked = query.own or frozenset(query.weights)
    information = {term: idf(term, statistics) for term in asked}
    total = sum(information.values())
    if not articles or not total:
        return Evidence()

    def share(terms: Iterable[str]) -> float:
        return sum(information.get(term, 0.0) for term in terms) / total

    best = articles[0]
    second = max((article.score for article in articles[1:]), default=0.0)
    rare = sorted(information, key=lambda t: (-information[t], t))[
        : max(1, round(len(information) * _RARE_SHARE))
    ]
    top = ranked[:_TOP]
    return Evidence(
        strength=min(1.0, best.chunks[0].score / (total * (K1 + 1))),
        lead=max(0.0, (best.score - second) / best.score) if best.score else 0.0,
        coverage_chunk=share(best.chunks[0].covered),
        coverage_article=share(frozenset().union(*(c.covered for c in best.chunks))),
        coverage_title=share(best.chunks[0].in_title),
        rare_coverage=sum(information[t] for t in rare if t in best.chunks[0].covered)
        / (sum(information[t] for t in rare) or 1.0),
        concentration=sum(c.chunk.article_id == best.article_id for c in top) / len(top),
        unknown_share=share(t for t in asked if t not in statistics.chunk_frequency),
        length=math.log(max(1, len(asked))),
    )


def asked_coverage(query: Query, covered: Iterable[str], statistics: TermStatistics) -> float:
    """Share of the information in a question's very own words that the quoted passages hold."""
    total = sum(idf(term, statistics) for term in query.asked)
    held = sum(idf(term, statistics) for term in query.asked.intersection(covered))
    return held / total if total else 1.0


def passage_coverage(query: Query, covered: Iterable[str], statistics: TermStatistics) -> float:
    """Share of the query's information that the quoted passages hold."""
    asked = query.own or frozenset(query.weights)
    total = sum(idf(term, statistics) for term in asked)
    return (
        sum(idf(term, statistics) for term in asked.intersection(covered)) / total if total else 0.0
    )
