"""Two runs against each other: only what is more than luck is called better or worse."""

from __future__ import annotations

from data_pipeline.evaluation.comparison import Verdict, compared
from tests.evaluation.outcomes import mixed, outcome


def verdicts(before: list, after: list) -> dict[str, Verdict]:
    return {change.figure: change.verdict for change in compared(before, after, resamples=80)}


def test_a_run_against_itself_shows_no_difference() -> None:
    changes = compared(mixed(), mixed(), resamples=20)
    assert changes
    assert all(c.difference == 0 and c.verdict is Verdict.UNCLEAR for c in changes)


def test_a_confidence_that_tells_more_is_better_and_the_way_back_worse() -> None:
    """Lower is better for the area under the error curve, higher for AUROC."""
    weak, strong = mixed(80, lift=0.05), mixed(80, lift=0.6)
    there, back = verdicts(weak, strong), verdicts(strong, weak)
    assert (there["auroc"], back["auroc"]) == (Verdict.BETTER, Verdict.WORSE)
    assert (there["aurc"], back["aurc"]) == (Verdict.BETTER, Verdict.WORSE)


def test_only_questions_of_both_runs_are_compared() -> None:
    before = [outcome("1", right=True), outcome("2")]
    after = [outcome("1", right=True), outcome("3", right=True)]
    changes = {c.figure: c for c in compared(before, after, resamples=5)}
    assert changes["right_article"].before == changes["right_article"].after == 1
    assert compared([outcome("1")], [outcome("2")]) == []
    assert compared([], []) == []
