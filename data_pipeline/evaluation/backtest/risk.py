"""Which replies to look at first, and how many of the answers are probably wrong. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

import msgspec

from data_pipeline.evaluation.backtest.agreement import Agreement
from data_pipeline.evaluation.bootstrap import LEVEL

RISKIEST: Final = 20
# How much of the confidence is left where a person's reply speaks against it. Not fitted: it only
# orders, and the expected number of wrong answers does not use it.
_FIGURES_DIFFER: Final = 0.5
_NOTHING_IN_COMMON: Final = 0.9
_SPREADS: Final = 8
_NORMAL_FROM: Final = 100
_NORMAL_95: Final = 1.96


class _Row(Protocol):
    @property
    def is_answered(self) -> bool: ...
    @property
    def confidence(self) -> float: ...
    @property
    def risk(self) -> float: ...
    @property
    def citations(self) -> Sequence[object]: ...


_R = TypeVar("_R", bound=_Row)


def risk_of(confidence: float, agreed: Agreement | None) -> float:
    """How far a wrong answer is feared, 0 to 1: little confidence, or a person's other figures."""
    trust = confidence
    if agreed is not None and agreed.differences:
        trust *= _FIGURES_DIFFER
    if agreed is not None and agreed.nothing_in_common:
        trust *= _NOTHING_IN_COMMON
    return round(1 - trust, 4)


def riskiest_first(rows: Iterable[_R]) -> list[_R]:
    """What would have been answered by risk, then drafts by confidence, then what has none."""
    return sorted(rows, key=_order)


def _order(row: _Row) -> tuple[int, float]:
    if row.is_answered:
        return 0, -row.risk
    return (1 if row.citations else 2), -row.confidence


class Expected(msgspec.Struct, frozen=True):
    """Wrong answers to expect among `answered`: the mean, and a 95 % interval."""

    answered: int
    wrong: float
    low: int
    high: int


def expected_wrong(confidences: Sequence[float]) -> Expected:
    """How many of the answers with these confidences are wrong, if each is right as often as said.

    The interval is that of the Poisson binomial distribution, or of the normal one beyond a
    variance of 100: errors are taken as independent.
    """
    doubts = [1 - confidence for confidence in confidences]
    mean = math.fsum(doubts)
    variance = math.fsum(doubt * (1 - doubt) for doubt in doubts)
    if variance > _NORMAL_FROM:
        half = _NORMAL_95 * math.sqrt(variance)
        return Expected(len(doubts), mean, math.floor(mean - half), math.ceil(mean + half))
    chances = _chances(doubts, mean)
    tail = (1 - LEVEL) / 2
    low, high = _quantile(chances, tail), _quantile(chances, 1 - tail)
    return Expected(len(doubts), mean, low, high)


def _chances(doubts: Sequence[float], mean: float) -> list[float]:
    """Probability of 0, 1, 2 ... wrong ones; far beyond the mean nothing is worth counting."""
    most = min(len(doubts), math.ceil(mean + _SPREADS * (math.sqrt(mean) + 1)))
    chances = [1.0] + [0.0] * most
    for doubt in doubts:
        moved = [0.0, *(doubt * chance for chance in chances[:-1])]
        chances = [(1 - doubt) * c + m for c, m in zip(chances, moved, strict=True)]
    return chances


def _quantile(chances: Sequence[float], share: float) -> int:
    total = 0.0
    for number, chance in enumerate(chances):
        total += chance
        if total >= share:
            return number
    return len(chances) - 1
