"""A backtest as people see it on a terminal: no word of a customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.evaluation.backtest.first_line import DECIDED, first_line, what_it_rests_on
from data_pipeline.evaluation.backtest.past_ticket import Unreadable
from data_pipeline.evaluation.backtest.risk import RISKIEST
from data_pipeline.evaluation.backtest.rows import Backtest, Row
from scripts.terminal import counted, note, notes

_MOST_NAMED = 10
_IDS = 40


def warn_left_out(left_out: Sequence[Unreadable]) -> None:
    """Name the first rows that hold no ticket."""
    for one in left_out[:_MOST_NAMED]:
        note(notes(), "left out", "yellow", f"{one.place}: {one.cause}")
    if len(left_out) > _MOST_NAMED:
        more = counted(len(left_out) - _MOST_NAMED, "other row")
        note(notes(), "left out", "yellow", f"and {more}")


def show(backtest: Backtest, files: Sequence[Path], console: Console) -> None:
    """The first line, what it rests on, the riskiest answers, and what to do next."""
    console.print(f"[bold]{escape(first_line(backtest))}[/]", soft_wrap=True)
    console.print(escape(what_it_rests_on(backtest)), soft_wrap=True)
    console.print(_decisions(backtest.rows))
    riskiest = [row for row in backtest.rows[:RISKIEST] if row.is_answered]
    if riskiest:
        console.print(_table(riskiest))
    for path in files:
        console.print(f"Written: {escape(str(path))}", soft_wrap=True)
    console.print("They hold customers' words: only their owner may read them, delete them after.")
    page, sheet, whole = files
    console.print(
        f"Next: open {escape(page.name)} in a browser or {escape(sheet.name)} in a spreadsheet, "
        "mark rows, then",
        soft_wrap=True,
    )
    command = f"python -m scripts.backtest --marks {sheet} --from {whole}"
    console.print(f"  {escape(command)}", soft_wrap=True)


def _decisions(rows: Sequence[Row]) -> str:
    counts = Counter(row.decision for row in rows)
    told = (
        f"{counts[decision]:,} {words}" for decision, words in DECIDED.items() if counts[decision]
    )
    differing = sum(bool(row.agreement and row.agreement.differences) for row in rows)
    replied = f"{sum(bool(row.human) for row in rows):,} hold a person's reply"
    differs = f", of which {differing:,} name other figures" if differing else ""
    return f"{', '.join(told).capitalize()}. {replied}{differs}."


def _table(rows: Sequence[Row]) -> Table:
    title = f"The riskiest {len(rows)} answers"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for name in ("ticket", "confidence", "article", "figures that differ"):
        table.add_column(name, justify="right" if name == "confidence" else "left")
    for row in rows:
        differing = row.agreement.differences if row.agreement else ()
        kinds = ", ".join(one.kind for one in differing)
        name = "".join(c if c.isprintable() else "?" for c in row.id[:_IDS])
        table.add_row(escape(name), f"{row.confidence:.2f}", row.article_id, kinds)
    return table
