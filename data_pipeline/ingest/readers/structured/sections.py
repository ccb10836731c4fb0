"""The sections of an article, most important first, whatever the order in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from data_pipeline.articles import Kind, Rule, Section, Unit
from data_pipeline.ingest.json_shapes import as_text, is_blank, items_at, key_words, rest_of
from data_pipeline.ingest.readers.structured.decision_guide import (
    read_decision_guide,
    read_guardrails,
)
from data_pipeline.ingest.readers.structured.frames import read_frames
from data_pipeline.ingest.readers.structured.metadata import Metadata
from data_pipeline.ingest.readers.structured.parts import Reading, odd_units, section, structured
from data_pipeline.ingest.readers.structured.references import read_references
from data_pipeline.ingest.readers.structured.required_data import read_required_data
from data_pipeline.ingest.readers.structured.rows import read_categories, read_rows
from data_pipeline.ingest.readers.structured.steps import read_steps
from data_pipeline.ingest.readers.structured.visibility import holds_internal, is_internal_name
from data_pipeline.slugs import slug

_MAX_KEY: Final = 80


def read_overview(metadata: Metadata, reading: Reading) -> list[Section]:
    """The description and the words that the article is filed under: searched, never quoted.

    A description says what the article is about ("How orders are cancelled"), not how things are.
    """
    topics = ": ".join(filter(None, (metadata.own_topic, ", ".join(metadata.subtopics))))
    words = "\n".join(filter(None, (topics, ", ".join(metadata.keywords))))
    units = [Unit(text, agent_only=True) for text in (metadata.description, words) if text]
    return section("overview", reading.words("overview"), Kind.OVERVIEW, units)


def read_details(details: Mapping[str, Any], reading: Reading) -> list[Section]:
    """Every section of `details`; those that the format does not name become notes."""
    known = [
        one
        for field, read in _READERS.items()
        if not is_blank(details.get(field))
        for one in read(details[field], f"details.{field}", reading)
    ]
    return known + read_unknown(rest_of(details, _READERS), "details", reading)


def read_unknown(rest: Mapping[str, Any], place: str, reading: Reading) -> list[Section]:
    """One notes section for each field that the format does not name, whatever its shape."""
    sections: dict[str, list[Unit]] = {}
    headings: dict[str, str] = {}
    for name, value in rest.items():
        reading.warnings.append(
            f"{place}.{name[:_MAX_KEY]}: the format has no such section; kept as notes"
        )
        path = f"other/{slug(name, limit=_MAX_KEY)}"
        headings.setdefault(path, key_words(name))
        sections.setdefault(path, []).extend(_notes(name, value))
    return [
        one
        for path, units in sections.items()
        for one in section(path, headings[path], Kind.NOTES, units)
    ]


def read_unknown_metadata(rest: Mapping[str, Any], reading: Reading) -> list[Section]:
    """Metadata that the format does not name, for agents."""
    units = [
        Unit(f"{key_words(name)}: {as_text(value)}", agent_only=True)
        for name, value in rest.items()
    ]
    return section("other/metadata", reading.words("notes"), Kind.NOTES, units)


def _notes(name: str, value: Any) -> list[Unit]:
    """A unit for each item of a list, for each field of an object."""
    for_agents = is_internal_name(name)
    if isinstance(value, dict):
        parts = [{key: item} for key, item in value.items()]
        for_agents = for_agents or holds_internal(value)
    else:
        parts = [item for _, item in items_at(value, "", [])]
    return [
        Unit(
            as_text(part),
            data=structured(Rule(as_text(part), name)),
            agent_only=for_agents or holds_internal(part),
        )
        for part in parts
        if as_text(part)
    ]


def _read_flags(value: Any, place: str, reading: Reading) -> list[Section]:
    if isinstance(value, dict):
        units = [
            Unit(
                f"{key_words(name)}: {as_text(flag)}",
                data=structured(Rule(as_text(flag), name)),
                agent_only=True,
            )
            for name, flag in value.items()
            if as_text(flag)
        ]
    else:
        reading.odd(place, value, "an object of flags")
        units = odd_units(value, agent_only=True)
    return section("flags", reading.words("flags"), Kind.FLAGS, units)


_READERS: Final[Mapping[str, Callable[[Any, str, Reading], list[Section]]]] = {
    "critical_flags": _read_flags,
    "required_data": read_required_data,
    "decision_guide": read_decision_guide,
    "response_frames": read_frames,
    "guardrails": read_guardrails,
    "business_rules": partial(read_categories, "business_rules"),
    "fees": partial(read_rows, "fees"),
    "steps": read_steps,
    "common_issues": partial(read_rows, "common_issues"),
    "examples": partial(read_rows, "examples"),
    "faq_pairs": partial(read_rows, "faq_pairs"),
    "definitions": partial(read_rows, "definitions"),
    "additional_notes": partial(read_categories, "additional_notes"),
    "references": read_references,
}
"""The reader of each field of `details`. Twins are stored once, first kept: hence the order."""
