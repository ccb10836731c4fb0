"""What may be concluded: outcomes, conditions, conclusions and the article's guardrails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data_pipeline.articles import Condition, Kind, Outcome, Rule, Section, Unit
from data_pipeline.ingest.json_shapes import (
    as_text,
    items_at,
    key_words,
    rest_of,
    text_at,
    texts_at,
)
from data_pipeline.ingest.readers.structured.conditions import (
    read_conditions,
    read_when,
    unchecked_units,
)
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
    structured,
)

CONCLUSIONS: Final = ("allowed_conclusions", "not_allowed_conclusions")
GUARDRAILS: Final = ("must_not", "must_do_if_unsure")

_GUIDE: Final = (
    "supported_outcomes",
    "eligibility_requirements",
    "blocking_conditions",
    "missing_data_conditions",
    *CONCLUSIONS,
)
_OUTCOME_NAMES: Final = ("outcome", "name")
_OUTCOME_TEXTS: Final = ("description", "condition", "text")
_MISSING: Final = ("condition", "missing_data_point", "resulting_outcome", "ask_participant")


def read_decision_guide(value: Any, place: str, reading: Reading) -> list[Section]:
    """Outcomes, conditions and conclusions; only the conditions may be quoted to customers."""
    if not isinstance(value, dict):
        return _odd_guide(value, place, "decision_guide", reading)

    def at(field: str) -> tuple[Any, str]:
        return value.get(field), f"{place}.{field}"

    eligibility = read_conditions(*at("eligibility_requirements"), reading)
    blocking = read_conditions(*at("blocking_conditions"), reading)
    outcomes = _outcomes(*at("supported_outcomes"), reading)
    missing = _missing_data(*at("missing_data_conditions"), reading)
    rest = leftover_units(rest_of(value, _GUIDE), place, reading, agent_only=True)
    return [
        *section("eligibility", reading.words("eligibility"), Kind.ELIGIBILITY, eligibility),
        *section("blocking", reading.words("blocking"), Kind.BLOCKING, blocking),
        *section("outcomes", reading.words("outcomes"), Kind.OUTCOMES, outcomes),
        *section("missing-data", reading.words("missing-data"), Kind.MISSING_DATA, missing),
        *(one for name in CONCLUSIONS for one in _rules(name, value, place, reading)),
        *section("decision-guide", reading.words("decision_guide"), Kind.NOTES, rest),
    ]


def read_guardrails(value: Any, place: str, reading: Reading) -> list[Section]:
    """What must not be said or done, and what to do when unsure; for agents and for checks."""
    if not isinstance(value, dict):
        return _odd_guide(value, place, "guardrails", reading)
    rest = leftover_units(rest_of(value, GUARDRAILS), place, reading, agent_only=True)
    return [
        *(one for name in GUARDRAILS for one in _rules(name, value, place, reading)),
        *section("guardrails", reading.words("guardrails"), Kind.GUARDRAIL, rest),
    ]


def _odd_guide(value: Any, place: str, name: str, reading: Reading) -> list[Section]:
    units = odd_units(value, agent_only=True)
    if units:
        reading.odd(place, value, "an object")
    path = name.replace("_", "-")
    return section(path, reading.words(name), Kind.GUARDRAIL, units)


def _rules(name: str, value: Mapping[str, Any], place: str, reading: Reading) -> list[Section]:
    units = [
        Unit(text, data=structured(Rule(text, name)), agent_only=True)
        for text in texts_at(value.get(name), f"{place}.{name}", reading.warnings)
    ]
    path = f"guardrails/{name.replace('_', '-')}"
    return section(path, reading.words(name), Kind.GUARDRAIL, units)


def _outcomes(value: Any, place: str, reading: Reading) -> list[Unit]:
    return [
        unit
        for where, item in items_at(value, place, reading.warnings)
        for unit in _outcome_units(item, where, reading)
    ]


def _outcome_units(item: Any, place: str, reading: Reading) -> list[Unit]:
    if isinstance(item, str):
        outcome = Outcome(name=item.strip())
        return [Unit(key_words(outcome.name), data=structured(outcome), agent_only=True)]
    name, name_field = _first(item, _OUTCOME_NAMES)
    if not name:
        reading.odd(place, item, "text or an object with `outcome`")
        return odd_units(item, agent_only=True)
    text, text_field = _first(item, _OUTCOME_TEXTS)
    checks = read_when(item.get("when"), f"{place}.when", reading)
    outcome = Outcome(name=name, text=text, when=checks)
    rest = rest_of(item, (name_field, text_field, "when"))
    told = f"{key_words(name)}: {text}" if text else key_words(name)
    return [
        Unit(told, data=structured(outcome), agent_only=True),
        *unchecked_units(item.get("when"), checks),
        *leftover_units(rest, place, reading, agent_only=True),
    ]


def _first(item: Any, fields: tuple[str, ...]) -> tuple[str, str]:
    """The first of `fields` that says something, with its name."""
    texts = ((as_text(item.get(field)), field) for field in fields if isinstance(item, dict))
    return next((told for told in texts if told[0]), ("", fields[0]))


def _missing_data(value: Any, place: str, reading: Reading) -> list[Unit]:
    return [
        unit
        for where, item in items_at(value, place, reading.warnings)
        for unit in _missing_data_units(item, where, reading)
    ]


def _missing_data_units(item: Any, place: str, reading: Reading) -> list[Unit]:
    if not isinstance(item, dict):
        reading.odd(place, item, "an object with `condition` and `missing_data_point`")
        return odd_units(item, agent_only=True)
    condition, name, outcome, question = (
        text_at(item.get(field), f"{place}.{field}", reading.warnings) for field in _MISSING
    )
    key = reading.point_key(name)
    if key is None:
        reading.warnings.append(
            f"{place}.missing_data_point: no data point of this article has this name"
        )
    data = Condition(text=condition, outcome=outcome or None, data_point=key)
    first = ": ".join(text for text in (name, condition) if text)
    told = "\n".join(text for text in (first, question) if text)
    rest = leftover_units(rest_of(item, _MISSING), place, reading, agent_only=True)
    units = [Unit(told, data=structured(data), agent_only=True)] if told or outcome else []
    return [*units, *rest]
