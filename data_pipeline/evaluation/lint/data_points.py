"""Facts that an article asks for without the words to ask for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from data_pipeline.articles import (
    Article,
    Blocks,
    DataPoint,
    FactSource,
    Kind,
    Section,
)
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity, shortened

_LISTS: Final = frozenset({Kind.REQUIRED_DATA, Kind.OPTIONAL_DATA})
# How the reader of structured articles says that a reference leads nowhere.
_UNCONNECTED: Final = ("no data point of this article", "expected a data point of this article")


def wanting_words(articles: Iterable[Article]) -> Iterator[Finding]:
    """Data points without a question or a meaning, and references to ones that are not there."""
    for article in articles:
        for section, point in _points(article):
            yield from _wording(article, section, point)
        yield from _unknown(article)


def _wording(article: Article, section: Section, point: DataPoint) -> Iterator[Finding]:
    named = shortened(point.label, 60)
    asked = point.required and point.source is FactSource.CUSTOMER and not point.sensitive
    if asked and not (point.question or "").strip():
        blocking = point.blocks is not Blocks.NEVER
        yield _finding(
            article,
            section.path,
            f"“{named}” comes from the customer, but has no question",
            "Write the question as the customer shall read it (`ask_participant`, `question`).",
            Severity.SERIOUS if blocking else Severity.ADVICE,
        )
    if not point.description.strip():
        yield _finding(
            article,
            section.path,
            f"“{named}” has no description",
            "Say in a sentence what it means and where it is found (`meaning`).",
            Severity.ADVICE,
        )


def _unknown(article: Article) -> Iterator[Finding]:
    """What the reader could not connect: a prompt or condition over a fact that is not listed."""
    for warning in article.warnings:
        if any(words in warning for words in _UNCONNECTED):
            place, _, problem = warning.partition(": ")
            yield _finding(
                article,
                shortened(place, 100),
                shortened(problem),
                "List that fact under the required data, or correct its name.",
                Severity.SERIOUS,
            )


def _points(article: Article) -> Iterator[tuple[Section, DataPoint]]:
    for section in article.sections:
        if section.kind in _LISTS:
            points = (_point(unit.data) for unit in section.units)
            yield from ((section, point) for point in points if point is not None)


def _point(data: Any) -> DataPoint | None:
    try:
        return msgspec.convert(data, DataPoint)
    except msgspec.ValidationError:
        return None


def _finding(
    article: Article, place: str, problem: str, advice: str, severity: Severity
) -> Finding:
    return Finding(
        kind=FindingKind.DATA_POINT,
        severity=severity,
        article_id=article.article_id,
        place=place,
        problem=problem,
        advice=advice,
    )
