"""A calibration as people read it: one sentence, a table, and what would help."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.engine.calibration import cut_for
from data_pipeline.evaluation.calibration.advice import Advice, advise
from data_pipeline.evaluation.calibration.measure import Outcome
from data_pipeline.evaluation.calibration.promise import Calibrated
from data_pipeline.evaluation.calibration.trials import TICKETS
from data_pipeline.evaluation.runs import Group
from scripts.terminal import counted, note, notes

_KINDS = {
    Group.PRESENT.value: "whose article is there",
    Group.REMOVED.value: "whose article is missing",
    Group.FOREIGN.value: "foreign",
    TICKETS: "labelled tickets",
}


def show(outcome: Outcome, target: Path | None, console: Console) -> None:
    """The sentence first, then the table, the mix, groups of their own, and where it went."""
    calibrated = outcome.calibrated
    colour = "green" if calibrated.promised else "red"
    console.print(f"[bold {colour}]{escape(sentence(calibrated))}[/]")
    if not calibrated.promised:
        for text in _help(advise(calibrated), calibrated):
            console.print(escape(text))
    console.print(_table(calibrated))
    console.print(escape(mix(calibrated)))
    for text in _groups(calibrated):
        console.print(escape(text))
    for text in warnings(outcome):
        note(notes(), "note", "cyan", text)
    console.print(escape(_written(calibrated, target)))


def as_json(outcome: Outcome, target: Path | None) -> dict[str, Any]:
    """All that is shown, and the coefficients; without the marks of the articles."""
    calibrated = outcome.calibrated
    basis = msgspec.to_builtins(calibrated.basis)
    basis.pop("revisions")
    return {
        "promised": calibrated.promised is not None,
        "sentence": sentence(calibrated),
        "promises": calibrated.promises,
        "basis": basis,
        "groups": sorted(_own(calibrated)),
        "advice": None if calibrated.promised else advise(calibrated),
        "outdated": outcome.marked.outdated,
        "unreadable": outcome.marked.unreadable,
        "warnings": warnings(outcome),
        "article": calibrated.coefficients.article,
        "reply": calibrated.coefficients.reply,
        "version": calibrated.coefficients.version,
        "written": str(target) if target else None,
    }


def sentence(calibrated: Calibrated) -> str:
    """What is promised, or that nothing can be, in one sentence."""
    error, sure = _percent(calibrated.basis.allowed_error), _percent(calibrated.basis.certainty)
    cut = calibrated.promised
    if cut is None:
        return f"The data cannot support {error} ({sure} sure): every ticket would go to a person."
    return (
        f"With at most {error} wrong answers ({sure} sure), about {_percent(cut.answered)} of such "
        f"tickets would be answered."
    )


def mix(calibrated: Calibrated) -> str:
    """What "such tickets" are."""
    parts = [
        f"{_percent(share)} {_KINDS.get(kind, kind)} ({calibrated.basis.counts[kind]:,} asked)"
        for kind, share in calibrated.basis.mix.items()
        if share
    ]
    return f"Such tickets: {', '.join(parts)}."


def warnings(outcome: Outcome) -> list[str]:
    """What limits the promise."""
    found = []
    kinds = set(outcome.calibrated.basis.mix)
    if kinds != {TICKETS} and Group.FOREIGN.value not in kinds:
        found.append("No foreign questions were asked: give some with --foreign.")
    if TICKETS not in kinds:
        found.append(
            "Questions made of articles stand in for customers', and none asks what its article "
            "leaves open: check the promise on labelled tickets (--labels) before you rely on it."
        )
    if 2 * outcome.by_title > outcome.calibrated.basis.counts.get(Group.PRESENT.value, math.inf):
        found.append(
            f"{counted(outcome.by_title, 'article')} could only be asked for by title, which is "
            "too easy: their text has no sentences with spaces between words. Do not rely on "
            "this without labelled tickets."
        )
    if outcome.marked.outdated:
        found.append(
            f"{counted(outcome.marked.outdated, 'judged ticket')} would get another reply today "
            "and did not count."
        )
    if outcome.marked.unreadable:
        found.append(
            f"{counted(outcome.marked.unreadable, 'labelled ticket')} did not count, because the "
            "service refuses such a request."
        )
    return found


def _table(calibrated: Calibrated) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("wrong at most")
    for name in ("cut", "answered", "of right ones", "wrong, bound", "wrong, seen"):
        table.add_column(name, justify="right")
    for promise in calibrated.promises:
        cut = promise.cut
        shares = (cut.answered, cut.kept, cut.error_bound, cut.observed) if cut else ()
        cells = map(_precise, shares) if cut else ("nothing", "", "", "")
        asked = promise.allowed_error == calibrated.basis.allowed_error
        table.add_row(
            _percent(promise.allowed_error),
            f"{cut.probability:.3f}" if cut else "none",
            *cells,
            style="bold" if asked else None,
        )
    return table


def _own(calibrated: Calibrated) -> dict[str, float]:
    """Groups with a cut of their own."""
    measured, error = calibrated.coefficients.measured, calibrated.basis.allowed_error
    groups = measured.groups if measured else {}
    return {name: cut_for(curve, error) for name, curve in groups.items()}


def _groups(calibrated: Calibrated) -> Iterator[str]:
    for name, cut in sorted(_own(calibrated).items()):
        needs = f"needs {cut:.3f}" if cut <= 1 else "is never answered"
        yield f"Wrong more often than allowed, so {name} {needs}."


def _help(advice: Advice, calibrated: Calibrated) -> Iterator[str]:
    """What would help: more tickets, or articles that can be told apart."""
    if advice.more:
        yield (
            f"At least {counted(advice.more, 'more labelled ticket')} like these would be needed: "
            "mark some with scripts.backtest and give them with --labels."
        )
    else:
        yield (
            f"Of the surest replies {_percent(advice.observed)} were wrong; "
            f"{_percent(calibrated.basis.allowed_error)} are allowed, with room for chance. "
            + (
                f"If it stays so, {counted(advice.enough, 'more labelled ticket')} would do."
                if advice.enough
                else "More tickets alone will not help."
            )
        )
    for pair in advice.alike:
        yield (
            f"Hard to tell apart: {pair.answered} is answered from where {pair.asked} is asked "
            f"({pair.wrong:,} among the surest replies). Say in title and text what each is for, "
            "or join them."
        )


def _written(calibrated: Calibrated, target: Path | None) -> str:
    if target is None:
        return "Nothing was written."
    if calibrated.promised:
        return f"Written: {target}"
    return f"Written: {target}. With it nothing is answered by itself; --dry-run writes nothing."


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _precise(share: float) -> str:
    return f"{100 * share:.1f} %"
