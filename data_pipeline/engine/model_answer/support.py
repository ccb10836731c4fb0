"""Whether a statement has anything to do with the passages that it cites, by its words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data_pipeline.engine.ranking import idf
from data_pipeline.language import soft_terms, terms
from data_pipeline.ports import TermStatistics

# Share of a point's information that its passages must hold. Paraphrases of what they say reach
# half and more; a statement about another matter shares a word or two.
_FLOOR: Final = 0.3
_TELLING: Final = 3


def is_supported(
    text: str, backing: Sequence[str], language: str, statistics: TermStatistics
) -> bool:
    """Whether the passages hold enough of what `text` says; both in `language`."""
    said = _informative(text, language)
    information = {term: idf(term, statistics) for term in said}
    held = sum(information[term] for term in said & _own(backing, language))
    return held >= _FLOOR * sum(information.values())


def is_foreign(sentence: str, backing: Sequence[str], language: str) -> bool:
    """Whether a sentence that says something shares no word at all with the passages."""
    said = _informative(sentence, language)
    return len(said) >= _TELLING and said.isdisjoint(_own(backing, language))


def _informative(text: str, language: str) -> frozenset[str]:
    return frozenset(terms(text, language)) - soft_terms(language)


def _own(backing: Sequence[str], language: str) -> frozenset[str]:
    return frozenset(term for text in backing for term in terms(text, language))
