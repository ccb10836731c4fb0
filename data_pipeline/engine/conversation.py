"""What was said before a question, by either side, as far as the question goes on with it. Pure.

An answer given before names its matter better than the customer does, so the helpdesk's turns count
as the customer's do. A question that changes the subject must not drown in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.ranking import (
    AROUND_WEIGHT,
    K1,
    Query,
    idf,
    rank_articles,
    rank_chunks,
)
from data_pipeline.engine.thread import Turn
from data_pipeline.language import soft_terms, terms
from data_pipeline.ports import TermStatistics

_REACH: Final = 9
_DECAY: Final = 0.8
_MAX_CHARACTERS: Final = 2_000
_MOST: Final = 0.6
# Information (nats) that all that was said before may weigh: as much as ten rare words.
_INFORMATION: Final = 40.0
# A question that fits another article so much better (nats: a rare word or two) starts anew.
_BREAK: Final = 6.0


def said_before(turns: Sequence[Turn], language: str | None) -> dict[str, float]:
    """Terms of `turns`, newest first: 1 for each side's newest, less and less for what is older."""
    soft = soft_terms(language)
    weights: dict[str, float] = {}
    for by_customer in (True, False):
        side = [turn for turn in turns if turn.by_customer is by_customer]
        for distance, turn in enumerate(side[:_REACH]):
            for term in terms(turn.text[:_MAX_CHARACTERS], language):
                weight = _DECAY**distance * (AROUND_WEIGHT if term in soft else 1.0)
                weights[term] = max(weight, weights.get(term, 0.0))
    return weights


def in_conversation(query: Query, hits: Sequence[ScoredChunk], statistics: TermStatistics) -> Query:
    """`query` with the terms said before at the weight that they deserve; none is left aside.

    That is the less, the better the question by itself fits another article among `hits` than the
    one that question and conversation lead to together.
    """
    if not query.before:
        return query
    joined = _joined(query, statistics, 1.0)
    alone = {a.article_id: a.score for a in rank_articles(rank_chunks(query, hits, statistics))}
    together = rank_articles(rank_chunks(joined, hits, statistics))
    if not together:
        return joined
    lost = max(alone.values()) - alone[together[0].article_id]
    return _joined(query, statistics, max(0.0, 1 - lost / (K1 + 1) / _BREAK))


def _joined(query: Query, statistics: TermStatistics, share: float) -> Query:
    """`query` with `share` of what its conversation may weigh at most."""
    before = {term: w for term, w in query.before.items() if term not in query.weights}
    total = sum(w * idf(term, statistics) for term, w in before.items())
    scale = share * min(_MOST, _INFORMATION / total) if total else 0.0
    added = {term: scale * w for term, w in before.items()} if scale else {}
    return msgspec.structs.replace(query, weights={**added, **query.weights}, before=added)
