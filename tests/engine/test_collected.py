"""Facts that the workflow already has, under whatever spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Wording
from data_pipeline.engine.collected import find, leaves, name_words, names_of
from tests.engine.points import point

NAMES = ["Account balance", "account_balance"]


def value_of(data: dict[str, Any], names: list[str]) -> Any:
    leaf = find(leaves(data), names)
    return None if leaf is None else leaf.value


@pytest.mark.parametrize(
    "data",
    [
        {"account_balance": 5},
        {"accountBalance": 5},
        {"Account-Balance:": 5},
        {"ACCOUNT BALANCE": 5},
        {"account": {"balance": 5}},
        {"balance": {"account": 5}},
        {"Balance of the account": 5},
        {"account_balances": 5},
        {"customer_account_balance": 5},
        {"Customer's account balance": 5},
        {"custom_fields": {"cf_account_balance": 5}},
        {"custom_fields": [{"id": 3601, "name": "Account balance", "value": 5}]},
        {"custom_fields": [{"id": 3601, "title": "Account balance", "value": 5}]},
        {"fields": [{"key": "question_x", "label": "Account balance", "value": 5}]},
        {"answers": [{"field": {"id": "x", "title": "Account balance"}, "answer": 5}]},
        {"attributes": [{"Name": "accountBalance", "Value": 5}]},
        {"Account_Balance__c": 5},
        {"properties": {"account_balance": {"value": 5, "timestamp": 1_767_225_600}}},
        {"account_balance": {"amount": 5, "currency": "EUR"}},
        {"a": [{"b": [{"account balance": 5}]}]},
    ],
)
def test_one_fact_many_spellings(data: dict[str, Any]) -> None:
    """Case, separators, nesting, order, and the lists of fields that helpdesks and forms send."""
    assert value_of(data, NAMES) == 5


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"balance": 5}, NAMES),
        ({"account_balance_old": 5}, NAMES),
        ({"agent": {"account_balance": 5}}, NAMES),
        ({"previous": {"account_balance": 5}}, NAMES),
        ({"a": {"account_balance": 5}, "b": {"account_balance": 6}}, NAMES),
        ({"transfer_to": "x"}, ["Transfer from"]),
        ({"id": "48211"}, ["Member ID"]),
        ({"name": "Ana"}, ["Customer name"]),
        ({"custom_fields": [{"name": "Colour", "value": "red"}]}, ["Name", "Value"]),
        ({}, NAMES),
        ({"": 5, "***": 6}, ["", "***"]),
    ],
)
def test_what_is_another_fact(data: dict[str, Any], names: list[str]) -> None:
    """A part of the name, another person's fact, an old one, or two that differ are not taken."""
    assert value_of(data, names) is None


def test_the_nearest_name_wins() -> None:
    """An exact key at the top comes before one below, and that before other words."""
    data = {"x": {"email": "nested"}, "email": "top", "customer_email": "longer"}
    assert value_of(data, ["Email"]) == "top"


def test_an_object_is_a_value_too() -> None:
    """An address in parts is found whole."""
    address = {"street": "Calle Mayor 1", "city": "Madrid"}
    assert value_of({"shipping": {"address": address}}, ["Shipping address"]) is address


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=8), st.integers())
def test_other_data_never_changes_what_is_found(data: dict[str, Any], value: int) -> None:
    """A key at the top is found whatever stands before and after it."""
    data.pop("accountBalance", None)
    assert value_of({**data, "accountBalance": value}, ["Account balance"]) == value
    assert value_of({"accountBalance": value, **data}, ["Account balance"]) == value


@given(st.lists(JSON, max_size=3) | st.text(max_size=5) | st.floats(allow_nan=False))
def test_values_come_back_unchanged(value: Any) -> None:
    """What is found is the very object that was sent."""
    leaf = find(leaves({"some_fact": value}), ["Some fact"])
    assert leaf is not None
    assert leaf.value is value


def test_a_huge_part_hides_nothing_at_the_top() -> None:
    """Thousands of values before a key do not push it out."""
    data = {"big": [{f"k{n}": n for n in range(20)} for _ in range(2_000)], "accountBalance": 5}
    assert value_of(data, NAMES) == 5


def test_deep_data_ends_somewhere() -> None:
    """Below eight levels nothing is read, and nothing breaks."""
    data: dict[str, Any] = {"account_balance": 5}
    for _ in range(5_000):
        data = {"a": data}
    assert value_of(data, NAMES) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("accountBalance", ("account", "balance")),
        ("IBANNumber", ("iban", "number")),
        ("pausesLast12Months", ("pauses", "last", "12", "months")),
        ("Número de pedido", ("numero", "de", "pedido")),
        ("Customer's age", ("customer", "age")),
        ("", ()),
    ],
)
def test_name_words(name: str, found: tuple[str, ...]) -> None:
    """Words of a name, however they are joined."""
    assert name_words(name) == found


def test_names_of_a_data_point() -> None:
    """Key, label, translated labels, and the label without what stands in brackets."""
    fact = point("Balance (USD)", translations={"es": Wording(label="Saldo")}, key="balance_usd")
    assert names_of(fact) == ["balance_usd", "Balance (USD)", "Saldo", "Balance"]
