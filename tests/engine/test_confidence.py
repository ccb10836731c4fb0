"""From numbers to a probability, from an allowed error to a cut."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.contract.replies import Level
from data_pipeline.engine.confidence import (
    Model,
    estimate,
    is_sound,
    level,
    provenance,
    shipped_coefficients,
    threshold,
)
from data_pipeline.engine.evidence import Evidence

_SHARES = st.floats(0, 1)
_EVIDENCE = st.builds(
    Evidence,
    **dict.fromkeys(
        set(Evidence.__struct_fields__) - {"matched", "ahead", "stretch_lead"}, _SHARES
    ),
    matched=st.floats(0, 8),
    ahead=st.floats(0, 8),
    stretch_lead=st.floats(-1, 1),
)
_ERRORS = st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True)
SHIPPED = shipped_coefficients()


@pytest.mark.parametrize("model", [SHIPPED.article, SHIPPED.reply])
@given(evidence=_EVIDENCE)
def test_factors_add_up_to_the_log_odds(model: Model, evidence: Evidence) -> None:
    """A reader can redo the sum: contributions, intercept included, are logit(confidence)."""
    confidence = estimate(evidence, model)
    assert 0 <= confidence.probability <= 1
    total = sum(factor.contribution for factor in confidence.factors)
    odds = math.log(confidence.probability / (1 - confidence.probability))
    assert total == pytest.approx(odds, abs=1e-6)
    assert confidence.factors[0].name == "intercept"
    assert all(f.text.endswith(".") for f in confidence.factors)


def test_factors_are_weight_times_value() -> None:
    """Each factor shows its value and what it brought."""
    confidence = estimate(
        Evidence(lead=0.5, matched=2.0), Model(-1.0, {"lead": 4.0, "matched": 0.25})
    )
    assert [(f.name, f.value, f.contribution) for f in confidence.factors] == [
        ("intercept", 1.0, -1.0),
        ("lead", 0.5, 2.0),
        ("matched", 2.0, 0.5),
    ]
    assert confidence.probability == pytest.approx(1 / (1 + math.exp(-1.5)))


@pytest.mark.parametrize("odds", [-1e9, -31.0, 31.0, 1e9])
def test_extreme_odds_stay_a_probability(odds: float) -> None:
    """No overflow, however far a refit goes."""
    assert 0 <= estimate(Evidence(), Model(odds, {})).probability <= 1


def test_shipped_models_know_only_numbers_of_evidence() -> None:
    """A refit that invents a feature would fail on the first ticket."""
    names = set(Evidence.__struct_fields__)
    assert set(SHIPPED.article.weights) <= names - {"coverage_passage"}
    assert set(SHIPPED.reply.weights) <= names
    assert 0 < SHIPPED.reference_cut < 1
    assert 0 < SHIPPED.reference_error < 1


def test_without_evidence_nothing_is_sure() -> None:
    """The intercepts alone give next to nothing."""
    assert estimate(Evidence(), SHIPPED.article).probability < 0.05
    assert estimate(Evidence(), SHIPPED.reply).probability < 0.05


@given(_ERRORS, _ERRORS)
def test_stricter_error_never_lowers_the_cut(one: float, other: float) -> None:
    """The cut is a probability, whatever is allowed."""
    strict, lax = sorted((one, other))
    assert 0 <= threshold(SHIPPED, lax) <= threshold(SHIPPED, strict) <= 1


def test_reference_error_gives_the_reference_cut() -> None:
    """Where it was calibrated, it holds as it is."""
    assert threshold(SHIPPED, SHIPPED.reference_error) == pytest.approx(SHIPPED.reference_cut)


def test_smallest_error_that_there_is_can_never_be_met() -> None:
    """Not a number would be met by everything or nothing, by accident."""
    assert threshold(SHIPPED, 5e-324) == 1.0


@given(st.floats(0, 1), st.floats(0, 1))
def test_level_follows_the_cut(probability: float, cut: float) -> None:
    """High is what may be sent; the words never disagree with the numbers."""
    assert (level(probability, cut) is Level.HIGH) == (probability >= cut)
    if level(probability, cut) is Level.LOW:
        assert probability < cut


def test_provenance_says_that_the_coefficients_come_from_elsewhere() -> None:
    """Until they are calibrated on the knowledge base itself."""
    told = provenance(SHIPPED)
    assert told.stale
    assert told.n == SHIPPED.n > 0
    assert msgspec.json.encode(told)


@pytest.mark.parametrize(
    "model",
    [
        Model(math.nan, {}),
        Model(0.0, {"matched": math.inf}),
        Model(0.0, {"matched": 1e308, "ahead": -1e308}),
        Model(0.0, {"horoscope": 1.0}),
        Model(0.0, {"intercept": 1.0}),
    ],
)
def test_coefficients_that_would_fail_on_a_ticket_are_not_sound(model: Model) -> None:
    """No number, ones whose sum is none, or of evidence that there is not."""
    assert is_sound(SHIPPED)
    assert not is_sound(msgspec.structs.replace(SHIPPED, reply=model))
    assert not is_sound(msgspec.structs.replace(SHIPPED, article=model))


def test_every_number_of_evidence_can_be_explained() -> None:
    """A refit may use any of them, and a reply explains each."""
    names = Evidence.__struct_fields__
    assert (
        len(estimate(Evidence(), Model(0.0, dict.fromkeys(names, 1.0))).factors) == len(names) + 1
    )
