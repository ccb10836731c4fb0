"""Sections of what front matter states: what the article is filed under, and its data points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from data_pipeline.articles import Kind, Section, Unit
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.data_points import data_point_unit, read_data_points
from data_pipeline.ingest.front_matter import FrontMatter
from data_pipeline.ingest.readers.structured.wording import wording
from data_pipeline.ingest.tiers import TIER_OF_KIND

_PLACE: Final = "front matter, required_data"


def stated_sections(
    front: FrontMatter, source: str, language: str
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The sections and warnings about data points, headed in the article's language.

    Raises `ArticleSourceError` for `required_data` of another shape.
    """
    must_have, nice_to_have, if_missing = _data_lists(front.required_data, source)
    points, warnings = read_data_points(must_have, nice_to_have, if_missing, _PLACE)
    by_path = {
        ("overview", Kind.OVERVIEW): tuple(_overview(front)),
        ("required-data", Kind.REQUIRED_DATA): tuple(
            data_point_unit(point) for point in points if point.required
        ),
        ("optional-data", Kind.OPTIONAL_DATA): tuple(
            data_point_unit(point) for point in points if not point.required
        ),
    }
    sections = tuple(
        Section(
            path=path,
            heading=wording(path, language),
            kind=kind,
            tier=TIER_OF_KIND[kind],
            units=units,
        )
        for (path, kind), units in by_path.items()
        if units
    )
    return sections, warnings


def _overview(front: FrontMatter) -> Iterator[Unit]:
    """The words that an article is filed under: searched, never quoted to a customer."""
    filed = "\n".join(filter(None, (front.topic, ", ".join(front.tags or ()))))
    for text in (front.description, filed):
        if text:
            yield Unit(text, agent_only=True)


def _data_lists(raw: Any, source: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Must-haves, nice-to-haves and prompts: of a list, or of the structured format's object."""
    if raw is None:
        return [], [], []
    if isinstance(raw, dict):
        must_have, nice_to_have, if_missing = (
            raw.get(name) or [] for name in ("must_have", "nice_to_have", "if_missing")
        )
        return must_have, nice_to_have, if_missing
    if isinstance(raw, list):
        return [p for p in raw if not _is_optional(p)], [p for p in raw if _is_optional(p)], []
    cause = "expected a list of data points, each with `data_point` and `meaning`"
    raise ArticleSourceError(source, cause, _PLACE)


def _is_optional(point: Any) -> bool:
    return isinstance(point, dict) and point.get("required") is False
