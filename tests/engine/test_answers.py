"""Answers to the question that the helpdesk asked last."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.spans import facts_in_messages
from tests.engine.points import known, point

FELL = point("Physical damage", DataType.BOOLEAN, question="Did the battery fall?")
LENGTH = point("Pause length", DataType.NUMBER, question="For how many months?")
BALANCE = point("Balance", DataType.CURRENCY, question="What is your balance?")
EMPLOYER = point("Employer", question="Who is your employer?", examples=("Harbour Ltd",))
ORDER = point("Order number", question="What is your order number?", examples=("AB-1234",))
LOCK = point("Lock class", question="Which lock was it?", choices=("Gold", "Silver"))
START = point("Start date", DataType.DATE, question="From which day?")
MAIL = point("Email", DataType.EMAIL, question="Which address?")


def answer(fact: DataPoint, message: str, asked: str | None = None) -> Any:
    question = asked or f"Hello!\n- {fact.question}\nThanks"
    return known(facts_in_messages([fact], [message], [question], "en")).get(fact.key)


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        *(
            ("Yes", True),
            ("Yes, it did", True),
            ("yes it fell", True),
            ("Sí, ayer", True),
            ("Ok", True),
        ),
        *(("No", False), ("no it didn't", False), ("No, never", False), ("no gracias", False)),
        *(("Not sure", None), ("No idea", None), ("No lo sé", None), ("I don't know", None)),
        *(("Y ahora?", None), ("On Monday", None), ("Never mind", None), ("Yes and no", None)),
        *(("Si no me equivoco", None), ("1 of them", None), ("", None), ("?", None)),
    ],
)
def test_yes_and_no(message: str, verdict: object) -> None:
    """Only a clear yes or no at the start is one."""
    assert answer(FELL, message) is verdict


@pytest.mark.parametrize(
    ("fact", "message", "value"),
    [
        (LENGTH, "2", 2),
        (LENGTH, "two", 2),
        (LENGTH, "2 months please", 2),
        (LENGTH, "Hi, 2. Thanks", 2),
        (LENGTH, "2 or 3", None),
        (LENGTH, "not 2", None),
        (LENGTH, "2 weeks", None),
        (LENGTH, "call me on 600 123 456", None),
        (BALANCE, "5000", 5000),
        (BALANCE, "$5,000", 5000),
        (BALANCE, "about 5.000 €", 5000),
        (BALANCE, "why do you need it?", None),
        (EMPLOYER, "Tolka Foods", "Tolka Foods"),
        (EMPLOYER, "Hello,\nTolka Foods", "Tolka Foods"),
        (EMPLOYER, "I don't know", None),
        (EMPLOYER, "Why?", None),
        (EMPLOYER, "I already told you", None),
        (EMPLOYER, "N/A", None),
        (EMPLOYER, "Thanks", None),
        (EMPLOYER, "x" * 300, None),
        (EMPLOYER, "Tolka Foods\nand I want my money back", None),
        (ORDER, "it is CD-5678, I think", "CD-5678"),
        (ORDER, "I lost it", None),
        (ORDER, "CD-5678 or CD-5679", None),
        (LOCK, "the gold one", "Gold"),
        (LOCK, "gold or silver", None),
        (LOCK, "no idea", None),
        (START, "on 3 May 2026", "2026-05-03"),
        (START, "next week", None),
        (MAIL, "ana@x.example", "ana@x.example"),
        (MAIL, "ana@x.example or bob@x.example", None),
    ],
)
def test_answers_of_every_type(fact: DataPoint, message: str, value: object) -> None:
    """The one value of the type that was asked for, or nothing."""
    assert answer(fact, message) == value


def test_a_question_in_other_words_is_recognised_by_the_name() -> None:
    """A bot's own wording asks for the data point whose name it holds."""
    months = point("Pause length in months", DataType.NUMBER, key="months")
    start = point("Pause start date", DataType.DATE, key="start")
    asked = ["For how many months would you like to pause (one, two or three)?"]
    assert known(facts_in_messages([months, start], ["2 months please"], asked, "en")) == {
        "months": 2
    }


def test_an_answer_to_two_questions_is_nobodys() -> None:
    """Where two of our questions were asked at once, a bare answer tells nothing."""
    asked = [f"{LENGTH.question} {BALANCE.question}"]
    assert facts_in_messages([LENGTH, BALANCE], ["5000"], asked, "en") == {}


def test_only_the_newest_question_is_answered() -> None:
    """An older question, or one that is not ours, has no answer."""
    asked = ["Anything else?", str(FELL.question)]
    assert facts_in_messages([FELL], ["Yes"], asked, "en") == {}
    assert facts_in_messages([FELL], ["Yes"], [], "en") == {}


def test_a_short_question_is_not_found_inside_other_words() -> None:
    """ "Where?" does not stand in "Somewhere?"."""
    place = point("Place", question="Where?")
    assert facts_in_messages([place], ["Madrid"], ["Somewhere?"], "en") == {}
    assert answer(place, "Madrid", "Where?") == "Madrid"
