"""Articles as far as the store knows them: sections and structured parts of their chunks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from data_pipeline.articles import Article, Chunk, Section, Unit


def by_article(chunks: Iterable[Chunk]) -> dict[str, tuple[Chunk, ...]]:
    """The chunks by article id, in the order that they come in."""
    held: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        held.setdefault(chunk.article_id, []).append(chunk)
    return {article_id: tuple(group) for article_id, group in held.items()}


def stored_articles(chunks: Mapping[str, Sequence[Chunk]]) -> list[Article]:
    """The articles that these chunks were made of, without what only their files tell."""
    return [_article(article_id, group) for article_id, group in chunks.items() if group]


def _article(article_id: str, chunks: Sequence[Chunk]) -> Article:
    first = chunks[0]
    return Article(
        article_id=article_id,
        title=first.title,
        language=first.language,
        sections=tuple(map(_section, chunks)),
        url=first.url,
        topic=first.topic,
        scope=first.scope,
        valid_from=first.valid_from,
        valid_until=first.valid_until,
    )


def _section(chunk: Chunk) -> Section:
    texts = Unit(chunk.body, agent_only=chunk.agent_only)
    parts = (Unit("", entry, agent_only=chunk.agent_only) for entry in _entries(chunk))
    return Section(
        path=chunk.chunk_id.partition("#")[2],
        heading=chunk.heading,
        kind=chunk.kind,
        tier=chunk.tier,
        units=(texts, *parts),
    )


def _entries(chunk: Chunk) -> Iterator[Any]:
    found = msgspec.json.decode(chunk.data) if chunk.data else []
    yield from found if isinstance(found, list) else ()
