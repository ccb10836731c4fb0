"""Whether a confidence tells right replies from wrong ones, and keeps its word. Pure.

Pairs of (confidence, right) come in any order; equal confidences are treated alike, because no cut
can part them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

Judged = tuple[float, bool]

BINS: Final = 10


class Point(msgspec.Struct, frozen=True):
    """What happens when all from `confidence` on are answered: shares of all questions, 0 to 1.

    `coverage` are answered, `risk` of these wrong, `kept` of the rightly answerable answered.
    """

    confidence: float
    coverage: float
    risk: float
    kept: float


class Bin(msgspec.Struct, frozen=True):
    """Questions of similar confidence: how many, what was promised and what came true."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


def auroc(judged: Sequence[Judged]) -> float | None:
    """Probability that a right one has more confidence than a wrong one, a tie counting half.

    None unless there are both.
    """
    right = sum(was_right for _, was_right in judged)
    wrong = len(judged) - right
    if not right or not wrong:
        return None
    below, won = 0, 0.0
    for _, hits, misses in _ties(judged, descending=False):
        won += hits * (below + misses / 2)
        below += misses
    return won / (right * wrong)


def risk_coverage(judged: Sequence[Judged]) -> list[Point]:
    """The curve from the strictest cut to none (El-Yaniv and Wiener 2010), a point per cut."""
    right = sum(was_right for _, was_right in judged)
    points, answered, wrong = [], 0, 0
    for confidence, hits, misses in _ties(judged, descending=True):
        answered += hits + misses
        wrong += misses
        kept = (answered - wrong) / right if right else 0.0
        points.append(Point(confidence, answered / len(judged), wrong / answered, kept))
    return points


def risk_area(judged: Sequence[Judged]) -> float | None:
    """Area under the risk-coverage curve (AURC): mean error over all shares answered, 0 is best."""
    if not judged:
        return None
    total, answered, wrong = 0.0, 0, 0.0
    for _, hits, misses in _ties(judged, descending=True):
        share = misses / (hits + misses)
        for _ in range(hits + misses):
            answered += 1
            wrong += share
            total += wrong / answered
    return total / len(judged)


def coverage_at(curve: Sequence[Point], error: float) -> float | None:
    """Share of the rightly answerable that the best cut answers with at most `error` wrong.

    `curve` is `risk_coverage`, `error` a share of the answered, 0 to 1. None where nothing is
    rightly answerable.
    """
    if not curve or not curve[-1].kept:
        return None
    return max((p.kept for p in curve if p.risk <= error), default=0.0)


def reliability(judged: Sequence[Judged], bins: int = BINS) -> list[Bin]:
    """Promise and truth over `bins` of equal width; empty ones are left out."""
    held: dict[int, list[Judged]] = {}
    for one in judged:
        held.setdefault(min(int(one[0] * bins), bins - 1), []).append(one)
    return [_bin(number, bins, ones) for number, ones in sorted(held.items())]


def _bin(number: int, bins: int, ones: Sequence[Judged]) -> Bin:
    promised = math.fsum(confidence for confidence, _ in ones) / len(ones)
    true = sum(was_right for _, was_right in ones) / len(ones)
    return Bin(number / bins, (number + 1) / bins, len(ones), promised, true)


def calibration_error(judged: Sequence[Judged], bins: int = BINS) -> float | None:
    """Expected calibration error (Naeini et al. 2015): mean gap of promise and truth, 0 to 1."""
    if not judged:
        return None
    gaps = (one.n * abs(one.confidence - one.right) for one in reliability(judged, bins))
    return math.fsum(gaps) / len(judged)


def _ties(judged: Sequence[Judged], *, descending: bool) -> list[tuple[float, int, int]]:
    """Each confidence in order, with how many of that confidence are right and wrong."""
    every = Counter(confidence for confidence, _ in judged)
    right = Counter(confidence for confidence, was_right in judged if was_right)
    return [(c, right[c], every[c] - right[c]) for c in sorted(every, reverse=descending)]
