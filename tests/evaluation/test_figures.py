"""The figures of a set, counted by hand."""

from __future__ import annotations

import pytest

from data_pipeline.contract.replies import Decision
from data_pipeline.evaluation.figures import COUNTS, LOWER_IS_BETTER, figures
from data_pipeline.evaluation.fitted import (
    decode,
    encode,
    fitted_warning,
    shipped_fingerprints,
)
from data_pipeline.evaluation.results import degraded_warnings, result_of
from data_pipeline.evaluation.runs import Group
from data_pipeline.evaluation.sets import Case
from data_pipeline.evaluation.wording import HEADLINE, WORDS
from tests.evaluation.outcomes import mixed, outcome

ANSWER, CLARIFY = Decision.ANSWER, Decision.CLARIFY


def test_decisions_are_counted_by_hand() -> None:
    """Of three answers one is right; the fourth right reply was handed over."""
    counted = figures(
        [
            outcome("1", confidence=0.9, right=True, decision=ANSWER),
            outcome("2", confidence=0.8, decision=ANSWER),
            outcome("3", confidence=0.4, right=True),
            outcome("4", confidence=0.7, right=True, decision=CLARIFY),
            outcome("1", Group.REMOVED, confidence=0.6, decision=ANSWER),
            outcome("f", Group.FOREIGN, confidence=0.1),
        ]
    )
    assert counted["answered"] == pytest.approx(3 / 6)
    assert counted["error"] == pytest.approx(2 / 3)
    assert counted["false_answer_rate"] == pytest.approx(1 / 2)
    assert counted["false_escalation_rate"] == pytest.approx(1 / 3)
    assert counted["clarify_rate"] == pytest.approx(1 / 6)
    assert (counted["n_present"], counted["n_removed"], counted["n_foreign"]) == (4, 1, 1)
    # Right at 0.9, 0.7 and 0.4 against wrong at 0.8, 0.6 and 0.1; and without the foreign one.
    assert counted["auroc"] == pytest.approx((3 + 2 + 1) / 9)
    assert counted["auroc_removed"] == pytest.approx((2 + 1 + 0) / 6)


def test_article_and_quote_are_told_apart() -> None:
    counted = figures(
        [
            outcome("1", confidence=0.9, right_article=True, has_passage=True, decision=ANSWER),
            outcome("2", confidence=0.1, right=True, has_passage=True),
        ]
    )
    assert counted["right_article"] == 1
    assert counted["right_quote"] == 0.5
    assert (counted["error"], counted["error_article"]) == (1, 0)


def test_required_fields_are_counted_where_they_are_labelled() -> None:
    counted = figures(
        [
            outcome("1", fields_asked=2, fields_wanted=3, fields_right=1),
            outcome("2", fields_asked=0, fields_wanted=1, fields_right=0),
            outcome("3"),
        ]
    )
    assert counted["required_precision"] == 0.5
    assert counted["required_recall"] == 0.25
    assert figures([outcome()])["required_precision"] is None


def test_without_removed_questions_there_is_no_figure_for_them() -> None:
    counted = figures([outcome("1", right=True), outcome("2")])
    assert counted["auroc"] is not None
    assert counted["auroc_removed"] is None


def test_no_question_gives_no_figure_and_no_error() -> None:
    assert {value for name, value in figures([]).items() if name not in COUNTS} == {None}


def test_the_error_of_a_few_right_answers_is_not_called_zero() -> None:
    """Five answers without an error: up to 43 % may still be wrong."""
    some = [outcome(str(n), confidence=0.9, right=True, decision=ANSWER) for n in range(5)]
    result = result_of(some, resamples=10, seed=1)
    assert result.figures["error"] == 0
    assert result.intervals["error"] == pytest.approx((0, 0.4345), abs=1e-4)


def test_sums_have_no_interval() -> None:
    assert not COUNTS.intersection(result_of(mixed(5), resamples=3, seed=1).intervals)


def test_which_way_is_better_is_settled_for_every_figure() -> None:
    """A new figure must be put on one side, or a gate and a comparison would judge it wrongly."""
    higher = {name for name in figures([]) if name not in LOWER_IS_BETTER | COUNTS}
    parts = ("ndcg", "recall", "mrr", "right_", "auroc", "coverage", "citation", "required_")
    assert {n for n in higher if not n.startswith(parts)} == {"answered", "clarify_rate", "kept"}
    assert not any(name.startswith(parts) for name in LOWER_IS_BETTER)


def test_every_figure_has_words() -> None:
    assert set(figures([])) == set(WORDS) | (COUNTS - {"cost_usd"})
    assert set(HEADLINE) <= set(WORDS)
    assert set(figures([])) >= LOWER_IS_BETTER


def test_questions_that_were_fitted_on_are_known_again() -> None:
    """Capitals and blanks aside, with their history; requests without a text are not known."""
    known = decode(encode([Case(text="How  much?"), Case(text="And now?", history=("user: a",))]))
    assert len(known) == 2
    scored = [Case(text="how much?"), Case(text="And now?"), Case(text="")]
    assert "1 of these 3" in (fitted_warning("kb", scored, known) or "")
    assert fitted_warning("kb", scored[1:], known) is None
    assert fitted_warning("kb", [], known) is None


def test_the_shipped_list_holds_questions() -> None:
    assert len(shipped_fingerprints()) > 1_000


def test_what_was_skipped_while_asking_is_said() -> None:
    some = [outcome("1", degraded=("embedder",)), outcome("2", degraded=("truncated",))]
    assert degraded_warnings("kb", some) == ["kb: 1 of 2 replies were made without the embedder."]


def test_questions_marked_as_unanswerable_are_counted_apart() -> None:
    """How many a set marks so is chance: the mix stays what was asked for."""
    plain = [outcome("1", confidence=0.6, right=True, decision=ANSWER), outcome("2")]
    marked = [
        outcome("u1", Group.UNANSWERABLE, confidence=0.9, decision=ANSWER),
        outcome("u2", Group.UNANSWERABLE, confidence=0.2),
    ]
    alone, both = figures(plain), figures(plain + marked)
    assert both["false_answer_rate_marked"] == pytest.approx(1 / 2)
    assert alone["false_answer_rate_marked"] is None
    same = "answered error auroc aurc ece coverage@0.05 kept false_answer_rate recall@5".split()
    assert {name: both[name] for name in same} == {name: alone[name] for name in same}
    assert both["n_unanswerable"] == 2
