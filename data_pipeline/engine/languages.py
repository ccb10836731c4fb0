"""Which languages a question could find its article in, and who finds across them. Pure."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import terms, words
from data_pipeline.ports import ArticleCard, Catalogue, ChunkFilter
from data_pipeline.scope import fits

# Embedders that put a text and its translation side by side, by the names that vendors give them.
_ACROSS: Final = re.compile(
    r"text-embedding-(?:3-|ada-002)|multilingual|bge-m3|llama-text-embed-v2|llama-nemotron-embed"
    r"|jina-embeddings-v[34]|gemini-embedding|text-embedding-00[45]|qwen3-embedding|embed-v4"
    r"|embeddinggemma|granite-embedding-(?:107|278)m|arctic-embed-[ml]-v2|nomic-embed-text-v2"
    r"|labse|gte-qwen2|mistral-embed|voyage-(?:3|4)",
    re.IGNORECASE,
)
# Languages that one question is translated into, and the share of articles that makes one worth it.
_MOST: Final = 2
_WORTH_IT: Final = 0.25
# A question whose words the articles nearly all have is understood as it stands.
_UNDERSTOOD: Final = 0.9
# Catalogues whose languages are remembered.
_KEPT: Final = 4
# Below this share of the question's information its own language has no good article for it.
_GOOD: Final = 0.4


class Reach(msgspec.Struct, frozen=True):
    """How many articles there are in a question's own language, and in which others, most first."""

    own: int
    others: tuple[tuple[str, int], ...] = ()
    language: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether there is no article in the question's own language, but some in others."""
        return bool(self.others) and not self.own

    @property
    def is_mostly_foreign(self) -> bool:
        """Whether most articles are in other languages."""
        return sum(count for _, count in self.others) > self.own

    @property
    def targets(self) -> tuple[str, ...]:
        """Languages that it is worth looking in: those of a good part of the articles."""
        total = self.own + sum(count for _, count in self.others)
        worth = [code for code, count in self.others if count >= _WORTH_IT * total]
        return tuple(worth[:_MOST])


def reach_of(catalogue: Catalogue, where: ChunkFilter, language: str | None) -> Reach:
    """The languages of the articles that `where` lets through, seen from a question's `language`.

    Nothing is foreign to a question whose language nothing tells.
    """
    groups = _groups_of(catalogue)
    if language is None or {_code(group.language) for group in groups} <= {_code(language)}:
        return Reach(len(catalogue.articles))
    counts: Counter[str] = Counter()
    for group, articles in groups.items():
        if _is_seen(group, where):
            counts[_code(group.language)] += articles
    own = counts.pop(_code(language), 0)
    others = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Reach(own, tuple(others), _code(language))


def is_understood(question: str, own: str, language: str, known: Mapping[str, int]) -> bool:
    """Whether nearly all telling words of `question`, read as `language`, are `known` terms.

    Function words of its `own` language tell nothing.
    """
    dropped = BY_LANGUAGE.get(_code(own), frozenset())
    told = terms(" ".join(word for word in words(question) if word not in dropped), language)
    return bool(told) and sum(term in known for term in told) >= _UNDERSTOOD * len(told)


def is_weak(coverage: float) -> bool:
    """Whether an article that covers this share of a question leaves reason to look elsewhere."""
    return coverage < _GOOD


def spans_languages(model: str) -> bool:
    """Whether the embedder called `model` is known to find texts in other languages."""
    return bool(_ACROSS.search(model))


def languages_of(reach: Reach, question: str, known: Mapping[str, int]) -> Sequence[str]:
    """Languages to look for `question` in, though none of its own; empty where it is understood."""
    if any(is_understood(question, reach.language, code, known) for code in reach.targets):
        return ()
    return reach.targets


class _Group(msgspec.Struct, frozen=True):
    """What articles have in common that a search tells apart."""

    language: str
    scope: tuple[tuple[str, tuple[str, ...]], ...]
    valid_from: str | None
    valid_until: str | None


class _Counted:
    """The groups of the latest catalogues: to go through ten thousand cards takes milliseconds."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Mapping[str, ArticleCard], Counter[_Group]]] = deque(maxlen=_KEPT)

    def of(self, cards: Mapping[str, ArticleCard]) -> Counter[_Group]:
        """The groups of `cards`, which nobody changes, with the number of articles in each."""
        for known, groups in self._kept:
            if known is cards:
                return groups
        groups = Counter(map(_group, cards.values()))
        self._kept.append((cards, groups))
        return groups


_counted: Final = _Counted()


def _groups_of(catalogue: Catalogue) -> Counter[_Group]:
    return _counted.of(catalogue.articles)


def _group(card: ArticleCard) -> _Group:
    return _Group(card.language, tuple(card.scope.items()), card.valid_from, card.valid_until)


def _is_seen(group: _Group, where: ChunkFilter) -> bool:
    return _holds(group, where.on) and fits(dict(group.scope), where.scope)


def _holds(group: _Group, on: date | None) -> bool:
    if on is None:
        return True
    day = on.isoformat()
    return (group.valid_from or day)[:10] <= day <= (group.valid_until or day)[:10]


def _code(language: str) -> str:
    return language[:2].lower()
