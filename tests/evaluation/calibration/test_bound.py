"""Bounds against exact sums of the binomial distribution and published values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.evaluation.calibration.bound import lower_bound, needed, tail, upper_bound

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
doubts = st.floats(0.001, 0.5)


def summed(wrong: int, n: int, share: float) -> float:
    return math.fsum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(wrong + 1))


@given(counts, st.floats(0.001, 0.999))
def test_the_tail_is_the_sum_of_its_terms(count: tuple[int, int], share: float) -> None:
    wrong, n = count
    assert tail(wrong, n, share) == pytest.approx(summed(wrong, n, share), abs=1e-9)


@given(counts, doubts)
def test_the_bound_is_where_so_few_wrong_ones_become_improbable(
    count: tuple[int, int], doubt: float
) -> None:
    wrong, n = count
    bound = upper_bound(wrong, n, doubt)
    assert wrong / n <= bound <= 1
    if wrong < n:
        assert summed(wrong, n, bound) == pytest.approx(doubt, abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "n", "bound"), [(0, 59, 0.0495), (1, 93, 0.0500), (5, 100, 0.1023), (10, 10, 1.0)]
)
def test_known_bounds(wrong: int, n: int, bound: float) -> None:
    """One-sided 95 % limits as tables have them (the rule of three for none)."""
    assert upper_bound(wrong, n, 0.05) == pytest.approx(bound, abs=1e-4)


def test_nothing_seen_promises_nothing() -> None:
    assert upper_bound(0, 0, 0.05) == 1
    assert lower_bound(0, 0, 0.05) == 0


@given(counts, doubts)
def test_both_bounds_hold_the_share_between_them(count: tuple[int, int], doubt: float) -> None:
    wrong, n = count
    assert lower_bound(wrong, n, doubt) <= wrong / n + 1e-12
    assert lower_bound(wrong, n, doubt) == pytest.approx(1 - upper_bound(n - wrong, n, doubt))


@given(st.floats(0, 50), st.floats(0.1, 50), st.floats(1, 1e5), doubts)
def test_more_wrong_ones_never_lower_the_bound(
    wrong: float, more: float, right: float, doubt: float
) -> None:
    """Parts of one included: weighted tickets are not whole numbers."""
    n = wrong + more + right
    assert upper_bound(wrong, n, doubt) <= upper_bound(wrong + more, n, doubt) + 1e-9


@given(st.integers(0, 40), st.floats(0.005, 0.5), st.floats(0.01, 0.2))
def test_needed_is_the_fewest(wrong: int, error: float, doubt: float) -> None:
    n = needed(wrong, error, doubt)
    assert upper_bound(wrong, n, doubt) <= error
    assert upper_bound(wrong, n - 1, doubt) > error


@pytest.mark.parametrize(("wrong", "n"), [(0, 59), (1, 93), (2, 124)])
def test_known_sizes_of_samples(wrong: int, n: int) -> None:
    """Five per cent with 95 % certainty, as tables of attribute sampling have it."""
    assert needed(wrong, 0.05, 0.05) == n


@pytest.mark.parametrize("n", [10**5, 10**7])
def test_huge_counts_stay_exact_enough(n: int) -> None:
    """The normal approximation is good there."""
    near = 0.05 + 1.645 * math.sqrt(0.05 * 0.95 / n)
    assert upper_bound(0.05 * n, n, 0.05) == pytest.approx(near, rel=2e-3)
