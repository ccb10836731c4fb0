"""Cuts that were measured: what decides, what is said about them, and when they are out of date."""

from __future__ import annotations

import gc
from types import FrameType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.contract.replies import Decision, Level, ReasonCode
from data_pipeline.engine.calibration import (
    NEVER,
    Cut,
    chosen,
    cut_for,
    groups_of,
    is_stale,
    mark_of,
    stricter,
)
from data_pipeline.engine.confidence import Coefficients, level, medium_cut, threshold
from data_pipeline.ports import ArticleCard, Catalogue
from tests.engine.calibrated import basis, cut, measured
from tests.engine.kb import ask, bulb_delivery, engine_of, lamp_return, sure

HOW_LONG = "How long can I return a lamp?"
_SHARES = st.floats(0, 1)
_CURVES = st.lists(st.builds(cut, _SHARES, _SHARES), max_size=12)
_ERRORS = st.floats(0, 1, exclude_min=True, exclude_max=True)


class Known:
    """`Calibrations` from a dictionary."""

    def __init__(self, **held: Coefficients) -> None:
        self.held = held

    async def of(self, namespace: str) -> Coefficients | None:
        return self.held.get(namespace)


def card(article_id: str = "a", **fields: Any) -> ArticleCard:
    known = {"title": "A", "revision": f"{article_id:0<16}", "language": "en", "chunks": 1}
    return ArticleCard(article_id=article_id, **(known | fields))


def catalogue(*cards: ArticleCard, version: str = "v2") -> Catalogue:
    return Catalogue(version=version, articles={c.article_id: c for c in cards})


@given(_CURVES, _ERRORS, _ERRORS)
def test_a_stricter_error_never_lowers_a_measured_cut(
    curve: list[Cut], one: float, other: float
) -> None:
    """Whatever the curve: also one that no calibration would make."""
    strict, lax = sorted((one, other))
    assert cut_for(curve, lax) <= cut_for(curve, strict)
    assert threshold(measured(*curve), lax) == cut_for(curve, lax)


@given(_CURVES, _ERRORS)
def test_the_cut_is_one_whose_bound_is_allowed(curve: list[Cut], error: float) -> None:
    point = chosen(curve, error)
    assert (point is None) == (cut_for(curve, error) == NEVER)
    assert point is None or point.error_bound <= error


def test_what_cannot_be_promised_is_never_answered() -> None:
    assert cut_for([], 0.5) == NEVER > 1
    assert threshold(measured(cut(0.5, 0.2)), 0.05) == NEVER


@given(_CURVES, _ERRORS, _SHARES)
def test_levels_follow_the_measured_cuts(
    curve: list[Cut], error: float, probability: float
) -> None:
    """High is what is sent; medium never starts above high."""
    found = measured(*curve)
    high, medium = threshold(found, error), medium_cut(found, error)
    assert medium <= high
    told = level(probability, high, medium)
    assert (told is Level.HIGH) == (probability >= high)
    assert (told is Level.LOW) == (probability < medium)


def test_medium_is_a_clearly_looser_promise() -> None:
    found = measured(cut(0.9, 0.04), cut(0.4, 0.2), cut(0.2, 0.4))
    assert (threshold(found, 0.05), medium_cut(found, 0.05)) == (0.9, 0.4)
    assert medium_cut(sure(), 0.05) == pytest.approx(threshold(sure(), 0.05) * 0.6)


def test_the_stricter_of_general_and_own_cut_counts() -> None:
    own = {"topic=returns": 0.8, "scope country=es": 0.3}
    assert stricter(0.5, own, card(topic="Returns ")) == 0.8
    assert stricter(0.5, own, card(scope={"country": ("ES",)})) == 0.5
    assert stricter(0.5, own, card(topic="Other")) == 0.5
    assert stricter(0.5, own, None) == 0.5


def test_an_article_is_in_the_group_of_its_topic_and_of_each_scope_value() -> None:
    one = card(topic="Returns", scope={"country": ("Spain", "Italy")})
    assert list(groups_of(one)) == ["topic=returns", "scope country=spain", "scope country=italy"]
    assert list(groups_of(card())) == []


@pytest.mark.parametrize(("kept", "stale"), [(10, False), (9, False), (8, True), (0, True)])
def test_stale_is_when_a_fifth_of_the_articles_is_not_what_was_measured(
    kept: int, stale: bool
) -> None:
    """One in ten changed is two in eleven of both states; two in ten are four in twelve."""
    before = [card(f"{n}") for n in range(10)]
    after = before[:kept] + [card(f"{n}", revision=f"{n:x<16}") for n in range(kept, 10)]
    coefficients = measured(kb_version=f"kept-{kept}", revisions=frozenset(map(mark_of, before)))
    assert coefficients.measured
    assert is_stale(coefficients.measured, catalogue(*after), ("", "", "")) is stale


