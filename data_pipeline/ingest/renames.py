"""Articles that came back under another id, because their file was moved or renamed. Pure.

Two articles are the same when they say the same for the same scope and days; titles, links, topic
and tags may follow from the path and do not count. A copy in another folder is another article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath

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
    arrived: Mapping[str, Sequence[Chunk]],
    gone: Mapping[str, Sequence[Chunk]],
    may_replace: Callable[[str, str], bool],
) -> dict[str, str]:
    """Which new article has the content of which stored one: `{new id: old id}`, one to one.

    `may_replace(new, old)` says whether the file of the one can be that of the other.
    """
    old_by_content: defaultdict[tuple[bytes, ...], list[str]] = defaultdict(list)
    for article_id in sorted(gone):
        if gone[article_id]:
            old_by_content[_content(gone[article_id])].append(article_id)
    found: dict[str, str] = {}
    for article_id in sorted(arrived):
        same = old_by_content.get(_content(arrived[article_id]), [])
        old = next((one for one in same if may_replace(article_id, one)), None)
        if old is not None:
            same.remove(old)
            found[article_id] = old
    return found


def moved(origin: str, source: str, old_origin: str, *, is_there: bool) -> bool:
    """Whether the file at `origin` is what the one at `old_origin` has become.

    It is when it is the same file, or when the old one, which `is_there` or not, is gone from the
    same knowledge base: the folder that `source` is relative to. Unknown origins never are.
    """
    if not origin or not old_origin:
        return False
    root = PurePath(origin).parents[len(PurePath(source).parts) - 1]
    return origin == old_origin or (not is_there and PurePath(old_origin).is_relative_to(root))


def _sections(article_id: str, chunk_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(chunk_id.removeprefix(article_id) for chunk_id in chunk_ids)


def _content(chunks: Sequence[Chunk]) -> tuple[bytes, ...]:
    """What makes two articles the same, whatever their names: what they say, for whom and when."""
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
        chunk.valid_from,
        chunk.valid_until,
    )
