"""Which rows a search may see, as a LanceDB condition. Pure."""

from __future__ import annotations

from collections.abc import Collection


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
