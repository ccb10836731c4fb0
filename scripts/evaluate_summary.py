"""An evaluation as people see it: files, and a few lines on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.comparison import Change, Verdict
from data_pipeline.evaluation.report import decided_by, mix_of, page, value_of
from data_pipeline.evaluation.results import Evaluation, SetResult
from data_pipeline.evaluation.wording import HEADLINE, WORDS, written

_COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red"}


def make_folder(folder: Path) -> Path:
    """The folder for the files, before anything is asked. Raises `KbgateError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KbgateError(f"{folder}: {error.strerror}; name another --out.") from None
    return folder


def write_files(
    evaluation: Evaluation, changes: Mapping[str, Sequence[Change]], folder: Path
) -> list[Path]:
    """`evaluation.json` and `evaluation.html` in `folder`. Raises `KbgateError`."""
    contents = {
        folder / "evaluation.json": msgspec.json.encode(evaluation),
        folder / "evaluation.html": page(evaluation, changes).encode(),
    }
    try:
        for path, content in contents.items():
            path.write_bytes(content)
    except OSError as error:
        raise KbgateError(f"{folder}: {error.strerror}; name another --out.") from None
    return list(contents)


def show(
    evaluation: Evaluation,
    changes: Mapping[str, Sequence[Change]],
    files: Sequence[Path],
    console: Console,
) -> None:
    """A table per set, what changed since the earlier run, and where the files are."""
    for name, one in evaluation.sets.items():
        console.print(_table(name, one))
        console.print(escape(decided_by(evaluation, one)))
        if changes.get(name):
            console.print(_changed(changes[name]))
    for path in files:
        console.print(f"Written: {escape(str(path))}")


def _table(name: str, one: SetResult) -> Table:
    title = f"{escape(name)}: {mix_of(one)}"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("value (95 %)", justify="right")
    table.add_column("of what", style="bright_black")
    for figure in HEADLINE:
        if one.figures.get(figure) is not None:
            words = WORDS[figure]
            table.add_row(words.label, value_of(one, figure), words.meaning)
    return table


def _changed(changes: Sequence[Change]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Against the earlier run", title_justify="left")
    for column in ("figure", "before", "now", ""):
        table.add_column(column, justify="right" if column in {"before", "now"} else "left")
    for change in changes:
        if change.verdict is not Verdict.UNCLEAR and change.figure in WORDS:
            values = [written(change.figure, value) for value in (change.before, change.after)]
            colour = _COLOURS.get(change.verdict, "none")
            verdict = f"[{colour}]{change.verdict.value}[/]"
            table.add_row(WORDS[change.figure].label, *values, verdict)
    if not table.row_count:
        table.add_row("nothing that is more than luck", "", "", "")
    return table
