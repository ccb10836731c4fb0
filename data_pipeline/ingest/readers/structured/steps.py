"""The steps of a procedure; internal ones are for agents only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from data_pipeline.articles import Kind, Section, Step, Unit
from data_pipeline.ingest.json_shapes import (
    as_text,
    found,
    is_blank,
    items_at,
    quoted,
    rest_of,
    text_at,
)
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
    structured,
)
from data_pipeline.ingest.readers.structured.visibility import (
    is_agent_only,
    is_internal_type,
    is_known_visibility,
)

_FIELDS: Final = ("step_number", "type", "visibility", "description", "notes")
_LEADING_NUMBER: Final = re.compile(r"\d{1,9}")


def read_steps(value: Any, place: str, reading: Reading) -> list[Section]:
    """The steps in the order of the file; a step of another shape is kept as text."""
    units = [
        unit
        for position, (where, item) in enumerate(items_at(value, place, reading.warnings), 1)
        for unit in _step_units(item, position, where, reading)
    ]
    return section("steps", reading.words("steps"), Kind.STEPS, units)


def _step_units(item: Any, position: int, place: str, reading: Reading) -> list[Unit]:
    if not isinstance(item, dict):
        reading.odd(place, item, "an object with `description`")
        return odd_units(item)
    if is_blank(item.get("description")):
        reading.warnings.append(f"{place}.description: found nothing, expected text")
        return odd_units(item, agent_only=True)
    agent_only = _for_agents(item, place, reading)
    action, detail = (
        text_at(item.get(field), f"{place}.{field}", reading.warnings)
        for field in ("description", "notes")
    )
    number = as_text(item.get("step_number"))
    step = Step(_number(number, position, place, reading), action, detail or None)
    numbered = f"{number}. {action}" if number else action
    text = f"{numbered}\n{detail}" if detail else numbered
    unit = Unit(text, data={**structured(step), **_codes(item)}, agent_only=agent_only)
    rest = leftover_units(rest_of(item, _FIELDS), place, reading, agent_only=agent_only)
    return [unit, *rest]


def _for_agents(item: Mapping[str, Any], place: str, reading: Reading) -> bool:
    visibility = item.get("visibility")
    if not is_known_visibility(visibility):
        reading.warnings.append(
            f"{place}.visibility: found {_told(visibility)}, expected `customer` or `agent_only`; "
            "read as agent_only"
        )
    return is_agent_only(visibility) or is_internal_type(item.get("type"))


def _told(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else found(value)


def _codes(item: Mapping[str, Any]) -> dict[str, str]:
    """The step's `type` and `visibility` as written; `Step` has no field for them."""
    codes = {field: as_text(item.get(field)) for field in ("type", "visibility")}
    return {field: code for field, code in codes.items() if code}


def _number(number: str, position: int, place: str, reading: Reading) -> int:
    leading = _LEADING_NUMBER.match(number)
    if leading is None:
        reading.warnings.append(
            f"{place}.step_number: found no number; {position} is used by position"
        )
        return position
    return int(leading.group())
