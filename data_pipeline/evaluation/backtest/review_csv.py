"""The sheet for a spreadsheet: the rows with an empty column to mark. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from data_pipeline.evaluation.backtest.agreement import Agreement
from data_pipeline.evaluation.backtest.past_ticket import known_text
from data_pipeline.evaluation.backtest.rows import Row

KEY, ID, RIGHT = "row", "id", "right"
HEADER: Final = (
    *(KEY, ID, RIGHT, "decision", "confidence", "question", "known", "reply", "quotes"),
    *("human reply", "figures that differ", "figures shared", "words shared", "reason"),
)
# A spreadsheet cuts or splits cells beyond 32,767 characters.
_LONGEST: Final = 32_000
_CUT: Final = " … (cut; the whole of it stands in backtest.json)"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS: Final = " \u00a0\u200b\ufeff\n\x00"


def guarded(cell: str) -> str:
    """`cell` as a spreadsheet shows it: one that opens like a formula gets an apostrophe."""
    if cell.startswith(_FORMULA) or cell.lstrip(_BLANKS).startswith(_FORMULA):
        return f"'{cell}"
    return cell


def review_csv(rows: Sequence[Row], delimiter: str = ",") -> Iterator[bytes]:
    """The lines of the file, in UTF-8 with a byte order mark: Excel takes it for Latin without."""
    yield b"\xef\xbb\xbf"
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\r\n")
    for cells in (HEADER, *map(_cells, rows)):
        writer.writerow([_shortened(guarded(cell)) for cell in cells])
        yield line.getvalue().encode("utf-8", "replace")
        line.seek(0)
        line.truncate()


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - len(_CUT)] + _CUT


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.key,
        row.id,
        "",
        row.decision.value,
        f"{row.confidence:.2f}",
        row.question,
        known_text(row.request),
        row.sent if row.is_answered else row.draft or row.sent,
        "\n".join(f"{c.article_id} / {c.section}: {c.quote}" for c in row.citations),
        row.human,
        *_agreed(row.agreement),
        row.reason,
    )


def _agreed(agreed: Agreement | None) -> tuple[str, str, str]:
    if agreed is None:
        return "", "", ""
    differing = "; ".join(f"{d.kind}: {d.reply} / {d.human}" for d in agreed.differences)
    shared = f"{agreed.shared} of {agreed.figures}" if agreed.figures else ""
    return differing, shared, f"{100 * agreed.runs:.0f} %"
