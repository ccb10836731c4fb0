"""How a data type is derived where the article does not say."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.articles import DataType
from data_pipeline.ingest.data_types import derive_data_type


@pytest.mark.parametrize(
    ("label", "examples", "expected"),
    [
        ("Employer enrolled", [True, False, None], DataType.BOOLEAN),
        ("Contrato firmado", ["sí", "no"], DataType.BOOLEAN),
        ("Spouse agrees (yes/no)", [], DataType.BOOLEAN),
        ("Agreed", ["yes", "in progress"], DataType.TEXT),
        ("Attached documents", [["a.pdf", "b.pdf"]], DataType.LIST),
        ("Lista de socios", [], DataType.LIST),
        ("E-mail address", [], DataType.EMAIL),
        ("Correo electrónico", ["ana@mail.example"], DataType.EMAIL),
        ("Where to write", ["ana@mail.example", None], DataType.EMAIL),
        ("E-mail consent", ["given", "withdrawn"], DataType.TEXT),
        ("Hire date", ["2024-02-01"], DataType.DATE),
        ("Fecha de alta", ["3 de marzo de 2026"], DataType.DATE),
        ("Termination date", [], DataType.DATE),
        ("Last worked", ["01/02/2026", "March 3, 2026"], DataType.DATE),
        ("Date of loss", ["2026-02-14", "Saturday evening"], DataType.DATE),
        ("Day of the week", ["Monday"], DataType.TEXT),
        ("Number of loans", [1, 2], DataType.NUMBER),
        ("Número de llaves", ["2"], DataType.NUMBER),
        ("Age", [], DataType.NUMBER),
        ("Age", ["under 60"], DataType.TEXT),
        ("Percentage of salary", ["5%"], DataType.NUMBER),
        ("Order number", [48213377], DataType.TEXT),
        ("Número de pedido", ["48213377"], DataType.TEXT),
        ("Postal code", [28001], DataType.TEXT),
        ("Account balance", [1200.5, "$3,000"], DataType.CURRENCY),
        ("Importe pendiente", ["1.234,56"], DataType.CURRENCY),
        ("Saldo", ["USD 75"], DataType.CURRENCY),
        ("What was taken", ["€50", "$7"], DataType.CURRENCY),
        ("Payment method", ["card", "transfer"], DataType.TEXT),
        ("Fee", [], DataType.TEXT),
        ("Kilometres per charge", [22, 30], DataType.NUMBER),
        ("Months elapsed", [4, 17.5], DataType.NUMBER),
        ("Months elapsed", [4, "about 30"], DataType.TEXT),
        ("Reason", ["moving"], DataType.TEXT),
        ("", [], DataType.TEXT),
    ],
)
def test_label_and_examples_decide(label: str, examples: list[Any], expected: DataType) -> None:
    """Generic wording in two languages and the examples' own form give the type."""
    assert derive_data_type(label, examples) is expected


@pytest.mark.parametrize(
    ("label", "examples", "choices", "expected"),
    [
        ("Start date", ["2024-02-01"], ["2024", "2025"], DataType.TEXT),
        ("Fee paid", [10], ["Yes", "No"], DataType.BOOLEAN),
        ("Number of fees", [3], [], DataType.NUMBER),
        ("Fee payment date", ["2024-02-01"], [], DataType.DATE),
        ("Payment reference number", [120], [], DataType.TEXT),
        ("Total fee", [120], [], DataType.CURRENCY),
    ],
)
def test_order_of_the_rules(
    label: str, examples: list[Any], choices: list[str], expected: DataType
) -> None:
    """Where several rules fit, the earlier one of the documented order wins."""
    assert derive_data_type(label, examples, choices) is expected
