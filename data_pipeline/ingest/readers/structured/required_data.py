"""The facts that an article asks for, and what to do when one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data_pipeline.articles import DataPoint, Kind, Rule, Section, Unit
from data_pipeline.ingest.data_points import data_point_unit, names_a_point, read_data_points
from data_pipeline.ingest.json_shapes import as_text, items_at, rest_of, texts_at
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
    structured,
)

_LISTS: Final = ("must_have", "nice_to_have", "if_missing")
_FIELDS: Final = (*_LISTS, "disambiguation_notes")
_PROMPT_FIELDS: Final = ("missing_data_point", "ask_participant", "agent_note")


def read_points(value: Any, place: str) -> tuple[tuple[DataPoint, ...], list[str]]:
    """The data points of a `required_data` object, and warnings with their place."""
    lists = value if isinstance(value, dict) else {}
    must_have, nice_to_have, if_missing = (lists.get(field) for field in _LISTS)
    points, warnings = read_data_points(must_have, nice_to_have, if_missing, "")
    return points, [f"{place}.{warning}" for warning in warnings]


def read_required_data(value: Any, place: str, reading: Reading) -> list[Section]:
    """Sections for `reading.points`, the prompts and the disambiguation notes.

    All of it is for agents and for code but the questions to the customer.
    """
    if not isinstance(value, dict):
        units = odd_units(value, agent_only=True)
        if units:
            reading.odd(place, value, "an object with `must_have`")
        return section("required-data", reading.words("required-data"), Kind.REQUIRED_DATA, units)
    required = [data_point_unit(point) for point in reading.points if point.required]
    optional = [data_point_unit(point) for point in reading.points if not point.required]
    rest = leftover_units(rest_of(value, _FIELDS), place, reading, agent_only=True)
    told = {
        Kind.REQUIRED_DATA: ("required-data", [*required, *_nameless(value.get("must_have"))]),
        Kind.OPTIONAL_DATA: ("optional-data", [*optional, *_nameless(value.get("nice_to_have"))]),
        Kind.MISSING_DATA: ("if-missing", _prompts(value.get("if_missing"), place, reading)),
        Kind.DISAMBIGUATION: ("disambiguation", [*_distinctions(value, place, reading), *rest]),
    }
    return [
        one
        for kind, (path, units) in told.items()
        for one in section(path, reading.words(path), kind, units)
    ]


def _nameless(value: Any) -> list[Unit]:
    """Items that are no data points; reading the points has warned of them."""
    return [
        unit
        for _, item in items_at(value, "", [])
        if not names_a_point(item)
        for unit in odd_units(item, agent_only=True)
    ]


def _prompts(value: Any, place: str, reading: Reading) -> list[Unit]:
    labels = {point.label for point in reading.points}
    return [
        unit
        for where, item in items_at(value, f"{place}.if_missing", [])
        for unit in _prompt_units(item, where, labels, reading)
    ]


def _prompt_units(item: Any, place: str, labels: set[str], reading: Reading) -> list[Unit]:
    if not isinstance(item, dict):
        return odd_units(item, agent_only=True)
    name, question, note = (as_text(item.get(field)) for field in _PROMPT_FIELDS)
    noted = ": ".join(text for text in (name, note) if text)
    asked = [Unit(question)] if question else []
    told = [Unit(noted, agent_only=True)] if note or (name and name not in labels) else []
    rest = leftover_units(rest_of(item, _PROMPT_FIELDS), place, reading, agent_only=True)
    return [*asked, *told, *rest]


def _distinctions(value: Mapping[str, Any], place: str, reading: Reading) -> list[Unit]:
    field = "disambiguation_notes"
    return [
        Unit(text, data=structured(Rule(text, "disambiguation")), agent_only=True)
        for text in texts_at(value.get(field), f"{place}.{field}", reading.warnings)
    ]
