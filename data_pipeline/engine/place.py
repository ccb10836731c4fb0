"""How sure it is that an article is quoted at the right place. Pure; shares of 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from data_pipeline.engine.fit import Fit
from data_pipeline.engine.nearness import Pair
from data_pipeline.engine.passages import Passage


class Place(msgspec.Struct, frozen=True):
    """What speaks for the place that was quoted, of the least certain question.

    `held` is the share of the question's information that its best passage holds alone, `together`
    that of its word pairs that stand together there, `ahead` how far that passage is ahead of the
    best one that is not quoted. All 0 where no passage was chosen by the question's words.
    """

    held: float = 0.0
    together: float = 0.0
    ahead: float = 0.0


def place_of(
    fits: Sequence[Fit],
    quoted: Sequence[Passage],
    information: Mapping[str, float],
    own: AbstractSet[str],
    pairs: AbstractSet[Pair],
) -> Place:
    """What speaks for the best of `fits`, for a question of `own` terms that stand in `pairs`."""
    best = max(fits, key=lambda fit: _gain(fit, information), default=None)
    if best is None or not quoted:
        return Place()
    top = _gain(best, information)
    others = (_gain(f, information) for f in fits if not any(map(f.passage.overlaps, quoted)))
    return Place(
        held=_share(sum(information[t] for t in best.held & own), information, own),
        together=_pair_share(best.pairs, pairs, information),
        ahead=max(0.0, 1 - max(others, default=0.0) / top) if top else 0.0,
    )


def least_sure(places: Sequence[Place]) -> Place:
    """The place whose passage holds the least of its question."""
    return min(places, key=lambda place: (place.held, place.ahead), default=Place())


def _gain(fit: Fit, information: Mapping[str, float]) -> float:
    return fit.value(information) + fit.opening


def _share(held: float, information: Mapping[str, float], own: AbstractSet[str]) -> float:
    total = sum(information[term] for term in own & information.keys())
    return min(1.0, held / total) if total else 0.0


def _pair_share(
    held: AbstractSet[Pair], asked: AbstractSet[Pair], information: Mapping[str, float]
) -> float:
    """Share of the information in the question's pairs; 0 where it has none."""
    values = {
        pair: min(information[term] for term in pair)
        for pair in asked
        if information.keys() >= set(pair)
    }
    total = sum(values.values())
    return sum(values.get(pair, 0.0) for pair in held) / total if total else 0.0
