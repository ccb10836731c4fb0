"""What the nearest article leaves open of a question, in the customer's own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from data_pipeline.engine.parts import Part
from data_pipeline.engine.ranking import idf
from data_pipeline.engine.search import Found, telling
from data_pipeline.language import terms
from data_pipeline.ports import TermStatistics

_MOST: Final = 4
_SHORTEST: Final = 3
_LONGEST: Final = 40
# Letters only: numbers, addresses and codes are the customer's, no subject of an article.
_WORD: Final = re.compile(r"(?<![\w@./:-])[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*(?![\w@/:-]|\.\w)")
# An article that is this near to the best one is one that it could be confused with.
_CLOSE: Final = 0.85


def uncovered_words(
    part: Part,
    statistics: TermStatistics,
    language: str | None,
    covered: AbstractSet[str] = frozenset(),
) -> tuple[str, ...]:
    """Up to four words of the questions that neither their article nor `covered` terms hold.

    The most telling ones, in the order written. Words of asking and whatever has a digit in it are
    left out; they are the customer's, so they are for the agent's eyes and for no log.
    """
    missing = {
        term: idf(term, statistics)
        for found in telling(part.found)
        for term in found.query.asked - _held(found) - covered
    }
    written = _written(part.questions, missing.keys(), language)
    best = sorted(written, key=lambda term: -missing[term])[:_MOST]
    return tuple(word for term, word in written.items() if term in best)


def _written(
    questions: Iterable[str], wanted: AbstractSet[str], language: str | None
) -> dict[str, str]:
    """Of each term that is `wanted` the first word that stands for it, as the customer wrote it."""
    found: dict[str, str] = {}
    for word in (match.group() for question in questions for match in _WORD.finditer(question)):
        if _SHORTEST <= len(word) <= _LONGEST:
            for term in wanted & frozenset(terms(word, language)):
                found.setdefault(term, word)
    return found


def close_rival(part: Part) -> str:
    """Title of another article that is nearly as near as the part's own, "" without one.

    With its id, where both have one title.
    """
    for found in telling(part.found):
        for rival in found.articles[1:2]:
            title = rival.chunks[0].chunk.title
            if rival.score >= _CLOSE * found.articles[0].score:
                is_namesake = part.content is not None and title == part.content.title
                return f"{title} ({rival.article_id})" if is_namesake else title
    return ""


def _held(found: Found) -> frozenset[str]:
    """Terms of the question that the best article holds."""
    chunks = found.articles[0].chunks if found.articles else ()
    return frozenset[str]().union(*(chunk.covered for chunk in chunks))
