"""Every question of a text, each able to stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.questions import MAX_QUESTIONS, clauses, split_questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("How do I return a lamp?", ["How do I return a lamp?"]),
        (
            "Hi. How do I return a lamp? Where are my bulbs delivered? Bye",
            ["How do I return a lamp?", "Where are my bulbs delivered?"],
        ),
        (
            "Please cancel my order 12. How much is the return parcel?",
            ["Please cancel my order 12.", "How much is the return parcel?"],
        ),
        (
            "I'd like to know how the lamp warranty works. When are my bulbs delivered?",
            ["I'd like to know how the lamp warranty works.", "When are my bulbs delivered?"],
        ),
        (
            "how do i return a lamp\nwhat does the parcel for it cost",
            ["how do i return a lamp", "what does the parcel for it cost"],
        ),
        (
            "¿Cómo devuelvo la lámpara? Y quiero saber cuánto cuesta el paquete.",
            ["¿Cómo devuelvo la lámpara?", "Y quiero saber cuánto cuesta el paquete."],
        ),
    ],
)
def test_questions_marked_or_not(text: str, questions: list[str]) -> None:
    """A question mark, the opening words or a demand make a sentence one that wants something."""
    assert list(split_questions(text)) == questions


@pytest.mark.parametrize(
    "text",
    [
        "My lamp arrived broken and the shade is missing.",
        "My lamp is broken. Please refund the second payment.",
        "I want to swap the shade of my lamp. How much?",
        "",
        "?!?!",
    ],
)
def test_text_without_a_question_that_stands_alone_is_one_inquiry(text: str) -> None:
    """Nothing of it is left out, and a single demand is read with all that explains it."""
    assert split_questions(text) == (text,)


def test_short_question_goes_with_the_one_before() -> None:
    """ "How much?" means the thing that was just named."""
    assert split_questions("How do I return my lamp? How much?") == (
        "How do I return my lamp? How much?",
    )


def test_polite_questions_are_not_asked() -> None:
    """ "Can you help me?" wants no answer of its own."""
    assert split_questions("Can you help me? How do I return my lamp? Can you?") == (
        "How do I return my lamp?",
    )


def test_no_question_is_left_out_of_many() -> None:
    """Beyond eight the last one holds the rest."""
    asked = [f"How do I return lamp number {n}?" for n in range(20)]
    questions = split_questions(" ".join(asked))
    assert len(questions) == MAX_QUESTIONS
    assert all(any(one in question for question in questions) for one in asked)


def test_question_marks_of_other_scripts_count() -> None:
    """Arabic and Chinese have their own."""
    assert len(split_questions("怎么退回这盏台灯？灯泡什么时候送到？")) >= 1
    assert split_questions("كيف أعيد المصباح؟") == ("كيف أعيد المصباح؟",)


@given(st.text(max_size=300))
def test_any_text_has_at_least_one_question_and_none_twice(text: str) -> None:
    """Whatever is written, it gets a decision."""
    questions = split_questions(text)
    assert questions
    assert len(set(questions)) == len(questions)
    assert len(questions) <= MAX_QUESTIONS


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How much is it and when is it due?", ["How much is it", "when is it due?"]),
        (
            "How does it work, what does it cost and does it hurt?",
            ["How does it work", "what does it cost", "does it hurt?"],
        ),
        ("¿Cuánto cuesta y cuándo llega?", ["¿Cuánto cuesta", "cuándo llega?"]),
        ("Is the lamp and its shade heavy?", ["Is the lamp and its shade heavy?"]),
        ("the", ["the"]),
    ],
)
def test_clauses_of_a_joined_question(question: str, parts: list[str]) -> None:
    """A sentence that joins questions is answered part by part."""
    assert [part for part in clauses(question) if part.strip()] == parts


def test_blanks_without_end_are_no_question_apart() -> None:
    """Twenty thousand blanks between two words, and the pattern still comes back."""
    question = "lamp" + " " * 19_000 + "shade and bulb?"
    assert clauses(question) == (question,)
