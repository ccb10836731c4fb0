"""Join what was found by words with what was found by meaning, article by article. Pure.

By weighted scores, not by rank: where words fit well they decide, where they hardly fit meaning
does. Fusion by reciprocal rank gives an embedder as much say as the words, however little its
ranks mean (docs/decisions/0011 has the figures; Bruch et al. 2023 find the same elsewhere).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.ranking import RankedArticle

MEANING_WEIGHT: Final = 0.1
# Where the article is in another language than the question, that words differ says nothing.
FOREIGN_WEIGHT: Final = 0.4
# What links from other hits may add: a share of the best score that no clear lead is below.
LINK_WEIGHT: Final = 0.03


def candidates(*legs: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """The hits of all legs, each chunk once."""
    return list({hit.chunk.chunk_id: hit for leg in legs for hit in leg}.values())


def fuse(
    articles: Sequence[RankedArticle],
    nearest: Sequence[ScoredChunk],
    strength: float,
    *,
    language: str | None = None,
    linked: Mapping[str, float] | None = None,
) -> list[RankedArticle]:
    """`articles`, best by words first, reordered by words and meaning: a permutation of them.

    `nearest` are chunks by meaning with their cosines. `strength` says how near the best article
    comes to a perfect match by words, from 0 to 1. With `language`, the question's own, meaning
    counts for more in articles of another one. `linked` are shares from 0 to 1 by article id.
    Without `nearest` and `linked` the order stays.
    """
    if not articles or not (nearest or linked):
        return list(articles)
    best = max(article.score for article in articles) or 1.0
    meaning = _meaning(nearest)

    def fused(article: RankedArticle) -> float:
        by_links = LINK_WEIGHT * (linked or {}).get(article.article_id, 0.0)
        by_words = strength * (article.score / best + by_links)
        return by_words + _weight(article, language) * meaning.get(article.article_id, 0.0)

    return sorted(articles, key=lambda a: (-fused(a), -a.score, a.article_id))


def _weight(article: RankedArticle, language: str | None) -> float:
    """What meaning weighs for an article."""
    if language is None or article.chunks[0].chunk.language[:2] == language[:2]:
        return MEANING_WEIGHT
    return FOREIGN_WEIGHT


def reordered(articles: Sequence[RankedArticle], scores: Sequence[float]) -> list[RankedArticle]:
    """`articles` with the first of them, one per score, ordered by `scores`; a permutation."""
    judged = sorted(zip(scores, range(len(scores)), strict=True), key=lambda s: (-s[0], s[1]))
    return [*(articles[place] for _, place in judged), *articles[len(scores) :]]


def _meaning(nearest: Sequence[ScoredChunk]) -> dict[str, float]:
    """The best cosine of each article, stretched so that the hits lie between 0 and 1."""
    if not nearest:
        return {}
    lowest = min(hit.score for hit in nearest)
    span = max(hit.score for hit in nearest) - lowest or 1.0
    found: dict[str, float] = {}
    for hit in nearest:
        share = (hit.score - lowest) / span
        article_id = hit.chunk.article_id
        found[article_id] = max(share, found.get(article_id, 0.0))
    return found
