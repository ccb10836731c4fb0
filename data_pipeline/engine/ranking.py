"""Order what the store found: exact field-weighted BM25, then articles. Pure.

The store's own scores only choose the candidates; these scores are comparable between stores,
because they use the house's analyser and the frequencies that the loader wrote (BM25F, Robertson
et al. 2004; idf as in Lucene, never negative).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.engine.nearness import Pair, Place, neighbours, places_of, together
from data_pipeline.engine.sentence_match import sentence_agreement
from data_pipeline.language import soft_terms, terms
from data_pipeline.ports import TermStatistics

K1: Final = 1.2
LENGTH_WEIGHT: Final = 0.5
TITLE_WEIGHT: Final = 1.6
HEADING_WEIGHT: Final = 1.2
_FIELD_WEIGHTS: Final = (TITLE_WEIGHT, HEADING_WEIGHT, 1.0)
AROUND_WEIGHT: Final = 0.4
EARLIER_WEIGHT: Final = 0.3
_TELLING_TERMS: Final = 3
_CONTEXT_CHARACTERS: Final = 2_000
# An article with several good chunks is a better bet than one with a single lucky one.
FOLLOWER_WEIGHTS: Final = (0.25, 0.1)
TOPIC_BOOST: Final = 1.05
# Two words that stand together in the question and in the text say more than either alone.
PAIR_WEIGHT: Final = 0.75
# What a title adds when the question asks for all that it names: a part of a rare word's score.
NAMED_WEIGHT: Final = 0.35
# What one sentence that is about the question adds: a part of the question's information.
SENTENCE_WEIGHT: Final = 0.5
# Sentences are read in the best chunk of this many articles: they take their time.
_READ_ARTICLES: Final = 6


class Query(msgspec.Struct, frozen=True):
    """Analysed terms with their weight: 1 for what is asked, less for what is around it.

    `before` are those of the conversation, not weighed yet (`conversation.in_conversation`);
    `pairs` terms of the question that stand side by side.
    """

    weights: dict[str, float]
    before: dict[str, float] = {}
    pairs: frozenset[Pair] = frozenset()

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
    """A chunk with its exact score and the query terms that it holds.

    `places` are those of its body in order, each with its position in terms; `named` is the share
    of its title's information that is asked, `titled` what it adds to the score of its article.
    `told` is what a sentence that is like the question adds, read where the chunk is the best one
    of its article.
    """

    chunk: Chunk
    score: float
    covered: frozenset[str]
    places: tuple[Place, ...] = ()
    named: float = 0.0
    titled: float = 0.0
    told: float = 0.0


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
    own = terms(text, language)
    for term in own:
        weights[term] = AROUND_WEIGHT if term in soft else 1.0
    return Query(weights, pairs=neighbours(own))


def idf(term: str, statistics: TermStatistics) -> float:
    """Information of a term: high for rare ones, and for ones that no chunk holds."""
    frequency = statistics.chunk_frequency.get(term, 0)
    return math.log(1 + (statistics.chunks - frequency + 0.5) / (frequency + 0.5))


def most_telling(statistics: TermStatistics) -> float:
    """Information of a term that a single chunk holds: the most that a known one can have."""
    return math.log(1 + (statistics.chunks - 0.5) / 1.5) if statistics.chunks else 1.0


def rank_chunks(
    query: Query, hits: Sequence[ScoredChunk], statistics: TermStatistics, topic: str | None = None
) -> list[RankedChunk]:
    """`hits` in exact order, best first: a permutation of them."""
    ranked = [_rank(hit, query, statistics, topic) for hit in hits]
    ranked.sort(key=lambda r: (-r.score, r.chunk.chunk_id))
    return _with_sentences(ranked, query, statistics)


def _with_sentences(
    ranked: list[RankedChunk], query: Query, statistics: TermStatistics
) -> list[RankedChunk]:
    """`ranked` with the sentences read of the first articles' best chunks."""
    information = information_of(query, statistics)
    first = list({r.chunk.article_id: n for n, r in reversed(list(enumerate(ranked)))}.values())
    for n in sorted(first)[:_READ_ARTICLES]:
        like = sentence_agreement(ranked[n].chunk, information, lambda t: idf(t, statistics))
        told = SENTENCE_WEIGHT * like * sum(information.values())
        ranked[n] = msgspec.structs.replace(ranked[n], told=told)
    return ranked


def information_of(query: Query, statistics: TermStatistics) -> dict[str, float]:
    """Information of the terms that the query is judged by, at their weight."""
    return {term: query.weights[term] * idf(term, statistics) for term in query.own}


def _rank(
    hit: ScoredChunk, query: Query, statistics: TermStatistics, topic: str | None
) -> RankedChunk:
    fields = fields_of(hit)
    title = fields[0]
    asked = query.weights.keys()
    places = [places_of(field, asked) for field in fields]
    pairs = frozenset(pair for field in places for pair in together(field, query.pairs))
    counts = _counts(fields, places, statistics)
    named = _named(title, query, statistics)
    score = sum(
        query.weights[t] * idf(t, statistics) * n * (K1 + 1) / (K1 + n) for t, n in counts.items()
    )
    score += PAIR_WEIGHT * pair_information(query, pairs, statistics)
    return RankedChunk(
        chunk=hit.chunk,
        score=score * (TOPIC_BOOST if topic and _is_on(topic, title, hit.chunk) else 1.0),
        covered=frozenset(counts),
        places=places[-1],
        named=named,
        titled=NAMED_WEIGHT * named * most_telling(statistics),
    )


def _counts(
    fields: Sequence[Sequence[str]], places: Sequence[Sequence[Place]], statistics: TermStatistics
) -> Mapping[str, float]:
    """How often each term occurs, by the weight and length of the fields that it is in."""
    means = (
        statistics.mean_title_length,
        statistics.mean_heading_length,
        statistics.mean_body_length,
    )
    counts: dict[str, float] = defaultdict(float)
    for field, found, weight, mean in zip(fields, places, _FIELD_WEIGHTS, means, strict=True):
        norm = weight / (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(field) / mean) if mean else weight
        for _, term in found:
            counts[term] += norm
    return counts


def pair_information(query: Query, pairs: Iterable[Pair], statistics: TermStatistics) -> float:
    """Information in `pairs` of the query: of each that of its lesser term."""
    return sum(
        min(query.weights.get(term, 0.0) * idf(term, statistics) for term in pair) for pair in pairs
    )


def _named(title: Sequence[str], query: Query, statistics: TermStatistics) -> float:
    """Share of the information in a title that the query asks for."""
    named = {term: idf(term, statistics) for term in title}
    asked = sum(query.weights.get(term, 0.0) * value for term, value in named.items())
    return asked / sum(named.values()) if asked else 0.0


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
    followers = zip(FOLLOWER_WEIGHTS, chunks[1:], strict=False)
    best = chunks[0]
    return best.score + sum(w * c.score for w, c in followers) + best.titled + best.told
