"""Changes with vectors, for the tests of the index."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.ports import ArticleChange, Vector
from tests.builders_index import put

EAST, NORTH, UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
WEST = (-1.0, 0.0, 0.0)
NORTH_EAST = (0.6, 0.8, 0.0)


def put_embedded(
    chunks: Sequence[Chunk], vectors: Sequence[Vector], delete: Sequence[str] = ()
) -> ArticleChange:
    """The change that writes `chunks`, all of one article, each with its vector."""
    near = {chunk.chunk_id: vector for chunk, vector in zip(chunks, vectors, strict=True)}
    return msgspec.structs.replace(put(chunks, delete), vectors=near)
