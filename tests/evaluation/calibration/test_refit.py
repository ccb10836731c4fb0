"""The refit: little data changes little, much data tells, and nothing makes it fail."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.engine.confidence import Model, estimate, shipped_coefficients
from data_pipeline.engine.evidence import Evidence
from data_pipeline.evaluation.calibration.fit import HARD, SOFT, predict, refit

KNOWN = Model(-1.0, {"clear": 1.0, "title_asked": 0.5})
TRUE = Model(-3.0, {"clear": 4.0, "title_asked": -1.0})


def drawn(n: int, seed: int = 1) -> tuple[list[Evidence], list[bool]]:
    """Rows whose truth is `TRUE`."""
    generator = random.Random(seed)
    rows = [Evidence(clear=generator.random(), title_asked=generator.random()) for _ in range(n)]
    return rows, [generator.random() < predict(TRUE, row) for row in rows]


def far(one: Model, other: Model) -> float:
    return sum(abs(one.weights[name] - other.weights[name]) for name in one.weights)


def test_without_rows_the_known_ones_stay() -> None:
    assert refit(KNOWN, [], [], [], pull=SOFT) == KNOWN


def test_many_rows_find_the_truth() -> None:
    rows, right = drawn(3_000)
    fitted = refit(KNOWN, rows, right, [1.0] * len(rows), pull=0.1)
    assert fitted.intercept == pytest.approx(TRUE.intercept, abs=0.4)
    assert fitted.weights == pytest.approx(TRUE.weights, abs=0.5)


def test_few_rows_move_little_and_more_rows_more() -> None:
    distances = []
    for n in (5, 100, 2_000):
        rows, right = drawn(n)
        distances.append(far(refit(KNOWN, rows, right, [1.0] * n, pull=SOFT), KNOWN))
    assert distances[0] < 0.4
    assert distances == sorted(distances)


def test_a_hard_pull_moves_the_level_and_hardly_a_slope() -> None:
    rows, right = drawn(1_000)
    fitted = refit(KNOWN, rows, right, [1.0] * len(rows), pull=HARD)
    assert far(fitted, KNOWN) < 0.3
    seen = sum(right) / len(right)
    before, after = (
        abs(sum(predict(model, row) for row in rows) / len(rows) - seen)
        for model in (KNOWN, fitted)
    )
    assert after < before / 5


def test_weights_count_rows() -> None:
    """One row of weight three is three rows."""
    rows, right = drawn(60)
    once = refit(KNOWN, rows, right, [3.0] * 60, pull=SOFT)
    thrice = refit(KNOWN, rows * 3, right * 3, [1.0] * 180, pull=SOFT)
    assert once.weights == pytest.approx(thrice.weights, abs=1e-3)


@pytest.mark.parametrize("right", [True, False])
def test_rows_of_one_kind_have_a_finite_fit(right: bool) -> None:
    """Nothing separates them, and without a pull the weights would run away."""
    rows, _ = drawn(200)
    fitted = refit(KNOWN, rows, [right] * 200, [1.0] * 200, pull=SOFT)
    assert all(math.isfinite(w) for w in (fitted.intercept, *fitted.weights.values()))
    assert (predict(fitted, rows[0]) > 0.9) is right


def test_a_feature_that_never_changes_keeps_its_weight() -> None:
    rows = [Evidence(clear=0.5, title_asked=n / 100) for n in range(100)]
    fitted = refit(KNOWN, rows, [n > 50 for n in range(100)], [1.0] * 100, pull=SOFT)
    assert math.isfinite(fitted.weights["clear"])
    assert math.isfinite(fitted.weights["title_asked"])


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(0, 50), st.floats(-1, 1), st.booleans(), st.floats(0, 100)),
        min_size=1,
        max_size=30,
    )
)
def test_any_rows_give_a_sound_model(rows: list[tuple[float, float, bool, float]]) -> None:
    known = Model(0.0, {"matched": 1.0, "stretch_lead": 1.0})
    evidence = [Evidence(matched=m, stretch_lead=s) for m, s, _, _ in rows]
    fitted = refit(
        known, evidence, [r for _, _, r, _ in rows], [w for _, _, _, w in rows], pull=SOFT
    )
    assert all(math.isfinite(w) for w in (fitted.intercept, *fitted.weights.values()))


def test_its_probability_is_the_one_that_the_service_states() -> None:
    model = shipped_coefficients().reply
    for row in drawn(20)[0]:
        assert predict(model, row) == pytest.approx(estimate(row, model).probability)
