"""What a search is asked for, where it looks, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from data_pipeline.engine.evidence import Evidence
from data_pipeline.engine.ranking import Query, RankedArticle
from data_pipeline.engine.translation import Translator
from data_pipeline.ports import Catalogue, ChunkIndex, Completion, Embedder, Reranker


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question, what stands for it in the space of meanings, and the query that it makes.

    `language` is the one that it is in, None where nothing tells.
    """

    question: str
    embedded: str
    query: Query
    language: str | None = None
    topic: str | None = None


class Found(msgspec.Struct, frozen=True):
    """One search: the query, the articles best first, and the evidence for the first of them.

    `skipped` names the parts of the search that could not run; `reranked` is whether a reranker
    had the last word on the order. `translated` is the question as it was searched for, in
    `language`, where that is not the customer's own.
    """

    query: Query
    articles: tuple[RankedArticle, ...]
    evidence: Evidence
    skipped: tuple[str, ...] = ()
    reranked: bool = False
    translated: str = ""
    language: str | None = None


class Searches(msgspec.Struct, frozen=True):
    """What was found for a question in the scope, and `anywhere` where there is a scope."""

    question: str
    found: Found
    anywhere: Found | None = None


class Retrieval(msgspec.Struct, frozen=True):
    """All searches of a request, the tokens embedded for them, and what translating them took."""

    searches: tuple[Searches, ...]
    embedding_tokens: int = 0
    completions: tuple[Completion, ...] = ()

    @property
    def skipped(self) -> tuple[str, ...]:
        """What could not run in some search."""
        return tuple(dict.fromkeys(name for one in self.searches for name in one.found.skipped))

    @property
    def reranks(self) -> int:
        """Searches that a reranker ordered."""
        return sum(one.found.reranked for one in self.searches)


class Shelf(msgspec.Struct, frozen=True):
    """What is searched: a namespace with its catalogue, as it holds `on` that day.

    `settled` are terms of scope values that are known: a filter answers them, not a text.
    `patience` is how many seconds embedder and translator together, and the reranker, may take:
    without them the search is weaker, but a caller who wants a decision soon gets one.
    """

    index: ChunkIndex
    namespace: str
    catalogue: Catalogue
    on: date
    settled: frozenset[str] = frozenset()
    embedder: Embedder | None = None
    reranker: Reranker | None = None
    translator: Translator | None = None
    patience: float | None = None


def telling(found: Sequence[Found]) -> Sequence[Found]:
    """Of several questions about one article those that say enough alone; all where none does."""
    return [one for one in found if one.query.stands_alone] or found
