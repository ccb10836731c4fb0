"""Sections that are too long to be found and quoted well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from data_pipeline.articles import Article, Kind, Section
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity
from data_pipeline.ingest.chunking import TOKEN_CAP
from data_pipeline.language import estimate_tokens

SECTION_CAP: Final = 4 * TOKEN_CAP
"""Most estimated tokens of a section of running text: more is found by too many questions."""

# Lists of statements that stand alone may be long.
_RUNNING: Final = frozenset({Kind.BODY, Kind.RULES, Kind.NOTES, Kind.OVERVIEW, Kind.ELIGIBILITY})


def oversized(articles: Iterable[Article]) -> Iterator[Finding]:
    """Sections over the cap, and single paragraphs or table rows that must be cut to be stored."""
    for article in articles:
        for section in article.sections:
            yield from _oversized(article, section)


def _oversized(article: Article, section: Section) -> Iterator[Finding]:
    sizes = [estimate_tokens(unit.text) for unit in section.units]
    largest, whole = max(sizes, default=0), sum(sizes)
    if largest > TOKEN_CAP:
        yield _finding(
            article,
            section,
            f"one paragraph of about {largest:,} tokens is cut to pieces of {TOKEN_CAP}",
            "Make shorter paragraphs of it, each about one thing.",
        )
    elif whole > SECTION_CAP and section.kind in _RUNNING:
        yield _finding(
            article,
            section,
            f"about {whole:,} tokens under one heading",
            "Give its parts headings of their own.",
        )


def _finding(article: Article, section: Section, problem: str, advice: str) -> Finding:
    return Finding(
        kind=FindingKind.OVERSIZED,
        severity=Severity.ADVICE,
        article_id=article.article_id,
        place=section.path,
        problem=problem,
        advice=advice,
    )
