"""How well the right article is found, and shares. Pure; None where there is nothing to count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean."""
    return math.fsum(values) / len(values) if values else None


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`."""
    return part / whole if whole else None


def found_at(gold_ranks: Iterable[int], k: int) -> bool:
    """Whether a right article is among the first `k`: recall at k where one article is enough."""
    return any(rank <= k for rank in gold_ranks)


def ndcg(gold_ranks: Iterable[int], golds: int, k: int = 10) -> float:
    """NDCG at `k` with binary gains (Järvelin and Kekäläinen 2002), 0 to 1.

    `gold_ranks` are the places of right articles from 1, each once; `golds` is how many there are.
    """
    gain = math.fsum(1 / math.log2(rank + 1) for rank in gold_ranks if rank <= k)
    ideal = math.fsum(1 / math.log2(rank + 1) for rank in range(1, min(k, golds) + 1))
    return min(1.0, gain / ideal) if ideal else 0.0


def reciprocal_rank(gold_ranks: Iterable[int]) -> float:
    """1 over the place of the first right article, 0 where none was found."""
    first = min(gold_ranks, default=0)
    return 1 / first if first else 0.0


def percentile(values: Sequence[float], q: float) -> float | None:
    """The value at quantile `q` (0 to 1), linear between neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float] | None:
    """Wilson's interval of a share: unlike a resampled one it is honest where none was seen."""
    if not n:
        return None
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half))
