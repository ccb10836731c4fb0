"""Whether two statements that a customer may get are about the same thing. Pure.

A wrong alarm keeps an answer from a customer, so all words that one has more than the other must
stand around the other, or be such that never set anything apart. What an editor is told of is
found by `same_subject`, which compares all statements of a knowledge base with each other.
"""

from __future__ import annotations

from typing import Final

from data_pipeline.engine.contradiction.stated_values import PERMISSION
from data_pipeline.engine.contradiction.statement import Source, Statement, are_two_places
from data_pipeline.engine.contradiction.words import light_terms, sort_terms

Terms = frozenset[str]
_FEWEST: Final = 2
_FEWEST_OF_PERMISSION: Final = 3
# There is one number to call about a thing.
_NEEDING_LESS: Final = frozenset({"phone", "email"})


def same_matter(one: Statement, other: Statement) -> bool:
    """Whether nothing sets two statements apart but their values.

    Whole sentences are compared: the phrase in front of a value does not tell for whom it holds.
    """
    return (
        one.unit == other.unit
        and one.language == other.language
        and one.conditions == other.conditions
        and are_two_places(one, other)
        and one.others == other.others
        and Source.PHRASE not in {one.source, other.source}
        and _have_a_subject(one, other)
        and not _leaves_more(one, other)
        and not _leaves_more(other, one)
        and not _are_of_two_kinds(one, other)
    )


def fewest_words(unit: str) -> int:
    """How many words two statements in `unit` must have in common."""
    if unit in _NEEDING_LESS:
        return 1
    return _FEWEST_OF_PERMISSION if unit == PERMISSION else _FEWEST


def _have_a_subject(one: Statement, other: Statement) -> bool:
    """Enough words in common that tell something; what is counted is part of a bare number."""
    common = (one.label | one.asked) & (other.label | other.asked)
    telling = common - light_terms(one.language)
    counted = common if one.unit == "number" and telling else telling
    return len(counted) >= fewest_words(one.unit)


def _leaves_more(one: Statement, other: Statement) -> bool:
    """Whether one says something, or stands under something, that the other knows nothing of."""
    known = other.label | other.asked | other.around | other.titled
    said = one.label - known - light_terms(one.language)
    placed = (one.around | one.asked) - one.label - known - sort_terms(one.language)
    if one.unit == PERMISSION:
        said = one.label - other.label - light_terms(one.language)
    return bool(said or placed)


def _are_of_two_kinds(one: Statement, other: Statement) -> bool:
    """Whether two articles are about two of a kind, a kind and one sort of it, or two subjects.

    They are about two subjects where neither title is spoken of at the other place.
    """
    if one.article_id == other.article_id:
        return False
    sorts = sort_terms(one.language)
    mine, theirs = _titled_alone(one, other) - sorts, _titled_alone(other, one) - sorts
    if one.titled.isdisjoint(other.titled):
        return (
            mine == one.titled - sorts and theirs == other.titled - sorts and bool(mine and theirs)
        )
    return bool(
        (mine and theirs)
        or (mine and other.titled - sorts <= one.titled)
        or (theirs and one.titled - sorts <= other.titled)
    )


def _titled_alone(one: Statement, other: Statement) -> Terms:
    """Terms of a title that nothing speaks of where the other statement stands."""
    return one.titled - other.titled - other.label - other.asked - other.around
