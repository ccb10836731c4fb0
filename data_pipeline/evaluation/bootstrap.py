"""How much of a figure is luck: intervals from drawing the questions again and again. Pure.

A question and the same question without its articles are drawn together, because they are not
independent, and foreign ones among themselves, so that the mix stays.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from data_pipeline.evaluation.metrics import percentile
from data_pipeline.evaluation.outcomes import Outcome
from data_pipeline.evaluation.runs import Group

LEVEL: Final = 0.95

Interval = tuple[float, float]
_T = TypeVar("_T")


def strata_of(ones: Sequence[_T], outcome_of: Callable[[_T], Outcome]) -> list[list[list[_T]]]:
    """What is drawn together, by what it is drawn among; `outcome_of` says whose question it is."""
    clusters: defaultdict[tuple[str, str], list[_T]] = defaultdict(list)
    for one in ones:
        outcome = outcome_of(one)
        own = outcome.group in {Group.FOREIGN, Group.UNANSWERABLE}
        clusters[outcome.group.value if own else "", outcome.qid].append(one)
    strata: defaultdict[str, list[list[_T]]] = defaultdict(list)
    for (stratum, _), together in clusters.items():
        strata[stratum].append(together)
    return list(strata.values())


def draws(
    strata: Sequence[Sequence[Sequence[_T]]], resamples: int, seed: int
) -> Iterator[list[_T]]:
    """`resamples` samples with replacement, each as large as the whole."""
    generator = random.Random(seed)  # noqa: S311 -- a fixed seed, no secret
    for _ in range(resamples):
        yield [
            one
            for stratum in strata
            for cluster in generator.choices(stratum, k=len(stratum))
            for one in cluster
        ]


def intervals(
    outcomes: Sequence[Outcome],
    count: Callable[[Sequence[Outcome]], Mapping[str, float | None]],
    *,
    resamples: int = 300,
    seed: int = 7,
) -> dict[str, Interval]:
    """Percentile intervals (95 %) of all that `count` counts, widened to hold the figure itself."""
    estimates = count(outcomes)
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for sample in draws(strata_of(outcomes, lambda o: o), resamples, seed):
        for name, value in count(sample).items():
            if value is not None:
                seen[name].append(value)
    return {
        name: interval(seen[name], estimate)
        for name, estimate in estimates.items()
        if estimate is not None and seen[name]
    }


def interval(values: Sequence[float], estimate: float) -> Interval:
    """The middle 95 % of `values`, widened to hold `estimate`."""
    tail = (1 - LEVEL) / 2
    low, high = percentile(values, tail), percentile(values, 1 - tail)
    if low is None or high is None:
        return (estimate, estimate)
    return min(low, estimate), max(high, estimate)
