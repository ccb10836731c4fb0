"""Chunks for the tests of the index and the loader."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from data_pipeline.articles import Chunk, Kind, Tier
from data_pipeline.ports import ArticleChange


def a_chunk(
    article_id: str = "returns",
    section: str = "body",
    body: str = "Send the parcel back within thirty days.",
    *,
    title: str = "Returns",
    heading: str = "Sending it back",
    **fields: Any,
) -> Chunk:
    """A chunk as chunking makes it: prefix, stable id, hash over every other field."""
    prefix = f"{title}\n{heading}\n"
    chunk = Chunk(
        chunk_id=f"{article_id}#{section}",
        article_id=article_id,
        title=title,
        heading=heading,
        text=prefix + body,
        body_start=len(prefix),
        **{"kind": Kind.BODY, "tier": Tier.HIGH, "language": "en", **fields},
    )
    digest = hashlib.sha256(msgspec.msgpack.encode(chunk)).hexdigest()[:16]
    return msgspec.structs.replace(chunk, content_hash=digest)


def an_article(article_id: str, *bodies: str, **fields: Any) -> list[Chunk]:
    """An article of one chunk per body."""
    return [a_chunk(article_id, f"s{n}", body, **fields) for n, body in enumerate(bodies)]


def put(chunks: Sequence[Chunk], delete: Sequence[str] = ()) -> ArticleChange:
    """The change that writes `chunks`, all of one article, and deletes the ids in `delete`."""
    return ArticleChange(chunks[0].article_id, tuple(chunks), tuple(delete))
