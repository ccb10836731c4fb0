"""Links and contacts, which may be quoted; ids of related articles are links, never text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data_pipeline.articles import Kind, Section, Unit
from data_pipeline.ingest.json_shapes import as_text, items_at, rest_of, text_at, texts_at
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
)

_FIELDS: Final = ("participant_portal", "internal_articles", "external_links", "contact")
_LINK_FIELDS: Final = ("label", "url", "purpose")
_CONTACT_FIELDS: Final = ("email", "phone", "support_hours")


def read_related(value: Any, place: str, warnings: list[str]) -> tuple[str, ...]:
    """The ids of related articles."""
    if not isinstance(value, dict):
        return ()
    return texts_at(value.get("internal_articles"), f"{place}.internal_articles", warnings)


def read_references(value: Any, place: str, reading: Reading) -> list[Section]:
    """One section with the portal, each external link and the contact."""
    if not isinstance(value, dict):
        units = odd_units(value)
        if units:
            reading.odd(place, value, "an object with `external_links` and `contact`")
    else:
        units = [
            *_portal(value.get("participant_portal"), f"{place}.participant_portal", reading),
            *_links(value.get("external_links"), f"{place}.external_links", reading),
            *_contact(value.get("contact"), f"{place}.contact", reading),
            *leftover_units(rest_of(value, _FIELDS), place, reading, agent_only=False),
        ]
    return section("references", reading.words("references"), Kind.REFERENCES, units)


def _portal(value: Any, place: str, reading: Reading) -> list[Unit]:
    text = text_at(value, place, reading.warnings)
    return [Unit(f"{reading.words('participant_portal')}: {text}")] if text else []


def _links(value: Any, place: str, reading: Reading) -> list[Unit]:
    return [
        unit
        for where, item in items_at(value, place, reading.warnings)
        for unit in _link_units(item, where, reading)
    ]


def _link_units(item: Any, place: str, reading: Reading) -> list[Unit]:
    if isinstance(item, str):
        return [Unit(item.strip())]
    if not isinstance(item, dict):
        reading.odd(place, item, "text or an object with `url`")
        return odd_units(item)
    label, url, purpose = (
        text_at(item.get(field), f"{place}.{field}", reading.warnings) for field in _LINK_FIELDS
    )
    first = ": ".join(text for text in (label, url) if text)
    text = "\n".join(part for part in (first, purpose) if part)
    rest = leftover_units(rest_of(item, _LINK_FIELDS), place, reading, agent_only=False)
    return [*([Unit(text)] if text else []), *rest]


def _contact(value: Any, place: str, reading: Reading) -> list[Unit]:
    if not isinstance(value, dict):
        units = odd_units(value)
        if units:
            reading.odd(place, value, "an object with `email`, `phone`, `support_hours`")
        return units
    lines = _contact_lines(value, place, reading)
    rest = leftover_units(rest_of(value, _CONTACT_FIELDS), place, reading, agent_only=False)
    return [*([Unit(lines)] if lines else []), *rest]


def _contact_lines(value: Mapping[str, Any], place: str, reading: Reading) -> str:
    for field in _CONTACT_FIELDS:
        text_at(value.get(field), f"{place}.{field}", reading.warnings)
    return "\n".join(
        f"{reading.words(field)}: {text}"
        for field in _CONTACT_FIELDS
        if (text := as_text(value.get(field)))
    )
