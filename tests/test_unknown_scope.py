"""Scope keys and values that this knowledge base does not have."""

from __future__ import annotations

import pytest

from data_pipeline.contract.requests import MAX_ITEMS, RequiredDataRequest, ScopeValues
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.scope_needs import KnownScope, read_scope
from data_pipeline.errors import UnknownScopeKeyError
from data_pipeline.ports import ArticleCard, Catalogue

CARD = ArticleCard(
    article_id="a", title="A", revision="r", language="en", chunks=1, scope={"plan": ("Flex",)}
)
CATALOGUE = Catalogue(version="v", articles={"a": CARD}, scope_keys=("plan", "country"))


def scope_of(scope: dict[str, ScopeValues]) -> KnownScope:
    request = RequiredDataRequest(inquiry="How?", scope=scope)
    return read_scope(request, read_inquiry(request), CATALOGUE, CATALOGUE.scope_keys)


def test_a_misspelt_key_gets_the_nearest_one() -> None:
    """The error names the field, what was probably meant, and all keys that there are."""
    with pytest.raises(UnknownScopeKeyError, match="Known keys: plan, country") as caught:
        scope_of({"plann": "Flex", "x": "y"})
    assert [(problem.field, problem.message) for problem in caught.value.problems] == [
        ("scope.plann", 'unknown scope key: did you mean "plan"?'),
        ("scope.x", "unknown scope key"),
    ]


def test_a_flood_of_unknown_keys_gives_a_short_error() -> None:
    """A caller cannot make the reply much larger than what is useful to read."""
    with pytest.raises(UnknownScopeKeyError) as caught:
        scope_of({f"{number}{'k' * 1000}": "v" for number in range(1000)})
    assert len(caught.value.problems) == 30
    assert all(len(problem.field) < 100 for problem in caught.value.problems)


def test_a_flood_of_unknown_values_gives_few_warnings() -> None:
    """The first are named and compared with the known ones, the rest cost nothing."""
    known = scope_of({"plan": [f"Fle{number}" for number in range(MAX_ITEMS)]})
    assert len(known.warnings) == 30
    assert known.warnings[0].endswith('the value "Fle0": did you mean "Flex"?')
