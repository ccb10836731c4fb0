"""Articles that came back under another id, because their file was moved or renamed. Pure.

Two articles are the same when they say the same for the same scope; titles, links, topic and tags
may follow from the path and do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from data_pipeline.articles import Chunk

Hashes = Mapping[str, Mapping[str, str]]
"""`{article_id: {chunk_id: content_hash}}`."""


def possible_renames(wanted: Mapping[str, Sequence[Chunk]], stored: Hashes) -> frozenset[str]:
    """Stored articles that are not `wanted` but have the sections of one that is new."""
    arrived = {
        _sections(article_id, (chunk.chunk_id for chunk in chunks))
        for article_id, chunks in wanted.items()
        if article_id not in stored
    }
    return frozenset(
        article_id
        for article_id, hashes in stored.items()
        if article_id not in wanted and _sections(article_id, hashes) in arrived
    )


def renames(
    arrived: Mapping[str, Sequence[Chunk]], gone: Mapping[str, Sequence[Chunk]]
) -> dict[str, str]:
    """Which new article has the content of which stored one: `{new id: old id}`, one to one."""
    old_by_content: defaultdict[tuple[bytes, ...], list[str]] = defaultdict(list)
    for article_id in sorted(gone, reverse=True):
        if gone[article_id]:
            old_by_content[_content(gone[article_id])].append(article_id)
    return {
        article_id: old_by_content[content].pop()
        for article_id in sorted(arrived)
        if old_by_content.get(content := _content(arrived[article_id]))
    }


def _sections(article_id: str, chunk_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(chunk_id.removeprefix(article_id) for chunk_id in chunk_ids)


def _content(chunks: Sequence[Chunk]) -> tuple[bytes, ...]:
    """What makes two articles the same whatever they are called: what they say, and for whom."""
    return tuple(sorted(msgspec.msgpack.encode(_unnamed(chunk)) for chunk in chunks))


def _unnamed(chunk: Chunk) -> tuple[object, ...]:
    scope = sorted((key, sorted(values)) for key, values in chunk.scope.items())
    return (
        chunk.heading,
        chunk.kind,
        chunk.body,
        chunk.data,
        chunk.agent_only,
        chunk.language,
        scope,
    )
