"""The structured article format (`kb_article_v2`): JSON in, one article out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from data_pipeline.articles import Article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.json_shapes import as_text, rest_of
from data_pipeline.ingest.readers.structured.document import load_document
from data_pipeline.ingest.readers.structured.metadata import Metadata, read_metadata
from data_pipeline.ingest.readers.structured.parts import Reading
from data_pipeline.ingest.readers.structured.references import read_related
from data_pipeline.ingest.readers.structured.required_data import read_points
from data_pipeline.ingest.readers.structured.sections import (
    read_details,
    read_overview,
    read_unknown,
    read_unknown_metadata,
)
from data_pipeline.language import detect

_FALLBACK_LANGUAGE: Final = "en"


def read_structured(
    raw: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]
) -> Article:
    """The article in `raw`. Oddities inside become `Article.warnings`; no text is dropped.

    `source` is the file's path as it is shown to people, `scope_keys` the metadata fields that are
    scope. Raises `ArticleSourceError` where the file is no structured article at all.
    """
    document = load_document(raw, source)
    details = document["details"]
    warnings: list[str] = []
    metadata = read_metadata(document["metadata"], source, defaults, scope_keys, warnings)
    points, point_warnings = read_points(details.get("required_data"), "details.required_data")
    warnings += point_warnings
    reading = Reading(_language(metadata, details), points, warnings)
    sections = (
        *read_overview(metadata, reading),
        *read_details(details, reading),
        *read_unknown_metadata(metadata.rest, reading),
        *read_unknown(rest_of(document, ("metadata", "details")), "top level", reading),
    )
    links = read_related(details.get("references"), "details.references", warnings)
    if not sections:
        warnings.append("details: found no text, so the article can answer nothing")
    return Article(
        article_id=metadata.article_id,
        title=metadata.title,
        language=reading.language,
        sections=sections,
        source=source,
        url=metadata.url,
        topic=metadata.topic,
        tags=metadata.tags,
        scope=metadata.scope,
        links=links,
        valid_from=metadata.valid_from,
        valid_until=metadata.valid_until,
        warnings=tuple(warnings),
    )


def _language(metadata: Metadata, details: Mapping[str, Any]) -> str:
    if metadata.language:
        return metadata.language
    told = f"{metadata.title}\n{metadata.description}\n{as_text(dict(details))}"
    return detect(told) or _FALLBACK_LANGUAGE
