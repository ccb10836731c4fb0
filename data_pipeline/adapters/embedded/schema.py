"""How a chunk becomes a row of the table. Pure.

The columns that LanceDB looks into are few: ids, the content hash, the id of the chunk's `Bounds`
and the one column that is searched. Everything else is one binary column, because a hit is decoded
from it 1.5 times faster than from a column per field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from data_pipeline.adapters.holdings.bounds import bounds_id, bounds_of
from data_pipeline.adapters.holdings.stored import Stored, analysed, searched_text
from data_pipeline.articles import Chunk, stored_hash
from data_pipeline.ports import Vector

# Above this length the square of a vector, which its cosine needs, leaves single precision.
_LONGEST: Final = 1e18


class Row(msgspec.Struct, frozen=True):
    """One row of the table, column by column; `content_hash` is the `articles.stored_hash`."""

    chunk_id: str
    article_id: str
    content_hash: str
    bounds: str
    searched: str
    stored: bytes
    vector: Vector | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Stored)


def to_rows(
    chunks: Iterable[Chunk], vectors: Mapping[str, Vector] | None = None, embedder: str = ""
) -> list[Row]:
    """Rows of `chunks`, one per chunk id: the last one wins. `vectors` are those of `embedder`."""
    near = vectors or {}
    return [
        _to_row(analysed(chunk, embedder if chunk_id in near else ""), near.get(chunk_id))
        for chunk_id, chunk in {c.chunk_id: c for c in chunks}.items()
    ]


def analysed_anew(rows: Iterable[Stored]) -> list[Row]:
    """`rows` with the terms that this release makes; their vectors stay in the table."""
    return [_to_row(analysed(row.chunk, row.embedder)) for row in rows]


def without_vectors(rows: Iterable[Stored]) -> list[Row]:
    """`rows` as nobody embedded them."""
    return [_to_row(msgspec.structs.replace(row, embedder="")) for row in rows]


def comparable(vectors: Mapping[str, Vector]) -> dict[str, Vector]:
    """Those of `vectors` that have a direction, in as many dimensions as the first of them."""
    sound = {key: vector for key, vector in vectors.items() if 0 < math.hypot(*vector) < _LONGEST}
    dimensions = {len(vector) for vector in [*sound.values()][:1]}
    return {key: vector for key, vector in sound.items() if len(vector) in dimensions}


def _to_row(stored: Stored, vector: Vector | None = None) -> Row:
    chunk = stored.chunk
    return Row(
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        content_hash=stored_hash(chunk.content_hash, stored.embedder),
        bounds=bounds_id(bounds_of(chunk)),
        searched=searched_text(stored.terms),
        stored=_encoder.encode(stored),
        vector=vector,
    )


def from_bytes(stored: bytes) -> Stored:
    """The `stored` column decoded. Raises `msgspec.DecodeError` when it holds anything else."""
    return _decoder.decode(stored)
