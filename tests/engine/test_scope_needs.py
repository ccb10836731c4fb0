"""Scope values: named, found elsewhere, misspelt, and still needed."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.contract.replies import FoundIn, Problem
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.scope_needs import (
    BoundScope,
    KnownScope,
    read_scope,
    scope_fields,
    values_by_key,
)
from data_pipeline.errors import UnknownScopeKeyError
from data_pipeline.ports import ArticleCard, Catalogue

KEYS = ("plan", "country")


def card(article_id: str, **scope: tuple[str, ...]) -> ArticleCard:
    return ArticleCard(
        article_id=article_id, title=article_id, revision="", language="en", chunks=1, scope=scope
    )


CATALOGUE = Catalogue(
    version="1",
    articles={
        "a": card("a", plan=("Home",), country=("Spain",)),
        "b": card("b", plan=("Pro 2",)),
        "c": card("c", plan=("Team",), country=("Ireland",)),
        "d": card("d"),
    },
)


def scope_of(inquiry: str = "How?", **request: Any) -> KnownScope:
    body = RequiredDataRequest(inquiry=inquiry, **request)
    return read_scope(body, read_inquiry(body), CATALOGUE, KEYS)


def bound(known: KnownScope, **scope: tuple[str, ...]) -> BoundScope:
    content = ArticleContent(
        article_id="a",
        title="",
        url=None,
        language="en",
        scope=scope,
        chunks=(),
        points=(),
        requirements=(),
        blockers=(),
        outcomes=(),
        frames={},
        guardrails=(),
    )
    return BoundScope(content, known, CATALOGUE)


def test_named_scope_filters() -> None:
    """What the caller names is folded, and nothing is looked for elsewhere."""
    known = scope_of("I am on Team", scope={"plan": " HOME "}, collected_data={"plan": "Pro 2"})
    assert known.folded == {"plan": ("home",)}
    assert known.inferred == {}


@pytest.mark.parametrize("given", ["N/A", "unknown", "", ["", "null"], "{{ $json.plan }}"])
def test_an_unknown_value_is_no_scope(given: Any) -> None:
    """A workflow that has no value does not filter everything away."""
    assert scope_of(scope={"plan": given}).folded == {}


def test_a_value_that_an_article_has_is_never_unknown() -> None:
    """ "NA" may be North America."""
    catalogue = Catalogue(version="1", articles={"a": card("a", country=("NA",))})
    body = RequiredDataRequest(inquiry="How?", scope={"country": "NA"})
    assert read_scope(body, read_inquiry(body), catalogue, KEYS).folded == {"country": ("na",)}


@pytest.mark.parametrize(
    "data",
    [{"plan": "pro-2"}, {"Plan": "PRO 2"}, {"contract": {"plan": ["Pro 2"]}}, {"cf_plan": "pro_2"}],
)
def test_collected_data_supplies_scope(data: dict[str, Any]) -> None:
    """Under other spellings, as the article's own value."""
    known = scope_of(collected_data=data)
    assert known.folded == {"plan": ("pro2",)}
    assert known.inferred["plan"].value == "Pro 2"
    assert known.inferred["plan"].found_in is FoundIn.COLLECTED_DATA


@pytest.mark.parametrize(
    ("inquiry", "value"),
    [
        ("How do I cancel my Home subscription?", "Home"),
        ("what about plan: home?", "Home"),
        ("what does the home plan cost", "Home"),
        ("is there a fee on pro 2?", "Pro 2"),
        ("I work at home. My subscription is Home, by the way.", "Home"),
        ("I work at home every day", None),
        ("Home is where the heart is", None),
        ("is it Home or Team?", None),
        ("I am not on the Home plan", None),
        ("Can I switch to the Team plan?", None),
        ("quiero cambiar al plan Team", None),
        ("HOW DO I GET HOME NOW", None),
        ("", None),
    ],
)
def test_messages_supply_scope(inquiry: str, value: str | None) -> None:
    """A value counts where it is meant as a name; two of them, or one denied or wished for, do not."""
    known = scope_of(inquiry)
    guess = known.inferred.get("plan")
    assert (guess.value if guess else None) == value
    if guess:
        assert guess.quote
        assert guess.quote in inquiry


def test_misspelt_values_get_the_nearest() -> None:
    """A warning says what was probably meant; many bad values give a bounded number."""
    assert scope_of(scope={"plan": "Hone"}).warnings == (
        'scope.plan: no article has the value "Hone": did you mean "Home"?',
    )
    flood = [f"value {n} " + "x" * 500 for n in range(1_000)]
    warnings = scope_of(scope={"plan": flood}).warnings
    assert 0 < len(warnings) <= 50
    assert all(len(warning) < 250 for warning in warnings)


def test_unknown_keys_are_an_error() -> None:
    """Which names the keys that there are."""
    with pytest.raises(UnknownScopeKeyError, match="plan, country"):
        scope_of(scope={"tier": "x"})


def test_one_spelling_per_value() -> None:
    """Articles that spell a value differently share it."""
    catalogue = Catalogue(
        version="1",
        articles={"a": card("a", plan=("Pro 2",)), "b": card("b", plan=("pro-2", "Home"))},
    )
    assert values_by_key(catalogue) == {"plan": ("Home", "Pro 2")}


def test_a_bound_article_needs_what_nobody_named() -> None:
    """With the values of the articles that the rest of the scope allows as choices."""
    known = scope_of(scope={"country": "Spain"})
    (field,) = scope_fields(bound(known, plan=("Home",), country=("Spain",)), [], "en")
    assert (field.key, field.known, field.problem) == ("plan", False, Problem.MISSING)
    assert field.choices == ("Home", "Pro 2")
    assert field.question
    assert "Home or Pro 2" in field.question


def test_an_inferred_value_is_shown_as_known() -> None:
    """With where it came from, and with all choices, not just itself."""
    known = scope_of("How do I cancel my Home subscription?")
    (field,) = scope_fields(bound(known, plan=("Home",)), [], "en")
    assert (field.known, field.value, field.quote, field.found_in) == (
        True,
        "Home",
        "Home",
        FoundIn.MESSAGE,
    )
    assert field.choices == ("Home", "Pro 2", "Team")


def test_a_global_article_needs_nothing() -> None:
    """And neither does one whose keys the caller named."""
    assert scope_fields(bound(scope_of()), [], "en") == ()
    assert scope_fields(bound(scope_of(scope={"plan": "Home"}), plan=("Home",)), [], "en") == ()


def test_a_key_sought_in_vain_is_unavailable() -> None:
    """Under any spelling."""
    (field,) = scope_fields(bound(scope_of(), plan=("Home",)), ["Plan:"], "en")
    assert field.problem is Problem.UNAVAILABLE
