"""What would help where the data cannot support a promise. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Final

import msgspec

from data_pipeline.engine.calibration import Basis
from data_pipeline.evaluation.calibration.bound import needed, upper_bound
from data_pipeline.evaluation.calibration.promise import Calibrated
from data_pipeline.evaluation.runs import Group

_PAIRS: Final = 5
_LARGEST: Final = 20_000


class Alike(msgspec.Struct, frozen=True):
    """Two articles of which one is taken for the other: `wrong` sure replies to questions on it."""

    asked: str
    answered: str
    wrong: int


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no promise: `more` tickets at least where they are too few, and the mix-ups.

    `observed` is the share of wrong ones among the surest replies, as many as a promise needs;
    `enough` is how many more tickets would be enough if it stays so, 0 where none would.
    """

    more: int
    enough: int
    observed: float
    alike: tuple[Alike, ...]


def advise(calibrated: Calibrated) -> Advice:
    """How many more tickets a promise takes at least, and which articles are mixed up most."""
    basis = calibrated.basis
    wanted = needed(1, basis.allowed_error, 1 - basis.certainty)
    asked = len(calibrated.trials)
    share = calibrated.replies / asked if asked else 0.0
    short = wanted - calibrated.replies
    observed = _observed(calibrated, wanted)
    size = _size(observed, wanted, basis)
    return Advice(
        more=math.ceil(short / share if share else wanted) if short > 0 else 0,
        enough=math.ceil(asked * (size / wanted - 1)) if size else 0,
        observed=observed,
        alike=_alike(calibrated),
    )


def _size(observed: float, wanted: int, basis: Basis) -> int:
    """How many of the surest replies would keep the promise at that rate; 0 where none do."""
    n = wanted
    while n < _LARGEST:
        if upper_bound(observed * n, n, 1 - basis.certainty) <= basis.allowed_error:
            return n
        n += n // 4
    return 0


def _surest(calibrated: Calibrated) -> list[int]:
    """Places of the replies that could be sent, the surest first."""
    places = [n for n, one in enumerate(calibrated.judged) if one.sayable]
    return sorted(places, key=lambda n: -calibrated.judged[n].probability)


def _observed(calibrated: Calibrated, wanted: int) -> float:
    first = [calibrated.judged[n] for n in _surest(calibrated)[:wanted]]
    weight = sum(one.weight for one in first)
    return sum(one.weight for one in first if not one.right) / weight if weight else 0.0


def _alike(calibrated: Calibrated) -> tuple[Alike, ...]:
    """Pairs that cost the most sure replies, by how sure these were."""
    places = _surest(calibrated)
    counts: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for n in places[: max(1, len(places) // 2)]:
        trial = calibrated.trials[n]
        if calibrated.judged[n].right or trial.kind == Group.FOREIGN.value:
            continue
        if trial.own and trial.own != trial.article:
            counts[trial.own, trial.article].append(calibrated.judged[n].probability)
    worst = sorted(counts, key=lambda pair: (-sum(counts[pair]), pair))[:_PAIRS]
    return tuple(Alike(*pair, len(counts[pair])) for pair in worst)
