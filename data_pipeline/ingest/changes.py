"""Which changes turn what is stored into what is wanted, and which are stored together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from data_pipeline.articles import Chunk, stored_hash
from data_pipeline.ingest.renames import Hashes
from data_pipeline.ports import ArticleChange

ARTICLES_PER_COMMIT = 50


def plan(
    wanted: Mapping[str, Sequence[Chunk]],
    stored: Hashes,
    renamed: Mapping[str, str] | None = None,
    *,
    embedder: str = "",
) -> list[ArticleChange]:
    """The changes that turn `stored` into `wanted`; an article in neither or equal gets none.

    `renamed` maps a new article id to the stored one that it replaces, whose removal directly
    follows the arrival of the new one. `embedder` is the identity of the one whose vectors every
    chunk shall have.
    """
    changes: list[ArticleChange] = []
    for article_id, chunks in wanted.items():
        changes.append(_change(article_id, chunks, stored.get(article_id, {}), embedder))
        old = (renamed or {}).get(article_id)
        if old is not None:
            changes.append(ArticleChange(old, (), tuple(stored[old])))
    return [change for change in changes if change.write or change.delete]


def commits(
    changes: Iterable[ArticleChange], size: int = ARTICLES_PER_COMMIT
) -> Iterator[list[ArticleChange]]:
    """`changes` in groups of about `size`; a pure removal stays with the change before it."""
    group: list[ArticleChange] = []
    for change in changes:
        if len(group) >= size and change.write:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def is_current(held: str | None, content_hash: str, embedder: str = "") -> bool:
    """Whether a chunk stored as `held` needs no writing: same content, and `embedder`'s vector.

    Without an embedder any vector that is there may stay: a load must not strip it.
    """
    if held is None or embedder:
        return held == stored_hash(content_hash, embedder)
    return content_of(held) == content_hash


def content_of(held: str) -> str:
    """The content hash in an `articles.stored_hash`."""
    return held.partition("@")[0]


def _change(
    article_id: str, chunks: Sequence[Chunk], hashes: Mapping[str, str], embedder: str
) -> ArticleChange:
    write = tuple(
        chunk
        for chunk in chunks
        if not is_current(hashes.get(chunk.chunk_id), chunk.content_hash, embedder)
    )
    kept = {chunk.chunk_id for chunk in chunks}
    return ArticleChange(article_id, write, tuple(i for i in hashes if i not in kept))
