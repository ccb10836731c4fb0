"""What a customer wants: to know, to hear a verdict, to have something done, to talk to somebody."""

from __future__ import annotations

import pytest

from data_pipeline.engine.intent import read_intent

EXECUTION = [
    "Please cancel my order.",
    "please urgently cancel my order",
    "Could you cancel the order for me?",
    "Can you kindly send me a new shade?",
    "I want to return my lamp.",
    "I'd like to swap the lamp",
    "please cancel\nmy order",
    "Quiero devolver la lámpara",
    "¿Podéis cambiarme la dirección?",
    "Por favor, cancela mi pedido.",
    "Por favor cancelad el pedido",
]
NO_EXECUTION = [
    "Please tell me the price.",
    "Could you please tell me the price of the lamp?",
    "please let me know the fee",
    "Please explain the steps to me",
    "Please is there a form for the return?",
    "can you give me the details of the warranty?",
    "Please send me some more information",
    "I would like to know the price",
    "How do I return my lamp?",
    "I want to return my lamp. How do I do that?",
    "I need to return the lamp, how much is the parcel?",
    "Quiero saber el precio",
    "¿Podéis decirme el precio?",
    "Por favor, dime el precio",
    "Please advise on the fee",
]


@pytest.mark.parametrize("text", EXECUTION)
def test_demands_and_wishes_want_something_done(text: str) -> None:
    """Whoever says "please cancel" or "I want to return" wants it carried out."""
    assert read_intent(text).execution


@pytest.mark.parametrize("text", NO_EXECUTION)
def test_asking_to_be_told_is_no_demand(text: str) -> None:
    """Nor is a wish whose "how" is asked: explaining is enough, no fact is missing for that."""
    assert not read_intent(text).execution


@pytest.mark.parametrize(
    ("text", "verdict", "possible"),
    [
        ("Am I eligible for a refund?", True, False),
        ("Do I qualify?", True, False),
        ("Am I still covered by the warranty?", True, False),
        ("Can I return the lamp?", False, True),
        ("Can I return the lamp? I have it since 3 months.", True, True),
        ("Can I return the lamp? It cost 80 euros in the shop.", False, True),
        ("How does a return work?", False, False),
        ("¿Tengo derecho a un reembolso?", True, False),
        ("¿Puedo devolver la lámpara?", False, True),
    ],
)
def test_verdicts(text: str, *, verdict: bool, possible: bool) -> None:
    """A bare "can I" may mean the rule; with figures of one's own case it means the case."""
    intent = read_intent(text)
    assert (intent.verdict, intent.possible) == (verdict, possible)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("How do I return it?", "how"),
        ("What are the steps to return it", "how"),
        ("¿Cómo la devuelvo?", "how"),
        ("How much is the parcel?", "price"),
        ("is there a fee", "price"),
        ("¿cuánto cuesta?", "price"),
        ("How long does it take?", "time"),
        ("what is the deadline", "time"),
        ("¿Cuándo llega?", "time"),
        ("I want to talk to a human", "person"),
        ("put me through to someone", "person"),
        ("quiero hablar con una persona", "person"),
        ("QUIERO HABLAR CON UN AGENTE!!!", "person"),
    ],
)
def test_what_is_asked_for(text: str, field: str) -> None:
    """A way, a price, a time or a person."""
    assert getattr(read_intent(text), field)


@pytest.mark.parametrize(
    "text", ["", "?", "💡💡", "The person in the photo is my agent's lamp.", "照明"]
)
def test_nothing_is_read_into_other_texts(text: str) -> None:
    """Words alone are no wish."""
    intent = read_intent(text)
    assert not any((intent.verdict, intent.execution, intent.price, intent.person))


def test_words_of_one_language_are_no_cue_in_the_other() -> None:
    """ "Cargo" is a charge in Spanish and freight in English."""
    assert not read_intent("My cargo lamp is broken.").price
    assert read_intent("¿Hay algún cargo por la devolución?").price
