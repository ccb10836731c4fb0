"""Order what the store found: exact field-weighted BM25, then articles. Pure.

The store's own scores only choose the candidates; these scores are comparable between stores,
because they use the house's analyser and the frequencies that the loader wrote (BM25F, Robertson
et al. 2004; idf as in Lucene, never negative).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.language import soft_terms, terms
from data_pipeline.ports import TermStatistics

K1: Final = 1.2
LENGTH_WEIGHT: Final = 0.5
TITLE_WEIGHT: Final = 1.6
HEADING_WEIGHT: Final = 1.2
AROUND_WEIGHT: Final = 0.4
EARLIER_WEIGHT: Final = 0.3
_TELLING_TERMS: Final = 3
_CONTEXT_CHARACTERS: Final = 2_000
# An article with several good chunks is a better bet than one with a single lucky one.
FOLLOWER_WEIGHTS: Final = (0.25, 0.1)
TOPIC_BOOST: Final = 1.05


class Query(msgspec.Struct, frozen=True):
    """Analysed terms with their weight: 1 for what is asked, less for what was said before."""

    weights: dict[str, float]

    @property
    def own(self) -> frozenset[str]:
        """Terms of the question itself; of one that says little alone, of what is around it too."""
        return self.asked if self.stands_alone else frozenset(self.weights)

    @property
    def stands_alone(self) -> bool:
        """Whether the question has words enough to be judged by itself."""
        return len(self.asked) >= _TELLING_TERMS

    @property
    def asked(self) -> frozenset[str]:
        """Terms of the question itself."""
        return frozenset(term for term, weight in self.weights.items() if weight >= 1)


class RankedChunk(msgspec.Struct, frozen=True):
    """A chunk with its exact score and the query terms that it holds."""

    chunk: Chunk
    score: float
    covered: frozenset[str]
    in_title: frozenset[str]


class RankedArticle(msgspec.Struct, frozen=True):
    """An article and its chunks that were found, best first."""

    article_id: str
    score: float
    chunks: tuple[RankedChunk, ...]


def build_query(
    text: str, language: str | None, around: Sequence[str] = (), earlier: Sequence[str] = ()
) -> Query:
    """Terms of the question `text` at full weight, of the message `around` it at less.

    `earlier` texts of the conversation, newest first, weigh less and less.
    """
    weights: dict[str, float] = {}
    for part in around:
        for term in terms(part[:_CONTEXT_CHARACTERS], language):
            weights[term] = AROUND_WEIGHT
    for distance, part in enumerate(earlier[:3], start=1):
        for term in terms(part[:_CONTEXT_CHARACTERS], language):
            weights.setdefault(term, EARLIER_WEIGHT / distance)
    soft = soft_terms(language)
    for term in terms(text, language):
        weights[term] = AROUND_WEIGHT if term in soft else 1.0
    return Query(weights)


def idf(term: str, statistics: TermStatistics) -> float:
    """Information of a term: high for rare ones, and for ones that no chunk holds."""
    frequency = statistics.chunk_frequency.get(term, 0)
    return math.log(1 + (statistics.chunks - frequency + 0.5) / (frequency + 0.5))


def rank_chunks(
    query: Query, hits: Sequence[ScoredChunk], statistics: TermStatistics, topic: str | None = None
) -> list[RankedChunk]:
    """`hits` in exact order, best first: a permutation of them."""
    information = {term: weight * idf(term, statistics) for term, weight in query.weights.items()}
    ranked = [_rank(hit, information, statistics, topic) for hit in hits]
    return sorted(ranked, key=lambda r: (-r.score, r.chunk.chunk_id))


def _rank(
    hit: ScoredChunk,
    information: Mapping[str, float],
    statistics: TermStatistics,
    topic: str | None,
) -> RankedChunk:
    title, heading, body = fields_of(hit)
    counts: dict[str, float] = defaultdict(float)
    for field, weight, mean in (
        (title, TITLE_WEIGHT, statistics.mean_title_length),
        (heading, HEADING_WEIGHT, statistics.mean_heading_length),
        (body, 1.0, statistics.mean_body_length),
    ):
        norm = weight / (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(field) / mean) if mean else weight
        for term in field:
            if term in information:
                counts[term] += norm
    score = sum(information[t] * n * (K1 + 1) / (K1 + n) for t, n in counts.items())
    boost = TOPIC_BOOST if topic and _is_on(topic, title, hit.chunk) else 1.0
    return RankedChunk(
        hit.chunk, score * boost, frozenset(counts), frozenset(information).intersection(title)
    )


def _is_on(topic: str, title: Sequence[str], chunk: Chunk) -> bool:
    """Whether an article shares a word of the hinted topic in its title or own topic."""
    hinted = terms(topic, chunk.language)
    return not frozenset(hinted).isdisjoint((*title, *terms(chunk.topic or "", chunk.language)))


def fields_of(hit: ScoredChunk) -> tuple[list[str], list[str], list[str]]:
    """Analysed title, heading and body: as stored, or analysed here when the store keeps none."""
    if hit.terms is not None:
        title, heading, body = hit.terms
        return title.split(), heading.split(), body.split()
    chunk = hit.chunk
    return (
        terms(chunk.title, chunk.language),
        terms(chunk.heading, chunk.language),
        terms(chunk.body, chunk.language),
    )


def rank_articles(ranked: Sequence[RankedChunk]) -> list[RankedArticle]:
    """Articles by their best chunk and, at less weight, the next ones."""
    by_article: dict[str, list[RankedChunk]] = defaultdict(list)
    for chunk in ranked:
        by_article[chunk.chunk.article_id].append(chunk)
    articles = [
        RankedArticle(article_id, _article_score(chunks), tuple(chunks))
        for article_id, chunks in by_article.items()
    ]
    return sorted(articles, key=lambda a: (-a.score, a.article_id))


def _article_score(chunks: Sequence[RankedChunk]) -> float:
    return chunks[0].score + sum(
        w * c.score for w, c in zip(FOLLOWER_WEIGHTS, chunks[1:], strict=False)
    )
