"""Pairs that differ because they are about two things after all: forms, variants. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from data_pipeline.engine.contradiction.statement import Statement

Pair = tuple[int, int]
"""Positions of two statements about one thing, the earlier first."""

_VARIANTS: Final = 3
_Place = tuple[str, str]


def told_apart(
    statements: Sequence[Statement], different: Sequence[Pair], equal: Sequence[Pair]
) -> list[Pair]:
    """`different` without what is a form filled in again and again, or a list of variants.

    A label with three values is a form's. Two places that differ in more than they agree on are
    about two things. Words that fit several entries of a list mean the one that they agree with.
    """
    values: defaultdict[int, set[frozenset[object]]] = defaultdict(set)
    for first, second in different:
        values[first].add(frozenset(statements[second].values))
        values[second].add(frozenset(statements[first].values))
    agreed, differed = _by_places(statements, equal), _by_places(statements, different)
    settled = {_worded(statements, pair) for pair in equal} - {None}
    return [
        pair
        for pair in different
        if all(len(values[position]) < _VARIANTS - 1 for position in pair)
        and _worded(statements, pair) not in settled
        and differed[places := _places(statements, pair)] <= max(1, agreed[places])
    ]


def _worded(statements: Sequence[Statement], pair: Pair) -> int | None:
    """Of an entry of a list and other words for it the position of the words."""
    words = [position for position in pair if not statements[position].is_listed]
    return words[0] if len(words) == 1 else None


def _by_places(
    statements: Sequence[Statement], pairs: Iterable[Pair]
) -> Counter[tuple[_Place, _Place]]:
    """How many pairs of texts each two places have; a sentence may be read in two ways."""
    texts: dict[tuple[str, str], tuple[_Place, _Place]] = {}
    for pair in pairs:
        one, other = statements[pair[0]], statements[pair[1]]
        texts[one.text, other.text] = _places(statements, pair)
    return Counter(texts.values())


def _places(statements: Sequence[Statement], pair: Pair) -> tuple[_Place, _Place]:
    """Sections of one article, or two articles whole."""
    one, other = statements[pair[0]], statements[pair[1]]
    if one.article_id != other.article_id:
        return (one.article_id, ""), (other.article_id, "")
    first, second = sorted((one.place, other.place))
    return (one.article_id, first), (one.article_id, second)
