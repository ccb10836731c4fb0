"""For whom and when chunks hold, and which of them a search may see. Pure.

A namespace has few different `Bounds`, and the catalogue lists them. So scope and validity are
judged here, by the house's own rule, and a store only looks up the ids that pass. An index answers
that at any size, and no value of a caller ever enters a store's condition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.ports import ChunkFilter
from data_pipeline.scope import fits


class Bounds(msgspec.Struct, frozen=True):
    """For whom and when a chunk holds: sorted `(key, display values)` and ISO days."""

    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None


_encoder = msgspec.msgpack.Encoder()


def bounds_of(chunk: Chunk) -> Bounds:
    """The scope and validity that `chunk` carries."""
    scope = tuple(sorted((key, tuple(sorted(values))) for key, values in chunk.scope.items()))
    return Bounds(scope, chunk.valid_from, chunk.valid_until)


def bounds_id(bounds: Bounds) -> str:
    """A short hash: what stands in a condition is hexadecimal, never a value somebody typed."""
    return hashlib.sha256(_encoder.encode(bounds)).hexdigest()[:16]


def admitted(known: Mapping[str, Bounds], where: ChunkFilter) -> frozenset[str]:
    """Ids of the `known` bounds that `where` lets through."""
    return frozenset(
        known_id
        for known_id, bounds in known.items()
        if fits(dict(bounds.scope), where.scope) and _valid(bounds, where.on)
    )


def _valid(bounds: Bounds, on: date | None) -> bool:
    if on is None:
        return True
    day = on.isoformat()
    return (bounds.valid_from or day)[:10] <= day <= (bounds.valid_until or day)[:10]
