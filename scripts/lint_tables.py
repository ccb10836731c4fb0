"""What a lint found, as tables for people or as JSON for programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity
from data_pipeline.evaluation.lint.gaps import Gap
from data_pipeline.evaluation.lint.reading import Answering, LintReport
from data_pipeline.ingest.folder import FolderReading
from scripts.load_summary import failures_as_json
from scripts.terminal import counted

_SHOWN = 20
_TITLES = {
    FindingKind.CONTRADICTION: "Contradicting values",
    FindingKind.UNANSWERED: "Own questions without their answer",
    FindingKind.DATA_POINT: "Required data without its wording",
    FindingKind.DEAD_LINK: "Dead links between articles",
    FindingKind.OVERSIZED: "Sections that are too long",
    FindingKind.DUPLICATE: "Values kept in two articles",
}


def as_json(report: LintReport, reading: FolderReading) -> dict[str, Any]:
    """The report as one JSON object, with the files that could not be read."""
    kinds = Counter(finding.kind.value for finding in report.findings)
    return {
        "articles": report.articles,
        "serious": report.serious,
        "counts": {kind.value: kinds[kind.value] for kind in FindingKind},
        "findings": report.findings,
        "answering": report.answering,
        "questions": report.asked,
        "gaps": report.gaps,
        "failed": failures_as_json(reading),
    }


def show(report: LintReport, console: Console, *, every: bool = False) -> None:
    """A table per kind of finding, worst first, and a sentence on the whole."""
    by_kind: defaultdict[FindingKind, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_kind[finding.kind].append(finding)
    for kind in FindingKind:
        if found := by_kind[kind]:
            _print(console, _findings(kind, found, every=every), len(found), every=every)
    if lacking := [row for row in report.answering if row.answered < row.asked]:
        _print(console, _answering(lacking, every=every), len(lacking), every=every)
    if report.gaps:
        _print(console, _gaps(report.gaps, every=every), len(report.gaps), every=every)
    if report.articles:
        console.print(_sentence(report))


def _print(console: Console, table: Table, rows: int, *, every: bool) -> None:
    console.print(table)
    if not every and rows > _SHOWN:
        console.print(f"  and {rows - _SHOWN:,} more: --all shows them\n")


def _findings(kind: FindingKind, found: Sequence[Finding], *, every: bool) -> Table:
    table = _table(f"{_TITLES[kind]} ({len(found):,})", "article", "place", "problem", "what to do")
    for one in found if every else found[:_SHOWN]:
        colour = "red" if one.severity is Severity.SERIOUS else "yellow"
        where = f"{one.place}\n{one.other}" if one.other else one.place
        article = f"[{colour}]{escape(one.article_id)}[/]"
        table.add_row(article, escape(where), escape(one.problem), escape(one.advice))
    return table


def _answering(rows: Sequence[Answering], *, every: bool) -> Table:
    table = _table("Own questions answered", "article", "answered", "asked", "of the others")
    for row in rows if every else rows[:_SHOWN]:
        others = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in row.others.items())
        table.add_row(escape(row.article_id), str(row.answered), str(row.asked), others)
    return table


def _gaps(gaps: Sequence[Gap], *, every: bool) -> Table:
    table = _table("What escalated tickets ask about", "tickets", "words", "for example")
    for gap in gaps if every else gaps[:_SHOWN]:
        examples = "\n".join(gap.examples)
        table.add_row(f"{gap.tickets:,}", escape(", ".join(gap.words)), escape(examples))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _sentence(report: LintReport) -> str:
    answered = sum(row.answered for row in report.answering)
    asked = sum(row.asked for row in report.answering)
    read = counted(report.articles, "article")
    questions = f"{answered:,} of {counted(asked, 'own question')} found their answer"
    if not report.findings:
        return f"[green]Nothing found[/] in {read}; {questions}."
    found = counted(len(report.findings), "finding")
    return f"[yellow]{found}[/] in {read}, {report.serious:,} of them serious; {questions}."
