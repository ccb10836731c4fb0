"""The article's own outcome: proven by code, or none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import (
    Check,
    Condition,
    DataPoint,
    DataType,
    FactSource,
    Operator,
    Outcome,
)
from data_pipeline.engine.article_content import ArticleContent, SourcedPoint
from data_pipeline.engine.outcome import decide_outcome, holds
from tests.engine.points import point


def check(key: str, op: str, value: Any = None) -> Check:
    return Check(key, Operator(op), value)


def content(
    *,
    requirements: tuple[Condition, ...] = (),
    blockers: tuple[Condition, ...] = (),
    outcomes: tuple[Outcome, ...] = (),
    points: tuple[DataPoint, ...] = (),
) -> ArticleContent:
    return ArticleContent(
        article_id="a",
        title="",
        url=None,
        language="en",
        scope={},
        chunks=(),
        points=tuple(SourcedPoint(p, "") for p in points),
        requirements=requirements,
        blockers=blockers,
        outcomes=outcomes,
        frames={},
        guardrails=(),
    )


def decided(article: ArticleContent, **known: Any) -> str | None:
    verdict = decide_outcome(article, known)
    return verdict.outcome if verdict else None


GO, NO = Outcome(name="can_proceed"), Outcome(name="blocked_not_eligible")
OLD_ENOUGH = Condition(text="Six months are over.", when=(check("months", "gte", 6),))
NO_DEBT = Condition(
    text="Money is owed.", when=(check("debt", "gt", 0),), outcome="blocked_not_eligible"
)


@pytest.mark.parametrize(
    ("op", "wanted", "value", "result"),
    [
        ("eq", 5, "5.0", True),
        ("eq", 5, "€5", True),
        ("eq", 5, "five", True),
        ("eq", 5, 6, False),
        ("eq", 5, "never", None),
        ("ne", 5, 6, True),
        ("ne", 5, "never", None),
        ("lt", 70, "64 %", True),
        ("lt", 70, 70, False),
        ("lte", 0, "€0.00", True),
        ("gt", 300, "412,50 €", True),
        ("gte", 6, "17 months", None),
        ("gte", 4, None, None),
        ("gte", 4, "N/A", None),
        ("gte", 4, True, None),
        ("lt", "2026-06-01", "3 May 2026", True),
        ("lt", "2026-06-01", "03/04/2026", None),
        ("gte", "2026-06-01", "2026-06-01T10:00:00Z", True),
        ("eq", True, "yes", True),
        ("eq", True, "No", False),
        ("eq", False, False, True),
        ("eq", True, "perhaps", None),
        ("eq", "yes", True, True),
        ("eq", "yes", "Sí", True),
        ("eq", "no", True, False),
        ("eq", "No lock", "no_lock", True),
        ("eq", "Active", "Closed", False),
        ("ne", "Active", "Closed", True),
        ("eq", "Active", ["active"], True),
        ("eq", "Active", ["active", "closed"], None),
        ("eq", "Active", {"status": "active"}, None),
        ("in", [1, 2, 3], 2, True),
        ("in", [1, 2, 3], "4", False),
        ("in", [1, 2, 3], "two months", None),
        ("not_in", [1, 2, 3], "two months", None),
        ("not_in", ["Leaving"], "Moving", True),
        ("not_in", ["Leaving"], "leaving", False),
        ("in", "Leaving", "leaving", True),
        ("in", [], "x", None),
        ("present", None, "x", True),
        ("present", None, 0, True),
        ("present", None, "", None),
        ("absent", None, "x", False),
        ("absent", None, None, None),
    ],
)
def test_operators(op: str, wanted: Any, value: Any, result: object) -> None:
    """Every operator over numbers, days, yes and no, and words; None where it cannot be told."""
    assert holds([check("fact", op, wanted)], {"fact": value}) is result


def test_all_checks_must_hold() -> None:
    """One that fails decides, one that is unknown leaves it open, none at all proves nothing."""
    checks = [check("a", "eq", 1), check("b", "eq", 1)]
    assert holds(checks, {"a": 1, "b": 1}) is True
    assert holds(checks, {"a": 1}) is None
    assert holds(checks, {"a": 2}) is False
    assert holds([], {"a": 1}) is None


def test_a_proven_blocker_blocks() -> None:
    """Whatever else is unknown; and its own words are the reason."""
    article = content(requirements=(OLD_ENOUGH,), blockers=(NO_DEBT,), outcomes=(GO, NO))
    verdict = decide_outcome(article, {"debt": "€5"})
    assert verdict is not None
    assert (verdict.outcome, verdict.reason) == ("blocked_not_eligible", "Money is owed.")


def test_an_unmet_requirement_blocks_where_it_names_an_outcome() -> None:
    """Without a name there is no verdict to give."""
    named = Condition(text="t", when=OLD_ENOUGH.when, outcome="too_early")
    assert decided(content(requirements=(named,), outcomes=(GO,)), months=3) == "too_early"
    assert decided(content(requirements=(OLD_ENOUGH,), outcomes=(GO, NO)), months=3) is None


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        ({"months": 7, "debt": 0}, "can_proceed"),
        ({"months": 7}, None),
        ({"debt": 0}, None),
        ({}, None),
        ({"months": "N/A", "debt": 0}, None),
        ({"months": 7, "debt": 10}, "blocked_not_eligible"),
        ({"months": 5, "debt": 0}, None),
    ],
)
def test_the_favourable_outcome_needs_everything(
    known: dict[str, Any], outcome: str | None
) -> None:
    """Every requirement met and every blocker excluded, each by a known fact."""
    article = content(requirements=(OLD_ENOUGH,), blockers=(NO_DEBT,), outcomes=(GO, NO))
    assert decided(article, **known) == outcome


@pytest.mark.parametrize("place", ["requirements", "blockers"])
def test_a_condition_in_words_only_forbids_the_favourable_outcome(place: str) -> None:
    """What only people can check is not checked, even if the outcome's own condition holds."""
    words: dict[str, Any] = {place: (Condition(text="The employer agrees."),)}
    stated = Outcome(name="can_proceed", when=(check("months", "gte", 6),))
    assert decided(content(outcomes=(stated, NO), **words), months=7) is None


