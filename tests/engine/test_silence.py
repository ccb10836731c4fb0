"""What is left alone: machines, and messages that ask nothing."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.contract.requests import Ticket
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.silence import is_automatic, is_automatic_text, is_closing
from tests.engine.kb import messages, request


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"auto-submitted": "auto-generated; owner-email=a@b.example"},
        {"AUTO-SUBMITTED": "auto-notified (by rule)"},
        {"X-Autoreply": "yes"},
        {"X-Autorespond": "Out of office"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return-Path": "<>"},
        {"From": "Mail Delivery <MAILER-DAEMON@mx.example>"},
        {"Content-Type": "multipart/report; report-type=delivery-status"},
    ],
)
def test_headers_tell_a_machine(headers: dict[str, str]) -> None:
    """RFC 3834: any value but "no" means that nobody wrote the mail."""
    assert is_automatic(Ticket(headers=headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto-Submitted": "no"},
        {"Auto-Submitted": "No"},
        {"Auto-Submitted": "no (checked by a person)"},
        {"Auto-Submitted": ""},
        {"X-Autoreply": "no"},
        {"Precedence": "normal"},
        {"From": "Ana <ana@example.com>"},
        {"X-Auto-Response-Suppress": "OOF"},
    ],
)
def test_headers_of_people(headers: dict[str, str]) -> None:
    """Neither "no" nor a wish not to be answered automatically makes a mail automatic."""
    assert not is_automatic(Ticket(headers=headers))


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your order",
        "Out of Office",
        "Respuesta automática: Pedido",
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
    ],
)
def test_subjects_of_machines(subject: str) -> None:
    """Mail without telling headers is known by its subject."""
    assert is_automatic(Ticket(subject=subject))


@pytest.mark.parametrize(
    "text",
    [
        "This is an automatic reply. I am on annual leave until Monday.",
        "I am out of the office until 2 June. For urgent matters call reception.",
        "I'm on vacation and will reply when I return.",
        "Estoy de vacaciones. Contestaré a mi vuelta.",
    ],
)
def test_texts_of_machines(text: str) -> None:
    """Neither headers nor subject are needed."""
    assert is_automatic_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "I am on vacation in Spain and cannot access my account.",
        "I am on holiday until May, please contact my neighbour for the delivery.",
        "I am on parental leave and want to pause my contract.",
        "I'm out of the office, can you still deliver the lamp?",
        "Estoy de vacaciones y no puedo entrar en mi cuenta.",
    ],
)
def test_people_on_holiday_still_ask(text: str) -> None:
    """Being away is no sign of a machine."""
    assert not is_automatic_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thanks a lot!",
        "Hello and thanks a million",
        "Thank you very much, it works now.",
        "perfect, all solved :)",
        "ok",
        "ya está solucionado, muchas gracias por todo!",
        "no, gracias",
        "Nothing else, thanks",
        "👍👍",
        "...",
        "",
    ],
)
def test_thanks_ask_nothing(text: str) -> None:
    """Nor does an empty message, or one of signs only."""
    assert is_closing(text)


@pytest.mark.parametrize(
    "text",
    [
        "it does not work",
        "It doesn't work",
        "not working again",
        "Nothing works!",
        "still not fixed",
        "that did not help",
        "No me funciona",
        "no funciona nada",
        "help please",
        "ayuda por favor",
        "I have a problem",
        "Thanks, please cancel the order then",
        "gracias, pero quiero devolverla",
        "Thanks. And how long does it take?",
        "ありがとう？",
        "请问怎么退货",
    ],
)
def test_complaints_and_calls_for_help_are_no_thanks(text: str) -> None:
    """Words of closing beside a "not" say the opposite."""
    assert not is_closing(text)


@pytest.mark.parametrize(
    ("question", "answer", "closing"),
    [
        ("Did the lamp get wet inside?", "no", False),
        ("Did the lamp get wet inside?", "Yes", False),
        ("¿Se ha mojado la lámpara?", "sí", False),
        ("Is there anything else I can help with?", "no thanks", True),
        ("Is there anything else I can help with?", "no", True),
        ("Did that help?", "yes, thanks", True),
        ("Did that help?", "no", False),
        ("Has this solved your problem?", "no it has not", False),
        ("Your order is on its way.", "ok thanks", True),
    ],
)
def test_yes_and_no_answer_a_question_of_ours(question: str, answer: str, *, closing: bool) -> None:
    """An answer that the reply depends on must not be ignored; a polite end is one."""
    assert is_closing(answer, (question,)) is closing


@pytest.mark.parametrize(
    ("ticket", "silent"),
    [
        (messages("customer: Where is my lamp?", "agent: On its way."), True),
        (messages("customer: Where is my lamp?", "bot: On its way."), True),
        (messages("customer: Where is my lamp?", "bot: Here.", "system: closed"), True),
        (messages("customer: Where is my lamp?", "system: assigned to Ann"), False),
        (messages("agent: Hello!"), True),
        ({"body": "Where is my lamp?"}, False),
    ],
)
def test_only_the_customers_turn_is_answered(ticket: dict[str, Any], *, silent: bool) -> None:
    """Whoever spoke last waits; a system event is nobody's turn."""
    assert (read_inquiry(request(ticket=ticket)).silent is not None) is silent


def test_inquiry_is_answered_whoever_wrote_last_in_the_ticket() -> None:
    """A workflow that names the question means it."""
    body = request(inquiry="Where is my lamp?", ticket=messages("agent: Hello"))
    assert read_inquiry(body).silent is None


def test_automatic_headers_hold_for_an_inquiry_too() -> None:
    """Loops are stopped whatever field the text came in."""
    body = request(
        inquiry="Where is my lamp?", ticket={"headers": {"Auto-Submitted": "auto-replied"}}
    )
    assert read_inquiry(body).silent == "automatic message"
