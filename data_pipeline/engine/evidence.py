"""What one search found, as a few numbers. Pure; each is between 0 and 1 unless said otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.engine.nearness import best_stretch
from data_pipeline.engine.ranking import (
    K1,
    PAIR_WEIGHT,
    Query,
    RankedArticle,
    RankedChunk,
    idf,
    information_of,
    most_telling,
    pair_information,
)
from data_pipeline.ports import TermStatistics

_OWN_CHUNKS: Final = 5
_RIVAL_CHUNKS: Final = 8
_THIRD: Final = 2


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """How well the best article carries the inquiry.

    `strength` is the best score as a share of what a perfect chunk would reach; `lead` and `clear`
    how far the best article is ahead of the second and of the third; `coverage_*` the share of the
    query's information (idf mass) that the best article or the quoted passages hold.

    `matched` and `ahead` are the best article's score and what it has more than the second, each
    the natural logarithm of one plus that many words as rare as can be, at least 0: they mean the
    same in a small and in a large knowledge base. `stretch_lead` is the share of the query's
    information that stands in one stretch of the article, less that of its rivals, -1 to 1;
    `title_asked` the share of its title's information that is asked; `unknown_share` the share of
    information in words that the knowledge base does not have.
    """

    strength: float = 0.0
    lead: float = 0.0
    clear: float = 0.0
    matched: float = 0.0
    ahead: float = 0.0
    coverage_article: float = 0.0
    stretch_lead: float = 0.0
    title_asked: float = 0.0
    unknown_share: float = 0.0
    coverage_passage: float = 0.0


def read_evidence(
    query: Query,
    ranked: Sequence[RankedChunk],
    articles: Sequence[RankedArticle],
    statistics: TermStatistics,
) -> Evidence:
    """Evidence for the first of `articles`; all zero when there is none."""
    information = information_of(query, statistics)
    total = sum(information.values())
    if not articles or not total:
        return Evidence()
    best = articles[0]
    second, third = _next_scores(articles)
    possible = pair_information(query, query.pairs, statistics)
    word = most_telling(statistics) * (K1 + 1)
    return Evidence(
        strength=min(1.0, best.chunks[0].score / (total * (K1 + 1) + PAIR_WEIGHT * possible)),
        lead=_ahead(best, second),
        clear=_ahead(best, third),
        matched=math.log1p(best.score / word),
        ahead=math.log1p(max(0.0, best.score - second) / word),
        coverage_article=_share(information, (t for c in best.chunks for t in c.covered)),
        stretch_lead=_stretch_lead(best, ranked, information),
        title_asked=best.chunks[0].named,
        unknown_share=_share(
            information, (t for t in information if t not in statistics.chunk_frequency)
        ),
    )


def asked_coverage(query: Query, covered: Iterable[str], statistics: TermStatistics) -> float:
    """Share of the information in a question's very own words that the quoted passages hold."""
    total = sum(idf(term, statistics) for term in query.asked)
    held = sum(idf(term, statistics) for term in query.asked.intersection(covered))
    return held / total if total else 1.0


def passage_coverage(query: Query, covered: Iterable[str], statistics: TermStatistics) -> float:
    """Share of the query's information that the quoted passages hold."""
    return _share(information_of(query, statistics), covered)


def _share(information: Mapping[str, float], held: Iterable[str]) -> float:
    total = sum(information.values())
    return sum(information.get(term, 0.0) for term in frozenset(held)) / total if total else 0.0


def _next_scores(articles: Sequence[RankedArticle]) -> tuple[float, float]:
    """The best and the second-best score of the articles after the first; 0 where there is none."""
    others = sorted((article.score for article in articles[1:]), reverse=True)
    second, third = (*others[:_THIRD], 0.0, 0.0)[:_THIRD]
    return second, third


def _ahead(best: RankedArticle, other: float) -> float:
    return max(0.0, (best.score - other) / best.score) if best.score else 0.0


def _stretch_lead(
    best: RankedArticle, ranked: Sequence[RankedChunk], information: Mapping[str, float]
) -> float:
    rivals = [c for c in ranked if c.chunk.article_id != best.article_id]
    own, other = (
        max((best_stretch(chunk.places, information) for chunk in chunks), default=0.0)
        for chunks in (best.chunks[:_OWN_CHUNKS], rivals[:_RIVAL_CHUNKS])
    )
    return (own - other) / sum(information.values())
