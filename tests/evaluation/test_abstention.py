"""Curves and calibration, against cases counted by hand and properties."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data_pipeline.evaluation.abstention import (
    Judged,
    auroc,
    calibration_error,
    coverage_at,
    reliability,
    risk_area,
    risk_coverage,
)

probabilities = st.floats(0, 1)
judgements = st.lists(st.tuples(probabilities, st.booleans()), max_size=60)
few_confidences = st.lists(
    st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=30
)


def by_pairs(judged: list[Judged]) -> float:
    """AUROC as it is defined: every right one against every wrong one."""
    pairs = [(r, w) for r, right in judged if right for w, wrong in judged if not wrong]
    return sum(1.0 if r > w else 0.5 if r == w else 0.0 for r, w in pairs) / len(pairs)


def test_auroc_is_counted_by_hand() -> None:
    """Of four pairs the right one wins three: 0.8 and 0.4 against 0.6 and 0.2."""
    assert auroc([(0.8, True), (0.4, True), (0.6, False), (0.2, False)]) == 0.75


@given(few_confidences | judgements)
def test_auroc_is_the_share_of_pairs_won(judged: list[Judged]) -> None:
    assume({right for _, right in judged} == {True, False})
    assert auroc(judged) == pytest.approx(by_pairs(judged))


@given(probabilities, st.integers(1, 9), st.integers(1, 9))
def test_a_constant_tells_nothing(constant: float, right: int, wrong: int) -> None:
    assert auroc([(constant, True)] * right + [(constant, False)] * wrong) == 0.5


@given(st.lists(st.floats(0.5, 1), min_size=1), st.lists(st.floats(0, 0.49), min_size=1))
def test_a_perfect_order_is_one_and_a_reversed_one_zero(
    high: list[float], low: list[float]
) -> None:
    assert auroc([(c, True) for c in high] + [(c, False) for c in low]) == 1
    assert auroc([(c, False) for c in high] + [(c, True) for c in low]) == 0


def test_auroc_needs_both_right_and_wrong() -> None:
    assert auroc([]) is None
    assert auroc([(0.5, True)]) is None
    assert auroc([(0.5, False)]) is None


def test_the_curve_is_counted_by_hand() -> None:
    """Right, wrong, right from the surest: risks 0, 1/2 and 1/3."""
    curve = risk_coverage([(0.9, True), (0.7, False), (0.3, True)])
    assert [p.risk for p in curve] == pytest.approx([0, 1 / 2, 1 / 3])
    assert [p.coverage for p in curve] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [p.kept for p in curve] == pytest.approx([1 / 2, 1 / 2, 1])
    assert risk_area([(0.9, True), (0.7, False), (0.3, True)]) == pytest.approx(
        (0 + 1 / 2 + 1 / 3) / 3
    )


def test_a_cut_cannot_part_equal_confidences() -> None:
    """One right and one wrong at 0.9: no cut answers only the right one."""
    curve = risk_coverage([(0.9, True), (0.9, False), (0.1, True)])
    assert len(curve) == 2
    assert coverage_at(curve, 0.05) == 0
    assert coverage_at(curve, 0.4) == 1


def test_coverage_takes_the_longest_stretch_that_keeps_the_error() -> None:
    """After an early mistake nine right ones bring the error to one in ten again."""
    judged = [(0.99, False), *((0.9 - n / 100, True) for n in range(9)), (0.1, False), (0.05, True)]
    curve = risk_coverage(judged)
    assert coverage_at(curve, 0.05) == 0
    assert coverage_at(curve, 0.1) == pytest.approx(9 / 10)


@given(few_confidences | judgements, probabilities, probabilities)
def test_more_error_never_means_less_coverage(
    judged: list[Judged], one: float, other: float
) -> None:
    curve = risk_coverage(judged)
    strict, loose = (coverage_at(curve, error) for error in sorted((one, other)))
    assert (strict is None) == (loose is None)
    assert strict is None or loose is None or 0 <= strict <= loose <= 1


@given(few_confidences | judgements)
def test_order_of_the_questions_does_not_matter(judged: list[Judged]) -> None:
    turned = judged[::-1]
    assert risk_coverage(judged) == risk_coverage(turned)
    assert risk_area(judged) == risk_area(turned)
    assert calibration_error(judged) == pytest.approx(calibration_error(turned))


@given(st.lists(st.tuples(probabilities, st.booleans()), min_size=1))
def test_area_and_calibration_are_shares(judged: list[Judged]) -> None:
    assert 0 <= (risk_area(judged) or 0) <= 1 + 1e-9
    assert 0 <= (calibration_error(judged) or 0) <= 1
    assert sum(one.n for one in reliability(judged)) == len(judged)


def test_calibration_error_is_counted_by_hand() -> None:
    """Half of those at 0.85 are right (gap 0.35), none of those at 0.05 (gap 0.05)."""
    assert calibration_error([(0.75, True), (0.75, False)]) == pytest.approx(0.25)
    judged = [(0.85, True), (0.85, False), (0.05, False), (0.05, False)]
    assert calibration_error(judged) == pytest.approx((2 * 0.35 + 2 * 0.05) / 4)


def test_a_certain_one_belongs_to_the_last_bin() -> None:
    (only,) = reliability([(1.0, True)])
    assert (only.low, only.high, only.right) == (0.9, 1.0, 1.0)


def test_nothing_judged_is_nothing_counted() -> None:
    assert risk_coverage([]) == []
    assert risk_area([]) is None
    assert coverage_at([], 0.05) is None
    assert calibration_error([]) is None
    assert coverage_at(risk_coverage([(0.9, False)]), 0.5) is None
