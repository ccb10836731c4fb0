"""The newest customer text, out of whatever a helpdesk sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.contract.requests import MAX_INQUIRY, Message
from data_pipeline.engine.inquiry import Inquiry, condense, read_inquiry
from data_pipeline.engine.thread import in_time
from tests.engine.kb import messages, request


def read(**fields: Any) -> Inquiry:
    return read_inquiry(request(**fields))


# --- which text counts --------------------------------------------------------------------------


def test_inquiry_wins_over_the_ticket() -> None:
    """The ticket's text is context then, and not asked again."""
    inquiry = read(
        inquiry="How do I return a lamp?",
        ticket=messages("customer: Where are my bulbs?", subject="Bulbs"),
    )
    assert inquiry.text == "How do I return a lamp?"
    assert inquiry.context == ("Where are my bulbs?",)
    assert inquiry.silent is None


def test_inquiry_may_repeat_the_newest_message() -> None:
    """The same text twice counts once."""
    ticket = messages("customer: Old matter, the red lamp.", "customer: Where are my bulbs?")
    inquiry = read(inquiry="Where are my bulbs?", ticket=ticket)
    assert inquiry.messages == ("Where are my bulbs?", "Old matter, the red lamp.")


def test_inquiry_may_be_a_whole_mail() -> None:
    """Quoted trail and signature go, also where a workflow sends the body as inquiry."""
    mail = "How do I return a lamp?\n\nOn Mon, 1 Jun 2026, Shop wrote:\n> Your order 4711 is on its way"
    assert read(inquiry=mail).text == "How do I return a lamp?"


def test_inquiry_of_nothing_but_a_quote_stays() -> None:
    """Stripping never leaves an inquiry empty."""
    assert read(inquiry="> How do I return a lamp?").text.endswith("How do I return a lamp?")


def test_html_of_an_inquiry_is_read_as_text() -> None:
    """Markup is no word."""
    assert read(inquiry="<p>How do I <b>return</b> a lamp?</p>").text == "How do I return a lamp?"


def test_newest_burst_is_one_text() -> None:
    """What the customer wrote in a row is one turn; what came before is context."""
    inquiry = read(
        ticket=messages(
            "customer: My lamp is broken.",
            "agent: Which one?",
            "customer: The red one.",
            "customer: Can I return it?",
        )
    )
    assert inquiry.text == "The red one.\n\nCan I return it?"
    assert inquiry.context == ("My lamp is broken.",)
    assert inquiry.asked == ("Which one?",)
    assert inquiry.messages == (inquiry.text, "My lamp is broken.")


def test_private_notes_and_system_events_are_nobodys_text() -> None:
    """They are neither the customer's words nor what was asked of them."""
    ticket = messages("customer: Can I return my lamp?", "agent: secret note", "system: assigned")
    ticket["messages"][1]["public"] = False
    inquiry = read(ticket=ticket)
    assert inquiry.text == "Can I return my lamp?"
    assert "secret" not in repr(inquiry)
    assert "assigned" not in repr(inquiry)
    assert inquiry.silent is None


def test_a_private_note_of_the_customer_does_not_count() -> None:
    """Private is private, whoever wrote it."""
    ticket = messages("customer: Can I return my lamp?", "customer: hidden")
    ticket["messages"][1]["public"] = False
    assert read(ticket=ticket).text == "Can I return my lamp?"


def test_body_is_the_oldest_turn() -> None:
    """Some helpdesks keep the first message apart from the later ones."""
    ticket = messages(
        "bot: Which lamp?", "customer: The red one, article 12.", body="Can I return my lamp?"
    )
    inquiry = read(ticket=ticket)
    assert inquiry.text == "The red one, article 12."
    assert inquiry.context == ("Can I return my lamp?",)


def test_body_that_is_also_the_first_message_counts_once() -> None:
    """Others send it twice, once as HTML."""
    ticket = messages("customer: Can I return my lamp?", body="<p>Can I return my lamp?</p>")
    assert read(ticket=ticket).messages == ("Can I return my lamp?",)


def test_body_comes_after_the_conversation() -> None:
    """A ticket's body is newer than the chat before it."""
    inquiry = read(
        conversation=[
            {"role": "user", "content": "Hello, a question about bulbs."},
            {"role": "assistant", "content": "Go ahead."},
        ],
        ticket={"body": "When are they delivered?"},
    )
    assert inquiry.text == "When are they delivered?"
    assert inquiry.context == ("Hello, a question about bulbs.",)


def test_html_is_read_where_a_message_has_no_text() -> None:
    """Blank text does not hide the HTML."""
    ticket = messages("customer:  ")
    ticket["messages"][0]["html"] = "<p>Can I return my lamp?</p>"
    assert read(ticket=ticket).text == "Can I return my lamp?"


def test_subject_stands_in_for_a_missing_text() -> None:
    """A mail may hold its question in the subject alone; reply prefixes go."""
    inquiry = read(ticket={"subject": "Re: AW: Can I return my lamp?"})
    assert inquiry.text == "Can I return my lamp?"


def test_subject_is_not_asked_when_only_others_wrote() -> None:
    """A ticket that holds nothing but an agent's note waits for its customer."""
    ticket = messages("agent: called back", subject="Can I return my lamp?")
    ticket["messages"][0]["public"] = False
    assert read(ticket=ticket).silent == "the newest message is not the customer's"


