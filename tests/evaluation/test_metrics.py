"""Ranking figures and shares, against cases counted by hand and properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.evaluation.metrics import (
    found_at,
    mean,
    ndcg,
    percentile,
    reciprocal_rank,
    share,
    wilson,
)

ranks = st.sets(st.integers(1, 20), max_size=8).map(lambda found: tuple(sorted(found)))


def test_ndcg_of_the_second_and_fourth_place_is_counted_by_hand() -> None:
    """Gains 1/log2(3) + 1/log2(5) over the ideal 1 + 1/log2(3)."""
    by_hand = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert ndcg((2, 4), 2) == pytest.approx(by_hand)


def test_ndcg_knows_the_perfect_order_and_places_beyond_k() -> None:
    assert ndcg((1,), 1) == 1
    assert ndcg((1, 2, 3), 3) == 1
    assert ndcg((11,), 1, k=10) == 0
    assert ndcg((), 1) == 0
    assert ndcg((), 0) == 0


@given(ranks, st.integers(0, 12))
def test_ndcg_is_between_nothing_and_one(found: tuple[int, ...], more: int) -> None:
    assert 0 <= ndcg(found, len(found) + more) <= 1


@given(ranks)
def test_a_longer_list_never_loses_a_find(found: tuple[int, ...]) -> None:
    assert found_at(found, 1) <= found_at(found, 5) <= found_at(found, 10)


def test_reciprocal_rank_is_of_the_first_right_article() -> None:
    assert reciprocal_rank((4, 9)) == 0.25
    assert reciprocal_rank(()) == 0


def test_nothing_to_count_is_none_and_not_zero() -> None:
    assert mean([]) is None
    assert share(0, 0) is None
    assert percentile([], 0.5) is None
    assert wilson(0, 0) is None


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([7], 0.95) == 7
    assert percentile([0, 10], 0.95) == pytest.approx(9.5)


def test_wilson_is_the_published_interval() -> None:
    """Ten of a hundred: 0.055 to 0.174; none of ten still allows 0.278."""
    assert wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_itself(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted) or (1, 0)
    assert 0 <= low <= counted[0] / counted[1] <= high <= 1
