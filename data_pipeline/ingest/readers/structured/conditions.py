"""Conditions and the part of them that code can check (`when`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data_pipeline.articles import Check, Condition, Operator, Unit
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
    structured,
)

_NO_VALUE: Final = frozenset({Operator.PRESENT, Operator.ABSENT})
_MEMBERSHIP: Final = frozenset({Operator.IN, Operator.NOT_IN})
_ORDERED: Final = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
_OPERATORS: Final = ", ".join(Operator)


def read_conditions(
    value: Any, place: str, reading: Reading, *, agent_only: bool = False
) -> list[Unit]:
    """Units of conditions written as text or as `{condition, when, outcome}`."""
    return [
        unit
        for where, item in items_at(value, place, reading.warnings)
        for unit in _condition_units(item, where, reading, agent_only=agent_only)
    ]


def _condition_units(item: Any, place: str, reading: Reading, *, agent_only: bool) -> list[Unit]:
    if isinstance(item, str):
        condition = Condition(text=item.strip())
        return [Unit(condition.text, data=structured(condition), agent_only=agent_only)]
    text = as_text(item.get("condition")) if isinstance(item, dict) else ""
    if not text:
        reading.odd(place, item, "text or an object with `condition`")
        return odd_units(item, agent_only=True)
    outcome = text_at(item.get("outcome"), f"{place}.outcome", reading.warnings)
    checks = read_when(item.get("when"), f"{place}.when", reading)
    condition = Condition(text=text, when=checks, outcome=outcome or None)
    rest = rest_of(item, ("condition", "outcome", "when"))
    return [
        Unit(text, data=structured(condition), agent_only=agent_only),
        *unchecked_units(item.get("when"), checks),
        *leftover_units(rest, place, reading, agent_only=True),
    ]


def unchecked_units(when: Any, checks: tuple[Check, ...]) -> list[Unit]:
    """A `when` that code cannot check, kept as text for agents."""
    return [] if checks else odd_units(when, agent_only=True)


def read_when(value: Any, place: str, reading: Reading) -> tuple[Check, ...]:
    """The checks of a `when`: an object or a list of `{key, op, value}`, all of which must hold.

    One that cannot be checked (no such data point, unknown operator, unfit value) is warned of and
    leaves none: half a condition would be another condition.
    """
    if is_blank(value):
        return ()
    entries = value if isinstance(value, list) else [value]
    checks = [_check(entry, place, reading) for entry in entries]
    known = tuple(check for check in checks if check is not None)
    return known if len(known) == len(entries) else ()


def _check(entry: Any, place: str, reading: Reading) -> Check | None:
    if not isinstance(entry, dict) or not {"key", "op"} <= entry.keys():
        reading.odd(place, entry, "an object with `key`, `op` and `value`")
        return None
    key = reading.point_key(as_text(entry["key"]))
    operator = _operator(as_text(entry["op"]))
    problem = _problem(entry, key, operator)
    if problem or key is None or operator is None:
        reading.warnings.append(f"{place}{problem}; the condition is kept as text")
        return None
    return Check(key, operator, entry.get("value"))


def _operator(name: str) -> Operator | None:
    folded = name.lower().replace(" ", "_").replace("-", "_")
    return Operator(folded) if folded in set(Operator) else None


def _problem(entry: Mapping[str, Any], key: str | None, operator: Operator | None) -> str | None:
    if key is None:
        return f".key: found {quoted(as_text(entry['key']))}, expected a data point of this article"
    if operator is None:
        return f".op: found {quoted(as_text(entry['op']))}, expected one of {_OPERATORS}"
    if entry.keys() - {"key", "op", "value"}:
        return ": found further fields, expected `key`, `op` and `value`"
    if not _fits(operator, entry.get("value")):
        return f".value: found {found(entry.get('value'))}, which `{operator}` cannot compare with"
    return None


def _fits(operator: Operator, value: Any) -> bool:
    if operator in _NO_VALUE:
        return True
    if operator in _MEMBERSHIP:
        return isinstance(value, list) and bool(value) and all(map(_is_plain, value))
    if operator in _ORDERED:
        return _is_plain(value) and not isinstance(value, bool)
    return _is_plain(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not is_blank(value)
