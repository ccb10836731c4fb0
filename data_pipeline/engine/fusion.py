"""Join what was found by words with what was found by meaning, article by article. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.ranking import RankedArticle

# Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) and its constant.
_RANK_CONSTANT: Final = 60


def candidates(*legs: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """The hits of all legs, each chunk once."""
    return list({hit.chunk.chunk_id: hit for leg in legs for hit in leg}.values())


def fuse(articles: Sequence[RankedArticle], nearest: Sequence[ScoredChunk]) -> list[RankedArticle]:
    """`articles`, best by words first, reordered by words and meaning: a permutation of them.

    `nearest` are chunks by meaning, best first; without any, the order stays.
    """
    by_words = _ranks(a.article_id for a in articles if a.score > 0)
    by_meaning = _ranks(dict.fromkeys(hit.chunk.article_id for hit in nearest))
    fused = {a.article_id: _fused(a.article_id, (by_words, by_meaning)) for a in articles}
    return sorted(articles, key=lambda a: (-fused[a.article_id], -a.score, a.article_id))


def reordered(articles: Sequence[RankedArticle], scores: Sequence[float]) -> list[RankedArticle]:
    """`articles` with the first of them, one per score, ordered by `scores`; a permutation."""
    judged = sorted(zip(scores, range(len(scores)), strict=True), key=lambda s: (-s[0], s[1]))
    return [*(articles[place] for _, place in judged), *articles[len(scores) :]]


def _ranks(article_ids: Iterable[str]) -> dict[str, int]:
    return {article_id: rank for rank, article_id in enumerate(article_ids, start=1)}


def _fused(article_id: str, legs: Sequence[Mapping[str, int]]) -> float:
    return sum(1 / (_RANK_CONSTANT + leg[article_id]) for leg in legs if article_id in leg)
