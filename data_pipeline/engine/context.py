"""Choose what of an article a model reads: within a token budget, the important first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Tier
from data_pipeline.engine.passages import Passage
from data_pipeline.engine.ranking import idf
from data_pipeline.engine.selection import Asked
from data_pipeline.engine.wanted import is_wanted
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import TermStatistics

_RANK: Final = {tier: rank for rank, tier in enumerate(Tier)}
_AROUND_WEIGHT: Final = 0.3
_WANTED_WEIGHT: Final = 1.4
# Tokens of a passage's tags and id.
_MARKUP: Final = 16


class Candidate(msgspec.Struct, frozen=True):
    """A passage, the question that leads to it ("" for none), and its relevance, at least 0."""

    passage: Passage
    lead: str = ""
    relevance: float = 0.0

    @property
    def cost(self) -> int:
        """Tokens that it takes in a prompt, with its heading, estimated rather too high."""
        texts = (self.passage.text, self.lead, self.passage.chunk.heading)
        return _MARKUP + sum(estimate_tokens(text) for text in texts)


def relevance(passage: Passage, asked: Sequence[Asked], statistics: TermStatistics) -> float:
    """Information that a passage shares with the question that it fits best (idf mass)."""
    return max((_shared(passage, one, statistics) for one in asked), default=0.0)


def pack(candidates: Sequence[Candidate], budget: int) -> list[Candidate]:
    """As many as fit into `budget` tokens, in the order given.

    Critical ones go first, then what has to do with the question, tier by tier and the most
    relevant first, then the rest. One that is too large is left out for smaller ones behind it.
    """
    kept: set[int] = set()
    left = budget
    for number in sorted(range(len(candidates)), key=lambda n: _precedence(candidates[n], n)):
        cost = candidates[number].cost
        if cost <= left:
            kept.add(number)
            left -= cost
    return [candidate for number, candidate in enumerate(candidates) if number in kept]


def _precedence(candidate: Candidate, number: int) -> tuple[bool, bool, int, float, int]:
    tier = candidate.passage.chunk.tier
    critical = tier is Tier.CRITICAL
    return (
        not critical,
        not critical and candidate.relevance <= 0,
        _RANK[tier],
        -candidate.relevance,
        number,
    )


def _shared(passage: Passage, asked: Asked, statistics: TermStatistics) -> float:
    weights = asked.query.weights
    own = sum(weights[t] * idf(t, statistics) for t in passage.own & weights.keys())
    around = (passage.around - passage.own) & weights.keys()
    beside = sum(weights[t] * idf(t, statistics) for t in around)
    wanted = _WANTED_WEIGHT if is_wanted(passage, asked.intent) else 1.0
    return wanted * (own + _AROUND_WEIGHT * beside)