def test_related_inquiries_are_context_only() -> None:
    """They are never asked themselves."""
    inquiry = read(inquiry="How do I return a lamp?", related_inquiries=["Where are my bulbs?"])
    assert inquiry.context == ("Where are my bulbs?",)
    assert inquiry.questions == ("How do I return a lamp?",)


# --- order --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "times",
    [
        ("2026-06-01T10:00:00Z", "2026-06-01T09:30:00Z", "2026-06-01T10:30:00Z"),
        ("2026-06-01T12:00:00+02:00", "2026-06-01T09:30:00Z", "2026-06-01T06:30:00-04:00"),
        ("2026-06-01 10:00", "2026-06-01 09:30", "2026-06-01 10:30"),
        ("1780308000", "1780306200", "1780309800"),
        ("1780308000000", "1780306200000", "1780309800000"),
        ("2026-06-01T10:00:00", "2026-06-01T09:30:00.500+00:00", "2026-06-01T10:30Z"),
    ],
)
def test_messages_are_read_in_the_order_of_their_times(times: tuple[str, ...]) -> None:
    """Whatever zone or notation they are told in."""
    told = [Message(text=str(n), at=at) for n, at in enumerate(times)]
    assert [m.text for m in in_time(told)] == ["1", "0", "2"]


@pytest.mark.parametrize("missing", [None, "", "yesterday", "2026-13-45T00:00:00Z"])
def test_messages_without_readable_times_keep_their_order(missing: str | None) -> None:
    """One time that cannot be read would make any order a guess."""
    told = [Message(text="a", at="2026-06-02T00:00:00Z"), Message(text="b", at=missing)]
    assert in_time(told) == told


def test_messages_out_of_order_still_end_with_the_newest() -> None:
    """An export that lists the newest first is read right."""
    ticket = messages(
        "customer: Where are my bulbs?", "agent: On their way.", "customer: And my lamp?"
    )
    ticket["messages"].reverse()
    assert read(ticket=ticket).text == "And my lamp?"


@given(st.permutations(range(6)))
def test_any_order_of_dated_messages_reads_the_same(order: list[int]) -> None:
    """Only the times count."""
    ticket = messages(*[f"{'customer' if n % 2 else 'agent'}: message {n}" for n in range(6)])
    shuffled = {"messages": [ticket["messages"][n] for n in order]}
    assert read(ticket=shuffled) == read(ticket=ticket)


# --- what else is told --------------------------------------------------------------------------


def test_long_text_keeps_its_start_and_its_end() -> None:
    """Of more than 20,000 characters the middle goes, and that is said."""
    text = "Can I return my lamp? " + "x" * 30_000 + " It is the red one."
    inquiry = read(inquiry=text)
    assert inquiry.truncated
    assert len(inquiry.text) <= MAX_INQUIRY
    assert inquiry.text.startswith("Can I return my lamp?")
    assert inquiry.text.endswith("It is the red one.")


_TEXTS = st.builds(str.__mul__, st.text(max_size=40), st.sampled_from([1, 400, 700, 2_000]))


@given(_TEXTS)
def test_condensed_text_never_exceeds_the_limit(text: str) -> None:
    """Up to the limit it stays as it is, blanks around it aside."""
    condensed = condense(text)
    assert len(condensed) <= MAX_INQUIRY
    assert condensed == text.strip() or len(text) > MAX_INQUIRY


def test_exactly_the_limit_is_not_truncated() -> None:
    """20,000 characters are read whole."""
    assert not read(inquiry="a" * MAX_INQUIRY).truncated


@pytest.mark.parametrize(
    ("fields", "private"),
    [
        ({}, True),
        ({"requester": {"verified": False}}, True),
        ({"requester": {"verified": True}}, False),
        ({"requester": {"verified": True}, "cc": ["a@b.example"]}, True),
        ({"requester": {"verified": True}, "cc": []}, False),
    ],
)
def test_facts_stay_private_unless_verified_and_alone(
    fields: dict[str, Any], private: bool
) -> None:
    """Nobody else may read along."""
    assert read(ticket={"body": "Can I return it?", **fields}).private is private


def test_language_of_a_short_answer_is_that_of_the_thread() -> None:
    """Two words tell no language; what was written before does."""
    ticket = messages(
        "customer: Hola, ¿puedo devolver mi lámpara?", "bot: ¿Cuál?", "customer: la roja"
    )
    assert read(ticket=ticket).language == "es"


def test_language_of_a_long_text_is_its_own() -> None:
    """An automatic subject in another language does not change it."""
    ticket = {
        "subject": "Nueva solicitud de contacto",
        "body": "Can I please return the lamp that I bought?",
    }
    assert read(ticket=ticket).language == "en"


def test_short_answer_leaves_the_wish_as_it_was() -> None:
    """ "Two months" answers a question of ours: the matter stands further up."""
    ticket = messages("customer: Please cancel my order.", "bot: Which one?", "customer: number 12")
    assert read(ticket=ticket).intent.execution


def test_a_longer_text_has_its_own_wish() -> None:
    """A new question is no answer to an old one."""
    ticket = messages(
        "customer: Please cancel my order.", "bot: Done.", "customer: What does a bulb cost?"
    )
    assert not read(ticket=ticket).intent.execution
