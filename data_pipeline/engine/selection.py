"""Choose what to say: the passages and the procedure that fit a question best. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from data_pipeline.engine.fit import fit_of
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.passages import Passage
from data_pipeline.engine.procedures import Procedure
from data_pipeline.engine.ranking import Query, idf
from data_pipeline.engine.widening import widened
from data_pipeline.ports import TermStatistics

MAX_POINTS: Final = 4
_ENOUGH_WORDS: Final = 110
_STAY_SHARE: Final = 0.3
_REPEAT_WEIGHT: Final = 0.5
_PROCEDURE_SHARE: Final = 0.35
_SAME_SHARE: Final = 0.8
_SITUATION_SHARE: Final = 0.6
_MIN_SAME: Final = 3
# What was said before finds the article; what to say of it follows from the question.
_BEFORE_WEIGHT: Final = 0.1


class Asked(msgspec.Struct, frozen=True):
    """One question and what it wants."""

    query: Query
    intent: Intent


def choose_passages(
    passages: Sequence[Passage], asked: Sequence[Asked], statistics: TermStatistics
) -> list[Passage]:
    """For each question its best passages; a further one must add what is not said yet.

    Every question gets its best one before any gets a second. Where that says little, they are
    widened by what stands around them.
    """
    most = max(2, MAX_POINTS // max(1, len(asked)))
    searches = [_Search(one, passages, statistics) for one in asked]
    for search in searches:
        search.extend(1, _all_of(searches))
    for search in searches:
        search.extend(most, _all_of(searches))
    chosen = _all_of(searches)[: MAX_POINTS + max(0, len(asked) - 1)]
    return widened(chosen, passages)


def _all_of(searches: Sequence[_Search]) -> list[Passage]:
    return [passage for search in searches for passage in search.chosen]


class _Search:
    """The passages chosen for one question so far."""

    def __init__(
        self, asked: Asked, passages: Sequence[Passage], statistics: TermStatistics
    ) -> None:
        self.chosen: list[Passage] = []
        query, intent = asked.query, asked.intent
        self._information = _information([query], statistics)
        terms = self._information.keys()
        fitting = (p for p in passages if not terms.isdisjoint(p.own - p.hints))
        self._left = [
            fit_of(p, query, intent, self._information) for p in fitting if _applies(p, terms)
        ]
        self._best = 0.0

    def extend(self, most: int, told: Sequence[Passage]) -> None:
        """Choose up to `most` passages; nothing that is `told` already, for whatever question."""
        while len(self.chosen) < most and _words(self.chosen) < _ENOUGH_WORDS:
            passage = self._next([*told, *self.chosen])
            if passage is None:
                return
            self.chosen.append(passage)

    def _next(self, told: Sequence[Passage]) -> Passage | None:
        said = frozenset[str]().union(*(p.own for p in self.chosen))
        worth = {t: v * (_REPEAT_WEIGHT if t in said else 1) for t, v in self._information.items()}
        self._left = [f for f in self._left if not _is_told(f.passage, told, self._information)]
        top = max(self._left, key=lambda fit: fit.value(worth) + fit.opening, default=None)
        if top is None:
            return None
        # An opening comes first, but does not set the standard for what may come with it.
        self._best = self._best or top.value(worth)
        value = top.value(worth) + top.opening
        return top.passage if value and value >= _STAY_SHARE * self._best else None


def _applies(passage: Passage, said: AbstractSet[str]) -> bool:
    """Whether the customer speaks of the situation that a passage holds in."""
    return len(passage.situation & said) >= _SITUATION_SHARE * len(passage.situation)


def _words(passages: Sequence[Passage]) -> int:
    return sum(len(passage.text.split()) for passage in passages)


def choose_procedure(
    procedures: Sequence[Procedure], asked: Sequence[Asked], statistics: TermStatistics
) -> Procedure | None:
    """The procedure that holds most of what is asked, where that is enough."""
    information = _information((one.query for one in asked), statistics)

    def fit(procedure: Procedure) -> float:
        own = frozenset[str]().union(*(p.own | p.around for _, p in procedure.steps))
        return sum(information[t] for t in own & information.keys())

    best = max(procedures, key=fit, default=None)
    enough = _PROCEDURE_SHARE * sum(information.values())
    return best if best and fit(best) >= enough else None


def _information(queries: Iterable[Query], statistics: TermStatistics) -> dict[str, float]:
    return {
        term: weight * (_BEFORE_WEIGHT if term in query.before else 1) * idf(term, statistics)
        for query in queries
        for term, weight in query.weights.items()
    }


def _is_told(passage: Passage, chosen: Sequence[Passage], information: Mapping[str, float]) -> bool:
    """Whether it was said already, or is a row of the same table that fits less."""
    return any(
        passage.overlaps(other)
        or _says_the_same(passage, other)
        or _is_poorer_row(passage, other, information)
        for other in chosen
    )


def _says_the_same(passage: Passage, other: Passage) -> bool:
    """Whether nearly all words of the shorter text stand in the longer one."""
    if passage.text == other.text:
        return True
    fewest = min(len(passage.said), len(other.said))
    return fewest >= _MIN_SAME and len(passage.said & other.said) >= _SAME_SHARE * fewest


def _is_poorer_row(passage: Passage, other: Passage, information: Mapping[str, float]) -> bool:
    """Whether a row of the same table, chosen already, holds all that this one has and more."""
    if passage.chunk.chunk_id != other.chunk.chunk_id or not (passage.is_row and other.is_row):
        return False
    return passage.own & information.keys() < other.own & information.keys()
