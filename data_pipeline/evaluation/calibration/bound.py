"""How wrong a share may be that was counted: exact binomial bounds (Clopper, Pearson 1934). Pure.

Counts need not be whole: tickets of a weighted mix count as an effective number (Korn and Graubard
1998), for which the same bound is read off the incomplete beta function.
"""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = 32
_TERMS: Final = 300
_SMALL: Final = 1e-12
_TINY: Final = 1e-300
_MOST: Final = 1_000_000


def upper_bound(wrong: float, n: float, doubt: float) -> float:
    """The share that is exceeded with probability `doubt` at most, `wrong` of `n` being seen.

    1 where nothing was seen.
    """
    if n <= 0 or wrong >= n:
        return 1.0
    if wrong <= 0:
        return float(1 - doubt ** (1 / n))
    low, high = wrong / n, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if tail(wrong, n, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def lower_bound(wrong: float, n: float, doubt: float) -> float:
    """The share that is fallen short of with probability `doubt` at most."""
    return 1 - upper_bound(n - wrong, n, doubt)


def tail(wrong: float, n: float, share: float) -> float:
    """Probability of at most `wrong` among `n` when each is wrong with probability `share`."""
    if wrong >= n:
        return 1.0
    return _beta(n - wrong, wrong + 1, 1 - share)


def needed(wrong: int, error: float, doubt: float) -> int:
    """The fewest answers of which `wrong` may be wrong while `error` is still promised."""
    low, high = wrong, wrong + 1
    while high < _MOST and upper_bound(wrong, high, doubt) > error:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper_bound(wrong, middle, doubt) > error else (low, middle)
    return high


def _beta(a: float, b: float, x: float) -> float:
    """The incomplete beta function as a ratio, I_x(a, b)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    size = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(size + a * math.log(x) + b * math.log1p(-x)) / a * _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """Its continued fraction, by Lentz's method; it converges fast where x is below the mean."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _SMALL:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
