"""From judged replies to cuts with a bound on the error above each (learn then test). Pure.

Going from the strictest cut down, each is tested in turn and the first that fails ends it, so the
last one that passed keeps its promise without a correction for the many that were tried (fixed
sequence testing: Angelopoulos et al. 2021). Where testing starts depends on how many replies there
are, never on which of them are right; several starts share the doubt among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.engine.calibration import Cut
from data_pipeline.evaluation.calibration.bound import needed, upper_bound

# Wrong answers that the starts leave room for: an early one must not end the test at once.
_ROOM: Final = (1, 8, 64)
# How alike the luck of an article's questions is at least (intraclass correlation). All articles
# are asked about alike, so little is left to the luck of which; but tickets favour some, and ever
# so many questions of one article tell no more than fifty single ones.
_ALIKE: Final = 0.02
_GRID: Final = 100
_NONE: Final = 1e-12
_PLACES: Final = 6


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A reply that was judged: how sure it was, whether it was right, and what it stands for.

    `weight` is its share of the mix, `unit` names what was drawn as one; one that is not
    `sayable` would not be sent, however sure.
    """

    probability: float
    right: bool
    sayable: bool = True
    weight: float = 1.0
    unit: str = ""


class _Point(msgspec.Struct, frozen=True):
    """All from `probability` on: how many there are in effect, and their weights."""

    probability: float
    n: float
    observed: float
    answered: float
    right: float


def curve(judged: Sequence[Judged], *, allowed_error: float, doubt: float) -> tuple[Cut, ...]:
    """Cuts, strictest first, each with what is wrong among its answers at most; only useful ones.

    `doubt` is one minus the certainty. Empty where there are too few replies for any promise.
    """
    points = list(_points(judged))
    starts = _starts(points, allowed_error, doubt)
    bounds = _bounds(points, starts, doubt / max(1, len(starts)))
    whole = math.fsum(one.weight for one in judged)
    right = math.fsum(one.weight for one in judged if one.right and one.sayable)
    cuts = [
        Cut(
            probability=point.probability,
            error_bound=_up(bound),
            observed=round(point.observed, _PLACES),
            answered=round(min(1.0, point.answered / whole), _PLACES),
            kept=round(min(1.0, point.right / right), _PLACES) if right else 0.0,
        )
        for point, bound in zip(points, bounds, strict=True)
        if bound < 1
    ]
    return tuple(_useful(cuts))


def effective(judged: Sequence[Judged]) -> float:
    """How many single replies of one weight would tell as much as these that may be sent."""
    held = _Held()
    for one in judged:
        if one.sayable:
            held.add(one)
    return held.n


def _points(judged: Sequence[Judged]) -> Iterator[_Point]:
    """At some 100 places, by rank: never between replies of one probability."""
    ranked = sorted((one for one in judged if one.sayable), key=lambda one: -one.probability)
    spread = len(ranked) / effective(ranked) if ranked else 1.0
    step = max(1, len(ranked) // _GRID)
    held, due = _Held(), step
    for number, one in enumerate(ranked, 1):
        held.add(one)
        following = ranked[number].probability if number < len(ranked) else -1.0
        if one.probability > following and (number >= due or number == len(ranked)):
            due = number + step
            n = min(held.n, number / spread, held.apart)
            error = held.wrong / held.total
            yield _Point(one.probability, n, error, held.total, held.total - held.wrong)


class _Held:
    """Running sums over replies: of weights, and by unit, of what was drawn as one."""

    def __init__(self) -> None:
        self.total = self.wrong = 0.0
        self._units: dict[str, tuple[float, float]] = {}
        self._squares = 0.0
        self._all = self._both = self._wrong = 0.0

    def add(self, one: Judged) -> None:
        """Take in one more reply."""
        wrong = one.weight * (not one.right)
        self.total += one.weight
        self.wrong += wrong
        self._squares += one.weight**2
        held, failed = self._units.get(one.unit, (0.0, 0.0)) if one.unit else (0.0, 0.0)
        after, failing = held + one.weight, failed + wrong
        self._all += after**2 - held**2
        self._both += after * failing - held * failed
        self._wrong += failing**2 - failed**2
        if one.unit:
            self._units[one.unit] = (after, failing)

    @property
    def n(self) -> float:
        """How many single replies would tell as much, by weights and units alone (Kish 1965)."""
        squares = (1 - _ALIKE) * self._squares + _ALIKE * self._all
        return self.total**2 / squares if squares else 0.0

    @property
    def apart(self) -> float:
        """How many single replies would tell as much, as far as units are wrong together."""
        error = self.wrong / self.total
        squares = self._wrong - 2 * error * self._both + error**2 * self._all
        variance = squares / self.total**2
        return error * (1 - error) / variance if variance > _NONE and error < 1 else math.inf


def _starts(points: Sequence[_Point], allowed_error: float, doubt: float) -> list[int]:
    """Places where testing starts; half of the replies must be left to go on with."""
    if not points:
        return []
    most = points[-1].n
    rooms = [n for room in _ROOM if (n := needed(room, allowed_error, doubt)) <= most / 2]
    sizes = rooms or [needed(0, allowed_error, doubt)]
    found = (
        next((place for place, point in enumerate(points) if point.n >= size), None)
        for size in sizes
    )
    return sorted({place for place in found if place is not None})


def _bounds(points: Sequence[_Point], starts: Sequence[int], doubt: float) -> list[float]:
    """Per point the best over the starts above it of the worst bound since that start."""
    single = [upper_bound(p.observed * p.n, p.n, doubt) for p in points]
    best = [1.0] * len(points)
    for start in starts:
        worst = 0.0
        for place in range(start, len(points)):
            worst = max(worst, single[place])
            best[place] = min(best[place], worst)
    return best


def _useful(cuts: Sequence[Cut]) -> list[Cut]:
    """Those that no lower cut promises as much as; bounds rise as cuts fall."""
    kept: list[Cut] = []
    for cut in reversed(cuts):
        if not kept or cut.error_bound < kept[-1].error_bound:
            kept.append(cut)
    return kept[::-1]


def _up(bound: float) -> float:
    """Rounded, never to less."""
    return min(1.0, math.ceil(bound * 10**_PLACES) / 10**_PLACES)
