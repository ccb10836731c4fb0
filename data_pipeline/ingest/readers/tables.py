"""Tables as rows that can be read alone: every value with its column's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from data_pipeline.ingest.readers.blocks import Block, Role, text_block

_MAX_SPAN: Final = 50
_MAX_SPANNED_ROWS: Final = 2_000
_MAX_COLUMNS: Final = 200
_MAX_NAME: Final = 40
_MIN_SIZE_WITHOUT_FIGURES: Final = 3
_LAYOUT: Final = "table, h1, h2, h3, h4, h5, h6"
_NOTHING: Final = "–"
_SENTENCE: Final = re.compile(r"[.!?;]$|\n")


class Cell(NamedTuple):
    """A table cell: its text, whether it is marked as a name, whether it fills the row."""

    text: str
    is_name: bool
    spans_all: bool = False


def is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges other content: nested tables, headings, or a single column."""
    rows = [_cells(row) for row in _rows(table)]
    arranges = any(cell.css_first(_LAYOUT) is not None for cells in rows for cell in cells)
    return arranges or all(len(cells) <= 1 for cells in rows)


def cells_of(table: LexborNode) -> Iterator[LexborNode]:
    """The caption and all cells in reading order."""
    yield from (child for child in table.iter() if child.tag == "caption")
    for row in _rows(table):
        yield from _cells(row)


def table_blocks(table: LexborNode, read: Callable[[LexborNode], str]) -> Iterator[Block]:
    """One block per row, the caption in front; `read` gives the text of a cell.

    A row that is one cell over the full width names the group of the rows below it.
    """
    for child in table.iter():
        if child.tag == "caption" and (caption := read(child)):
            yield text_block(caption)
    grid = _grid(table, read)
    head = _head_length(grid)
    yield from _row_blocks(_names(grid[:head]), grid[head:])


def _row_blocks(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[Block]:
    if names and not rows:
        yield text_block(" | ".join(name for name in names if name))
    group, is_used = "", True
    unused = {n for n, name in enumerate(names) if name and not any(_text(row, n) for row in rows)}
    for row in rows:
        if row[0].spans_all and row[0].text:
            if not is_used:
                yield text_block(group)
            group, is_used = row[0].text, False
        elif cells := _named(names, row, unused):
            yield _row(cells, group)
            is_used, unused = True, set()
    if not is_used:
        yield text_block(group)


def _row(cells: Sequence[tuple[str, str]], group: str) -> Block:
    if any(name for name, _ in cells):
        text = "; ".join(f"{name}: {value}" if name else value for name, value in cells)
    else:
        text = (": " if len(cells) == len(("name", "value")) else " | ").join(v for _, v in cells)
    return Block(role=Role.ROW, text=f"{group} – {text}" if group else text, cells=tuple(cells))


def _named(names: Sequence[str], row: Sequence[Cell], unused: set[int]) -> list[tuple[str, str]]:
    """(column, value) of the filled cells; columns in `unused` are named once, with a dash."""
    width = max(len(names), len(row))
    found = []
    for n in range(width):
        name, value = (names[n] if n < len(names) else ""), _text(row, n)
        if value or n in unused:
            found.append((name, value or _NOTHING))
    return found


def _text(row: Sequence[Cell], n: int) -> str:
    return row[n].text if n < len(row) else ""


def _grid(table: LexborNode, read: Callable[[LexborNode], str]) -> list[list[Cell]]:
    """Rows of equal meaning: a cell over several columns or rows is repeated in each of them."""
    grid: list[list[Cell]] = []
    hanging: dict[int, tuple[int, Cell]] = {}
    all_rows = _rows(table)
    most = _MAX_SPAN if len(all_rows) <= _MAX_SPANNED_ROWS else 1
    for row in all_rows:
        cells = _cells(row)
        line: list[Cell] = []
        for node in cells:
            _take_hanging(line, hanging)
            columns, rows = (min(_span(node, name), most) for name in ("colspan", "rowspan"))
            cell = Cell(read(node), _is_name(node), len(cells) == 1 and columns > 1)
            for _ in range(columns):
                if rows > 1:
                    hanging[len(line)] = (rows - 1, cell)
                line.append(cell)
        _take_hanging(line, hanging)
        if any(cell.text for cell in line):
            grid.append(line[:_MAX_COLUMNS])
    return grid


def _take_hanging(line: list[Cell], hanging: dict[int, tuple[int, Cell]]) -> None:
    """Append the cells that reach down from rows above at this place."""
    while len(line) in hanging:
        left, cell = hanging.pop(len(line))
        if left > 1:
            hanging[len(line)] = (left - 1, cell)
        line.append(cell)


def _head_length(grid: Sequence[Sequence[Cell]]) -> int:
    """How many leading rows name the columns."""
    marked = 0
    for row in grid:
        if len(row) <= 1 or row[0].spans_all or not all(c.is_name or not c.text for c in row):
            break
        marked += 1
    return marked or int(_names_columns(grid))


def _names_columns(grid: Sequence[Sequence[Cell]]) -> bool:
    """Whether an unmarked first row reads like column names: short words above other values."""
    if len(grid) <= 1 or len(grid[0]) <= 1 or grid[0][0].spans_all:
        return False
    first = [cell.text for cell in grid[0]]
    if len(set(first)) < len(first) or not all(_is_short_name(text) for text in first):
        return False
    below = [_text(row, n) for row in grid[1:] for n in range(1, len(first))]
    has_figures = any(any(char.isdigit() for char in text) for text in below)
    return has_figures or min(len(first), len(grid)) >= _MIN_SIZE_WITHOUT_FIGURES


def _is_short_name(text: str) -> bool:
    is_name = 0 < len(text) <= _MAX_NAME and not _SENTENCE.search(text)
    return is_name and 3 * sum(char.isdigit() for char in text) < sum(c.isalnum() for c in text)


def _names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """One name per column; names in several rows are put together."""
    width = max((len(row) for row in rows), default=0)
    columns = ([_text(row, n) for row in rows] for n in range(width))
    return [" ".join(dict.fromkeys(text for text in column if text)) for column in columns]


def _rows(table: LexborNode) -> list[LexborNode]:
    """Rows of this table, not of tables inside it."""
    groups = [child for child in table.iter() if child.tag in {"thead", "tbody", "tfoot", "tr"}]
    ordered = sorted(groups, key=lambda node: node.tag == "tfoot")
    return [
        row
        for group in ordered
        for row in ([group] if group.tag == "tr" else group.iter())
        if row.tag == "tr"
    ]


def _cells(row: LexborNode) -> list[LexborNode]:
    return [child for child in row.iter() if child.tag in {"td", "th"}]


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return max(int(value), 1) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _is_name(cell: LexborNode) -> bool:
    """Marked as a column's name, or bold throughout, which is how word processors mark it."""
    if cell.tag == "th":
        return True
    bold = "".join(node.text() for node in cell.css("b, strong"))
    return bool(bold.strip()) and "".join(bold.split()) == "".join(cell.text().split())
