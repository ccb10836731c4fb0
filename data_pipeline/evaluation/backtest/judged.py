"""Marks on rows as labels, and how many of the answers were wrong. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from data_pipeline.evaluation.backtest.marks import Mark, Marks
from data_pipeline.evaluation.backtest.review_html import label_of
from data_pipeline.evaluation.backtest.rows import Row
from data_pipeline.evaluation.labels import Label
from data_pipeline.evaluation.metrics import wilson


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the marks come to.

    `wrong_answers` of `marked_answers` of the `answers` in the file were marked wrong. `nothing`
    are marks on rows that quote nothing: there was no reply to judge.
    """

    labels: tuple[Label, ...]
    skipped: int
    nothing: int
    answers: int
    marked_answers: int
    wrong_answers: int

    @property
    def right(self) -> int:
        """Labels that say right."""
        return sum(label.right for label in self.labels)

    @property
    def error(self) -> tuple[float, tuple[float, float]] | None:
        """Share of wrong ones among the marked answers, with its 95 % interval."""
        interval = wilson(self.wrong_answers, self.marked_answers)
        return (self.wrong_answers / self.marked_answers, interval) if interval else None


def judge(rows: Sequence[Row], marks: Marks) -> Judged:
    """The labels that `marks` make of `rows`, in the order of the rows."""
    marked = [(row, marks.by_key[row.key]) for row in rows if row.key in marks.by_key]
    told = [(row, mark) for row, mark in marked if mark is not Mark.SKIPPED]
    judged = [(row, mark is Mark.RIGHT) for row, mark in told if row.is_judgeable]
    answers = [right for row, right in judged if row.is_answered]
    return Judged(
        labels=tuple(label_of(row, right=right) for row, right in judged),
        skipped=len(marked) - len(told),
        nothing=len(told) - len(judged),
        answers=sum(row.is_answered for row in rows),
        marked_answers=len(answers),
        wrong_answers=answers.count(False),
    )
