"""Which rows a search may see, as a LanceDB condition. Pure.

A namespace has few different `Bounds`, and the catalogue lists them. So scope and validity are
judged here, by the house's own rule, and the table only looks up the ids that pass. An index
answers that at any size, and no value of a caller ever enters the condition.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from data_pipeline.adapters.embedded.schema import Bounds
from data_pipeline.ports import ChunkFilter
from data_pipeline.scope import fits


def admitted(known: Mapping[str, Bounds], where: ChunkFilter) -> frozenset[str]:
    """Ids of the `known` bounds that `where` lets through."""
    return frozenset(
        bounds_id
        for bounds_id, bounds in known.items()
        if fits(dict(bounds.scope), where.scope) and _valid(bounds, where.on)
    )


def _valid(bounds: Bounds, on: date | None) -> bool:
    if on is None:
        return True
    day = on.isoformat()
    return (bounds.valid_from or day)[:10] <= day <= (bounds.valid_until or day)[:10]


def bounds_condition(passing: Collection[str], known: Collection[str]) -> str | None:
    """The condition for rows whose bounds are `passing`, a part of `known`; None when all are."""
    barred = sorted(set(known).difference(passing))
    if not barred:
        return None
    if len(barred) < len(passing):
        return f"bounds NOT IN ({_quoted(barred)})"
    return one_of("bounds", passing)


def one_of(column: str, values: Collection[str]) -> str:
    """`column IN (...)` with every value quoted; false for no values."""
    return f"{column} IN ({_quoted(sorted(values))})" if values else "false"


def _quoted(values: Collection[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
