"""What a backtest comes to, whom it puts first, and what a person's reply tells."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from data_pipeline.evaluation.backtest.agreement import Agreement, agreement
from data_pipeline.evaluation.backtest.first_line import first_line, what_it_rests_on
from data_pipeline.evaluation.backtest.risk import expected_wrong, riskiest_first
from tests.evaluation.backtest.rows_to_review import FITTED, a_backtest, a_row, escalated


def test_the_first_line_says_how_many_would_be_answered_and_how_many_of_them_wrong() -> None:
    """Escalated rows count as tickets, not as errors."""
    answered = [a_row(n, 0.8) for n in range(10)]
    backtest = a_backtest(*answered, escalated(90), escalated(91, 0.6))
    line = "Of your 12 tickets 10 would have been answered, about 2 of them wrong."
    assert first_line(backtest) == line
    assert (
        "By their confidence 2.0 of the answers are wrong (95 % sure: 0 to 5)"
        in what_it_rests_on(backtest)
    )
    assert "was not fitted on your tickets" in what_it_rests_on(backtest)


@pytest.mark.parametrize(("confidence", "told"), [(0.9, True), (0.96, False)])
def test_more_wrong_answers_than_allowed_are_not_passed_over(confidence: float, told: bool) -> None:
    said = what_it_rests_on(a_backtest(*(a_row(n, confidence) for n in range(10))))
    assert ("more than the 5 % that you allow" in said) == told


def test_a_calibration_on_the_own_tickets_states_its_bound() -> None:
    said = what_it_rests_on(a_backtest(a_row(1), calibration=FITTED))
    assert "on this knowledge base (200 replies, 2026-11-01): at most 5 % of the answers" in said


@pytest.mark.parametrize(("cut", "says"), [(1.01, "No cut keeps"), (0.7, "needs a confidence")])
def test_where_nothing_is_answered_it_says_so(cut: float, says: str) -> None:
    backtest = a_backtest(escalated(1), cut=cut)
    assert first_line(backtest).startswith("Of your 1 ticket 0 would have been answered")
    assert says in what_it_rests_on(backtest)


def test_the_interval_is_that_of_independent_errors() -> None:
    """Against all outcomes of four answers."""
    confidences = [0.5, 0.9, 0.99, 0.7]
    chances = [0.0] * 5
    for outcome in itertools.product((0, 1), repeat=4):
        parts = (1 - c if wrong else c for c, wrong in zip(confidences, outcome, strict=True))
        chances[sum(outcome)] += math.prod(parts)
    high = next(n for n in range(5) if sum(chances[: n + 1]) >= 0.975)
    found = expected_wrong(confidences)
    assert (found.low, found.high) == (0, high)


@pytest.mark.parametrize("answers", [300, 1_000])
def test_the_interval_is_that_of_draws_exact_and_normal(answers: int) -> None:
    source, drawn = random.Random(5), random.Random(7)
    many = [source.uniform(0.6, 1) for _ in range(answers)]
    sums = sorted(sum(drawn.random() > c for c in many) for _ in range(1_000))
    found = expected_wrong(many)
    assert abs(found.low - sums[25]) <= 3
    assert abs(found.high - sums[-25]) <= 3
    assert found.wrong == pytest.approx(math.fsum(1 - c for c in many))


def test_of_no_answers_none_is_wrong() -> None:
    found = expected_wrong([])
    assert (found.answered, found.wrong, found.low, found.high) == (0, 0, 0, 0)


def test_the_riskiest_are_unsure_answers_and_those_with_other_figures() -> None:
    """Then drafts that came near, then what quotes nothing."""
    sure, unsure = a_row(1, 0.95), a_row(2, 0.6)
    differing = a_row(3, 0.95, human="You have 14 days.")
    agreeing = a_row(4, 0.94, human="Please send it back within 30 days.")
    near, far = escalated(5, 0.5), escalated(6, 0.2)
    nothing = escalated(7, 0.9, citations=())
    rows = [nothing, far, sure, agreeing, differing, near, unsure]
    order = [row.id for row in riskiest_first(rows)]
    assert order == ["t3", "t2", "t4", "t1", "t5", "t6", "t7"]


def found(reply: str, human: str, asked: str = "") -> Agreement:
    one = agreement(reply, human, asked)
    assert one is not None
    return one


def test_shared_figures_are_counted_however_they_are_written() -> None:
    one = found("It takes two weeks and costs €10.00.", "14 days, and 10 euros")
    assert (one.figures, one.shared, one.differences) == (2, 2, ())


def test_figures_of_one_kind_that_share_nothing_differ() -> None:
    one = found("The fee is €79 and takes 3 days.", "It costs €49; takes 3 days.")
    assert [(d.kind, d.reply, d.human) for d in one.differences] == [("amount", "€79", "€49")]
    assert found("€79, or €49 on Sundays", "€49").differences == ()
    assert found("The fee is €79.", "Done, I refunded you.").differences == ()


def test_figures_that_the_customer_named_tell_nothing() -> None:
    one = found("You paid €20; the fee is €5.", "Your €20 came back, the fee was €5.", "I paid €20")
    assert (one.figures, one.shared) == (1, 1)


def test_shared_words_are_a_share_of_the_reply() -> None:
    reply = "one two three four five six"
    assert found(reply, "well: one two three four five, bye").runs == 0.5
    assert found(reply, reply).runs == 1
    assert found(reply, "other words").nothing_in_common


@pytest.mark.parametrize(("reply", "human"), [("", "x"), ("x", ""), (" \n", "x"), ("", "")])
def test_without_two_texts_there_is_no_agreement(reply: str, human: str) -> None:
    assert agreement(reply, human, "") is None


def test_huge_and_hostile_texts_are_compared_in_reasonable_time() -> None:
    """Two megabytes of digits, brackets and dots; only their beginnings are read."""
    text = "1.1.1(((€€--" * 170_000
    assert agreement(text, text, text) is not None
