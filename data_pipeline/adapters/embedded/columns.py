"""Rows as the Arrow columns of the table."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from data_pipeline.adapters.embedded.schema import Row

_TEXTS: Final = ("chunk_id", "article_id", "content_hash", "bounds", "searched")
_SCHEMA: Final = pa.schema([*((name, pa.string()) for name in _TEXTS), ("stored", pa.binary())])


def to_arrow(rows: Sequence[Row], dimensions: int) -> pa.Table:
    """`rows` in columns, with one for their vectors unless `dimensions` is 0."""
    columns = [[getattr(row, name) for row in rows] for name in _SCHEMA.names]
    source = pa.table(columns, schema=_SCHEMA)
    if not dimensions:
        return source
    kind = pa.list_(pa.float32(), dimensions)
    return source.append_column(pa.field("vector", kind), _vectors(rows, kind))


def _vectors(rows: Sequence[Row], kind: pa.FixedSizeListType) -> pa.Array:
    """The vectors of `rows`, null where a row has none."""
    nothing = array("f", bytes(4 * kind.list_size))
    coordinates = array("f")
    for row in rows:
        coordinates.extend(nothing if row.vector is None else row.vector)
    absent = [row.vector is None for row in rows]
    return pa.FixedSizeListArray.from_arrays(
        pa.array(coordinates, pa.float32()), type=kind, mask=pa.array(absent, pa.bool_())
    )
