"""How well a passage fits a question."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.engine.fit import Fit, fit_of
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.passages import passages_of
from data_pipeline.engine.ranking import build_query
from tests.builders_index import a_chunk


def fit(body: str, question: str, **changes: Any) -> Fit:
    """Of the first passage of `body`; every term of the question carries the same."""
    query = build_query(question, "en")
    passage = passages_of([a_chunk(body=body, **changes)])[0]
    return fit_of(passage, query, Intent(), dict.fromkeys(query.weights, 1.0))


def value(body: str, question: str, **changes: Any) -> float:
    """The worth of that passage."""
    query = build_query(question, "en")
    return fit(body, question, **changes).value(dict.fromkeys(query.weights, 1.0))


def test_words_side_by_side_are_worth_more() -> None:
    """ "Lamp shade" is not any lamp beside any shade."""
    together = value("The lamp shade is made of green paper.", "lamp shade")
    apart = value("The lamp is made of green paper like its shade.", "lamp shade")
    assert fit("The lamp shade is made of green paper.", "lamp shade").pairs
    assert together > apart


def test_words_at_the_start_are_worth_more() -> None:
    """What follows them is quoted, too."""
    early = value("A refund takes days of patient waiting at home.", "refund")
    late = value("You wait for many days of patient waiting to get a refund.", "refund")
    assert early > late > 0


def test_words_of_the_question_in_front_count_as_the_start() -> None:
    """An answer need not repeat its question."""
    led = fit("How long does a refund take? Six days of patient waiting at home.", "refund")
    assert led.passage.text.startswith("Six")
    assert led.weight > fit("Waiting at home for six days, then a refund.", "refund").weight


@pytest.mark.parametrize(
    ("heading", "title", "expected"),
    [("", "Lamp refunds", True), ("Care", "Lamp refunds", False), ("", "Bulbs", False)],
)
def test_opening_gains_where_the_title_is_asked_for(
    heading: str, title: str, *, expected: bool
) -> None:
    """Only the first lines, and only of an article on what is asked."""
    found = fit("Our lamps come back often.", "lamp refund", heading=heading, title=title)
    assert (found.opening > 0) is expected


def test_nothing_in_common_is_worth_nothing() -> None:
    """No words, no value, no division by zero."""
    assert value("Bulbs are delivered by courier every day.", "helicopter") == 0
    assert value("Bulbs are delivered by courier every day.", "") == 0
