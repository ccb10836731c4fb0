"""Marks out of CSV files that people had in their hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.columns import listed, plain_name
from data_pipeline.evaluation.backtest.delimited import read_cells
from data_pipeline.evaluation.backtest.review_csv import ID, KEY, RIGHT
from data_pipeline.evaluation.backtest.rows import Row
from data_pipeline.language import fold


class Mark(StrEnum):
    """What a person thinks of a reply."""

    RIGHT = "right"
    WRONG = "wrong"
    SKIPPED = "skip"


_WORDS: Final[Mapping[Mark, str]] = {
    Mark.RIGHT: "right r yes y true t 1 x ok okay correct good ja j richtig wahr si correcto bien "
    "verdadero oui vrai ✓ ✔ ✅ +",
    Mark.WRONG: "wrong w no n false f 0 incorrect bad nein falsch incorrecto mal falso non faux "
    "✗ ✘ ❌ -",
    Mark.SKIPPED: "skip skipped unsure ? na n/a unclear unklar omitir",
}
_MEANT: Final = {word: mark for mark, words in _WORDS.items() for word in words.split()}
_NAMES: Final[Mapping[str, frozenset[str]]] = {
    KEY: frozenset({"row", "key", "zeile", "fila"}),
    ID: frozenset({"id", "ticketid"}),
    RIGHT: frozenset({"right", "rightwrong", "mark", "correct", "richtig", "correcto", "label"}),
}
_LONGEST: Final = 40


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Marks by the row's key, and what could not be used: places, ids and keys, never words."""

    by_key: dict[str, Mark]
    unknown: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    place: str
    key: str
    id: str
    word: str


def read_marks(paths: Sequence[Path], rows: Sequence[Row]) -> Marks:
    """What the files say of `rows`; a row that two marks contradict on has none.

    A row is known by its key, or by its ticket's id where that column is gone. Raises
    `ArticleSourceError` where a file has no such columns.
    """
    known = {row.key for row in rows}
    by_id = {row.id: row.key for row in rows}
    meant: defaultdict[str, set[Mark]] = defaultdict(set)
    unknown, unread = [], []
    for found in (one for path in paths for one in _marked(path)):
        key = found.key or by_id.get(found.id, "")
        mark = _MEANT.get(found.word)
        if key not in known:
            unknown.append(_named(found))
        elif mark is None:
            unread.append(_named(found))
        else:
            meant[key].add(mark)
    ids = {row.key: row.id for row in rows}
    return Marks(
        by_key={key: next(iter(marks)) for key, marks in meant.items() if len(marks) == 1},
        conflicting=tuple(_printable(ids[key]) for key, marks in meant.items() if len(marks) > 1),
        unknown=tuple(unknown),
        unread=tuple(unread),
    )


def _marked(path: Path) -> Iterator[_Found]:
    """The rows with something in the column of marks."""
    cells = read_cells(path, lambda header: len(_columns(header)))
    first = next(cells, None)
    columns = _columns(first.cells) if first else {}
    if first is None or RIGHT not in columns or not columns.keys() & {KEY, ID}:
        cause = (
            f"the marks stand in a column `{RIGHT}` beside `{KEY}` or `{ID}`; there are "
            f"{listed(first.cells if first else ())}."
        )
        raise ArticleSourceError(str(path), cause)
    for row in cells:
        told = {
            name: row.cells[place].strip().removeprefix("'").strip()
            for name, place in columns.items()
            if place < len(row.cells)
        }
        if word := _word(told.get(RIGHT, "")):
            place = f"{path.name} line {row.line}"
            yield _Found(place, told.get(KEY, ""), told.get(ID, ""), word)


def _word(cell: str) -> str:
    """A mark as marks are compared: `Sí.` as `si`, `1,0` as `1`."""
    word = fold(cell[:_LONGEST]).strip().rstrip(".!").strip()
    return {"1,0": "1", "0,0": "0", "1.0": "1", "0.0": "0"}.get(word, word)


def _columns(header: Sequence[str]) -> dict[str, int]:
    plain = [plain_name(name) for name in header]
    found = {
        part: next((place for place, name in enumerate(plain) if name in names), None)
        for part, names in _NAMES.items()
    }
    return {part: place for part, place in found.items() if place is not None}


def _named(found: _Found) -> str:
    names = " row ".join(filter(None, (_printable(found.id), _printable(found.key))))
    return f"{names or 'a row without key and id'} ({found.place})"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:_LONGEST])
