"""How a chunk becomes a row of the table. Pure.

The columns that LanceDB looks into are few: ids, the content hash, the id of the chunk's `Bounds`
and the one column that is searched. Everything else is one binary column, because a hit is decoded
from it 1.5 times faster than from a column per field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.language import terms

# A term of the title counts like two of the body; an exact scorer orders the hits afterwards.
_TITLE_COPIES: Final = 2


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """A chunk with its analysed title, heading and body, each as blank-separated terms."""

    chunk: Chunk
    terms: tuple[str, str, str]


class Bounds(msgspec.Struct, frozen=True):
    """For whom and when a chunk holds: sorted `(key, display values)` and ISO days."""

    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One row of the table, column by column."""

    chunk_id: str
    article_id: str
    content_hash: str
    bounds: str
    searched: str
    stored: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Stored)


def analysed(chunk: Chunk) -> Stored:
    """`chunk` with its terms by the house's analyser."""
    title, heading, body = (
        " ".join(terms(text, chunk.language)) for text in (chunk.title, chunk.heading, chunk.body)
    )
    return Stored(chunk, (title, heading, body))


def to_rows(chunks: Iterable[Chunk]) -> list[Row]:
    """Rows of `chunks`, one per chunk id: the last one wins."""
    return [_to_row(analysed(chunk)) for chunk in {c.chunk_id: c for c in chunks}.values()]


def _to_row(stored: Stored) -> Row:
    chunk = stored.chunk
    return Row(
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        content_hash=chunk.content_hash,
        bounds=bounds_id(bounds_of(chunk)),
        searched=searched_text(stored.terms),
        stored=_encoder.encode(stored),
    )


def from_bytes(stored: bytes) -> Stored:
    """The `stored` column decoded. Raises `msgspec.DecodeError` when it holds anything else."""
    return _decoder.decode(stored)


def searched_text(fields: tuple[str, str, str]) -> str:
    """The one column that is searched, with the title twice, so that its terms count more.

    This is BM25 over weighted fields (Robertson et al. 2004). Three indexed columns whose scores
    are added lose the right article more often; docs/decisions has the figures.
    """
    title, heading, body = fields
    return " ".join([*[title] * _TITLE_COPIES, heading, body]).strip()


def bounds_of(chunk: Chunk) -> Bounds:
    """The scope and validity that `chunk` carries."""
    scope = tuple(sorted((key, tuple(sorted(values))) for key, values in chunk.scope.items()))
    return Bounds(scope, chunk.valid_from, chunk.valid_until)


def bounds_id(bounds: Bounds) -> str:
    """A short hash: what stands in SQL is hexadecimal and never a value that somebody typed."""
    return hashlib.sha256(_encoder.encode(bounds)).hexdigest()[:16]
