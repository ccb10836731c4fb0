"""How near the words of a question stand to each other in a text. Pure, over analysed terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

Pair = tuple[str, str]
Place = tuple[int, str]

_REACH: Final = 2
_WINDOW: Final = 20


def neighbours(asked: Sequence[str]) -> frozenset[Pair]:
    """Terms side by side in `asked`, whichever comes first."""
    return frozenset(_pair(a, b) for a, b in pairwise(asked) if a != b)


def places_of(field: Sequence[str], terms: AbstractSet[str]) -> tuple[Place, ...]:
    """Where any of `terms` stands in `field`, in order."""
    return tuple((at, term) for at, term in enumerate(field) if term in terms)


def together(places: Sequence[Place], pairs: AbstractSet[Pair]) -> Iterator[Pair]:
    """Those of `pairs` whose terms stand together, at most one other term between them."""
    for n, (at, term) in enumerate(places):
        for other_at, other in places[n + 1 : n + 1 + _REACH]:
            pair = _pair(term, other)
            if other_at - at <= _REACH and pair in pairs:
                yield pair


def best_stretch(places: Sequence[Place], information: Mapping[str, float]) -> float:
    """The most information that different terms hold within 20 terms of the text, in its unit."""
    inside: Counter[str] = Counter()
    best = held = 0.0
    first = 0
    for at, term in places:
        while places[first][0] <= at - _WINDOW:
            gone = places[first][1]
            first += 1
            inside[gone] -= 1
            held -= information.get(gone, 0.0) if not inside[gone] else 0.0
        held += information.get(term, 0.0) if not inside[term] else 0.0
        inside[term] += 1
        best = max(best, held)
    return best


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)
