"""What all section readers share: the state of one reading, sections, leftovers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataPoint, Kind, Section, Tier, Unit
from data_pipeline.ingest.data_points import name_key
from data_pipeline.ingest.json_shapes import as_text, key_words, odd
from data_pipeline.ingest.readers.structured.visibility import holds_internal, is_internal_name
from data_pipeline.ingest.readers.structured.wording import wording
from data_pipeline.ingest.tiers import TIER_OF_KIND

_MAX_NAME: Final = 60
_MAX_HEADING: Final = 200


class Reading:
    """One article being read: its language and facts, and the warnings so far."""

    def __init__(self, language: str, points: Sequence[DataPoint], warnings: list[str]) -> None:
        self.language = language
        self.points = tuple(points)
        self.warnings = warnings
        labels = {name_key(p.label): p.key for p in reversed(points)}
        self._keys = labels | {name_key(p.key): p.key for p in reversed(points)}

    def point_key(self, name: str) -> str | None:
        """The key of the data point that `name` is the key or the label of."""
        return self._keys.get(name_key(name))

    def words(self, name: str) -> str:
        """The reader's own wording for `name` in the article's language."""
        return wording(name, self.language)

    def odd(self, place: str, value: Any, expected: str) -> None:
        """Warn that `value` has another type than the format has there."""
        self.warnings.append(odd(place, value, expected))


def structured(struct: msgspec.Struct) -> Any:
    """A struct as a unit carries it: plain JSON types."""
    return msgspec.to_builtins(struct)


def section(
    path: str, heading: str, kind: Kind, units: Iterable[Unit], tier: Tier | None = None
) -> list[Section]:
    """One section, or none without units; the tier follows from the kind unless given."""
    told = tuple(units)
    shown = heading if len(heading) <= _MAX_HEADING else f"{heading[:_MAX_HEADING]}…"
    chosen = tier or TIER_OF_KIND[kind]
    return [Section(path=path, heading=shown, kind=kind, tier=chosen, units=told)] if told else []


def leftover_units(
    rest: Mapping[str, Any], place: str, reading: Reading, *, agent_only: bool
) -> list[Unit]:
    """Fields that the format does not name, one unit each, for agents where they say so."""
    if rest:
        names = ", ".join(f"`{name[:_MAX_NAME]}`" for name in rest)
        reading.warnings.append(f"{place}: the format has no {names}; kept as text")
    return [
        Unit(
            f"{key_words(name)}: {as_text(value)}",
            agent_only=agent_only or is_internal_name(name) or holds_internal(value),
        )
        for name, value in rest.items()
        if as_text(value)
    ]


def odd_units(value: Any, *, agent_only: bool = False) -> list[Unit]:
    """A value of the wrong type, kept as text."""
    text = as_text(value)
    return [Unit(text, agent_only=agent_only or holds_internal(value))] if text else []