def test_a_state_of_the_articles_that_is_gone_is_not_kept_in_memory() -> None:
    """A catalogue holds all terms of its articles, and every upload makes another one."""
    coefficients = measured(kb_version="before", revisions=frozenset({"gone"}))
    assert coefficients.measured
    now = catalogue(card("held"), version="held in memory")
    assert is_stale(coefficients.measured, now, ("", "", ""))
    assert not [one for one in gc.get_referrers(now) if not isinstance(one, FrameType)]


def test_two_calibrations_of_one_version_are_told_apart() -> None:
    now = catalogue(card("a"), version="now")
    same = measured(kb_version="then", revisions=frozenset({mark_of(card("a"))})).measured
    other = measured(kb_version="then", revisions=frozenset({"another"})).measured
    assert same
    assert other
    assert [is_stale(one, now, ("", "", "")) for one in (same, other)] == [False, True]


def test_other_models_make_it_stale_and_the_same_version_of_the_articles_does_not() -> None:
    coefficients = measured(kb_version="v2", models=("e", "", ""))
    assert coefficients.measured
    assert not is_stale(coefficients.measured, catalogue(card()), ("e", "", ""))
    assert is_stale(coefficients.measured, catalogue(card()), ("other", "", ""))
    assert is_stale(coefficients.measured, catalogue(card()), ("e", "", "model"))


@pytest.mark.parametrize(
    ("known", "decision", "threshold_"),
    [
        (Known(default=measured(cut(0.5, 0.04))), Decision.ANSWER, 0.5),
        (Known(default=measured(cut(0.5, 0.3))), Decision.ESCALATE, NEVER),
    ],
    ids=["promised", "refused"],
)
async def test_a_namespace_is_decided_by_its_own_calibration(
    known: Known, decision: Decision, threshold_: float
) -> None:
    """The same ticket: sent where the cut allows it, drafted where nothing can be promised."""
    reply = await ask(engine_of(lamp_return(), bulb_delivery(), calibrations=known), HOW_LONG)
    assert (reply.decision, reply.threshold) == (decision, threshold_)
    assert reply.versions.calibration == "2026-01-01"
    assert reply.calibration.source == "this knowledge base"
    assert (reply.confidence_level is Level.HIGH) == (decision is Decision.ANSWER)
    if decision is Decision.ESCALATE:
        assert reply.escalation
        assert reply.escalation.reason_code is ReasonCode.LOW_CONFIDENCE
        assert reply.draft_text


async def test_a_calibration_of_another_namespace_decides_nothing_here() -> None:
    known = Known(other=measured(cut(0.5, 0.3)))
    reply = await ask(engine_of(lamp_return(), bulb_delivery(), calibrations=known), HOW_LONG)
    assert reply.decision is Decision.ANSWER
    assert reply.calibration.stale


async def test_the_reply_says_whether_its_calibration_is_out_of_date() -> None:
    engine = engine_of(lamp_return())
    now = await engine.index.catalogue("default")
    marks = frozenset(map(mark_of, now.articles.values()))
    fresh = measured(cut(0.5, 0.04), kb_version=now.version, revisions=marks)
    old = measured(cut(0.5, 0.04), kb_version="before", revisions=frozenset({"gone"}))
    for coefficients, stale in ((fresh, False), (old, True)):
        known = Known(default=coefficients)
        reply = await ask(msgspec.structs.replace(engine, calibrations=known), HOW_LONG)
        assert reply.calibration.stale is stale


async def test_a_topic_that_is_wrong_more_often_needs_more() -> None:
    """Nothing is answered from its articles; the others are not touched."""
    groups = {"topic=delivery": ()}
    known = Known(default=measured(cut(0.5, 0.04), groups=groups))
    engine = engine_of(lamp_return(topic="Returns"), calibrations=known)
    assert (await ask(engine, HOW_LONG)).decision is Decision.ANSWER
    engine = engine_of(lamp_return(topic="Delivery"), calibrations=known)
    reply = await ask(engine, HOW_LONG)
    assert reply.decision is Decision.ESCALATE
    assert reply.threshold == NEVER


def test_a_basis_outside_its_limits_is_no_basis() -> None:
    """A file may hold anything."""
    raw = msgspec.to_builtins(basis())
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw | {"certainty": 1.5}, type(basis()))
