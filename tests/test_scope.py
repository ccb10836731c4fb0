"""Scope values: comparison, filters and suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.scope import fits, fold_scope, fold_scope_value, nearest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("401(k)", "401 K"),
        ("LT Trust", "lt-trust"),
        ("España", "ESPANA"),
        (" Flex ", "flex"),
        ("Premium+", "Premium Plus"),
        ("AT&T", "ATT"),
        ("!!!", " !!! "),
    ],
)
def test_the_same_value(one: str, other: str) -> None:
    """Case, accents, blanks and punctuation do not make another value."""
    assert fold_scope_value(one) == fold_scope_value(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Premium", "Premium+"), ("C", "C++"), ("C", "C#"), ("<18", ">18"), ("A", "B"), ("+", "-")],
)
def test_another_value(one: str, other: str) -> None:
    """A sign that makes another product's name keeps the two apart."""
    assert fold_scope_value(one) != fold_scope_value(other)


@given(st.text(max_size=40))
def test_folding_a_value_twice_changes_nothing(value: str) -> None:
    """Folded values can be folded again, as filters do."""
    assert fold_scope_value(fold_scope_value(value)) == fold_scope_value(value)


def test_fold_scope() -> None:
    """Single values become lists, blanks go, doubles are one."""
    scope = {"plan": "Flex", "country": ["Ireland", " ireland "], "empty": "", "blank": [" ", ""]}
    assert fold_scope(scope) == {"plan": ("flex",), "country": ("ireland",)}


@pytest.mark.parametrize(
    ("article", "wanted", "fitting"),
    [
        ({"plan": ("Flex",)}, {"plan": ("flex",)}, True),
        ({"plan": ("Flex",)}, {"plan": ("lease",)}, False),
        ({"plan": ("Flex", "Lease")}, {"plan": ("lease",)}, True),
        ({}, {"plan": ("lease",)}, True),
        ({"plan": ()}, {"plan": ("lease",)}, True),
        ({"plan": ("Flex",)}, {}, True),
        ({"plan": ("Flex",)}, {"plan": ()}, True),
        (
            {"plan": ("Flex",), "country": ("Spain",)},
            {"plan": ("flex",), "country": ("ireland",)},
            False,
        ),
    ],
)
def test_fits(
    article: dict[str, tuple[str, ...]], wanted: dict[str, tuple[str, ...]], fitting: bool
) -> None:
    """An article fits when for every wanted key it has one of the values, or none at all."""
    assert fits(article, wanted) is fitting


@pytest.mark.parametrize(
    ("value", "suggested"),
    [("LT-Trsut", "LT Trust"), ("flexx", "Flex"), ("zzz", None), ("", None), ("x" * 100_000, None)],
)
def test_nearest(value: str, suggested: str | None) -> None:
    """A misspelt value gets the known one; a far, empty or huge one gets none."""
    assert nearest(value, ["LT Trust", "Flex", "Lease"]) == suggested


def test_nearest_of_nothing() -> None:
    """A knowledge base without values has nothing to suggest."""
    assert nearest("Flex", []) is None
