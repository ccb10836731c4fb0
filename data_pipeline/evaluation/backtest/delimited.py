"""Rows of CSV files as spreadsheets and helpdesks write them: any delimiter, any encoding."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import msgspec

from data_pipeline.errors import ArticleSourceError

_DELIMITERS: Final = (",", ";", "\t", "|")
_LARGEST_CELL: Final = 20_000_000
_BLOCK: Final = 1 << 20
_SEPARATOR_LINE: Final = "sep="


class Cells(msgspec.Struct, frozen=True):
    """One row: the number of its last line in the file, and its cells."""

    line: int
    cells: list[str]


Liking = Callable[[Sequence[str]], int]
"""How many columns of a header mean something."""


def read_cells(path: Path, liking: Liking) -> Iterator[Cells]:
    """The rows of the file at `path`, the header first, without blank ones, one by one.

    The delimiter is the one with which `liking` knows most of the header. Raises
    `ArticleSourceError` naming file and line, never a value.
    """
    csv.field_size_limit(_LARGEST_CELL)
    with _opened(path) as file:
        delimiter = _delimiter(path, liking)
        lines: list[str] = []
        reader = csv.reader(_noted(file, lines), delimiter=delimiter)
        last: list[str] = []
        try:
            for number, cells in enumerate(reader):
                last, lines[:] = lines[:], []
                told = number == 0 and _tells_separator(cells)
                if any(cell.strip() for cell in cells) and not told:
                    yield Cells(reader.line_num, cells)
            _check_end(last, delimiter)
        except csv.Error:
            cause = "a cell is not closed or larger than 20 MB; mend its quotation marks."
            place = f"line {max(1, reader.line_num - len(lines or last) + 1)}"
            raise ArticleSourceError(str(path), cause, place) from None


def _noted(file: TextIO, lines: list[str]) -> Iterator[str]:
    """The lines of `file`; those of the row that is being read are in `lines`."""
    for line in file:
        lines.append(line)
        yield line


def _check_end(last: Sequence[str], delimiter: str) -> None:
    """Raises `csv.Error` where the last row ends within quotation marks: it has eaten all others.

    Sloppy marks elsewhere in a row are no reason to refuse a file.
    """
    try:
        list(csv.reader(last, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
            yield file
    except OSError as error:
        raise ArticleSourceError(str(path), f"cannot be read ({error.strerror})") from None


def _encoding(path: Path) -> str:
    """UTF-16 and UTF-8 by their mark, else UTF-8 where all of it is, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(2)
        if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _delimiter(path: Path, liking: Liking) -> str:
    """The sign that splits the header into most known names, then into most columns."""
    with _opened(path) as file:
        start = "".join(islice(iter(lambda: file.read(4_096), ""), 16))
    if start[: len(_SEPARATOR_LINE)].casefold() == _SEPARATOR_LINE and start[4:5] in _DELIMITERS:
        return start[4]

    def liked(delimiter: str) -> tuple[int, int]:
        header = _header(start, delimiter)
        return liking(header), len(header)

    return max(_DELIMITERS, key=liked)


def _header(start: str, delimiter: str) -> list[str]:
    rows = csv.reader(start.splitlines(keepends=True), delimiter=delimiter)
    try:
        return next((cells for cells in rows if any(map(str.strip, cells))), [])
    except csv.Error:
        return []


def _tells_separator(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].casefold().startswith(_SEPARATOR_LINE) and not any(cells[1:])
