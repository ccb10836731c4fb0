"""Lists of like objects: fees, issues, examples, questions and answers, definitions, categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import Fee, Kind, Pair, Rule, Section, Unit
from data_pipeline.ingest.json_shapes import items_at, rest_of, text_at, texts_at
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
    structured,
)
from data_pipeline.ingest.readers.structured.visibility import (
    is_agent_only,
    is_internal_name,
)
from data_pipeline.ingest.tiers import rule_tier
from data_pipeline.slugs import slug

_MAX_CATEGORY: Final = 80


class RowShape(msgspec.Struct, frozen=True):
    """What one row of a list looks like: its two texts, what it becomes and how it reads.

    `joint` stands between the two texts.
    """

    path: str
    kind: Kind
    first: str
    second: str
    joint: str
    build: Callable[[str, str, str], msgspec.Struct]
    third: str | None = None


def _pair(first: str, second: str, _third: str) -> msgspec.Struct:
    return Pair(first, second)


def _fee(service: str, fee: str, notes: str) -> msgspec.Struct:
    return Fee(service, fee, notes or None)


ROWS: Final[Mapping[str, RowShape]] = {
    "fees": RowShape("fees", Kind.FEES, "service", "fee", ": ", _fee, "notes"),
    "common_issues": RowShape("issues", Kind.ISSUES, "issue", "resolution", "\n", _pair),
    "examples": RowShape("examples", Kind.EXAMPLES, "scenario", "outcome", "\n", _pair),
    "faq_pairs": RowShape("faq", Kind.FAQ, "question", "answer", "\n", _pair),
    "definitions": RowShape("definitions", Kind.DEFINITIONS, "term", "definition", ": ", _pair),
}
"""The lists whose rows are two texts, by their field in `details`."""


def read_rows(field: str, value: Any, place: str, reading: Reading) -> list[Section]:
    """The section for one of `ROWS`; a row of another shape is kept as text."""
    shape = ROWS[field]
    units = [
        unit
        for where, item in items_at(value, place, reading.warnings)
        for unit in _row_units(item, where, shape, reading)
    ]
    return section(shape.path, reading.words(shape.path), shape.kind, units)


def _row_units(item: Any, place: str, shape: RowShape, reading: Reading) -> list[Unit]:
    if not isinstance(item, dict):
        reading.odd(place, item, f"an object with `{shape.first}` and `{shape.second}`")
        return odd_units(item)
    fields = [shape.first, shape.second, *([shape.third] if shape.third else [])]
    texts = [text_at(item.get(field), f"{place}.{field}", reading.warnings) for field in fields]
    missing = [field for field, text in zip(fields[:2], texts[:2], strict=True) if not text]
    if missing:
        reading.warnings.append(f"{place}: found nothing in `{missing[0]}`, expected text")
    agent_only = is_agent_only(item.get("visibility"))
    data = None if missing else structured(shape.build(texts[0], texts[1], "".join(texts[2:])))
    head = shape.joint.join(text for text in texts[:2] if text)
    text = "\n".join(part for part in (head, *texts[2:]) if part)
    rest = leftover_units(rest_of(item, fields), place, reading, agent_only=agent_only)
    return [*([Unit(text, data=data, agent_only=agent_only)] if text else []), *rest]


class CategoryShape(msgspec.Struct, frozen=True):
    """A list of `{category, <texts>}`: where its sections go and what they are."""

    path: str
    kind: Kind
    texts: str


CATEGORIES: Final[Mapping[str, CategoryShape]] = {
    "business_rules": CategoryShape("rules", Kind.RULES, "rules"),
    "additional_notes": CategoryShape("notes", Kind.NOTES, "notes"),
}
"""The lists of texts by category, by their field in `details`."""


def read_categories(field: str, value: Any, place: str, reading: Reading) -> list[Section]:
    """One section per category of one of `CATEGORIES`; rules get their tier by what they say."""
    shape = CATEGORIES[field]
    headings: dict[str, str] = {}
    units: dict[str, list[Unit]] = {}
    for where, item in items_at(value, place, reading.warnings):
        category, told = _category_units(item, where, shape, reading)
        path = f"{shape.path}/{slug(category, limit=_MAX_CATEGORY)}" if category else shape.path
        headings.setdefault(path, category or reading.words(shape.path))
        units.setdefault(path, []).extend(told)
    return [
        one
        for path, heading in headings.items()
        for one in _category_section(path, heading, shape.kind, units[path])
    ]


def _category_section(path: str, heading: str, kind: Kind, units: Sequence[Unit]) -> list[Section]:
    told = "\n".join(unit.text for unit in units)
    return section(
        path, heading, kind, units, rule_tier(heading, told) if kind is Kind.RULES else None
    )


def _category_units(
    item: Any, place: str, shape: CategoryShape, reading: Reading
) -> tuple[str, list[Unit]]:
    if not isinstance(item, dict):
        reading.odd(place, item, f"an object with `category` and `{shape.texts}`")
        return "", odd_units(item)
    category = " ".join(
        text_at(item.get("category"), f"{place}.category", reading.warnings).split()
    )
    agent_only = is_internal_name(category) or is_agent_only(item.get("visibility"))
    units = [
        Unit(text, data=structured(Rule(text, category)), agent_only=agent_only)
        for text in texts_at(item.get(shape.texts), f"{place}.{shape.texts}", reading.warnings)
    ]
    if not units and category:
        reading.warnings.append(f"{place}.{shape.texts}: found nothing, expected a list of texts")
        units = [Unit(category, agent_only=agent_only)]
    rest = rest_of(item, ("category", shape.texts))
    return category, units + leftover_units(rest, place, reading, agent_only=agent_only)
