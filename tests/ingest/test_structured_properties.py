"""Random structured articles: whatever they hold, no text is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from data_pipeline.articles import Article, Chunk, DataType
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.data_point_fields import BLOCKS, SOURCES
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.decoding import clean
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import as_bytes, odd_documents, structured_documents

# Code words that are mapped (`execution_only` becomes `execution`): not texts.
_CODES = {*BLOCKS, *SOURCES, *DataType}
_CODED = {"blocking_intent", "source_type", "data_type"}


def _leaves(value: Any) -> Iterator[str]:
    """Texts and numbers inside a JSON value; true and false are read as words."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _CODED or str(item) not in _CODES:
                yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield _normal(value)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _normal(text: str) -> str:
    return " ".join(clean(text).split())


def _load(document: dict[str, Any]) -> tuple[Article, tuple[Chunk, ...]]:
    article = read_structured(as_bytes(document), "random.json", Defaults(), ("plan",))
    return article, chunk_article(article)


def _kept(article: Article, chunks: tuple[Chunk, ...]) -> str:
    data = (
        leaf for chunk in chunks if chunk.data for leaf in _leaves(msgspec.json.decode(chunk.data))
    )
    texts = (_normal(chunk.text) for chunk in chunks)
    return "\n".join([*texts, *data, *map(_normal, article.links), *map(_normal, article.tags)])


def _lost(document: dict[str, Any]) -> list[str]:
    article, chunks = _load(document)
    kept = _kept(article, chunks)
    metadata = document["metadata"]
    said = [metadata[field] for field in ("title", "description", "topic", "subtopics")]
    return [leaf for leaf in _leaves([said, document["details"]]) if leaf not in kept]


@given(structured_documents())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_or_number_of_an_article_is_lost(document: dict[str, Any]) -> None:
    """Every leaf of a random article within the format stands in some chunk's text or data."""
    assert _lost(document) == []


@given(odd_documents())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_wrong_types_are_kept_as_text(document: dict[str, Any]) -> None:
    """A value of any type in any place neither fails the load nor loses what it says."""
    assert _lost(document) == []


@given(structured_documents())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_loading_twice_gives_the_same_chunks(document: dict[str, Any]) -> None:
    """The same file has the same chunks with the same hashes, so a second load writes nothing."""
    assert _load(document) == _load(document)


EXAMPLES = Path(__file__).parents[2] / "examples" / "kb"


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.json")), ids=lambda path: path.stem)
def test_the_examples_lose_nothing(path: Path) -> None:
    """Articles of real length and untidiness keep each text and number too."""
    assert _lost(json.loads(path.read_bytes())) == []