def test_the_favourable_outcome_by_its_own_condition() -> None:
    """Without further conditions its own is enough."""
    stated = Outcome(name="can_proceed", text="It works.", when=(check("months", "gte", 6),))
    assert decided(content(outcomes=(stated, NO)), months=7) == "can_proceed"
    assert decided(content(outcomes=(stated, NO)), months=5) is None


def test_the_careful_outcome_wins() -> None:
    """Where the conditions of two outcomes hold, it is not the favourable one."""
    article = content(
        outcomes=(
            Outcome(name="can_proceed", when=(check("months", "gte", 6),)),
            Outcome(name="needs_review", when=(check("debt", "gt", 0),)),
        )
    )
    assert decided(article, months=7, debt=5) == "needs_review"


def test_a_proven_blocker_without_a_name_gives_no_verdict() -> None:
    """Neither blocked, which has no name, nor free to go."""
    blocker = Condition(text="t", when=(check("debt", "gt", 0),))
    stated = Outcome(name="can_proceed", when=(check("months", "gte", 6),))
    assert decided(content(blockers=(blocker,), outcomes=(stated,)), months=7, debt=5) is None


@pytest.mark.parametrize(
    "name", ["blocked_missing_data", "not_eligible", "Denied", "bloqueado", "safety stop"]
)
def test_a_first_outcome_that_promises_nothing_is_never_concluded(name: str) -> None:
    """That all is well does not prove a refusal, whatever order the article lists them in."""
    article = content(requirements=(OLD_ENOUGH,), outcomes=(Outcome(name=name), GO))
    assert decided(article, months=7) is None


def test_an_outcome_that_a_condition_leads_to_is_not_the_favourable_one() -> None:
    """Else meeting all conditions would prove what failing one leads to."""
    blocker = Condition(text="t", when=(check("debt", "gt", 0),), outcome="manual")
    assert decided(content(blockers=(blocker,), outcomes=(Outcome(name="manual"),)), debt=0) is None


def test_no_conditions_no_verdict() -> None:
    """An article that states outcomes without conditions concludes none."""
    assert decided(content(outcomes=(GO, NO)), months=7) is None
    assert decided(content(), months=7) is None


@pytest.mark.parametrize(
    ("fact", "outcome"),
    [
        (point("Reason", key="reason"), None),
        (point("Reason", key="reason", choices=("Leaving", "Moving")), "blocked"),
        (point("Reason", key="reason", source=FactSource.PROFILE), "blocked"),
        (point("Reason", DataType.BOOLEAN, key="reason"), "blocked"),
    ],
)
def test_other_words_of_a_customer_prove_nothing(fact: DataPoint, outcome: str | None) -> None:
    """ "I quit my job" is not "Leaving", and may mean it; a choice or a system's value is closed."""
    blocker = Condition(text="t", when=(check("reason", "not_in", ["Leaving"]),), outcome="blocked")
    article = content(blockers=(blocker,), points=(fact,))
    assert decided(article, reason="Moving") == outcome
    assert decided(article, reason="leaving") is None


FACTS = st.dictionaries(
    st.sampled_from(["months", "debt"]),
    st.none() | st.integers(-5, 20) | st.sampled_from(["N/A", "7", "€5", "soon", "", True]),
)


@given(FACTS)
def test_a_verdict_is_always_backed(known: dict[str, Any]) -> None:
    """Blocked only by a proven condition, free only with all of them proven."""
    article = content(requirements=(OLD_ENOUGH,), blockers=(NO_DEBT,), outcomes=(GO, NO))
    outcome = decided(article, **known)
    assert (outcome == "blocked_not_eligible") == (holds(NO_DEBT.when, known) is True)
    if outcome == "can_proceed":
        assert holds(OLD_ENOUGH.when, known) is True
        assert holds(NO_DEBT.when, known) is False
