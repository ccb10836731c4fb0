"""Which collected values are people's names."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.identifiers import identifiers_in


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"name": "Ada Lovelace"}, ("Ada Lovelace",)),
        ({"customer": {"firstName": "Ada", "last_name": "Lovelace"}}, ("Lovelace", "Ada")),
        ({"Nombre completo": " Ana Ruiz "}, ("Ana Ruiz",)),
        ({"fields": [{"name": "Surname", "value": "Ruiz"}]}, ("Ruiz",)),
        ({"Nombre del cliente": "Ana Ruiz"}, ("Ana Ruiz",)),
        ({"nombre_y_apellidos": "Ana Ruiz"}, ("Ana Ruiz",)),
        ({"names": ["Ada Lovelace", "Bob", 7]}, ("Ada Lovelace", "Bob")),
        ({"name": {"first": "Ada", "last": "Lovelace", "plan": "Gold"}}, ("Lovelace", "Ada")),
        ({"customer": {"first": "class"}}, ()),
        ({"plan_name": "Gold", "file name": "a.pdf", "company": "Acme", "name": 7}, ()),
        ({"name": " ", "surname": "X"}, ()),
        ({}, ()),
    ],
)
def test_names_are_found_by_their_keys(data: dict[str, Any], names: tuple[str, ...]) -> None:
    """What a thing is called is no secret; what a person is called is."""
    assert identifiers_in(RequiredDataRequest(inquiry="q", collected_data=data)) == names
