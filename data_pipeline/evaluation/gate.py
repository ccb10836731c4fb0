"""Figures that must be reached, for a team's own CI. Pure but for reading the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.figures import LOWER_IS_BETTER, Figures

Wanted = dict[str, dict[str, float]]


class Shortfall(msgspec.Struct, frozen=True):
    """A figure that misses what the gate wants; `value` is None where nothing could be counted."""

    set_name: str
    figure: str
    wanted: float
    value: float | None

    def __str__(self) -> str:
        side = "at most" if self.figure in LOWER_IS_BETTER else "at least"
        found = "nothing to count" if self.value is None else f"{self.value:.4g}"
        return f"{self.set_name}: {self.figure} is {found}, the gate wants {side} {self.wanted:g}"


class _Gate(msgspec.Struct, forbid_unknown_fields=True):
    sets: Wanted


def read_gate(path: Path) -> Wanted:
    """The figures that `path` asks for, by set. Raises `KbgateError` that says what to mend."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Gate).sets
    except OSError:
        raise KbgateError(f"{path} cannot be read: name a gate file.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KbgateError(
            f'{path}: {error}. A gate is {{"sets": {{"<name>": {{"recall@5": 0.8}}}}}}.'
        ) from None


def unknown(wanted: Wanted, found: Mapping[str, Figures]) -> list[str]:
    """What the gate names and no set or figure is called, as `set` or `set: figure`."""
    sets = [name for name in wanted if name not in found]
    named = [
        f"{name}: {figure}"
        for name, asked in wanted.items()
        for figure in asked
        if name in found and figure not in found[name]
    ]
    return [*sets, *named]


def shortfalls(wanted: Wanted, found: Mapping[str, Figures]) -> list[Shortfall]:
    """Every figure that is worse than wanted, or could not be counted."""
    return list(_shortfalls(wanted, found))


def _shortfalls(wanted: Wanted, found: Mapping[str, Figures]) -> Iterator[Shortfall]:
    for name, asked in wanted.items():
        for figure, limit in asked.items():
            value = found.get(name, {}).get(figure)
            if value is None or _is_worse(figure, value, limit):
                yield Shortfall(name, figure, limit, value)


def _is_worse(figure: str, value: float, limit: float) -> bool:
    return value > limit if figure in LOWER_IS_BETTER else value < limit
