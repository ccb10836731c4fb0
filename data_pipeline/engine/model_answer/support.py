"""Whether a statement has anything to do with the passages that it cites, by its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final

from data_pipeline.engine.ranking import idf
from data_pipeline.language import soft_terms, terms
from data_pipeline.ports import TermStatistics

# Share of a point's information that its passages must hold. Paraphrases reach 0.4 to 0.65; on a
# public set of service pages 97 % of the statements of another article stay below, and 63 % of
# other statements of the same article.
_FLOOR: Final = 0.25
_TELLING: Final = 3
_FIGURE: Final = re.compile(r"\d")


def is_supported(
    text: str, held: AbstractSet[str], language: str, statistics: TermStatistics
) -> bool:
    """Whether passages with the terms `held` hold enough of what `text` says in `language`."""
    said = _informative(text, language)
    information = {term: idf(term, statistics) for term in said}
    return sum(information[t] for t in said & held) >= _FLOOR * sum(information.values())


def is_foreign(sentence: str, held: AbstractSet[str], language: str) -> bool:
    """Whether a sentence that says something shares no term at all with the passages."""
    said = _informative(sentence, language)
    return len(said) >= _TELLING and said.isdisjoint(held)


def _informative(text: str, language: str) -> frozenset[str]:
    """Words of substance; figures are compared by value elsewhere."""
    said = frozenset(term for term in terms(text, language) if not _FIGURE.search(term))
    return said - soft_terms(language)
