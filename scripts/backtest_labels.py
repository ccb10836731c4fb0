"""Marks on a backtest's sheet to labels, and how many of the answers were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.backtest.judged import Judged, judge
from data_pipeline.evaluation.backtest.marks import Marks, read_marks
from data_pipeline.evaluation.backtest.private_files import private_folder
from data_pipeline.evaluation.backtest.stored import read_backtest
from data_pipeline.evaluation.labels import write_labels
from scripts.terminal import DONE, SOME_FAILED, counted, note, notes, results

_MOST_NAMED = 10


def make_labels(source: Path, sheets: Sequence[Path], wanted: Path) -> int:
    """Write the labels to `wanted`; the exit code. Raises `KbgateError`."""
    backtest = read_backtest(source)
    marks = read_marks(sheets, backtest.rows)
    judged = judge(backtest.rows, marks)
    _warn(marks, judged)
    if not judged.labels:
        raise KbgateError(
            "No row is marked right or wrong: write yes or no into the column `right` of "
            "review.csv, and give that file as --marks."
        )
    private_folder(wanted.parent)
    write_labels(wanted, judged.labels)
    _show(judged, wanted, results())
    left_out = marks.unknown or marks.conflicting or marks.unread
    return SOME_FAILED if left_out else DONE


def _warn(marks: Marks, judged: Judged) -> None:
    told = (
        ("marked right and wrong, left out", marks.conflicting),
        ("of another backtest or another reply, left out", marks.unknown),
        ("neither right nor wrong nor skip, left out", marks.unread),
    )
    for words, names in told:
        if names:
            more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
            text = f"{words}: {', '.join(names[:_MOST_NAMED])}{more}"
            note(notes(), "marks", "yellow", text)
    if judged.nothing:
        text = f"{counted(judged.nothing, 'mark')} on rows that quote nothing, left out"
        note(notes(), "marks", "yellow", text)


def _show(judged: Judged, wanted: Path, console: Console) -> None:
    wrong = len(judged.labels) - judged.right
    counts = f"{judged.right:,} right, {wrong:,} wrong, {judged.skipped:,} skipped."
    console.print(f"[bold]{counts}[/]")
    console.print(_error(judged))
    console.print(f"Written: {escape(str(wanted))}", soft_wrap=True)
    console.print("It holds customers' words: only its owner may read it.")
    command = f"python -m scripts.calibrate --labels {wanted}"
    console.print(f"Next: {escape(command)}", soft_wrap=True)


def _error(judged: Judged) -> str:
    if judged.error is None:
        return "None of the marked rows would have been answered."
    share, (low, high) = judged.error
    text = (
        f"Of the {judged.marked_answers:,} marked answers {100 * share:.1f} % were wrong (95 %: "
        f"{100 * low:.1f} to {100 * high:.1f} %)."
    )
    left = judged.answers - judged.marked_answers
    if left:
        text += (
            f" {left:,} of {judged.answers:,} answers are not marked; the riskiest come first, so "
            "among all of them the share is probably lower."
        )
    return text
